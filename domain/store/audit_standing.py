"""How a case stands at a moment: its diary is what follows from it, somebody answers, and nothing is late."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case import Case, Duty
from domain.ids import PersonId
from domain.programme.schema import Helper, Stage
from domain.rules.moments import Circumstances, due
from domain.rules.passing import in_role
from domain.rules.unfolding import Unfolding
from domain.store.audit_findings import Finding, Kind, found
from domain.store.audit_tables import Kept
from domain.store.moments import stamp

Wanted = Mapping[int, Mapping[str, Any]]
"""The rows the diary should hold for a case, by number of the duty."""


@dataclass(frozen=True)
class Moment:
    """The moment of an audit, and how far behind the engine may be without being late."""

    now: datetime
    late_before: datetime


def check_standing(case: Case, around: Circumstances, kept: Kept, moment: Moment) -> Iterator[Finding]:
    """Everything about how a case stands that breaks the promise, or wants somebody at a desk."""
    yield from _check_place(case, around)
    try:
        wanted = diary_of(case, around)
    except (ValueError, KeyError):
        yield found(Kind.NO_NEXT_MOMENT, case.id)
        return
    if not wanted and case.base is not Stage.CLOSED:
        yield found(Kind.NO_NEXT_MOMENT, case.id)
    yield from _compare_diary(case, wanted, {row.number: row for row in kept.diary})
    if case.base is not Stage.CLOSED:
        yield from _check_time(case, wanted, kept, moment)
        yield from _check_owners(case, around)
        yield from _check_answers(case, around, moment)


def diary_of(case: Case, around: Circumstances) -> Wanted:
    """The rows the diary should hold; ValueError when a duty has no next moment."""
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


def _check_place(case: Case, around: Circumstances) -> Iterator[Finding]:
    above = {unit.id for unit in around.office.upward(case.unit)}
    if not above:
        yield found(Kind.UNIT_UNKNOWN, case.id, unit=case.unit)
    elif case.county not in above:
        yield found(Kind.COUNTY_ELSEWHERE, case.id, unit=case.unit, county=case.county)


def _compare_diary(case: Case, wanted: Wanted, rows: Mapping[int, Any]) -> Iterator[Finding]:
    for number in sorted(wanted.keys() - rows.keys()):
        yield found(Kind.DIARY_MISSING, case.id, number, kind=wanted[number]["kind"])
    for number in sorted(rows.keys() - wanted.keys()):
        yield found(Kind.DIARY_STRAY, case.id, number, kind=rows[number].kind)
    for number in sorted(rows.keys() & wanted.keys()):
        wrong = [name for name, value in wanted[number].items() if getattr(rows[number], name) != value]
        if wrong:
            yield found(Kind.DIARY_DIFFERS, case.id, number, fields=", ".join(wrong))


def _check_time(case: Case, wanted: Wanted, kept: Kept, moment: Moment) -> Iterator[Finding]:
    """Whether the case was looked at in time, or rests because it failed the engine."""
    aside, late_before = kept.set_aside, stamp(moment.late_before)
    late = [(row["next_moment"], number) for number, row in wanted.items() if row["next_moment"] < late_before]
    if aside is not None and aside.until > stamp(moment.now):
        yield found(Kind.SET_ASIDE, case.id, until=aside.until, times=aside.times, error=aside.error)
    elif late:
        since, number = min(late)
        yield found(Kind.ROUND_BEHIND, case.id, number, since=since, count=len(late))


def _check_owners(case: Case, around: Circumstances) -> Iterator[Finding]:
    """What helpers owe in person is owed by people who are bound to the case in that role."""
    left: dict[tuple[PersonId, str], list[int]] = {}
    for number, duty in case.duties.items():
        role = around.programme.duties[duty.kind].owed_by
        if duty.owed_by is None or not isinstance(around.programme.roles[role], Helper):
            continue
        if duty.owed_by not in {tie.person for tie in case.all_tied(role)}:
            left.setdefault((duty.owed_by, role), []).append(number)
    for (person, role), numbers in left.items():
        yield found(Kind.OWNER_GONE, case.id, numbers[0], person=person, role=role, count=len(numbers))


def _check_answers(case: Case, around: Circumstances, moment: Moment) -> Iterator[Finding]:
    """Something is owed, and each of it has somebody who answers for it."""
    if not case.duties:
        yield found(Kind.NOTHING_OWED, case.id, stage=case.stage.value)
    unanswered = [number for number, duty in case.duties.items() if not answered(case, duty, around, moment.now)]
    if unanswered and case.unit in around.office.units:
        yield found(Kind.NOBODY_ANSWERS, case.id, unanswered[0], count=len(unanswered), unit=case.unit)
    yield from _check_asked(case, around)


def _check_asked(case: Case, around: Circumstances) -> Iterator[Finding]:
    """Whatever waits for an answer or for somebody to come is owed by somebody as a duty."""
    programme, open_kinds = around.programme, {duty.kind for duty in case.duties.values()}
    if case.transfer is not None and open_kinds.isdisjoint(programme.opened_by.get("transfer-asked", ())):
        yield found(Kind.TRANSFER_UNANSWERED, case.id, unit=case.transfer.unit)
    if case.base is Stage.IDENTIFICATION:
        return
    for name, role in programme.helper_roles(case.kind).items():
        wanted = (role.least if role.tie == "several" else 1) if role.needed else 0
        filling = (*programme.met_by.get("tie-begun", ()), *programme.met_by.get(f"tie-begun:{name}", ()))
        if len(case.all_tied(name)) < wanted and open_kinds.isdisjoint(filling):
            yield found(Kind.ROLE_UNFILLED, case.id, role=name, stage=case.stage.value)


def answered(case: Case, duty: Duty, around: Circumstances, now: datetime) -> bool:
    """Whether an open duty has anybody at all: the one who owes it, or a desk at any level above."""
    role = around.programme.duties[duty.kind].owed_by
    return duty.owed_by is not None or bool(in_role(Unfolding(case, around), role, duty, now)[0])
