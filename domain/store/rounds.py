"""One round: whatever the diary holds as due is done, in batches; the cost follows what is due."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, func, select

from domain.ids import CaseId, UnitId
from domain.programme.schema import Stage
from domain.rules.commands import LetTimePass
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.moments import stamp
from domain.store.store import Store, among
from domain.store.writing import Carried, carry_out

BATCH: Final = 2_000


class RoundReport(NamedTuple):
    """What a round did: cases looked at, facts written, rungs that climbed, cases set aside."""

    cases: int = 0
    facts: int = 0
    climbed: int = 0
    set_aside: int = 0

    def plus(self, other: "RoundReport") -> "RoundReport":
        """Two reports as one."""
        return RoundReport(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def run_round(
    store: Store,
    now: datetime,
    *,
    county: UnitId | None = None,
    stage: Stage | None = None,
    batch: int = BATCH,
) -> RoundReport:
    """Do all that is due up to ``now``, in one county or stage or everywhere."""
    report = RoundReport()
    for part in batches(store, now, county=county, stage=stage, batch=batch):
        report = report.plus(part)
    return report


def batches(
    store: Store,
    now: datetime,
    *,
    county: UnitId | None = None,
    stage: Stage | None = None,
    batch: int = BATCH,
) -> Iterator[RoundReport]:
    """The same, telling of each batch as it is done."""
    return (_report(outcomes) for outcomes in turns(store, now, county=county, stage=stage, batch=batch))


def turns(
    store: Store,
    now: datetime,
    *,
    county: UnitId | None = None,
    stage: Stage | None = None,
    batch: int = BATCH,
) -> Iterator[list[Carried | Refusal]]:
    """The same, with what came of each case."""
    while True:
        with reading(store.engine) as connection:
            due = due_cases(connection, now, county=county, stage=stage, limit=batch)
        if not due:
            return
        outcomes = carry_out(store, [LetTimePass(case=case) for case in due], now)
        _forget_strays(store, outcomes)
        yield outcomes


def _forget_strays(store: Store, outcomes: list[Carried | Refusal]) -> None:
    """An entry of the diary without a case behind it would come round for ever."""
    strays = [each.about for each in outcomes if isinstance(each, Refusal) and each.reason is Reason.NO_SUCH_CASE]
    if strays:
        with writing(store.engine) as connection:
            connection.execute(delete(t.diary).where(among(connection, t.diary.c.case, strays)))


def _report(outcomes: list[Carried | Refusal]) -> RoundReport:
    done = [outcome for outcome in outcomes if isinstance(outcome, Carried)]
    facts = [fact for outcome in done for fact, _ in outcome.facts]
    climbed = sum(1 for fact in facts if getattr(fact, "climbed_to", None) is not None)
    return RoundReport(len(outcomes), len(facts), climbed, len(outcomes) - len(done))


class Pending(NamedTuple):
    """How much has come due in one stage of one county."""

    county: UnitId
    name: str
    stage: Stage
    due: int


def pending(connection: Connection, now: datetime) -> list[Pending]:
    """Where something has come due, county by county and stage by stage."""
    rows = connection.execute(
        select(t.diary.c.county, t.unit.c.name, t.diary.c.stage, func.count().label("due"))
        .join(t.unit, t.unit.c.id == t.diary.c.county)
        .where(t.diary.c.next_moment <= stamp(now))
        .group_by(t.diary.c.county, t.unit.c.name, t.diary.c.stage)
        .order_by(t.diary.c.county, t.diary.c.stage)
    )
    return [Pending(row.county, row.name, Stage(row.stage), row.due) for row in rows]


def due_cases(
    connection: Connection,
    now: datetime,
    *,
    county: UnitId | None = None,
    stage: Stage | None = None,
    limit: int = BATCH,
) -> list[CaseId]:
    """The cases of which something has come due, longest waiting first, without those set aside."""
    statement = _due(of_county=county is not None, of_stage=stage is not None)
    values = {"now": stamp(now), "most": limit, "county": county, "stage": stage.value if stage else None}
    return list(dict.fromkeys(connection.scalars(statement, values)))


@lru_cache
def _due(*, of_county: bool, of_stage: bool) -> Select[tuple[str]]:
    resting = select(t.set_aside.c.case).where(t.set_aside.c.until > bindparam("now"))
    statement = (
        select(t.diary.c.case)
        .where(t.diary.c.next_moment <= bindparam("now"), t.diary.c.case.not_in(resting))
        .order_by(t.diary.c.next_moment)
        .limit(bindparam("most"))
    )
    if of_county:
        statement = statement.where(t.diary.c.county == bindparam("county"))
    return statement.where(t.diary.c.stage == bindparam("stage")) if of_stage else statement
