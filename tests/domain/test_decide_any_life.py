"""Whatever anybody does in whatever order: a command is carried out or refused, and nothing is ever dropped."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.anything import HOURS
from support.anything_long import anything
from support.life import CASE, VILLAGE, Life, opened
from support.office import BEGIN, CITY, CITY_DESK, COUNTY, OTHER_COUNTY, TOWNSHIP, ZHOU
from support.programmes import linyi
from support.team_life import FIRST, LEAD, MEMBERS, SECOND, team_office
from support.team_programme import teams

from domain import facts as f
from domain.case import fold
from domain.facts import read_fact, stored_name, version_of, write_fact
from domain.ids import UnitId
from domain.programme.schema import Helper, Stage
from domain.rules import commands as c
from domain.rules.decide import decide
from domain.rules.moments import due
from domain.rules.refusals import Refusal
from domain.store.rows import read_state, write_state

ENDS: Final = (f.DutyMet, f.DutyExcused, f.DutySuperseded, f.DutyLapsed)


def act(life: Life, data: st.DataObject, now: datetime) -> None:
    """Somebody does something, or leaves a desk, or the township comes to another county."""
    assert life.case is not None
    match data.draw(st.integers(0, 20)):
        case 0:
            life.without_desks(data.draw(st.sampled_from([TOWNSHIP, COUNTY, CITY])))
        case 1 if life.case.unit == VILLAGE:
            move_the_township(life, data.draw(st.sampled_from([COUNTY, OTHER_COUNTY])), now)
        case _:
            life.give(anything(life.case, life.around, data), now)


def move_the_township(life: Life, county: UnitId, now: datetime) -> None:
    """The tree changes, and the case with it."""
    life.pass_until(now)
    units = dict(life.around.office.units)
    units[TOWNSHIP] = units[TOWNSHIP]._replace(parent=county)
    life.around = replace(life.around, office=replace(life.around.office, units=units))
    life.give(c.MoveCase(case=CASE, unit=VILLAGE, county=county, by=CITY_DESK), now)


WORLDS: Final = ("linyi", "orphan", "left_behind", "ward")
"""Linyi's programme, or a kind of case of the small one with teams."""

BIRTHDAYS: Final = st.dates(date(2008, 9, 5), date(2024, 1, 1))

calm = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def live(data: st.DataObject) -> Life:
    """A case opened for anybody, and up to a dozen things that happen to it."""
    world = data.draw(st.sampled_from(WORLDS))
    programme = linyi() if world == "linyi" else teams()
    life = opened(
        programme=programme,
        office=team_office(),
        kind="orphan" if world == "linyi" else world,
        admit=data.draw(st.integers(0, 4)) > 0,
        born=data.draw(BIRTHDAYS),
        risk=data.draw(st.sampled_from(["low", "high"])),
    )
    versions = (linyi(), teams(), teams(("version: 1", "version: 2")))
    life.around = replace(life.around, programmes={each.name: each for each in versions})
    if data.draw(st.integers(0, 2)):
        bind_all(life)
    now = BEGIN
    for _ in range(data.draw(st.integers(1, 14))):
        now += timedelta(hours=data.draw(HOURS))
        act(life, data, now)
    life.pass_until(now)
    return life


def bind_all(life: Life) -> None:
    """Everybody the case needs is there from the beginning, where it was admitted."""
    people = {**MEMBERS, "companion": ZHOU, "lead": LEAD, "partner": FIRST}
    for role in life.around.programme.helper_roles(life.case.kind if life.case else ""):
        life.give(c.Bind(case=CASE, role=role, person=people[role], by=CITY_DESK), BEGIN)
    life.give(c.Bind(case=CASE, role="partner", person=SECOND, by=CITY_DESK), BEGIN)


@calm
@given(st.data())
def test_the_journal_of_any_life_makes_the_case_again(data: st.DataObject) -> None:
    life = live(data)
    assert life.case is not None
    assert fold(life.journal) == life.case
    assert read_state(write_state(life.case)) == life.case


@calm
@given(st.data())
def test_in_any_life_every_duty_ends_once_or_is_open(data: st.DataObject) -> None:
    life = live(data)
    opened_duties = [entry.fact.duty for entry in life.journal if isinstance(entry.fact, f.DutyOpened)]
    ended = Counter(entry.fact.duty for entry in life.journal if isinstance(entry.fact, ENDS))
    assert opened_duties == list(range(1, len(opened_duties) + 1))
    assert all(count == 1 for count in ended.values())
    assert set(opened_duties) == set(ended) | set(life.duties)
    assert not set(ended) & set(life.duties)


@calm
@given(st.data())
def test_in_any_life_what_stands_in_anothers_place_is_open_at_that_moment(data: st.DataObject) -> None:
    life, still_open = live(data), set[int]()
    for entry in life.journal:
        match entry.fact:
            case f.DutyOpened():
                still_open.add(entry.fact.duty)
            case f.DutySuperseded():
                still_open.remove(entry.fact.duty)
                assert entry.fact.by_duty in still_open
            case f.DutyLapsed():
                still_open.remove(entry.fact.duty)
                assert entry.fact.into in still_open
            case f.DutyMet() | f.DutyExcused():
                still_open.remove(entry.fact.duty)
            case _:
                pass


@calm
@given(st.data())
def test_in_any_life_an_open_case_has_a_next_moment(data: st.DataObject) -> None:
    life = live(data)
    assert life.case is not None
    entries = due(life.case, life.around)
    if life.case.base is Stage.CLOSED:
        assert not entries
        assert not life.duties
    else:
        assert {entry.number for entry in entries if entry.number} == set(life.duties)
        assert entries
        assert all(entry.next_moment > life.journal[-1].recorded_at for entry in entries)


@calm
@given(st.data())
def test_in_any_life_ladders_are_climbed_rung_by_rung_and_forward_in_time(data: st.DataObject) -> None:
    life = live(data)
    rungs: dict[int, list[f.Recorded]] = {}
    for entry in life.journal:
        assert BEGIN <= entry.at <= entry.recorded_at
        if isinstance(entry.fact, f.RungReached):
            rungs.setdefault(entry.fact.duty, []).append(entry)
    for entries in rungs.values():
        assert [entry.fact.rung for entry in entries if isinstance(entry.fact, f.RungReached)] == list(
            range(len(entries))
        )
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


@calm
@given(st.data())
def test_in_any_life_every_fact_can_be_written_and_read(data: st.DataObject) -> None:
    for entry in live(data).journal:
        name = stored_name(entry.fact)
        assert read_fact(name, version_of(name), write_fact(entry.fact)) == entry.fact


@calm
@given(st.data())
def test_in_any_life_looking_twice_finds_nothing_more_to_do(data: st.DataObject) -> None:
    life = live(data)
    again = decide(life.case, c.LetTimePass(case=CASE), life.around, life.journal[-1].recorded_at)
    assert not isinstance(again, Refusal)
    assert again == (life.case, ())


@calm
@given(st.data(), st.integers(1, 400))
def test_any_life_goes_on_alike_whether_looked_at_daily_or_once(data: st.DataObject, length: int) -> None:
    life = live(data)
    daily, once = (Life(life.around, life.case, list(life.journal)) for _ in range(2))
    now = life.journal[-1].recorded_at
    for day in range(1, length + 1, 7):
        daily.pass_until(now + timedelta(days=day))
    daily.pass_until(now + timedelta(days=length))
    once.pass_until(now + timedelta(days=length))
    assert [(entry.fact, entry.at) for entry in daily.journal] == [(entry.fact, entry.at) for entry in once.journal]


@calm
@given(st.data())
def test_in_any_life_nobody_who_has_gone_owes_anything(data: st.DataObject) -> None:
    life = live(data)
    assert life.case is not None
    here = {tie.person for tie in life.case.ties}
    if life.case.proposal is not None:
        here.add(life.case.proposal.person)
    assert {duty.owed_by for duty in life.duties.values()} - {None} <= here


@calm
@given(st.data())
def test_in_any_life_what_was_asked_for_waits_for_somebody(data: st.DataObject) -> None:
    life = live(data)
    assert life.case is not None
    if life.case.transfer is not None:
        assert life.has("take_over")
    if life.case.proposal is not None:
        wanted = ("accept", "accept_proposal") if life.case.proposal.approved else ("decide", "decide_proposal")
        assert any(map(life.has, wanted))


@calm
@given(st.data())
def test_in_any_life_a_role_holds_no_more_than_it_may(data: st.DataObject) -> None:
    life = live(data)
    assert life.case is not None
    roles = life.around.programme.helper_roles(life.case.kind)
    for name in {tie.role for tie in life.case.ties}:
        tied, role = life.case.all_tied(name), roles[name]
        assert isinstance(role, Helper)
        assert len({tie.person for tie in tied}) == len(tied)
        if role.tie == "several":
            assert len(tied) <= role.most
        else:
            assert all(tie.serves_until is not None for tie in tied[:-2])
