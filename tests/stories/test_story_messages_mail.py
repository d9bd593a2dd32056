"""A mail server misbehaves: people are told once, or once more with the very same mail, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from peers.certificates import certificates
from peers.smtp import HANG_UP, SmtpPeer, smtp_peer
from support.far_office import assert_sound
from support.office import BEGIN, days
from support.telling import BASE, facts_named, nudges, with_nudges

from domain.store.store import Store
from notifiers.channels import Channel, open_channel
from notifiers.dispatch import deliver_all
from notifiers.reports import DeliveryReport
from notifiers.settings import ChannelSetting, Telling

TEN_MINUTES = timedelta(minutes=11)


@contextmanager
def mailing(peer: SmtpPeer, **settings: object) -> Iterator[tuple[Telling, dict[str, Channel]]]:
    """Mail to a real server."""
    more = "".join(f"&{name}={value}" for name, value in settings.items())
    url = f"swmail://localhost:{peer.port}/?from=shouwang@example.org{more}"
    with open_channel(url) as channel:
        yield Telling(base_url=BASE, channels=(ChannelSetting(name="mail", url=url),)), {"mail": channel}


def delivered(store: Store, peer: SmtpPeer, times: int, **settings: object) -> list[DeliveryReport]:
    """So many deliveries, eleven minutes apart."""
    with mailing(peer, **({"mode": "plain"} | settings)) as (how, channels):
        return [deliver_all(store, how, channels, BEGIN + number * TEN_MINUTES, "w1") for number in range(times)]


def test_a_server_that_takes_a_mail_and_drops_the_line_gets_the_same_mail_once_more_at_most(database_url: str) -> None:
    store = with_nudges(database_url)
    with smtp_peer() as peer:
        peer.answer("DOT", HANG_UP)
        first, second, *later = delivered(store, peer, 4)
        (mail,) = peer.mails

    assert (first.doubtful, second.sent, [each.claimed for each in later]) == (1, 1, [0, 0])
    (nudge,) = nudges(store)
    assert (nudge.state, nudge.repeats) == ("sent", 1)
    assert str(mail.mail["Message-ID"]).startswith(f"<nudge-{nudge.id}.")
    assert "重发" not in str(mail.mail["Subject"])
    assert_sound(store, BEGIN + days(1))


def test_a_server_that_drops_the_line_every_time_is_not_tried_for_ever_and_the_desk_knows(database_url: str) -> None:
    store = with_nudges(database_url)
    with smtp_peer() as peer:
        peer.answer("DOT", *[HANG_UP] * 10)
        delivered(store, peer, 12)
        said = peer.said.count("DATA")

    assert said == 2
    assert [(each.channel, each.state) for each in nudges(store)] == [("mail", "doubtful"), ("desk", "failed")]
    assert facts_named(store, "telling-failed") == 1
    assert_sound(store, BEGIN + days(1))


def test_a_greylisted_mail_goes_through_when_the_server_has_seen_it_long_enough(database_url: str) -> None:
    store = with_nudges(database_url)
    with smtp_peer() as peer:
        peer.answer("RCPT", "451 4.7.1 Greylisting in action, please come back in 300 seconds")
        with mailing(peer, mode="plain") as (how, channels):
            early = [deliver_all(store, how, channels, BEGIN + timedelta(minutes=each), "w1") for each in (0, 1, 4)]
            late = deliver_all(store, how, channels, BEGIN + timedelta(minutes=6), "w1")
        assert len(peer.mails) == 1

    assert [(each.claimed, each.sent) for each in early] == [(1, 0), (0, 0), (0, 0)]
    assert (late.sent, nudges(store)[0].repeats) == (1, 0)
    assert_sound(store, BEGIN + days(1))


def test_a_wrong_certificate_is_for_ops_and_costs_nobody_a_try(database_url: str, tmp_path: Path) -> None:
    store = with_nudges(database_url)
    strange, ours = certificates(tmp_path / "strange"), certificates(tmp_path / "ours")
    with smtp_peer("starttls", strange.server_context()) as peer:
        (report,) = delivered(store, peer, 1, mode="starttls", ca=ours.authority)
        assert peer.mails == []
        (nudge,) = nudges(store)
        assert (nudge.state, nudge.outcome, nudge.code, nudge.tries) == (
            "queued",
            "misconfigured",
            "tls-certificate",
            0,
        )
        assert [(each.channel, each.code) for each in report.findings] == [("mail", "tls-certificate")]

        put_right = BEGIN + timedelta(minutes=31)
        with mailing(peer, mode="starttls", ca=strange.authority) as (how, channels):
            assert deliver_all(store, how, channels, put_right, "w1").sent == 1
        assert len(peer.mails) == 1
    assert_sound(store, put_right)


@pytest.mark.parametrize("answer", ["421 4.3.0 going down", "452 4.3.1 no room"])
def test_a_server_in_trouble_gets_the_mail_later_and_once(database_url: str, answer: str) -> None:
    store = with_nudges(database_url)
    with smtp_peer() as peer:
        peer.answer("DATA", answer)
        reports = delivered(store, peer, 3)
        assert len(peer.mails) == 1

    assert [(each.waiting, each.sent) for each in reports] == [(1, 0), (0, 1), (0, 0)]
    assert_sound(store, BEGIN + days(1))
