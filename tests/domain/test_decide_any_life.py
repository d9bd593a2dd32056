"""Whatever anybody does in whatever order: a command is carried out or refused, and nothing is ever dropped."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.anything import HOURS, a_command
from support.life import CASE, Life, opened
from support.office import BEGIN, CITY, COUNTY, TOWNSHIP

from domain import facts as f
from domain.case import fold
from domain.facts import read_fact, stored_name, version_of, write_fact
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.decide import decide
from domain.rules.moments import due
from domain.rules.refusals import Refusal
from domain.store.rows import read_state, write_state

ENDS: Final = (f.DutyMet, f.DutyExcused, f.DutySuperseded, f.DutyLapsed)


def act(life: Life, data: st.DataObject, now: datetime) -> None:
    """Somebody does something, or leaves a desk."""
    assert life.case is not None
    if data.draw(st.integers(0, 15)) == 0:
        life.without_desks(data.draw(st.sampled_from([TOWNSHIP, COUNTY, CITY])))
    life.give(a_command(life.case, life.around.programme, data), now)


BIRTHDAYS: Final = st.dates(date(2008, 9, 5), date(2024, 1, 1))

calm = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def live(data: st.DataObject) -> Life:
    """A case opened for anybody, and up to a dozen things that happen to it."""
    life = opened(
        admit=data.draw(st.booleans()), born=data.draw(BIRTHDAYS), risk=data.draw(st.sampled_from(["low", "high"]))
    )
    now = BEGIN
    for _ in range(data.draw(st.integers(1, 12))):
        now += timedelta(hours=data.draw(HOURS))
        act(life, data, now)
    life.pass_until(now)
    return life


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
