"""How people can be told things: their addresses, unsealed, and the ways they asked not to be told by."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select

from domain.ids import PersonId, UnitId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.people import Identity, identities
from domain.store.saving import once
from domain.store.sealing import CannotUnseal, Seal
from domain.store.store import among

_NONE: Final[frozenset[str]] = frozenset()


class Contact(NamedTuple):
    """A person as messages need him or her. ``stopped``: reaches (mail, sms, chat) asked not to be used any more."""

    kind: str
    unit: UnitId | None
    language: str
    email: str | None
    phone: str | None
    stopped: frozenset[str] = _NONE


def contacts_of(connection: Connection, seal: Seal, people: Iterable[PersonId]) -> dict[PersonId, Contact]:
    """Who can be told where, without those whose record cannot be opened: one damaged row must not silence all."""
    known = _readable(connection, seal, set(people))
    stopped = _stopped(connection, list(known))
    columns = (t.person.c.id, t.person.c.kind, t.person.c.unit, t.person.c.language)
    found: dict[PersonId, Contact] = {}
    for row in connection.execute(select(*columns).where(among(connection, t.person.c.id, list(known)))):
        who = known[row.id]
        found[row.id] = Contact(
            row.kind, row.unit, row.language, who.email or None, who.phone or None, stopped.get(row.id, _NONE)
        )
    return found


def _readable(connection: Connection, seal: Seal, wanted: set[PersonId]) -> dict[PersonId, Identity]:
    while True:
        try:
            return identities(connection, seal, wanted)
        except CannotUnseal as damaged:
            wanted.remove(PersonId(str(damaged).rpartition("/")[2]))


def _stopped(connection: Connection, people: Sequence[PersonId]) -> dict[PersonId, frozenset[str]]:
    found: dict[PersonId, frozenset[str]] = {}
    columns = (t.stopped.c.person, t.stopped.c.reach)
    for row in connection.execute(select(*columns).where(among(connection, t.stopped.c.person, people))):
        found[row.person] = found.get(row.person, _NONE) | {row.reach}
    return found


def stop(connection: Connection, person: PersonId, reach: str, now: datetime, through: str) -> bool:
    """Note that somebody is not to be told this way any more, of whatever duty; no, when it was noted before."""
    row = {"person": person, "reach": reach, "since": stamp(now), "through": through}
    # Of an INSERT psycopg's cursor counts no rows here; what was written says so itself.
    written = once(connection, t.stopped).values(row).returning(t.stopped.c.person)
    return connection.execute(written).one_or_none() is not None


def start_again(connection: Connection, person: PersonId, reach: str) -> bool:
    """Take that back; no, when nothing was stopped."""
    of_one = (t.stopped.c.person == person, t.stopped.c.reach == reach)
    return connection.execute(delete(t.stopped).where(*of_one)).rowcount == 1
