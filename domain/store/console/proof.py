"""The proof: audits run at the console, who has read whose record, who may sign in and who is signed in."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Lock, Thread
from typing import Any, Final, NamedTuple

from sqlalchemy import func, insert, select

from domain.ids import CaseId, LoginId, UnitId
from domain.rules.access import EVERYWHERE, NotAllowed, Right, Viewer
from domain.store import tables as t
from domain.store.audit import GRACE, AuditReport, audit, steady
from domain.store.audit_findings import Finding, Kind, Severity, Tally
from domain.store.console.looking import Looking
from domain.store.engine import writing
from domain.store.logins import Login, all_logins
from domain.store.moments import moment, stamp
from domain.store.sessions import IDLE
from domain.store.store import Store, among

READINGS: Final = 50
MOST_FOUND: Final = 200
"""So many findings of a run are kept, those that break a promise first."""

Clock = Callable[[], datetime]


class Run(NamedTuple):
    """One audit that was run. ``found``: what of it the viewer may see; ``kept``: whether that is all there was."""

    by: str
    began_at: datetime
    ended_at: datetime
    cases: int
    facts: int
    duties: int
    notices: int
    breaches: int
    concerns: int
    found: Sequence[Finding]


class UnderWay(NamedTuple):
    """An audit under way: since when, and how many cases of how many have been looked at."""

    since: datetime
    done: int
    all: int


class Reading(NamedTuple):
    """One reading of a sealed record: whose, as a case number where there is one; by whom, what for, when."""

    id: int
    case: CaseId | None
    kind: str
    unit: UnitId | None
    by: str
    purpose: str
    at: datetime


class SignedIn(NamedTuple):
    """A session under way."""

    name: str
    began_at: datetime
    seen_at: datetime


class Auditor:
    """Runs one audit at a time, in a thread of its own; what it found is kept in the database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: datetime | None = None
        self._tally, self._all = Tally(), 0
        self.failed = False

    def start(self, store: Store, viewer: Viewer, clock: Clock) -> bool:
        """Begin, unless one is under way already. NotAllowed."""
        if not viewer.may(Right.SEE_PROOF):
            raise NotAllowed(Right.SEE_PROOF)
        with self._lock:
            if self._since is not None:
                return False
            self._since, self._tally, self._all, self.failed = clock(), Tally(), 0, False
        Thread(target=self._run, args=(store, viewer.login, clock), name="audit", daemon=True).start()
        return True

    @property
    def under_way(self) -> UnderWay | None:
        """How far the audit is that runs now."""
        since = self._since
        return UnderWay(since, self._tally.cases, self._all) if since is not None else None

    def _run(self, store: Store, by: LoginId, clock: Clock) -> None:
        began, ended = clock(), False
        try:
            report = self._report(store, began)
            with writing(store.engine) as connection:
                connection.execute(insert(t.audit_run).values(_row(report, by, began, clock())))
            ended = True
        finally:
            with self._lock:
                self.failed, self._since = not ended, None

    def _report(self, store: Store, began: datetime) -> AuditReport:
        report = AuditReport(self._tally)
        with steady(store.engine) as connection:
            self._all = connection.scalar(select(func.count()).select_from(t.snapshot)) or 0
            for finding in audit(connection, store, began, grace=GRACE, tally=report.tally):
                report.take(finding)
        return report


def _row(report: AuditReport, by: LoginId, began: datetime, ended: datetime) -> dict[str, object]:
    kept = [*report.breaches, *report.concerns][:MOST_FOUND]
    tally = report.tally
    return {
        "by": by, "began_at": stamp(began), "ended_at": stamp(ended), "cases": tally.cases, "facts": tally.facts,
        "duties": tally.duties, "notices": tally.notices, "breaches": report.breach_count,
        "concerns": report.concern_count, "found": json.dumps([_written(each) for each in kept]),
    }  # fmt: skip


def _written(finding: Finding) -> list[object]:
    return [finding.kind.value, finding.case, finding.duty, dict(finding.detail)]


def last_run(look: Looking) -> Run | None:
    """The audit that ended last; who looks after some units only sees what was found there."""
    row = look.connection.execute(
        select(t.audit_run, t.login.c.name)
        .join(t.login, t.login.c.id == t.audit_run.c.by, isouter=True)
        .order_by(t.audit_run.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    every = [Finding(Kind(kind), case, duty, detail) for kind, case, duty, detail in json.loads(row.found)]
    found, breaches, concerns = every, row.breaches, row.concerns
    if look.units is not None:
        found = _of_mine(look, every)
        breaches = sum(each.severity is Severity.BREACH for each in found)
        concerns = len(found) - breaches
    return Run(
        row.name or row.by, moment(row.began_at), moment(row.ended_at), row.cases, row.facts, row.duties, row.notices,
        breaches, concerns, found,
    )  # fmt: skip


def _of_mine(look: Looking, found: Sequence[Finding]) -> list[Finding]:
    cases = sorted({each.case for each in found if each.case})
    mine = set(look.connection.scalars(
        select(t.snapshot.c.case).where(
            among(look.connection, t.snapshot.c.case, cases), *look.within(t.snapshot.c.unit)
        )
    ))  # fmt: skip
    return [each for each in found if each.case in mine]


def logins(look: Looking) -> list[Login]:
    """Who may sign in where the viewer looks, with the roles he or she may know of."""
    if look.units is None:
        return all_logins(look.connection)
    known = [
        login._replace(grants=tuple(each for each in login.grants if each.unit != EVERYWHERE and look.sees(each.unit)))
        for login in all_logins(look.connection)
    ]
    return [login for login in known if login.grants]


def sessions(look: Looking, among_logins: Sequence[Login]) -> list[SignedIn]:
    """Who of these is signed in, who came last first."""
    names = {login.id: login.name for login in among_logins}
    rows = look.connection.execute(
        select(t.session.c.login, t.session.c.began_at, t.session.c.seen_at)
        .where(t.session.c.ends_at > stamp(look.now), t.session.c.seen_at > stamp(look.now - IDLE))
        .order_by(t.session.c.began_at.desc())
    )
    return [
        SignedIn(names[row.login], moment(row.began_at), moment(row.seen_at)) for row in rows if row.login in names
    ]  # fmt: skip


def readings(
    look: Looking, known: Sequence[Login], reader: str = "", case: str = "", before: int | None = None
) -> list[Reading]:
    """Readings of records, the latest first, one more than a page holds; of one reader, of one case."""
    subject = t.snapshot.alias("subject")
    number = (
        select(func.min(subject.c.case)).where(subject.c.subject == t.record_read.c.person).scalar_subquery()
    )  # fmt: skip
    conditions: list[Any] = list(look.within(t.person.c.unit))
    if reader:
        conditions.append(t.record_read.c.by.in_(_ids_of(reader, known)))
    if case:
        whose = select(t.snapshot.c.subject).where(t.snapshot.c.case == case)
        conditions.append(t.record_read.c.person.in_(whose))
    if before is not None:
        conditions.append(t.record_read.c.id < before)
    rows = look.connection.execute(
        select(t.record_read, number.label("case"), t.person.c.kind, t.person.c.unit)
        .join(t.person, t.person.c.id == t.record_read.c.person, isouter=look.units is None)
        .where(*conditions)
        .order_by(t.record_read.c.id.desc())
        .limit(READINGS + 1)
    )
    names = dict(_names(known))
    return [
        Reading(
            row.id, row.case, row.kind or "", row.unit, names.get(row.by, row.by), row.purpose, moment(row.at)
        )
        for row in rows
    ]  # fmt: skip


def _ids_of(reader: str, known: Sequence[Login]) -> list[str]:
    """Under which ids somebody reads: as a coordinator, and as a sign-in."""
    login = next((each for each in known if each.name == reader), None)
    return [each for each in (login.id, login.person) if each] if login else [reader]


def _names(known: Sequence[Login]) -> Iterator[tuple[str, str]]:
    for login in known:
        yield login.id, login.name
        if login.person:
            yield login.person, login.name
