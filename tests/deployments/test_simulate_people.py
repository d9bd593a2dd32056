"""The parts of a simulated office by themselves: draws, outages, desks, what people mean to do."""

from collections import Counter
from datetime import date
from statistics import mean
from typing import Final

import pytest
from support.lives import behaving, empty_store, journal, live, planned, programmes

from deployments.simulate.arrivals import Arrivals
from deployments.simulate.chances import Chances, how_many, pick
from deployments.simulate.conduct import What
from deployments.simulate.desks import levels_of, seats
from deployments.simulate.outages import Running
from deployments.simulate.years import Plan, Years
from domain.places import place
from domain.programme.schema import Stage

DIGITS: Final = {"province": 2, "city": 4, "county": 6, "township": 9}
CLIMBED: Final = ("acknowledged", "owner_roused", "done_at_desk", "excused", "helper_replaced")
PROGRAMMES: Final = sorted(programmes())


def test_a_draw_depends_on_what_it_is_about_and_on_nothing_else() -> None:
    about = [("case", number) for number in range(50)]
    forwards, backwards = Chances(1), Chances(1)
    first = {each: forwards.four(*each) for each in about}
    assert {each: backwards.four(*each) for each in reversed(about)} == first
    assert len(set(first.values())) == 50
    assert Chances(2).four("case", 0) != first["case", 0]
    assert 0.4 < mean(draws.a for draws in first.values()) < 0.6


def test_a_chance_without_memory_falls_on_the_same_day_whenever_one_asks_before_it() -> None:
    chances = Chances(1)
    day = chances.falls_on(1000, 0.1, "proposal")
    assert all(chances.falls_on(since, 0.1, "proposal") == day for since in range(1000, day + 1))
    assert chances.falls_on(day + 1, 0.1, "proposal") > day
    waits = [chances.falls_on(0, 0.1, "proposal", number) for number in range(2000)]
    assert 8 < mean(waits) < 10


def test_yearly_rates_come_out_right_on_average() -> None:
    chances = Chances(1)
    a_year = sum(how_many(15, 200, chances.one("ill", day)) for day in range(3653))
    assert 270 < a_year < 330


def test_shares_are_kept_and_the_rest_is_nothing() -> None:
    chances = Chances(1)
    found = Counter(pick({"a": 30, "b": 20}, chances.one(number)) for number in range(4000))
    assert 0.27 < found["a"] / 4000 < 0.33
    assert 0.17 < found["b"] / 4000 < 0.23
    assert 0.47 < found[None] / 4000 < 0.53


def test_the_machine_runs_on_its_own_days_and_not_during_an_outage() -> None:
    begin, end = date(2026, 1, 1), date(2036, 1, 1)
    running = Running(
        behaving(machine={"round_every": 3, "outages": 5, "outage_days": 10}).machine, Chances(1), begin, end
    )
    days = [running.day(day) for day in range(begin.toordinal(), begin.toordinal() + 3000)]
    assert all((day - begin.toordinal()) % 3 == 0 for day in days)
    dark = {day for outage in running.outages for day in range(outage.first, outage.last + 1)}
    assert 30 < len(running.outages) < 70
    assert dark & set(days) == set()
    assert days == sorted(days)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_somebody_sits_at_every_level_a_programme_speaks_of(name: str) -> None:
    programme = programmes()[name]
    codes = {seat.code for seat in seats(programme)}
    assert codes
    for level in levels_of(programme):
        if level.value in DIGITS:
            assert any(len(code) == DIGITS[level.value] for code in codes), level
    assert all(place(code) for code in codes)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_everybody_who_comes_is_one_the_programme_is_for(name: str) -> None:
    plan = planned(name, children=40, volunteers=10)
    arrivals = Arrivals(plan.programme, plan.behaviour, Chances(1), plan.size, plan.begin)
    first, last = plan.begin.toordinal(), arrivals.last_survey.toordinal()
    surveys = [arrivals.surveys(date.fromordinal(day)) for day in range(first, last + 1)]
    children = [row.item for survey in surveys if survey for row in survey.rows if row.item]
    kinds = [kind for kind in plan.programme.eligible.kinds if plan.programme.subject_of(kind) == "child"]
    assert len(children) == (40 if kinds else 0)
    assert {child.kind for child in children} <= set(kinds)
    codes = {child.township[: len(plan.programme.area)] for child in children}
    assert codes <= {plan.programme.area[: len(next(iter(codes), ""))]}


def test_newcomers_come_once_a_year() -> None:
    plan = planned(
        children=40, volunteers=50, behaviour=behaving(families={"newcomers": 10}, helpers={"newcomers": 10})
    )
    arrivals = Arrivals(plan.programme, plan.behaviour, Chances(1), plan.size, plan.begin)
    year = plan.begin.toordinal() + 365
    later = [day for day in range(year - 200, year + 500) if not arrivals.is_quiet(day)]
    assert later == [year, year + 365]
    found = arrivals.surveys(date.fromordinal(year))
    assert found is not None
    assert len(found.rows) == 4
    assert len(arrivals.helpers(1).rows) == 5


@pytest.fixture(scope="module")
def silent() -> Years:
    """An office in which nobody ever does anything by themselves."""
    nobody = behaving(
        helpers={"habits": {"all": {"of": 100, "late": 0, "never": 100}}, "ill": 0, "leave": 0},
        office={"late": 0, "never": 100, "away": 0, "climbed": dict.fromkeys(CLIMBED, 0)},
        families={"survey_days": 5, "doubtful": 0, "risk": 0, "move": 0, "leave": 0},
        machine={"round_every": 10, "outages": 0}, telling={"refused": 0, "delayed": 0},
    )  # fmt: skip
    return _lived(planned(children=3, volunteers=6, behaviour=nobody))


def _lived(plan: Plan) -> Years:
    return live(empty_store(), plan)


def test_where_nobody_does_anything_all_of_it_climbs_to_the_top_and_stays_open(silent: Years) -> None:
    names = Counter(row[2] for row in journal(silent.store))
    assert names["duty-acknowledged"] == names["duty-excused"] == 0
    answered = [row for row in journal(silent.store) if row[2] == "duty-met" and '"through":"event"' not in row[8]]
    assert answered == []
    desks = {duty.climbed_to for case in silent.world.cases.values() for duty in case.duties.values()}
    assert "city" in {desk.value for desk in desks if desk}


def test_who_means_to_do_something_means_it_from_today_on(silent: Years) -> None:
    for case in silent.world.cases.values():
        intents = list(silent.conduct.intents(case, silent.acted + 1))
        assert all(intent.on > silent.acted for intent in intents)
        assert {intent.what for intent in intents} <= {What.DECIDE, What.CONSENT, What.WITHDRAW, What.BIND}


def test_helpers_who_stopped_are_bound_to_nobody_and_asked_no_more() -> None:
    leaving = behaving(
        helpers={"leave": 300, "leave_announced": 50, "newcomers": 0}, machine={"round_every": 6},
        families={"survey_days": 5}, office={"pair_every": 12},
    )  # fmt: skip
    years = _lived(planned(children=5, volunteers=20, behaviour=leaving))
    gone = years.world.gone
    assert len(gone) > 8
    still = {
        (case.id, tie.person) for case in years.world.cases.values() for tie in case.ties if tie.person in gone
    }  # fmt: skip
    announced = {
        (case.id, tie.person) for case in years.world.cases.values() for tie in case.ties if tie.serves_until
    }  # fmt: skip
    assert still <= announced
    assert all(case.base is not Stage.IDENTIFICATION for case in years.world.cases.values())
