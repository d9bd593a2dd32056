"""A delivery that is killed again and again, at any point: nothing is lost, and no more repeated than is documented."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peers.gateway import PASSWORD_IN_URL, USER, GatewayPeer, gateway_peer
from peers.smtp import smtp_peer
from support.kills import deliver_until_killed
from support.office import BEGIN, LIU, SUN, ZHOU, days, open_case, open_office, pair
from support.telling import BASE, facts_named, notices, nudges

from domain.store.audit import audit_report
from domain.store.rounds import run_round
from domain.store.store import Store
from notifiers.channels.spool import listing, spool_url
from notifiers.letters import message_name
from notifiers.planner import plan
from notifiers.settings import ChannelSetting, Telling
from notifiers.worker import LEASE

A_WHILE = LEASE + timedelta(minutes=1)
DAYS = (0, 14, 15, 19, 24, 27)
"""Days after 1 September on which somebody is to hear something."""
FARTHEST = (15, 40, 120)
"""How many places a worker comes to at most: before a message, with one or two, with all of them and the desk."""
MANY = 8


@dataclass
class Kills:
    """What happened: how often the worker was killed, and the store it worked on."""

    store: Store
    settings: Telling
    count: int = 0


def killed_again_and_again(url: str, name: str, channel: str, seed: int) -> Kills:
    """Three pairs, a month of being told through one channel; each day the worker is killed several times."""
    chance = random.Random(seed)
    settings = Telling(base_url=BASE, channels=(ChannelSetting(name=name, url=channel),))
    kills = Kills(open_office(url), settings)
    for number, (volunteer, sex) in enumerate(((ZHOU, "female"), (LIU, "female"), (SUN, "male")), 1):
        case = open_case(kills.store, number, sex=sex)
        pair(kills.store, case, volunteer, BEGIN)
    for day in DAYS:
        _one_day(kills, url, BEGIN + days(day), chance)
    return kills


def _one_day(kills: Kills, url: str, morning: datetime, chance: random.Random) -> None:
    store, now = kills.store, morning
    run_round(store, now)
    plan(store, kills.settings, now)
    while _unsettled(store):
        places = chance.randint(1, chance.choice(FARTHEST))
        kills.count += deliver_until_killed(url, store.seal, kills.settings, now, f"w{now.isoformat()}", places)
        now += A_WHILE
        plan(store, kills.settings, now)
        assert now < morning + timedelta(hours=10), "a day's messages did not come to an end"


def _unsettled(store: Store) -> bool:
    return any(each.settled_at is None for each in nudges(store))


def nothing_is_lost(kills: Kills, arrived: Counter[str]) -> None:
    """Everybody was told everything, or a desk knows that perhaps they were not."""
    store = kills.store
    assert {each.state for each in notices(store)} <= {"planned", "moot"}
    by_id = {each.id: each for each in nudges(store)}
    assert {each.state for each in by_id.values()} <= {"sent", "doubtful", "failed", "moot"}
    for notice in notices(store, state="planned"):
        told_by = by_id[notice.nudge]
        if told_by.channel == "desk":
            assert facts_named(store, "telling-failed") > 0
        else:
            assert told_by.state == "sent"
            assert arrived[message_name(store.seal, told_by.id)] >= 1
    assert audit_report(store, BEGIN + days(DAYS[-1] + 1)).clean


def at_most_one_marked_repeat(kills: Kills, arrived: Counter[str]) -> None:
    """What arrived twice is written down as a repeat; nothing arrived three times."""
    marked = {message_name(kills.store.seal, each.id) for each in nudges(kills.store) if each.repeats}
    assert max(arrived.values()) <= 2
    assert {name for name, times in arrived.items() if times > 1} <= marked


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@pytest.mark.parametrize("seed", range(2))
def test_in_the_spool_each_message_lies_once_however_often_the_worker_was_killed(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    folder = tmp_path / "spool"
    kills = killed_again_and_again(sqlite_url, "spool", spool_url(folder), seed)

    arrived = Counter(each.file.stem for each in listing(folder, 1000))
    assert kills.count >= MANY
    assert len(arrived) == len(nudges(kills.store, state="sent"))
    assert set(arrived.values()) == {1}
    assert not nudges(kills.store, state="doubtful")
    nothing_is_lost(kills, arrived)


def test_a_mail_arrives_once_or_a_second_time_under_the_same_id_however_often_the_worker_was_killed(
    database_url: str,
) -> None:
    with smtp_peer() as peer:
        url = f"swmail://localhost:{peer.port}/?from=shouwang@example.org&mode=plain"
        kills = killed_again_and_again(database_url, "mail", url, 3)

    arrived = Counter(_name_in(str(received.mail["Message-ID"])) for received in peer.mails)
    assert kills.count >= MANY
    nothing_is_lost(kills, arrived)
    at_most_one_marked_repeat(kills, arrived)


def test_a_text_message_arrives_once_or_is_repeated_once_and_says_so_however_often_the_worker_was_killed(
    database_url: str, gateway: GatewayPeer
) -> None:
    gateway.reset()
    kills = killed_again_and_again(database_url, "sms", _kannel(gateway), 4)

    seen = gateway.seen
    arrived = Counter(request.fields["meta-data"].removeprefix("?shouwang?nudge=") for request in seen)
    assert kills.count >= MANY
    nothing_is_lost(kills, arrived)
    at_most_one_marked_repeat(kills, arrived)
    for name, times in arrived.items():
        texts = [_text(request.fields) for request in seen if request.fields["meta-data"].endswith(name)]
        assert ["重发" in text for text in texts[1:]] == [True] * (times - 1)


def test_a_gateway_that_knows_its_references_sends_each_text_message_once(
    sqlite_url: str, gateway: GatewayPeer
) -> None:
    gateway.reset()
    login = f"{USER}:{PASSWORD_IN_URL}"
    url = f"swsms://{login}@127.0.0.1:{gateway.port}/send?mode=plain&preset=json&from=10690000&repeat_match=duplicate"
    kills = killed_again_and_again(sqlite_url, "sms", url, 5)

    arrived = Counter(str(request.fields["id"]) for request in gateway.seen)
    assert kills.count >= MANY
    assert not nudges(kills.store, state="doubtful")
    assert {each.repeats for each in nudges(kills.store)} == {0}
    nothing_is_lost(kills, arrived)


def _kannel(gateway: GatewayPeer) -> str:
    login = f"{USER}:{PASSWORD_IN_URL}"
    return f"swsms://{login}@127.0.0.1:{gateway.port}/cgi-bin/sendsms?mode=plain&preset=kannel&from=10690000"


def _text(fields: dict[str, Any]) -> str:
    return str(fields["text"])


def _name_in(message_id: str) -> str:
    found = re.fullmatch(r"<nudge-(.+)@.+>", message_id)
    assert found is not None
    return found[1]
