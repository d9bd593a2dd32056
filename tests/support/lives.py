"""Simulated offices for tests: a store as simulations need it, plans in one line, and the journal as one number."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any, Final

from sqlalchemy import select

from deployments.simulate.arrivals import Size
from deployments.simulate.behaviour import Behaviour
from deployments.simulate.reading import shipped_behaviour
from deployments.simulate.years import ACTING_AT, Plan, Years
from domain.calendar import Calendar, start_of
from domain.programme.read import load_programmes
from domain.programme.schema import Programme
from domain.store import tables as t
from domain.store.audit import AuditReport, audit_report
from domain.store.engine import open_engine, reading, writing
from domain.store.rows import read_state
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.virtual_clock import all_states
from notifiers.settings import ChannelSetting, Telling

TELLING: Final = Telling(base_url="http://127.0.0.1", channels=(ChannelSetting(name="spool", url="swspool:///-"),))
EVER: Final = 10**9


@lru_cache
def programmes() -> Mapping[str, Programme]:
    """The programmes that ship."""
    return load_programmes()


def behaving(**changes: Mapping[str, Any]) -> Behaviour:
    """The shipped behaviour with other values: ``behaving(machine={"round_every": 7})``."""
    shipped = shipped_behaviour().model_dump()
    return Behaviour.model_validate({name: {**part, **changes.get(name, {})} for name, part in shipped.items()})


def planned(
    programme: str = "linyi-1204@1", *, children: int = 4, volunteers: int = 8, years: int = 1, seed: int = 1,
    behaviour: Behaviour | None = None,
) -> Plan:  # fmt: skip
    """A plan for a handful of children; the machine makes its round once a week unless told otherwise."""
    of = programmes()[programme]
    how = behaviour or behaving(machine={"round_every": 7}, families={"survey_days": 20})
    return Plan(of, how, Size(children, volunteers), years, seed, of.valid_from, ("一切正常。",))


def empty_store(url: str = "sqlite://") -> Store:
    """A store with every programme that ships and nobody in it; by default in memory."""
    store = Store(open_engine(url), programmes(), Calendar(), Seal(bytes(32)))
    with writing(store.engine) as connection:
        t.metadata.create_all(connection)
    return store


def live(store: Store, plan: Plan, looks: int = EVER) -> Years:
    """Live on for so many days on which there is something to do, or to the end."""
    years = Years(store, TELLING, plan)
    for _ in islice(years.live(), looks):
        pass
    return years


def proved(store: Store, years: Years) -> AuditReport:
    """The audit at the end of the last day that was lived."""
    day = date.fromordinal(years.acted)
    return audit_report(store, start_of(day, years.plan.programme.time_zone) + ACTING_AT)


def journal(store: Store) -> list[tuple[Any, ...]]:
    """Every row of the journal, in order."""
    rows = select(t.journal).order_by(t.journal.c.case, t.journal.c.position)
    with reading(store.engine) as connection:
        found = [tuple(row) for row in connection.execute(rows)]
    return sorted(found)


def digest(store: Store) -> str:
    """The journal as one number: the same only where every byte is."""
    return sha256(repr(journal(store)).encode()).hexdigest()


def forgotten(store: Store, years: Years) -> list[str]:
    """The cases of which the people of a simulation believe something else than the database says."""
    with reading(store.engine) as connection:
        states = [read_state(state) for state in all_states(connection)]
    return [case.id for case in states if years.world.cases.get(case.id) != case]
