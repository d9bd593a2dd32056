"""Whether each sealed note belongs to a duty that was opened, and to the one the case is about."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, select

from domain.ids import CaseId, DutyId, PersonId, case_of
from domain.store import tables as t
from domain.store.audit_findings import Finding, Kind, found

NOTES_AT_A_TIME: Final = 5_000

Opened = tuple[PersonId, int] | None
"""Whom a case is about and how many duties it has had; nothing where its journal does not tell."""


def check_notes(connection: Connection, cases: Mapping[CaseId, Opened]) -> Iterator[Finding]:
    """Sealed notes that nobody will ever find again: of no duty, or of somebody else than the case's subject."""
    notes = select(t.sealed_note.c.duty, t.sealed_note.c.person).distinct().order_by(t.sealed_note.c.duty)
    found_so_far = connection.execute(notes, execution_options={"yield_per": NOTES_AT_A_TIME})
    for duty, person in found_so_far:
        case, number = case_of(duty), _number(duty)
        known = cases.get(case, (PersonId(""), 0))
        if known is not None and not (person == known[0] and 0 < number <= known[1]):
            yield found(Kind.NOTE_STRAY, case, number, person=person)


def _number(duty: DutyId) -> int:
    number = duty.rpartition("/")[2]
    return int(number) if number.isdecimal() else 0
