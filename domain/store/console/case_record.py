"""A child's sealed record and the words of answers, opened for a page; each reading is recorded."""

from typing import Final, NamedTuple

from domain.case import Case
from domain.ids import PersonId
from domain.rules.access import NotAllowed, Right, Viewer
from domain.store.console.case_people import holds
from domain.store.console.looking import Looking, NotFound
from domain.store.notes import read_notes
from domain.store.people import Identity, note_reading, read_record
from domain.store.photos import photos_of, read_photo

PURPOSE: Final = "console"


class Record(NamedTuple):
    """Who the case is about and who answers for the child; nothing once a key is destroyed."""

    subject: Identity | None
    guardian: Identity | None


def reader(viewer: Viewer) -> str:
    """In whose name a reading is recorded."""
    return viewer.person or viewer.login


def read_of(look: Looking, case: Case) -> Record:
    """The record of a case, within a transaction that may write; NotAllowed where names are not the viewer's to see."""
    if not holds(look, Right.SEE_NAMES, case):
        raise NotAllowed(Right.SEE_NAMES, case.unit)
    wanted = [case.subject, *([case.family] if case.family and case.family != case.subject else [])]
    found = read_record(
        look.connection, look.store.seal, wanted, by=reader(look.viewer), purpose=PURPOSE, now=look.now
    )  # fmt: skip
    return Record(found.get(case.subject), found.get(_guardian(case)) if case.family else None)


def _guardian(case: Case) -> PersonId:
    return PersonId(str(case.family)) if case.family != case.subject else PersonId("")


def words_of(look: Looking, case: Case, duty: int) -> dict[str, str]:
    """The free words of a duty's answer, by question; that they were read is recorded where there are any."""
    if not holds(look, Right.SEE_NAMES, case):
        raise NotAllowed(Right.SEE_NAMES, case.unit)
    notes = read_notes(look.connection, look.store, case.duty_id(duty))
    if notes:
        note_reading(look.connection, [case.subject], by=reader(look.viewer), purpose=PURPOSE, now=look.now)
    return notes


def photos_kept(look: Looking, case: Case, duty: int) -> tuple[int, ...]:
    """The numbers of the pictures that came with a duty's answer; none of them is opened."""
    return tuple(photo.id for photo in photos_of(look.connection, look.store, case.duty_id(duty)))


def photo_of(look: Looking, case: Case, duty: int, photo: int) -> bytes:
    """One of them, and that it was looked at is recorded; NotFound where the duty has no such picture."""
    if not holds(look, Right.SEE_NAMES, case):
        raise NotAllowed(Right.SEE_NAMES, case.unit)
    if photo not in photos_kept(look, case, duty):
        raise NotFound(case.id)
    by = reader(look.viewer)
    found = read_photo(look.connection, look.store, photo, by=by, purpose=PURPOSE, now=look.now)
    if found is None:
        raise NotFound(case.id)
    return found
