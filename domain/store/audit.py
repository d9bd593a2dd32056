"""The strictest test there is: promises 1, 2, 4 and 5 proved from the journal of a live database, case by case."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, func, select

from domain.ids import CaseId, PersonId
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.audit_findings import Finding, Kind, Severity, Tally, found
from domain.store.audit_tables import COLUMNS, Kept, Moment, compare, stray_notice
from domain.store.audit_telling import check_telling
from domain.store.audit_trail import Trail
from domain.store.engine import reading
from domain.store.moments import whole
from domain.store.offices import office
from domain.store.store import Store, among

GRACE: Final = timedelta(days=1)
AT_A_TIME: Final = 500
FACTS_AT_A_TIME: Final = 50_000
"""Cases looked at together, and about how many facts of theirs: what is held in memory, however large the office."""

MOST_KEPT: Final = 1_000


@dataclass
class AuditReport:
    """What an audit found and how much it looked at. Of each severity the first are kept, all are counted."""

    tally: Tally
    breaches: list[Finding] = field(default_factory=list)
    concerns: list[Finding] = field(default_factory=list)
    breach_count: int = 0
    concern_count: int = 0

    @property
    def clean(self) -> bool:
        """Whether every promise is kept."""
        return not self.breach_count

    def take(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        breach = finding.severity is Severity.BREACH
        self.breach_count += breach
        self.concern_count += not breach
        kept = self.breaches if breach else self.concerns
        if len(kept) < MOST_KEPT:
            kept.append(finding)


@contextmanager
def steady(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database however long the audit takes."""
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            yield connection
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        yield connection


def audit_report(store: Store, now: datetime, grace: timedelta = GRACE) -> AuditReport:
    """The whole audit as one answer."""
    report = AuditReport(Tally())
    with steady(store.engine) as connection:
        for finding in audit(connection, store, now, grace=grace, tally=report.tally):
            report.take(finding)
    return report


def audit(
    connection: Connection, store: Store, now: datetime, *, grace: timedelta = GRACE, tally: Tally | None = None
) -> Iterator[Finding]:
    """Everything that is not as promised, one after another, never all in memory.

    ``grace`` is how far behind ``now`` the engine may be. Use a connection that sees one state (``steady``).
    """
    auditing = _Auditing(connection, store, Moment(whole(now), whole(now) - grace), tally or Tally())
    yield from auditing.cases()
    yield from check_loads(connection)
    yield from check_telling(connection, auditing.moment)


class _Auditing:
    """An audit under way."""

    def __init__(self, connection: Connection, store: Store, moment: Moment, tally: Tally) -> None:
        self.connection, self.store, self.moment, self.tally = connection, store, moment, tally
        self.office: Office = office(connection, store)

    def cases(self) -> Iterator[Finding]:
        """Every case, a few at a time. Ranges of the keys, not lists: so rows without a case are met as well."""
        after: str | None = None
        while True:
            last = self._last_of_next(after)
            yield from self._some(after, last)
            if last is None:
                return
            after = last

    def _last_of_next(self, after: str | None) -> str | None:
        """The last case to look at together with the ones before it; nothing when all that are left fit."""
        statement = select(t.snapshot.c.case, t.snapshot.c.position).order_by(t.snapshot.c.case).limit(AT_A_TIME)
        if after is not None:
            statement = statement.where(t.snapshot.c.case > after)
        facts, rows = 0, self.connection.execute(statement).all()
        for row in rows:
            facts += row.position
            if facts >= FACTS_AT_A_TIME:
                return str(row.case)
        return str(rows[-1].case) if len(rows) == AT_A_TIME else None

    def _some(self, after: str | None, last: str | None) -> Iterator[Finding]:
        kept = self._kept(after, last)
        excusers: dict[PersonId, tuple[CaseId, int]] = {}
        for case, rows in groupby(self._rows(t.journal, after, last), key=lambda row: CaseId(row.case)):
            trail = Trail(case, self.store, self.office)
            self._count(trail, trail.follow(rows))
            yield from trail.findings
            yield from compare(trail, kept.pop(case, Kept()), self.moment)
            excusers |= {person: (case, duty) for person, duty in trail.excusers.items() if person}
        yield from self._without_journal(kept)
        yield from self._unknown(excusers)

    def _count(self, trail: Trail, facts: int) -> None:
        self.tally.cases += 1
        self.tally.facts += facts
        self.tally.duties += len(trail.duties.duties)
        self.tally.notices += len(trail.notices)
        self.tally.ended += trail.duties.ended

    def _kept(self, after: str | None, last: str | None) -> dict[CaseId, Kept]:
        kept: dict[CaseId, Kept] = {}
        for row in self._rows(t.snapshot, after, last):
            kept.setdefault(row.case, Kept()).snapshot = row
        for row in self._rows(t.set_aside, after, last):
            kept.setdefault(row.case, Kept()).set_aside = row
        for table, name in ((t.diary, "diary"), (t.tie, "ties")):
            for row in self._rows(table, after, last):
                getattr(kept.setdefault(row.case, Kept()), name).append(row)
        for row in self._rows(t.notice, after, last, COLUMNS):
            kept.setdefault(row[0], Kept()).notices.append(tuple(row[1:]))
        return kept

    def _rows(
        self, table: Table, after: str | None, last: str | None, columns: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """The rows of the cases in a range, in the order of the table's keys; or only these columns after the case."""
        what = [table] if columns is None else [table.c.case, *(table.c[name] for name in columns)]
        order = [table.c.case, *(column for column in table.primary_key if column.name not in {"case", "id"})]
        statement = select(*what).order_by(*order)
        if after is not None:
            statement = statement.where(table.c.case > after)
        if last is not None:
            statement = statement.where(table.c.case <= last)
        for rows in self.connection.execute(statement, execution_options={"yield_per": 5_000}).partitions():
            yield from rows

    def _without_journal(self, kept: dict[CaseId, Kept]) -> Iterator[Finding]:
        for case, rows in kept.items():
            if rows.snapshot is not None:
                yield found(Kind.JOURNAL_BEGINNING, case, name="—")
                continue
            yield from (found(Kind.DIARY_STRAY, case, row.number, kind=row.kind) for row in rows.diary)
            yield from (_stray_tie(row) for row in rows.ties)
            yield from (stray_notice(case, row) for row in rows.notices)

    def _unknown(self, excusers: dict[PersonId, tuple[CaseId, int]]) -> Iterator[Finding]:
        """Excuses in the name of somebody who is not there."""
        people = among(self.connection, t.person.c.id, list(excusers))
        known = set(self.connection.scalars(select(t.person.c.id).where(people))) if excusers else set()
        for person, (case, duty) in excusers.items():
            if person not in known:
                yield found(Kind.EXCUSE_UNNAMED, case, duty, person=person, position="—")


def _stray_tie(row: Any) -> Finding:
    until = row.until or "—"
    return found(Kind.TIE_STRAY, row.case, role=row.role, person=row.person, since=row.since, until=until)


def check_loads(connection: Connection) -> Iterator[Finding]:
    """Helpers whose load is not the number of their open ties, or more than they can carry."""
    ties = (
        select(t.tie.c.person, func.count().label("open"))
        .where(t.tie.c.until.is_(None))
        .group_by(t.tie.c.person)
        .subquery()
    )
    borne = func.coalesce(ties.c.open, 0)
    statement = (
        select(t.helper.c.person, t.helper.c.load, t.helper.c.capacity, borne.label("open"))
        .join(ties, ties.c.person == t.helper.c.person, isouter=True)
        .where((t.helper.c.load != borne) | (borne > t.helper.c.capacity))
        .order_by(t.helper.c.person)
    )
    for row in connection.execute(statement):
        if row.load != row.open:
            yield found(Kind.LOAD_DIFFERS, person=row.person, load=row.load, open=row.open)
        if row.open > row.capacity:
            yield found(Kind.OVER_CAPACITY, person=row.person, open=row.open, capacity=row.capacity)


__all__ = ["GRACE", "AuditReport", "Finding", "Kind", "Severity", "Tally", "audit", "audit_report", "steady"]
