"""What single facts mean for figures: the last second in time, one matter through several duties, a gap in a team."""

from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from sqlalchemy import create_engine
from support.life import CASE, CHILD, TREE, VILLAGE
from support.office import COUNTY, COUNTY_DESK, LIU, SUN, TOWNSHIP_DESK, ZHOU
from support.programmes import LINYI, linyi

from domain import facts as f
from domain.calendar import Calendar
from domain.ids import PersonId
from domain.programme.schema import FieldKind, Level
from domain.rules.office import Office
from domain.store.figures_answers import giving_points
from domain.store.figures_method import Methods
from domain.store.figures_period import Period
from domain.store.figures_places import Places
from domain.store.figures_tally import Book, Tally, together
from domain.store.figures_walk import Books, walk
from domain.store.sealing import Seal
from domain.store.store import Store

YEAR: Final = Period(date(2027, 1, 1), date(2027, 12, 31))
NOW: Final = datetime(2028, 1, 1, tzinfo=UTC)
OPENED: Final = f.CaseOpened(
    subject=CHILD, unit=VILLAGE, county=COUNTY, kind="orphan", sex="female", born=date(2016, 1, 1), risk="low",
    programme=LINYI,
)  # fmt: skip
BEGINNING: Final[tuple[tuple[str, f.Fact], ...]] = (
    ("2027-01-04T01:00:00Z", OPENED),
    ("2027-01-04T01:00:00Z", f.CaseAdmitted(by=None)),
)


def followed(*facts: tuple[str, f.Fact], whole: bool = True) -> Tally:
    """What a case that began so and went on so adds to the year 2027."""
    office = Office({unit.id: unit for unit in TREE}, {})
    store = Store(create_engine("sqlite://"), {LINYI: linyi()}, Calendar(), Seal(bytes(32)))
    places = Places(office, None, Level.COUNTY)
    books = Books(Book(YEAR, places), Book(YEAR.year_before(), places))
    assert walk(CASE, [_row(*each) for each in (*BEGINNING, *facts)], books, Methods(store, office, YEAR, NOW)) is whole
    return together(books.asked.tallies.values())


def _row(at: str, fact: f.Fact) -> tuple[Any, ...]:
    name = f.stored_name(fact)
    return CASE, name, f.version_of(name), at, f.write_fact(fact)


def duty(number: int, kind: str, due_on: date) -> f.DutyOpened:
    """A duty opened on the day the case was."""
    return f.DutyOpened(duty=number, kind=kind, opens_on=date(2027, 1, 4), due_on=due_on, because="stage")


def met(number: int, **answers: Any) -> f.DutyMet:
    """A duty done."""
    return f.DutyMet(duty=number, by=ZHOU, on=date(2027, 3, 1), answers=answers)


@pytest.mark.parametrize(
    ("at", "end"), [("2027-03-10T15:59:59Z", "on-time"), ("2027-03-10T16:00:00Z", "late")]
)  # fmt: skip
def test_the_due_day_is_in_time_to_its_last_second(at: str, end: str) -> None:
    tally = followed(("2027-01-04T01:00:00Z", duty(1, "home_visit", date(2027, 3, 10))), (at, met(1)))
    assert {key for key in tally.counts if key[0] == "duty"} == {("duty", end)}


def test_a_duty_due_on_the_last_day_of_the_year_is_not_late_in_that_year() -> None:
    opened = ("2027-01-04T01:00:00Z", duty(1, "home_visit", date(2027, 12, 31)))
    assert followed(opened).count("duty", "open") == 1
    answered_later = followed(opened, ("2028-01-02T01:00:00Z", met(1, hours=3)))
    assert answered_later.count("duty", "open") == 1
    assert not [key for key in answered_later.counts if key[0] in {"done", "answer"}]
    day_before = ("2027-01-04T01:00:00Z", duty(1, "home_visit", date(2027, 12, 30)))
    assert followed(day_before, ("2028-01-02T01:00:00Z", met(1))).count("duty", "overdue") == 1


def test_an_urgent_matter_stays_one_through_the_duties_it_passes() -> None:
    tally = followed(
        ("2027-02-01T01:00:00Z", duty(1, "urgent_help", date(2027, 2, 2))),
        ("2027-02-01T05:00:00Z", duty(2, "urgent_help", date(2027, 2, 3))),
        ("2027-02-01T05:00:00Z", f.DutySuperseded(duty=1, by_duty=2, because="handover")),
        ("2027-02-01T09:00:00Z", met(2)),
    )
    assert (tally.count("urgent"), tally.spans["urgent",]) == (1, [8.0])


def test_whoever_acknowledges_an_urgent_matter_has_acted_on_it() -> None:
    raised = ("2027-02-01T01:00:00Z", duty(1, "urgent_help", date(2027, 2, 2)))
    seen = f.DutyAcknowledged(duty=1, by=TOWNSHIP_DESK, until=datetime(2027, 2, 4, tzinfo=UTC))
    assert followed(raised).count("urgent", "waiting") == 1
    acted = followed(raised, ("2027-02-01T03:30:00Z", seen), ("2027-02-03T01:00:00Z", met(1)))
    assert (acted.count("urgent", "waiting"), acted.spans["urgent",]) == (0, [2.5])


def test_a_rung_that_comes_again_is_one_climb() -> None:
    rungs = [
        (f"2027-04-{day:02d}T16:00:00Z", f.RungReached(duty=1, rung=rung, told=(), climbed_to=level))
        for rung, (day, level) in enumerate(((1, None), (3, "township"), (10, "county"), (17, "county")))
    ]
    tally = followed(("2027-01-04T01:00:00Z", duty(1, "home_visit", date(2027, 3, 31))), *rungs)
    assert {key: many for key, many in tally.counts.items() if key[0] == "climbed"} == {
        ("climbed", "township"): 1, ("climbed", "county"): 1,
    }  # fmt: skip
    assert tally.count("stage", "escalation") == 1


def test_a_second_member_of_a_team_succeeds_nobody_and_a_replacement_does() -> None:
    tie = f.TieBegun(role="member", person=ZHOU)
    joined = (("2027-02-01T01:00:00Z", tie), ("2027-02-02T01:00:00Z", f.TieBegun(role="member", person=LIU)))
    assert followed(*joined).count("succeeded") == 0
    left = f.TieEnded(role="member", person=LIU, by=COUNTY_DESK, reason="ill")
    replaced = followed(
        *joined, ("2027-03-01T01:00:00Z", left), ("2027-03-02T01:00:00Z", f.TieBegun(role="member", person=SUN))
    )  # fmt: skip
    assert (replaced.count("succeeded"), replaced.count("paired")) == (1, 1)
    assert replaced.people["helpers",] == {ZHOU, SUN}


def test_a_successor_bound_while_the_one_before_still_serves_is_a_succession() -> None:
    leaving = f.TieBegun(role="companion", person=ZHOU, serves_until=date(2027, 6, 30))
    tally = followed(
        ("2027-02-01T01:00:00Z", leaving),
        ("2027-06-01T01:00:00Z", f.TieBegun(role="companion", person=LIU)),
        ("2027-07-01T01:00:00Z", f.TieEnded(role="companion", person=ZHOU, by=None, reason="service-ended", gap=False)),
        ("2027-08-01T01:00:00Z", f.TieBegun(role="friend", person=SUN)),
    )
    assert tally.count("succeeded") == 1


def test_a_helper_who_comes_back_or_one_after_a_closure_succeeds_nobody() -> None:
    begun = ("2027-02-01T01:00:00Z", f.TieBegun(role="companion", person=ZHOU))
    ended = ("2027-03-01T01:00:00Z", f.TieEnded(role="companion", person=ZHOU, by=COUNTY_DESK, reason="ill"))
    back = followed(begun, ended, ("2027-04-01T01:00:00Z", f.TieBegun(role="companion", person=ZHOU)))
    assert (back.count("succeeded"), back.count("paired")) == (0, 1)
    reopened = followed(
        begun,
        ended,
        ("2027-03-02T01:00:00Z", f.CaseClosed(by=COUNTY_DESK, reason="moved-away")),
        ("2027-05-01T01:00:00Z", f.CaseReopened(by=COUNTY_DESK, reason="returned")),
        ("2027-05-02T01:00:00Z", f.TieBegun(role="companion", person=LIU)),
    )
    assert (reopened.count("succeeded"), reopened.count("paired")) == (0, 2)


def test_a_duty_replaced_by_the_same_for_the_same_day_is_one_duty() -> None:
    first, second = (duty(number, "home_visit", date(2027, 3, 10)) for number in (1, 2))
    told_anew = ("2027-03-12T01:00:00Z", f.DutySuperseded(duty=1, by_duty=2, because="moved"))
    tally = followed(("2027-01-04T01:00:00Z", first), ("2027-03-12T01:00:00Z", second), told_anew)
    assert {key: many for key, many in tally.counts.items() if key[0] == "duty"} == {("duty", "overdue"): 1}
    another_day = duty(2, "home_visit", date(2027, 3, 20))
    tally = followed(("2027-01-04T01:00:00Z", first), ("2027-03-12T01:00:00Z", another_day), told_anew)
    assert {key for key in tally.counts if key[0] == "duty"} == {("duty", "superseded"), ("duty", "overdue")}


def test_what_follows_a_fact_nobody_can_read_is_not_counted() -> None:
    tally = followed(
        ("2027-02-01T01:00:00Z", met(7)), ("2027-02-02T01:00:00Z", f.CaseClosed(by=None, reason="x")), whole=False
    )
    assert (tally.count("open"), tally.count("closed", "x")) == (1, 0)


def test_a_score_gives_the_points_alone_and_without_one_every_number_does() -> None:
    numbers = {"visits": FieldKind.COUNT, "good": FieldKind.YES_NO, "records": FieldKind.COUNT}
    assert giving_points(numbers) == ("visits", "records")
    assert giving_points(numbers | {"score": FieldKind.COUNT}) == ("score",)


def test_who_served_at_any_time_in_the_year_is_known_from_the_ties() -> None:
    def bound(at: str, person: PersonId) -> tuple[str, f.Fact]:
        return at, f.TieBegun(role="companion", person=person)

    def let_go(at: str, person: PersonId) -> tuple[str, f.Fact]:
        return at, f.TieEnded(role="companion", person=person, by=None, reason="ill")

    both = followed(
        bound("2027-02-01T01:00:00Z", ZHOU), let_go("2027-03-01T01:00:00Z", ZHOU), bound("2027-04-01T01:00:00Z", SUN)
    )
    assert (both.people["helpers",], both.people["served",]) == ({SUN}, {ZHOU, SUN})
    end = ("2027-05-01T01:00:00Z", f.CaseClosed(by=None, reason="moved-away"))
    closed = followed(bound("2027-02-01T01:00:00Z", ZHOU), end)
    assert ("helpers",) not in closed.people
    assert closed.people["served",] == {ZHOU}
    later = followed(bound("2028-02-01T01:00:00Z", ZHOU), let_go("2028-03-01T01:00:00Z", ZHOU))
    assert ("served",) not in later.people
