"""Whatever happens to cases over years, teams, transfers and versions included: the audit finds every promise kept."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.anything_long import anything
from support.office import BEGIN
from support.taken import tell_everybody
from support.team_programme import teams
from support.team_store import TEAMS, open_child, open_team_office

from domain.calendar import Calendar
from domain.case import Case
from domain.rules import commands as c
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading
from domain.store.offices import office
from domain.store.rounds import run_round
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.writing import carry_out

KINDS = ("orphan", "left_behind", "ward")
HOURS = st.one_of(st.integers(0, 60), st.integers(60, 24 * 60), st.integers(24 * 60, 24 * 400))


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_whatever_happens_over_years_the_audit_is_clean(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        store = _office(f"sqlite:///{Path(folder) / 'any.sqlite'}")
        for number, kind in enumerate(KINDS, 1):
            open_child(store, number, kind)
        now = BEGIN
        for _ in range(data.draw(st.integers(1, 12))):
            now += timedelta(hours=data.draw(HOURS))
            carry_out(store, _batch(store, data), now)
            if data.draw(st.booleans()):
                run_round(store, now)
                tell_everybody(store, now)
        run_round(store, now)
        tell_everybody(store, now)
        report = audit_report(store, now, grace=timedelta(0))
        store.engine.dispose()
        assert [found.sentence("en") for found in report.breaches] == []


def _office(url: str) -> Store:
    """The office of teams, with a second version of its programme to move to."""
    store = open_team_office(url)
    newer = teams().model_copy(update={"version": 2})
    return replace(store, programmes={TEAMS: store.programmes[TEAMS], newer.name: newer})


def _batch(store: Store, data: st.DataObject) -> list[c.Command]:
    cases = _cases(store)
    wanted = data.draw(st.lists(st.sampled_from(cases), min_size=1, max_size=6))
    return [anything(case, _around(store, case), data) for case in wanted]


def _cases(store: Store) -> list[Case]:
    with reading(store.engine) as connection:
        states = connection.scalars(select(t.snapshot.c.state).order_by(t.snapshot.c.case))
        return [read_state(state) for state in states]


def _around(store: Store, case: Case) -> Circumstances:
    with reading(store.engine) as connection:
        here: Office = office(connection, store)
    return Circumstances(store.programmes[case.programme], Calendar(), here, store.programmes)
