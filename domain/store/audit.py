"""The strictest test there is: promises 1, 2, 4 and 5 proved from the journal of a live database, case by case."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, Table, func, select

from domain.case import Case
from domain.ids import CaseId
from domain.rules.moments import Circumstances
from domain.store import tables as t
from domain.store.audit_findings import Finding, Kind, Severity, Tally, found
from domain.store.audit_paths import Paths
from domain.store.audit_sealed import Opened, check_notes
from domain.store.audit_standing import Moment, check_standing
from domain.store.audit_tables import COLUMNS, Kept, compare, stray_notice
from domain.store.audit_telling import check_telling
from domain.store.audit_trail import Trail
from domain.store.audit_waiting import check_waiting
from domain.store.audit_words import words_of
from domain.store.engine import reading
from domain.store.moments import whole
from domain.store.offices import office
from domain.store.ranges import Range, ranges, tuples
from domain.store.rows import Place
from domain.store.store import Store, among
from domain.store.tallies import check_tallies

JOURNAL: Final = ("case", "position", "name", "version", "at", "recorded_at", "programme", "body")
"""What a trail reads of each row of the journal, in this order."""

GRACE: Final = timedelta(days=1)

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
        # A cursor is planned for whoever reads its first rows; an audit reads them all.
        connection.exec_driver_sql("SET LOCAL cursor_tuple_fraction = 1")
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
    yield from check_tallies(connection, auditing.standing)
    yield from check_notes(connection, auditing.opened)
    yield from check_telling(connection, auditing.moment)
    yield from check_waiting(connection, auditing.moment)


class _Auditing:
    """An audit under way."""

    def __init__(self, connection: Connection, store: Store, moment: Moment, tally: Tally) -> None:
        self.connection, self.store, self.moment, self.tally = connection, store, moment, tally
        self.paths, self.calendar = Paths(office(connection, store)), store.calendar
        self.words = words_of(store.programmes.values())
        self.opened: dict[CaseId, Opened] = {}
        self.standing: Counter[Place] = Counter()

    def cases(self) -> Iterator[Finding]:
        """Every case, a few at a time. Ranges of the keys, not lists: so rows without a case are met as well."""
        for some in ranges(self.connection):
            yield from self._some(some)

    def _some(self, some: Range) -> Iterator[Finding]:
        kept = self._kept(some)
        excusers: dict[str, tuple[CaseId, int]] = {}
        journal = tuples(self.connection, _rows_of(t.journal, some, JOURNAL))
        for case, rows in groupby(journal, key=itemgetter(0)):
            trail = Trail(case, self.store, self.paths, self.words)
            self._count(trail, trail.follow(rows))
            yield from trail.notes.findings
            yield from self._compared(trail, kept.pop(case, Kept()))
            excusers |= {person: (case, duty) for person, duty in trail.duties.excusers.items()}
        yield from self._without_journal(kept)
        yield from self._unknown(excusers)

    def _compared(self, trail: Trail, kept: Kept) -> Iterator[Finding]:
        """The case beside everything that is kept about it."""
        self._stands(trail.state, kept.snapshot)
        yield from compare(trail, kept)
        programme, state = trail.programme, trail.state
        if state is None or programme is None or kept.snapshot is None or kept.snapshot.position != state.position:
            return
        around = Circumstances(programme, self.calendar, self.paths.office, self.store.programmes)
        yield from check_standing(state, around, kept, self.moment)

    def _stands(self, state: Case | None, snapshot: Any) -> None:
        """Where the case stands: by its journal, by its snapshot where the journal does not come as far as that."""
        if state is not None and (snapshot is None or snapshot.position == state.position):
            self.standing[state.unit, state.programme, state.stage.value] += 1
        elif snapshot is not None:
            self.standing[snapshot.unit, snapshot.programme, snapshot.stage] += 1

    def _count(self, trail: Trail, facts: int) -> None:
        state = trail.state
        self.opened[trail.case] = (state.subject, state.opened_duties) if state is not None else None
        self.tally.cases += 1
        self.tally.facts += facts
        self.tally.duties += len(trail.duties.duties)
        self.tally.notices += len(trail.duties.called)
        self.tally.ended += trail.duties.ended

    def _kept(self, some: Range) -> dict[CaseId, Kept]:
        kept: dict[CaseId, Kept] = {}
        for row in self.connection.execute(_rows_of(t.snapshot, some)):
            kept.setdefault(row.case, Kept()).snapshot = row
        for row in self.connection.execute(_rows_of(t.set_aside, some)):
            kept.setdefault(row.case, Kept()).set_aside = row
        for row in self.connection.execute(_rows_of(t.diary, some)):
            kept.setdefault(row.case, Kept()).diary.append(row)
        for row in self.connection.execute(_rows_of(t.tie, some)):
            kept.setdefault(row.case, Kept()).ties.append(row)
        notices = tuples(self.connection, _rows_of(t.notice, some, (*COLUMNS, "case")))
        for case, rows in groupby(notices, key=itemgetter(-1)):
            kept.setdefault(case, Kept()).notices = list(rows)
        return kept

    def _without_journal(self, kept: dict[CaseId, Kept]) -> Iterator[Finding]:
        for case, rows in kept.items():
            if rows.snapshot is not None:
                self._stands(None, rows.snapshot)
                yield found(Kind.JOURNAL_BEGINNING, case, name="—")
                continue
            yield from (found(Kind.DIARY_STRAY, case, row.number, kind=row.kind) for row in rows.diary)
            yield from (_stray_tie(row) for row in rows.ties)
            yield from (stray_notice(case, row) for row in rows.notices)

    def _unknown(self, excusers: dict[str, tuple[CaseId, int]]) -> Iterator[Finding]:
        """Excuses in the name of somebody who is not there."""
        people = among(self.connection, t.person.c.id, list(excusers))
        known = set(self.connection.scalars(select(t.person.c.id).where(people))) if excusers else set()
        for person, (case, duty) in excusers.items():
            if person not in known:
                yield found(Kind.EXCUSE_UNNAMED, case, duty, person=person, position="—")


def _rows_of(table: Table, some: Range, columns: Sequence[str] = ()) -> Select[Any]:
    """The rows of the cases in a range, in the order of the table's keys; all columns, or only these."""
    what: list[Any] = [table.c[name] for name in columns] or [table]
    keys = [column for column in table.primary_key if column.name not in {"case", "id"}]
    return select(*what).where(some.of(table)).order_by(table.c.case, *keys)


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
