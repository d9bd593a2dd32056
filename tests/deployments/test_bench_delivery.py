"""``bench delivery`` with few messages: every figure is measured, against real servers, and what went wrong is seen."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from support.command_line import Shouwang
from support.programmes import linyi

from deployments.benchmarks.chaos import chaos, counted
from deployments.benchmarks.crowd import BEGIN, gather, open_ones, put_off, queue_again, telling
from deployments.benchmarks.hanging import slowed
from deployments.benchmarks.planning import planning
from deployments.benchmarks.provider import Provider, providing
from deployments.benchmarks.round import Measured
from deployments.benchmarks.sending import WARMING, mails, texts
from domain.store import tables as t
from domain.store.engine import open_engine, reading
from domain.store.store import Store
from notifiers.dispatch import deliver_all
from notifiers.opening import open_channels
from notifiers.settings import ChannelSetting, Telling

FEW = 10
A_MOMENT = 10.0
FIGURES = [
    "mail", "apprise", "http", "hanging", "planner", "lost-asked", "repeated-asked", "breaches-asked", "lost-unasked",
    "repeated-unasked", "breaches-unasked",
]  # fmt: skip
ANYWHERE = telling(ChannelSetting(name="mail", url="swmail://127.0.0.1"))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as running:
        yield running


def office(url: str) -> Store:
    return gather(open_engine(url), linyi(), ANYWHERE, WARMING + FEW)


def sent_by_sms(url: str, provider: Provider) -> Store:
    store = gather(open_engine(url), linyi(), sms(provider), FEW)
    deliver(store, provider)
    return store


def sms(provider: Provider) -> Telling:
    return telling(ChannelSetting(name="sms", url=provider.sms_url))


def deliver(store: Store, provider: Provider) -> None:
    with open_channels(sms(provider)) as channels:
        deliver_all(store, sms(provider), channels, BEGIN, "w1")


def test_mails_are_sent_by_us_by_smtplib_and_a_sample_by_apprise(database_url: str, provider: Provider) -> None:
    contest = mails(office(database_url), provider)

    assert contest.counts == {"ours": FEW, "smtplib": FEW, "apprise": FEW}
    assert provider.mails == WARMING + 3 * FEW
    assert all(seconds > 0 for seconds in contest.seconds.values())


def test_the_small_mail_server_takes_what_aiosmtpd_takes(sqlite_url: str) -> None:
    with providing(own_sink=True) as provider:
        contest = mails(office(sqlite_url), provider)

        assert contest.counts == {"ours": FEW, "smtplib": FEW, "apprise": FEW}
        assert provider.mails == WARMING + 3 * FEW


def test_text_messages_are_sent_by_us_and_by_two_bare_clients(database_url: str, provider: Provider) -> None:
    contest = texts(office(database_url), provider)

    assert contest.counts == {"ours": FEW, "httpx": FEW, "http.client": FEW}
    assert sorted(len(times) for times in provider.taken.values()) == [1] * WARMING + [3] * FEW


def test_the_planner_and_the_bare_writing_make_the_same_rows(database_url: str) -> None:
    engine = open_engine(database_url)
    contest = planning(engine, linyi(), notices=40, people=10)

    assert contest.counts == {"ours": 3 * 40, "bare": 3 * 40}
    with reading(engine) as connection:
        planned = connection.execute(select(t.notice.c.person, t.notice.c.nudge).distinct()).all()
        written = connection.execute(select(t.nudge.c.person, t.nudge.c.id)).all()
    assert len(planned) == 10
    assert sorted(planned) == sorted(written)


def test_where_the_gateway_can_be_asked_nothing_is_lost_or_repeated_however_often_the_delivery_is_killed(
    database_url: str,
) -> None:
    found = chaos(linyi(), database_url, messages=100, kills=4, asked=True, seed=1)

    assert found.kills > 0
    assert (found.lost, found.repeated, found.breaches) == (0, 0, 0)


def test_where_it_cannot_be_asked_a_message_comes_at_most_twice_and_says_so(sqlite_url: str) -> None:
    found = chaos(linyi(), sqlite_url, messages=100, kills=4, asked=False, seed=1)

    assert found.kills > 0
    assert found.repeated > 0
    assert (found.lost, found.unmarked, found.thrice, found.breaches) == (0, 0, 0, 0)


def test_a_message_taken_for_sent_that_never_came_is_counted_as_lost(sqlite_url: str, provider: Provider) -> None:
    store = sent_by_sms(sqlite_url, provider)
    assert counted(store, provider, BEGIN).lost == 0
    with providing() as another:
        assert counted(store, another, BEGIN).lost == FEW


def test_a_repeat_that_does_not_say_so_is_counted(sqlite_url: str, provider: Provider) -> None:
    store = sent_by_sms(sqlite_url, provider)
    assert counted(store, provider, BEGIN).repeated == 0
    queue_again(store, "sms")
    put_off(store, open_ones(store, "sms")[1:], BEGIN + timedelta(hours=1))
    deliver(store, provider)
    found = counted(store, provider, BEGIN)
    assert (found.repeated, found.unmarked, found.thrice) == (1, 1, 0)


def test_a_gateway_that_hangs_does_not_hold_up_a_healthy_one(sqlite_url: str) -> None:
    alone, beside = slowed(office(sqlite_url), seconds=0.5)

    assert 0 < alone < A_MOMENT
    assert 0 < beside < A_MOMENT


def test_a_figure_says_on_which_side_of_its_target_it_has_to_be() -> None:
    assert Measured("slow", 1.1, 1.0).line() == "ratio slow 1.10 target <= 1.0"
    assert not Measured("slow", 1.1, 1.0).is_met
    assert Measured("quick", 1.1, 1.0, at_least=True).line() == "ratio quick 1.10 target >= 1.0"
    assert Measured("quick", 1.1, 1.0, at_least=True).is_met
    assert not Measured("quick", 0.9, 1.0, at_least=True).is_met


def test_the_command_says_every_figure_and_ends_with_one_when_a_target_is_missed(tmp_path: Path) -> None:
    sizes = ("--messages", 10, "--notices", 40, "--people", 10, "--chaos", 40, "--kills", 1, "--steady", 0.5)
    said = Shouwang(tmp_path / "data")("bench", "delivery", *sizes, "--sqlite-only")

    figures = re.findall(r"^ratio (\S+)-sqlite (\S+) target ([<>]=) (\S+)$", said.out, re.MULTILINE)
    assert [name for name, *_ in figures] == FIGURES
    missed = [name for name, ratio, side, limit in figures if not on_its_side(float(ratio), side, float(limit))]
    assert said.code == (1 if missed else 0), said


def on_its_side(ratio: float, side: str, limit: float) -> bool:
    return ratio >= limit if side == ">=" else ratio <= limit
