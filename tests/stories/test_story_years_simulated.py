"""Years on a virtual clock, with everything that befalls an office in them: nothing is lost, nobody is told twice."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select
from support.lives import TELLING, behaving, empty_store, journal, live, planned, proved

from deployments.simulate.outages import Outage
from deployments.simulate.years import ROUND_AT, Years
from domain.calendar import start_of
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.moments import moment, stamp
from domain.store.store import Store

FIVE: Final = (
    "hengyang-art-companions@1", "hunan-one-village@1", "linyi-1204@1", "yunnan-three-year@1", "zixi-five-elders@1",
)  # fmt: skip
FIRST_DARK, LAST_DARK = date(2026, 6, 1), date(2026, 6, 21)
BEHAVIOUR: Final = behaving(machine={"outages": 0}, families={"survey_days": 10}, telling={"refused": 0, "delayed": 0})
AT, RECORDED_AT, NAME = 4, 5, 2


@pytest.fixture(scope="module")
def dark() -> Iterator[tuple[Store, Years]]:
    """Half a year of a few children in which the machine stands still for three weeks of June."""
    store = empty_store()
    years = Years(store, TELLING, planned(children=5, volunteers=10, behaviour=BEHAVIOUR))
    years.running.outages = (Outage(FIRST_DARK.toordinal(), LAST_DARK.toordinal()),)
    for lived in years.live():
        if lived.day >= date(2026, 8, 1):
            break
    yield store, years
    store.engine.dispose()


def morning(day: date, years: Years) -> datetime:
    return start_of(day, years.plan.programme.time_zone) + ROUND_AT


def written_at(store: Store, first: date, last: date, years: Years) -> list[tuple[Any, ...]]:
    """What the journal recorded between two mornings, the second left out."""
    begin, end = stamp(morning(first, years)), stamp(morning(last, years))
    return [row for row in journal(store) if begin <= row[RECORDED_AT] < end]


def test_nothing_is_written_while_the_machine_stands_still(dark: tuple[Store, Years]) -> None:
    assert written_at(*_between(dark, FIRST_DARK, LAST_DARK + timedelta(days=1))) == []
    assert written_at(*_between(dark, FIRST_DARK - timedelta(days=7), FIRST_DARK)) != []


def _between(dark: tuple[Store, Years], first: date, last: date) -> tuple[Store, date, date, Years]:
    store, years = dark
    return store, first, last, years


def test_what_came_due_in_the_dark_is_written_with_the_moment_it_came_due(dark: tuple[Store, Years]) -> None:
    store, years = dark
    caught_up = written_at(store, LAST_DARK + timedelta(days=1), LAST_DARK + timedelta(days=2), years)
    missed = [row for row in caught_up if row[NAME] == "rung-reached" and row[AT] < stamp(morning(LAST_DARK, years))]
    days = {moment(row[AT]).date() for row in missed}
    assert len(days) > 5
    assert min(days) < FIRST_DARK + timedelta(days=5)


def test_after_the_dark_everybody_hears_once_of_all_that_was_missed(dark: tuple[Store, Years]) -> None:
    store, years = dark
    day = LAST_DARK + timedelta(days=1)
    begin, end = stamp(morning(day, years)), stamp(morning(day, years) + timedelta(hours=1))
    with reading(store.engine) as connection:
        told = connection.execute(
            select(t.nudge.c.person, t.nudge.c.id, t.notice.c.duty)
            .join(t.notice, t.notice.c.nudge == t.nudge.c.id)
            .where(t.nudge.c.dated >= begin, t.nudge.c.dated < end, ~t.nudge.c.urgent, t.nudge.c.state == "sent")
        ).all()
    messages = {row.person: {other.id for other in told if other.person == row.person} for row in told}
    assert {len(each) for each in messages.values()} == {1}
    assert max(Counter(row.id for row in told).values()) > 2


def test_no_duty_was_lost_in_the_dark(dark: tuple[Store, Years]) -> None:
    store, years = dark
    report = proved(store, years)
    assert report.breaches == []
    assert report.tally.open + report.tally.ended.total() == report.tally.duties
    late = [
        row for row in journal(store) if row[NAME] == "duty-met" and row[RECORDED_AT] > stamp(morning(LAST_DARK, years))
    ]
    assert late


@pytest.mark.parametrize("programme", FIVE)
def test_each_of_the_five_programmes_lives_through_two_years(programme: str) -> None:
    store = empty_store()
    behaviour = behaving(machine={"round_every": 20, "outages": 2}, families={"survey_days": 20})
    years = live(store, planned(programme, children=3, volunteers=14, years=2, behaviour=behaviour))
    assert years.is_over
    report = proved(store, years)
    assert report.breaches == []
    assert years.set_aside == 0
    assert report.tally.ended["duty-met"] > 30
    store.engine.dispose()


def test_children_grow_up_are_accompanied_by_others_and_are_let_go_in_the_end() -> None:
    store = empty_store()
    behaviour = behaving(
        machine={"round_every": 60}, families={"survey_days": 5, "established": 60}, helpers={"leave": 20}
    )  # fmt: skip
    years = live(store, planned(children=4, volunteers=12, years=20, behaviour=behaviour))
    names = Counter(row[NAME] for row in journal(store))
    assert names["life-stage-reached"] > 5
    assert names["moved-to-follow-up"] > 2
    assert names["tie-ended"] > 3
    assert names["case-closed"] > 0
    assert proved(store, years).breaches == []
    store.engine.dispose()
