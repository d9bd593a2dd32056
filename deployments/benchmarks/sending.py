"""Mails and text messages by the thousand through the whole delivery, beside bare clients of the same provider."""

import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from typing import Final, NamedTuple
from urllib.parse import urlencode

import httpx
from apprise import Apprise, AppriseAsset

from deployments.benchmarks.contest import Contest
from deployments.benchmarks.crowd import BEGIN, messages_of, open_ones, put_off, queue_again, telling
from deployments.benchmarks.provider import SENDER, Provider
from deployments.benchmarks.provider_process import OF_NUDGE
from domain.store.store import Store
from notifiers.channels import Channel, Message
from notifiers.channels.letter import Sender, letter
from notifiers.dispatch import deliver_all
from notifiers.opening import open_channels
from notifiers.reaching import AT_ONCE
from notifiers.settings import ChannelSetting, Telling

BLOCKS: Final = 5
WARMING: Final = 20
"""Messages that go first and are not measured: what is loaded and compiled once is no cost of a message."""

APPRISE_SAMPLE: Final = 100
Say = Callable[[str], None]


class _Block(NamedTuple):
    """Some messages and when they may leave."""

    messages: list[Message]
    at: datetime


def mails(store: Store, provider: Provider) -> Contest:
    """Everything that waits sent as mails: by us, by one kept connection of smtplib, a sample by Apprise's own."""
    settings = telling(ChannelSetting(name="mail", url=provider.mail_url))
    contest = Contest()
    with open_channels(settings) as channels, smtplib.SMTP("127.0.0.1", provider.smtp) as line:
        for place, block in enumerate(_blocks(store, settings, channels)):
            sample = block.messages[: APPRISE_SAMPLE // BLOCKS]
            letters = [(each.to, _written(each)) for each in block.messages]
            contest.block({
                "ours": partial(_ours, store, settings, channels, block.at),
                "smtplib": partial(_by_smtplib, line, letters),
                "apprise": partial(_by_apprise, provider, sample),
            }, backwards=place % 2 == 1)  # fmt: skip
    return contest


def texts(store: Store, provider: Provider) -> Contest:
    """Everything that waits sent as text messages: by us, and by as many kept connections of two bare clients."""
    settings = telling(ChannelSetting(name="sms", url=provider.sms_url))
    contest = Contest()
    lines = [HTTPConnection("127.0.0.1", provider.http) for _ in range(AT_ONCE)]
    clients = [httpx.Client(base_url=f"http://127.0.0.1:{provider.http}") for _ in range(AT_ONCE)]
    with open_channels(settings) as channels:
        for place, block in enumerate(_blocks(store, settings, channels)):
            targets = [_target(each) for each in block.messages]
            contest.block({
                "ours": partial(_ours, store, settings, channels, block.at),
                "httpx": partial(_by_httpx, clients, targets),
                "http.client": partial(_by_http, lines, targets),
            }, backwards=place % 2 == 1)  # fmt: skip
    for line, client in zip(lines, clients, strict=True):
        line.close()
        client.close()
    return contest


def _blocks(store: Store, settings: Telling, channels: Mapping[str, Channel]) -> Iterator[_Block]:
    """The messages in blocks an hour apart, once a few have gone before to warm everything up."""
    name = settings.channels[0].name
    queue_again(store, name)
    waiting = open_ones(store, name)
    written = messages_of(store, settings, channels, waiting)
    parts = [waiting[:WARMING], *(waiting[WARMING + place :: BLOCKS] for place in range(BLOCKS))]
    moments = [BEGIN + timedelta(hours=hour) for hour in range(len(parts))]
    for part, at in zip(parts, moments, strict=True):
        put_off(store, part, at)
    _ours(store, settings, channels, BEGIN)
    for part, at in zip(parts[1:], moments[1:], strict=True):
        yield _Block([written[nudge] for nudge in part], at)


def _ours(store: Store, settings: Telling, channels: Mapping[str, Channel], at: datetime) -> int:
    return deliver_all(store, settings, channels, at, "bench").sent


def _by_smtplib(line: smtplib.SMTP, letters: Sequence[tuple[str, bytes]]) -> int:
    for to, written in letters:
        line.sendmail(SENDER, to, written)
    return len(letters)


def _written(message: Message) -> bytes:
    return letter(message, message.to, Sender(SENDER, "", "example.org"), None)


def _by_apprise(provider: Provider, sample: Sequence[Message]) -> int:
    sent = 0
    for each in sample:
        apprise = Apprise(asset=AppriseAsset(secure_logging=True))
        apprise.add(f"mailto://127.0.0.1:{provider.smtp}/?from={SENDER}&to={each.to}&mode=insecure&format=html")
        sent += bool(apprise.notify(body=each.html or each.text, title=each.subject))
    return sent


def _by_http(lines: Sequence[HTTPConnection], targets: Sequence[str]) -> int:
    with ThreadPoolExecutor(len(lines)) as pool:
        return sum(pool.map(_by_one_line, lines, _shared_out(targets, len(lines))))


def _by_one_line(line: HTTPConnection, targets: Sequence[str]) -> int:
    for target in targets:
        line.request("GET", target)
        line.getresponse().read()
    return len(targets)


def _shared_out(targets: Sequence[str], count: int) -> list[Sequence[str]]:
    return [targets[place::count] for place in range(count)]


def _target(message: Message) -> str:
    fields = {
        "username": "watch", "password": "secret", "from": "10690000", "to": message.to, "text": message.text,
        "charset": "UTF-8", "coding": "2", "meta-data": OF_NUDGE + message.nudge_id,
    }  # fmt: skip
    return f"/cgi-bin/sendsms?{urlencode(fields)}"


def _by_httpx(clients: Sequence[httpx.Client], targets: Sequence[str]) -> int:
    def send(client: httpx.Client, part: Sequence[str]) -> int:
        return sum(client.get(target).is_success for target in part)

    with ThreadPoolExecutor(len(clients)) as pool:
        return sum(pool.map(send, clients, _shared_out(targets, len(clients))))
