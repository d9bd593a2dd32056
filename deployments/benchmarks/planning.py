"""A hundred thousand notices put into messages by the planner, beside the bare writing of the same rows."""

from typing import Any, Final

from sqlalchemy import Engine, delete, insert, select, update

from deployments.benchmarks.contest import Contest
from deployments.benchmarks.crowd import (
    AT_A_TIME,
    BEGIN,
    COUNTY,
    TOWNSHIP,
    batches,
    opened,
    telling,
    volunteer,
    volunteers,
)
from domain.ids import NudgeId
from domain.programme.schema import Programme
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.moments import stamp
from domain.store.outbox import hand_notices
from domain.store.people import add_people
from domain.store.saving import write
from domain.store.store import Store
from domain.store.units import ensure_units
from notifiers.planner import plan
from notifiers.settings import ChannelSetting

TIMES: Final = 3
SETTINGS: Final = telling(ChannelSetting(name="mail", url="swmail://127.0.0.1"))


def planning(engine: Engine, programme: Programme, *, notices: int, people: int) -> Contest:
    """So many notices for so many people planned, and the same rows written with nothing decided, turn and turn about.

    Both do it in the same database, which is brought back in between. The first turn is not measured.
    """
    store = opened(engine, programme)
    _fill(store, programme, notices, people)
    plan(store, SETTINGS, BEGIN)
    rows = _nudges(store)
    contest = Contest()
    for turn in range(TIMES):
        contest.block({
            "ours": lambda: _ours(store), "bare": lambda: _bare(store, rows),
        }, backwards=turn % 2 == 1, before=lambda: _wait_again(store))  # fmt: skip
    return contest


def _ours(store: Store) -> int:
    return plan(store, SETTINGS, BEGIN).notices


def _bare(store: Store, rows: list[dict[str, Any]]) -> int:
    """The rows go to the driver as they are; the notices change by the very statement of the planner."""
    with writing(store.engine) as connection:
        write(connection, t.nudge, rows)
        return hand_notices(connection, NudgeId(rows[0]["id"]), ())


def _nudges(store: Store) -> list[dict[str, Any]]:
    with reading(store.engine) as connection:
        return [dict(row) for row in connection.execute(select(t.nudge).order_by(t.nudge.c.id)).mappings()]


def _wait_again(store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(delete(t.nudge))
        connection.execute(update(t.notice).values(state="waiting", nudge=None))


def _fill(store: Store, programme: Programme, notices: int, people: int) -> None:
    """The notices with the entries of the diary that say that their duties are still owed."""
    with writing(store.engine) as connection:
        ensure_units(connection, [(TOWNSHIP, "")])
        add_people(connection, store.seal, volunteers(range(people)))
        for some in batches(range(notices), AT_A_TIME):
            connection.execute(_ENTER, [_entry(number, number % people) for number in some])
            connection.execute(_NOTE, [_notice(number, number % people, programme) for number in some])


_ENTER: Final = insert(t.diary)
_NOTE: Final = insert(t.notice)


def _entry(number: int, person: int) -> dict[str, Any]:
    return {
        "case": f"{COUNTY}-{number:07d}", "number": 1, "kind": "first_visit", "stage": "check_in", "unit": TOWNSHIP,
        "county": COUNTY, "owed_by": volunteer(person), "due_on": "2026-03-09", "overdue_from": "2026-03-09T16:00:00Z",
        "next_moment": "2026-03-09T01:00:00Z",
    }  # fmt: skip


def _notice(number: int, person: int, programme: Programme) -> dict[str, Any]:
    return {
        "case": f"{COUNTY}-{number:07d}", "duty": 1, "rung": 0, "person": volunteer(person), "what": "asked",
        "urgent": False, "kind": "first_visit", "programme": programme.name, "due_on": "2026-03-09", "at": stamp(BEGIN),
        "position": 1, "state": "waiting",
    }  # fmt: skip
