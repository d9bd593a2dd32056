"""What is kept beside the journal (snapshot, ties, notices) is what the journal makes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from domain.case import Case
from domain.ids import CaseId
from domain.rules.notices import Notice
from domain.store.audit_findings import Finding, Kind, found
from domain.store.audit_trail import Trail
from domain.store.moments import stamp
from domain.store.rows import read_state

STATES: Final = frozenset({"waiting", "planned", "moot"})
COLUMNS: Final = (*Notice._fields, "programme", "state", "nudge", "id")
"""A notice's row as it is read here: what the rules said of it, then how it stands."""

KEY: Final = 3
"""How many of these name the cause: duty, rung, person."""

AT, POSITION, PROGRAMME, STATE = (COLUMNS.index(name) for name in ("at", "position", "programme", "state"))
Row = tuple[Any, ...]


@dataclass
class Kept:
    """The rows kept about one case; ``snapshot`` is nothing where there is none."""

    snapshot: Any = None
    diary: list[Any] = field(default_factory=list)
    ties: list[Any] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    set_aside: Any = None


def compare(trail: Trail, kept: Kept) -> Iterator[Finding]:
    """What is kept about a case that its journal does not say; nothing is compared with an unsound journal."""
    if kept.snapshot is None:
        yield found(Kind.SNAPSHOT_MISSING, trail.case)
        return
    state = trail.state
    if state is None:
        return
    if kept.snapshot.position > state.position:
        yield found(Kind.JOURNAL_SHORT, trail.case, position=state.position, kept=kept.snapshot.position)
        return
    fields = differing_fields(state, kept.snapshot)
    if fields:
        yield found(Kind.SNAPSHOT_DIFFERS, trail.case, fields=", ".join(fields))
    if state.position == kept.snapshot.position:
        yield from _compare_ties(trail, kept.ties)
        if trail.ruled:
            yield from _compare_notices(trail, kept.notices)


def differing_fields(state: Case, snapshot: Any) -> list[str]:
    """The columns of a snapshot, and the parts of its state, that are not what the journal makes."""
    columns = {
        "position": state.position, "programme": state.programme, "stage": state.stage.value, "unit": state.unit,
        "county": state.county, "risk": state.risk, "subject": state.subject, "tied": len(state.ties),
        "opened_at": stamp(state.opened_at),
    }  # fmt: skip
    wrong = [name for name, value in columns.items() if getattr(snapshot, name) != value]
    try:
        kept = read_state(snapshot.state)
    except msgspec.DecodeError:
        return [*wrong, "state"]
    parts = [name for name in state.__struct_fields__ if getattr(kept, name) != getattr(state, name)]
    return wrong + [name for name in parts if name not in wrong]


def _compare_ties(trail: Trail, rows: Sequence[Any]) -> Iterator[Finding]:
    wanted = [(tie.role, tie.person, tie.since, tie.until, tie.heard_at) for tie in trail.ties.spans]
    kept = [(row.role, row.person, row.since, row.until, row.heard_at) for row in rows]
    for role, person, since, until, heard_at in wanted:
        if (role, person, since, until, heard_at) not in kept:
            yield found(Kind.TIE_MISSING, trail.case, role=role, person=person, since=since, until=until or "—")
    known = {(role, person, since) for role, person, since, *_ in wanted}
    for role, person, since, until, _ in kept:
        if (role, person, since) not in known:
            yield found(Kind.TIE_STRAY, trail.case, role=role, person=person, since=since, until=until or "—")


def _compare_notices(trail: Trail, rows: Sequence[Row]) -> Iterator[Finding]:
    """Each row against the fact behind it; plain tuples, for there are twice as many of these as of anything."""
    wanted = {called[0][:KEY]: called for called in trail.duties.called}
    seen: set[Row] = set()
    for row in rows:
        key = row[:KEY]
        called = wanted.pop(key, None)
        if called is None:
            yield _doubled(trail.case, row) if key in seen else stray_notice(trail.case, row)
            continue
        notice, at, programme = called
        if row[:AT] != notice[:AT] or (row[AT], row[POSITION], row[PROGRAMME]) != (at, notice.position, programme):
            yield _notice_differs(trail.case, (*notice[:AT], at, notice.position, programme), row)
        state, nudge = row[STATE], row[STATE + 1]
        if state not in STATES or (state != "moot" and (state == "planned") is (nudge is None)):
            yield found(Kind.NOTICE_STATE, trail.case, row[0], notice=row[-1], state=state, nudge=nudge or "—")
        seen.add(key)
    for (duty, rung, person), (notice, _, _) in sorted(wanted.items()):
        yield found(Kind.NOTICE_MISSING, trail.case, duty, rung=rung + 1, person=person, position=notice.position)


def _notice_differs(case: CaseId, wanted: Row, row: Row) -> Finding:
    wrong = [name for name, right, kept in zip(COLUMNS, wanted, row, strict=False) if right != kept]
    return found(Kind.NOTICE_DIFFERS, case, row[0], notice=row[-1], fields=", ".join(wrong))


def _doubled(case: CaseId, row: Row) -> Finding:
    return found(Kind.CAUSE_DOUBLED, case, row[0], notice=row[-1], rung=row[1] + 1, person=row[2])


def stray_notice(case: CaseId, row: Row) -> Finding:
    """A notice with no fact behind it."""
    values = dict(zip(COLUMNS, row, strict=False))
    return found(
        Kind.NOTICE_STRAY, case, values["duty"],
        rung=values["rung"] + 1, person=values["person"], notice=row[-1], position=values["position"],
    )  # fmt: skip
