"""Whatever happens to an office over years, helpers leaving and townships moving too: every promise is kept."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.anything_long import anything
from support.office import BEGIN, CITY_DESK, COUNTY, LIU, OTHER_COUNTY, TOWNSHIP, TOWNSHIP_DESK, ZHOU, days
from support.taken import tell_everybody
from support.team_life import FIRST, LEAD, MEMBERS, SECOND, THIRD
from support.team_programme import teams
from support.team_store import bind, open_child, open_team_office

from domain.rules.commands import Command
from domain.rules.moments import Circumstances
from domain.rules.refusals import Refusal
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading
from domain.store.going import Going, gone
from domain.store.leaving import Saying, announce_leaving, take_back_leaving
from domain.store.offices import office
from domain.store.pairs import propose_in
from domain.store.rounds import run_round
from domain.store.rows import read_state
from domain.store.standing_in import Away, helper_away
from domain.store.store import Store
from domain.store.tree import move_township
from domain.store.writing import carry_out

HOURS: Final = st.one_of(st.integers(0, 60), st.integers(60, 24 * 60), st.integers(24 * 60, 24 * 300))
PEOPLE: Final = st.sampled_from([ZHOU, LIU, FIRST, LEAD, MEMBERS["teacher"]])
ACTS: Final = ("command", "command", "command", "leaving", "back", "gone", "away", "tree", "propose")


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_whatever_happens_to_an_office_over_years_the_audit_is_clean(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        store = open_team_office(f"sqlite:///{Path(folder) / 'any.sqlite'}")
        store = replace(store, programmes={**store.programmes, "teams@2": teams(("version: 1", "version: 2"))})
        people(store)
        now = BEGIN
        for _ in range(data.draw(st.integers(1, 8))):
            now += timedelta(hours=data.draw(HOURS))
            happen(store, data, now)
            if data.draw(st.booleans()):
                run_round(store, now)
                tell_everybody(store, now)
        run_round(store, now)
        report = audit_report(store, now, grace=days(0))
        store.engine.dispose()
        assert [found.sentence("en") for found in report.breaches] == []


def people(store: Store) -> None:
    """Four children, all of them with everybody they need."""
    first, second = open_child(store, 1), open_child(store, 2)
    team, ward = open_child(store, 3, "left_behind"), open_child(store, 4, "ward")
    bind(store, first, BEGIN, companion=ZHOU)
    bind(store, second, BEGIN, companion=ZHOU)
    bind(store, team, BEGIN, **MEMBERS)
    bind(store, ward, BEGIN, lead=LEAD, partner=(FIRST, SECOND))


def happen(store: Store, data: st.DataObject, now: datetime) -> None:
    """One thing; what may not be is refused and changes nothing."""
    act, person, saying = data.draw(st.sampled_from(ACTS)), data.draw(PEOPLE), Saying(TOWNSHIP_DESK, "other", now)
    try:
        match act:
            case "leaving":
                last = now.date() + timedelta(days=data.draw(st.integers(0, 400)))
                announce_leaving(store, person, last, saying)
            case "back":
                take_back_leaving(store, person, saying)
            case "gone":
                to = data.draw(st.sampled_from([None, LIU, THIRD]))
                gone(store, Going(person=person, by=TOWNSHIP_DESK, reason="died", to=to), now)
            case "away":
                until = now.date() + timedelta(days=data.draw(st.integers(0, 60)))
                helper_away(store, Away(person, now.date(), until, data.draw(PEOPLE)))
            case "tree":
                move_township(store, TOWNSHIP, data.draw(st.sampled_from([COUNTY, OTHER_COUNTY])), CITY_DESK, now)
            case "propose":
                propose_in(store, teams(), COUNTY, now)
            case _:
                carry_out(store, commands(store, data), now)
    except Refusal:
        return


def commands(store: Store, data: st.DataObject) -> list[Command]:
    """Several commands at once."""
    with reading(store.engine) as connection:
        states = [read_state(state) for state in connection.scalars(select(t.snapshot.c.state))]
        around = office(connection, store)
    wanted = data.draw(st.lists(st.sampled_from(states), min_size=1, max_size=4))
    return [
        anything(
            case, Circumstances(store.programmes[case.programme], store.calendar, around, store.programmes), data
        )
        for case in wanted
    ]  # fmt: skip
