"""Whatever an office does in a day, singly or in one batch, looked at or not: the audit finds every promise kept."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from support.anything import a_command
from support.office import BEGIN, OTHER_TOWNSHIP, SECOND_TOWNSHIP, days, open_case, open_office
from support.programmes import linyi
from support.taken import tell_everybody

from domain.case import Case
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading, writing
from domain.store.rounds import run_round
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.writing import carry_out

HOURS = st.one_of(st.integers(0, 60), st.integers(60, 24 * 60))


@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_whatever_an_office_does_the_audit_is_clean(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        store = open_office(f"sqlite:///{Path(folder) / 'any.sqlite'}")
        with writing(store.engine) as connection:
            connection.execute(update(t.helper).values(capacity=data.draw(st.integers(1, 3))))
        open_case(store, 1, admit=data.draw(st.booleans()))
        open_case(store, 2, township=SECOND_TOWNSHIP)
        open_case(store, 3, township=OTHER_TOWNSHIP, sex="male")
        now = BEGIN
        for _ in range(data.draw(st.integers(1, 8))):
            now += timedelta(hours=data.draw(HOURS))
            carry_out(store, _batch(store, data), now)
            if data.draw(st.booleans()):
                run_round(store, now)
                tell_everybody(store, now)
        run_round(store, now)
        report = audit_report(store, now, grace=days(0))
        store.engine.dispose()
        assert [found.sentence("en") for found in report.breaches] == []


def _batch(store: Store, data: st.DataObject) -> list[c.Command]:
    """Several commands at once, some of them of one and the same case."""
    cases = _cases(store)
    wanted = data.draw(st.lists(st.sampled_from(cases), min_size=1, max_size=4))
    return [a_command(case, linyi(), data) for case in wanted]


def _cases(store: Store) -> list[Case]:
    with reading(store.engine) as connection:
        states = connection.scalars(select(t.snapshot.c.state).order_by(t.snapshot.c.case))
        return [read_state(state) for state in states]
