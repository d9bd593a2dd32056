"""When something is due, when it is overdue, when the engine looks again."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.bodies_programme import bodies_programme
from support.life import CASE, Life, around, opened, paired
from support.office import BEGIN, COUNTY_DESK, TOWNSHIP_DESK, ZHOU, days
from support.programmes import linyi

from domain import facts as f
from domain.case import Case, Duty, evolve
from domain.programme.schema import Programme
from domain.programme.spans import Length, Unit
from domain.rules import commands as c
from domain.rules.moments import (
    beat_after,
    birthday,
    day_of_year_after,
    due,
    lapse_moment,
    next_season,
    overdue_from,
    rung_moment,
    season_begins,
)


def case_of(life: Life) -> Case:
    assert life.case is not None
    return life.case


def midnight(day: date) -> datetime:
    """The first moment of a day in Linyi."""
    return datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def a_talk(**changes: object) -> Duty:
    usual: dict[str, object] = {
        "number": 1, "kind": "monthly_talk", "opens_on": date(2026, 9, 1), "due_on": date(2026, 9, 30),
        "opened_at": BEGIN, "owed_by": ZHOU, "rhythm_from": date(2026, 8, 31),
    }  # fmt: skip
    return Duty(**(usual | changes))  # type: ignore[arg-type]


# Overdue


def test_the_due_day_itself_is_on_time_until_midnight_where_the_unit_lies() -> None:
    assert overdue_from(date(2026, 9, 30), around()) == datetime(2026, 9, 30, 16, tzinfo=UTC)


def test_overdue_follows_the_clock_of_the_place() -> None:
    far_west = linyi().model_copy(update={"time_zone": ZoneInfo("America/Los_Angeles")})
    assert overdue_from(date(2026, 10, 31), around(far_west)) == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert overdue_from(date(2026, 11, 1), around(far_west)) == datetime(2026, 11, 2, 8, tzinfo=UTC)


# Rungs


def test_the_first_rung_of_the_standard_ladder_is_three_days_before_the_due_day() -> None:
    assert rung_moment(a_talk(), around()) == midnight(date(2026, 9, 27))


def test_rungs_follow_each_other_as_the_ladder_says() -> None:
    reached = [rung_moment(a_talk(rungs=rungs), around()) for rungs in range(5)]
    assert reached == [midnight(date(2026, 9, 30) + days(after)) for after in (-3, 0, 3, 10, 20)]


def test_the_last_rung_comes_again_every_week() -> None:
    last = midnight(date(2026, 10, 20))
    assert rung_moment(a_talk(rungs=5, reached_at=last), around()) == last + days(7)
    assert rung_moment(a_talk(rungs=9, reached_at=last + days(28)), around()) == last + days(35)


def test_no_rung_comes_before_the_duty_was_opened() -> None:
    late = datetime(2026, 9, 29, 9, tzinfo=UTC)
    assert rung_moment(a_talk(opened_at=late), around()) == late


def test_no_rung_comes_before_the_one_below_it() -> None:
    delayed = midnight(date(2026, 10, 15))
    assert rung_moment(a_talk(rungs=3, reached_at=delayed), around()) == delayed


def test_a_ladder_waits_as_long_as_somebody_has_acknowledged_it() -> None:
    until = midnight(date(2026, 10, 12))
    assert rung_moment(a_talk(rungs=3, waits_until=until), around()) == until


def test_an_acknowledgement_that_ends_before_the_next_rung_changes_nothing() -> None:
    until = midnight(date(2026, 10, 5))
    assert rung_moment(a_talk(rungs=3, waits_until=until), around()) == midnight(date(2026, 10, 10))


def test_help_asked_for_now_is_told_at_once() -> None:
    assert rung_moment(a_talk(kind="urgent_help"), around()) == BEGIN


# Lapses


def test_a_talk_lapses_on_the_day_of_the_next_one_once_a_desk_has_heard_of_it() -> None:
    life = paired()
    climbed = a_talk(rungs=3, climbed_to="township", reached_at=midnight(date(2026, 10, 3)))
    assert lapse_moment(case_of(life), climbed, around()) == midnight(date(2026, 10, 31))


def test_a_talk_no_desk_has_heard_of_never_lapses() -> None:
    assert lapse_moment(case_of(paired()), a_talk(rungs=2), around()) is None


def test_a_duty_never_lapses_before_the_rung_that_took_it_up() -> None:
    climbed_late = midnight(date(2026, 11, 20))
    talk = a_talk(rungs=3, climbed_to="township", reached_at=climbed_late)
    assert lapse_moment(case_of(paired()), talk, around()) == climbed_late


def test_what_is_owed_once_never_lapses() -> None:
    visit = a_talk(kind="first_visit", rungs=3, climbed_to="township")
    assert lapse_moment(case_of(paired()), visit, around()) is None


# Rhythms and days of the year


def test_a_rhythm_begun_on_the_31st_ends_short_months_on_their_last_day_and_comes_back_to_the_31st() -> None:
    month = Length(1, Unit.MONTH)
    beats = [date(2026, 1, 31)]
    for _ in range(4):
        beats.append(beat_after(date(2026, 1, 31), month, beats[-1], around()))
    assert beats[1:] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]


def test_a_rhythm_missed_for_long_goes_on_at_its_next_beat() -> None:
    assert beat_after(date(2026, 1, 15), Length(1, Unit.WEEK), date(2026, 3, 1), around()) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("month_day", "day", "following"),
    [
        ("01-15", date(2026, 1, 14), date(2026, 1, 15)),
        ("01-15", date(2026, 1, 15), date(2027, 1, 15)),
        ("02-29", date(2026, 1, 1), date(2026, 2, 28)),
        ("02-29", date(2027, 12, 1), date(2028, 2, 29)),
        ("02-29", date(2026, 2, 28), date(2027, 2, 28)),
    ],
)
def test_a_day_of_the_year_comes_round(month_day: str, day: date, following: date) -> None:
    assert day_of_year_after(month_day, day) == following


def greeted(days_apart: str) -> Programme:
    """The programme about more than children, with a yearly note counted from the Spring Festival."""
    return bodies_programme(
        ("opens: {every: 1 month}\n    ladder: helper", f"opens: {{{days_apart}}}\n    ladder: helper")
    )


@pytest.mark.parametrize(
    ("written", "paired_on", "day", "following"),
    [
        ("days_before: 3", date(2026, 9, 1), date(2027, 2, 3), date(2028, 1, 23)),
        ("days_before: 3", date(2027, 2, 3), date(2028, 1, 23), date(2029, 2, 10)),
        ("days_before: 60", date(2026, 9, 1), date(2026, 12, 8), date(2027, 11, 27)),
        ("days_before: 60", date(2026, 12, 8), date(2027, 11, 27), date(2028, 12, 15)),
        ("days_after: 15", date(2026, 9, 1), date(2027, 2, 21), date(2028, 2, 10)),
    ],
)
def test_a_day_counted_from_a_festival_comes_round_with_it(
    written: str, paired_on: date, day: date, following: date
) -> None:
    now = datetime.combine(paired_on, time(9), ZoneInfo("Asia/Shanghai"))
    life = paired(now, programme=greeted(f"yearly: spring-festival, {written}"))
    assert life.duty("talk").due_on == day
    life.answer("talk", ZHOU, now, wish=False)
    life.answer("talk", ZHOU, datetime.combine(day, time(9), ZoneInfo("Asia/Shanghai")), wish=False)
    assert life.duty("talk").due_on == following


def test_one_born_on_the_29th_of_february_comes_of_age_on_the_28th() -> None:
    assert birthday(date(2012, 2, 29), Length(18, Unit.YEAR)) == date(2030, 2, 28)
    assert birthday(date(2012, 2, 29), Length(20, Unit.YEAR)) == date(2032, 2, 29)


# Parts of life


def test_school_begins_in_the_september_in_which_the_age_is_reached() -> None:
    junior = linyi().life["junior"]
    assert season_begins(date(2014, 9, 1), junior.from_age, junior.on) == date(2026, 9, 1)
    assert season_begins(date(2014, 9, 2), junior.from_age, junior.on) == date(2027, 9, 1)


def test_parts_of_life_that_began_before_the_case_are_past() -> None:
    following = next_season(case_of(opened(born=date(2015, 3, 10))), around())
    assert following is not None
    assert (following.kind, following.due_on) == ("junior", date(2027, 9, 1))


def test_parts_of_life_follow_each_other_and_end() -> None:
    case, names = case_of(opened(born=date(2015, 3, 10))), []
    while (following := next_season(case, around())) is not None:
        names.append(following.kind)
        case = evolve(case, f.LifeStageReached(stage=following.kind), following.next_moment)
    assert names == ["junior", "senior", "majority", "working_life"]


def test_a_part_of_life_by_age_alone_begins_on_the_birthday() -> None:
    majority = linyi().life["majority"]
    assert season_begins(date(2010, 5, 5), majority.from_age, majority.on) == date(2028, 5, 5)


# The diary


def test_every_open_duty_has_a_next_moment() -> None:
    life = paired()
    for month in range(1, 8):
        life.pass_until(BEGIN + days(30 * month))
        entries = {entry.number: entry for entry in due(case_of(life), life.around)}
        assert life.duties.keys() <= entries.keys()
        assert all(entry.next_moment > BEGIN + days(30 * month) for entry in entries.values())


def test_a_closed_case_owes_nothing_more() -> None:
    life = paired()
    life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(3))
    assert due(case_of(life), life.around) == ()


def test_working_days_leave_out_the_holidays_as_published() -> None:
    life = opened(datetime(2026, 9, 28, 1, tzinfo=UTC), admit=False)
    # Ten working days on: the National Day holiday runs from 1 to 7 October 2026, Saturday 10 October is worked.
    assert life.duty("eligibility_review").due_on == date(2026, 10, 16)


def test_the_moment_of_a_rung_does_not_depend_on_when_somebody_looked() -> None:
    often, once = paired(), paired()
    for hour in range(0, 24 * 50, 7):
        often.pass_until(BEGIN + timedelta(hours=hour))
    often.pass_until(BEGIN + days(50))
    once.pass_until(BEGIN + days(50))
    assert [(entry.fact, entry.at) for entry in often.journal] == [(entry.fact, entry.at) for entry in once.journal]


def test_an_acknowledged_ladder_goes_on_at_the_moment_the_acknowledgement_ends() -> None:
    life = paired()
    life.pass_until(BEGIN + days(18))
    visit = life.duty("first_visit")
    life.give(c.AcknowledgeDuty(case=CASE, duty=visit.number, by=TOWNSHIP_DESK), BEGIN + days(18))
    waits = life.duty("first_visit").waits_until
    assert waits is not None
    life.pass_until(BEGIN + days(40))
    rungs = [
        entry.at for entry in life.journal if isinstance(entry.fact, f.RungReached) and entry.fact.duty == visit.number
    ]
    assert waits in rungs
    assert rungs == sorted(rungs)
