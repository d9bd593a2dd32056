"""What is kept beside the journal (snapshot, diary, ties, notices) is what the journal makes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.case import Case
from domain.ids import CaseId
from domain.programme.schema import Desk, Helper, Stage
from domain.rules.moments import Circumstances, due
from domain.rules.notices import Notice
from domain.store.audit_findings import Finding, Kind, found
from domain.store.audit_trail import Trail
from domain.store.moments import stamp
from domain.store.rows import read_state

STATES: Final = frozenset({"waiting", "planned", "moot"})
COLUMNS: Final = (*Notice._fields, "programme", "state", "nudge", "id")
"""A notice's row as it is read here: what the rules said of it, then how it stands."""

AT, POSITION = COLUMNS.index("at"), COLUMNS.index("position")
Row = tuple[Any, ...]


@dataclass
class Kept:
    """The rows kept about one case; ``snapshot`` is nothing where there is none."""

    snapshot: Any = None
    diary: list[Any] = field(default_factory=list)
    ties: list[Any] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    set_aside: Any = None


@dataclass(frozen=True)
class Moment:
    """The moment of an audit, and how far behind the engine may be without being late."""

    now: datetime
    late_before: datetime


def compare(trail: Trail, kept: Kept, moment: Moment) -> Iterator[Finding]:
    """Everything kept about a case that its journal does not say; nothing is compared with an unsound journal."""
    if kept.snapshot is None:
        yield found(Kind.SNAPSHOT_MISSING, trail.case)
        return
    state = trail.state
    if state is None:
        return
    fields = differing_fields(state, kept.snapshot)
    if fields:
        yield found(Kind.SNAPSHOT_DIFFERS, trail.case, fields=", ".join(fields))
    if "position" in fields:
        return
    yield from _compare_ties(trail, kept.ties)
    if trail.programme is not None:
        yield from _compare_notices(trail, kept.notices)
        around = Circumstances(trail.programme, trail.store.calendar, trail.office)
        yield from _compare_diary(state, around, kept, moment)


def differing_fields(state: Case, snapshot: Any) -> list[str]:
    """The columns of a snapshot, and the parts of its state, that are not what the journal makes."""
    columns = {
        "position": state.position, "programme": state.programme, "stage": state.stage.value, "unit": state.unit,
        "county": state.county, "risk": state.risk, "subject": state.subject,
    }  # fmt: skip
    wrong = [name for name, value in columns.items() if getattr(snapshot, name) != value]
    try:
        kept = read_state(snapshot.state)
    except msgspec.DecodeError:
        return [*wrong, "state"]
    parts = [name for name in state.__struct_fields__ if getattr(kept, name) != getattr(state, name)]
    return wrong + [name for name in parts if name not in wrong]


def diary_of(case: Case, around: Circumstances) -> dict[int, dict[str, Any]]:
    """The rows the diary should hold for a case, by number of the duty; ValueError when one has no next moment."""
    where = {"stage": case.stage.value, "unit": case.unit, "county": case.county}
    rows = {}
    for entry in due(case, around):
        duty = case.duties.get(entry.number)
        rows[entry.number] = {
            **where, "kind": entry.kind, "owed_by": duty.owed_by if duty else None,
            "climbed_to": duty.climbed_to.value if duty and duty.climbed_to else None,
            "due_on": entry.due_on.isoformat(), "overdue_from": stamp(entry.overdue_from),
            "next_moment": stamp(entry.next_moment),
        }  # fmt: skip
    return rows


def _compare_diary(case: Case, around: Circumstances, kept: Kept, moment: Moment) -> Iterator[Finding]:
    try:
        wanted = diary_of(case, around)
    except (ValueError, KeyError):
        yield found(Kind.NO_NEXT_MOMENT, case.id)
        return
    if not wanted and case.base is not Stage.CLOSED:
        yield found(Kind.NO_NEXT_MOMENT, case.id)
    rows = {row.number: row for row in kept.diary}
    for number in sorted(wanted.keys() - rows.keys()):
        yield found(Kind.DIARY_MISSING, case.id, number, kind=wanted[number]["kind"])
    for number in sorted(rows.keys() - wanted.keys()):
        yield found(Kind.DIARY_STRAY, case.id, number, kind=rows[number].kind)
    for number in sorted(rows.keys() & wanted.keys()):
        wrong = [name for name, value in wanted[number].items() if getattr(rows[number], name) != value]
        if wrong:
            yield found(Kind.DIARY_DIFFERS, case.id, number, fields=", ".join(wrong))
    yield from _standing(case, around, kept, moment, wanted)


def _standing(
    case: Case, around: Circumstances, kept: Kept, moment: Moment, wanted: Mapping[int, Mapping[str, Any]]
) -> Iterator[Finding]:
    """How the case stands at this moment: looked at in time, by somebody, and owed something."""
    if case.base is Stage.CLOSED:
        return
    resting = kept.set_aside is not None and kept.set_aside.until > stamp(moment.now)
    late = [
        (row["next_moment"], number) for number, row in wanted.items() if row["next_moment"] < stamp(moment.late_before)
    ]
    if resting:
        aside = kept.set_aside
        yield found(Kind.SET_ASIDE, case.id, until=aside.until, times=aside.times, error=aside.error)
    elif late:
        since, number = min(late)
        yield found(Kind.ROUND_BEHIND, case.id, number, since=since, count=len(late))
    if not case.duties:
        yield found(Kind.NOTHING_OWED, case.id, stage=case.stage.value)
    unanswered = [number for number in case.duties if not answered_by_somebody(case, number, around, moment.now)]
    if unanswered:
        yield found(Kind.NOBODY_ANSWERS, case.id, unanswered[0], count=len(unanswered), unit=case.unit)


def answered_by_somebody(case: Case, number: int, around: Circumstances, now: datetime) -> bool:
    """Whether an open duty has anybody at all: the one who owes it, or a desk at any level above."""
    duty = case.duties[number]
    role = around.programme.roles[around.programme.duties[duty.kind].owed_by]
    if isinstance(role, Helper) and case.tied(around.programme.duties[duty.kind].owed_by):
        return True
    if duty.owed_by is not None:
        return True
    level = role.desk if isinstance(role, Desk) else around.programme.lowest_desk
    return bool(around.office.desk(case.unit, level, around.day(now)).people)


def _compare_ties(trail: Trail, rows: Sequence[Any]) -> Iterator[Finding]:
    wanted = [(tie.role, tie.person, tie.since, tie.until) for tie in trail.ties]
    kept = [(row.role, row.person, row.since, row.until) for row in rows]
    for role, person, since, until in wanted:
        if (role, person, since, until) not in kept:
            yield found(Kind.TIE_MISSING, trail.case, role=role, person=person, since=since, until=until or "—")
    known = {(role, person, since) for role, person, since, _ in wanted}
    for role, person, since, until in kept:
        if (role, person, since) not in known:
            yield found(Kind.TIE_STRAY, trail.case, role=role, person=person, since=since, until=until or "—")


def _compare_notices(trail: Trail, rows: Sequence[Row]) -> Iterator[Finding]:
    """Each row against the fact behind it; plain tuples, for there are twice as many of these as of anything."""
    programme = trail.state.programme if trail.state else ""
    wanted: dict[Row, Row] = {
        (notice.duty, notice.rung, notice.person): (*notice, programme) for notice in trail.notices
    }
    for row in rows:
        known = wanted.pop(row[:3], None)
        if known is None:
            yield stray_notice(trail.case, row)
            continue
        if (*known[:AT], stamp(known[AT]), *known[AT + 1 :]) != row[: len(known)]:
            yield _notice_differs(trail.case, known, row)
        state, nudge, number = row[len(known) :]
        if state not in STATES or (state != "moot" and (state == "planned") is (nudge is None)):
            yield found(Kind.NOTICE_STATE, trail.case, row[0], notice=number, state=state, nudge=nudge or "—")
    for (duty, rung, person), notice in sorted(wanted.items()):
        yield found(Kind.NOTICE_MISSING, trail.case, duty, rung=rung + 1, person=person, position=notice[POSITION])


def _notice_differs(case: CaseId, known: Sequence[Any], row: Row) -> Finding:
    wanted = (*known[:AT], stamp(known[AT]), *known[AT + 1 :])
    wrong = [name for name, right, kept in zip(COLUMNS, wanted, row, strict=False) if right != kept]
    return found(Kind.NOTICE_DIFFERS, case, row[0], notice=row[-1], fields=", ".join(wrong))


def stray_notice(case: CaseId, row: Row) -> Finding:
    """A notice with no fact behind it."""
    values = dict(zip(COLUMNS, row, strict=False))
    return found(
        Kind.NOTICE_STRAY, case, values["duty"],
        rung=values["rung"] + 1, person=values["person"], notice=row[-1], position=values["position"],
    )  # fmt: skip
