"""People, sealed: what identifies them is written and read here and nowhere else."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from domain.ids import PersonId, UnitId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.name_tokens import forget_name, rename, write_name_tokens
from domain.store.offices import next_number
from domain.store.saving import once
from domain.store.sealing import Seal
from domain.store.store import among

Kind = Literal["child", "elder", "school", "unit", "project", "volunteer", "coordinator", "guardian"]


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that identifies a person, or a school, unit or project. Only ever stored sealed.

    ``account``: where money for whoever this person answers for is paid to; ``account_by`` and ``account_since``: who
    recorded it, and when. ``contact`` and ``members``: people of a unit.
    """

    name: str
    id_number: str | None = None
    born: date | None = None
    sex: Literal["female", "male"] | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    school: str | None = None
    grade: str | None = None
    guardian: PersonId | None = None
    guardian_relation: str | None = None
    note: str | None = None
    account: str | None = None
    bank: str | None = None
    account_by: PersonId | None = None
    account_since: str | None = None
    contact: str | None = None
    members: tuple[str, ...] = ()


PHONE: Final = "phone"
MOST_AT_ONE_PHONE: Final = 6
"""So many people may be told at one telephone and answer from it; any more are told, and not known by it."""

HELPING: Final = frozenset({"volunteer", "coordinator"})
"""Whose names those may see who work with them."""


class NewPerson(NamedTuple):
    """A person to be written, with what he or she may be looked up by (kind of key, value)."""

    id: PersonId
    kind: Kind
    unit: UnitId | None
    identity: Identity
    keys: tuple[tuple[str, str], ...]
    language: str = "zh"


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Identity)


def fresh_ids(connection: Connection, count: int) -> list[PersonId]:
    """So many unused ids of people."""
    first = next_number(connection, "person", count)
    return [PersonId(f"p{number:09d}") for number in range(first, first + count)]


def add_people(connection: Connection, seal: Seal, people: Sequence[NewPerson]) -> None:
    """Write people, each sealed with a key of his or her own."""
    rows: list[dict[str, object]] = []
    known: list[tuple[PersonId, str, str]] = []
    for person in people:
        data_key = seal.new_key(person.id)
        sealed = seal.seal(data_key, _encoder.encode(person.identity), _place(person.id))
        rows.append({
            "id": person.id, "kind": person.kind, "unit": person.unit, "language": person.language,
            "data_key": data_key, "sealed": sealed,
        })  # fmt: skip
        known.extend((person.id, what, value) for what, value in person.keys if value)
    if rows:
        connection.execute(insert(t.person), rows)
    add_keys(connection, seal, known)
    write_name_tokens(connection, seal, ((person.id, person.kind, person.identity.name) for person in people))


def add_keys(connection: Connection, seal: Seal, keys: Iterable[tuple[PersonId, str, str]]) -> None:
    """Let people be looked up by more: (person, kind of key, value). A telephone may be that of several."""
    wanted = list(keys)
    rows = [{"token": seal.blind(what, value), "person": person} for person, what, value in wanted if what != PHONE]
    rows += _shared(connection, seal, [(person, value) for person, what, value in wanted if what == PHONE])
    if rows:
        connection.execute(once(connection, t.blind_index), rows)


def _shared(connection: Connection, seal: Seal, numbers: Sequence[tuple[PersonId, str]]) -> Iterator[dict[str, str]]:
    """Rows for whoever is not known at his or her number yet, each at the first place there that nobody has."""
    found = _places(connection, seal, {number for _, number in numbers}) if numbers else {}
    for person, number in numbers:
        there = found.setdefault(number, {})
        free = next((place for place in range(MOST_AT_ONE_PHONE) if place not in there), None)
        if free is not None and person not in there.values():
            there[free] = person
            yield {"token": _token(seal, number, free), "person": person}


def _token(seal: Seal, number: str, place: int) -> str:
    return seal.blind(f"{PHONE} {place + 1}" if place else PHONE, number)


def _places(connection: Connection, seal: Seal, numbers: Iterable[str]) -> dict[str, dict[int, PersonId]]:
    tokens = {_token(seal, number, place): (number, place) for number in numbers for place in range(MOST_AT_ONE_PHONE)}
    rows = connection.execute(select(t.blind_index).where(among(connection, t.blind_index.c.token, list(tokens))))
    found: dict[str, dict[int, PersonId]] = {}
    for row in rows:
        number, place = tokens[row.token]
        found.setdefault(number, {})[place] = row.person
    return found


def reached_at(connection: Connection, seal: Seal, numbers: Iterable[str]) -> dict[str, list[PersonId]]:
    """Everybody who is told at each of these telephones: husband and wife often have one."""
    found = _places(connection, seal, set(numbers))
    return {number: [person for _, person in sorted(there.items())] for number, there in found.items()}


def leave_phone(connection: Connection, seal: Seal, person: PersonId, number: str) -> None:
    """A telephone is not that person's any more."""
    tokens = [_token(seal, number, place) for place in range(MOST_AT_ONE_PHONE)]
    of_person = (among(connection, t.blind_index.c.token, tokens), t.blind_index.c.person == person)
    connection.execute(delete(t.blind_index).where(*of_person))


def change_identity(connection: Connection, seal: Seal, person: PersonId, identity: Identity) -> None:
    """Replace what is sealed about a person."""
    row = connection.execute(select(t.person).where(t.person.c.id == person)).one_or_none()
    if row is not None and row.data_key is not None:
        sealed = seal.seal(row.data_key, _encoder.encode(identity), _place(person))
        connection.execute(update(t.person).where(t.person.c.id == person).values(sealed=sealed))
        if _unsealed(seal, row).name != identity.name:
            rename(connection, seal, person, row.kind, identity.name)


def identities(connection: Connection, seal: Seal, people: Iterable[PersonId]) -> dict[PersonId, Identity]:
    """Who people are; those whose key is destroyed are left out. Not for children: see ``read_record``."""
    rows = connection.execute(
        select(t.person.c.id, t.person.c.data_key, t.person.c.sealed).where(
            among(connection, t.person.c.id, list(people)), t.person.c.data_key.is_not(None)
        )
    )
    return {row.id: _unsealed(seal, row) for row in rows}


class Who(NamedTuple):
    """What somebody is, and who: the latter of helpers and coordinators alone, and nothing once the key is gone."""

    kind: str
    identity: Identity | None
    unit: UnitId | None = None


def who_are(connection: Connection, seal: Seal, people: Iterable[PersonId], *, named: bool) -> dict[PersonId, Who]:
    """What people are, and who those are who help; a child's or guardian's name is never opened here."""
    rows = connection.execute(
        select(t.person.c.id, t.person.c.kind, t.person.c.unit, t.person.c.data_key, t.person.c.sealed).where(
            among(connection, t.person.c.id, list(people))
        )
    )
    opened = {row.id: row for row in rows}
    return {
        person: Who(
            row.kind,
            _unsealed(seal, row) if named and row.kind in HELPING and row.data_key is not None else None,
            row.unit,
        )
        for person, row in opened.items()
    }


def read_record(
    connection: Connection, seal: Seal, people: Sequence[PersonId], *, by: str, purpose: str, now: datetime
) -> dict[PersonId, Identity]:
    """Who children are. The reading itself is recorded: whose record, by whom, what for."""
    found = identities(connection, seal, people)
    note_reading(connection, found, by=by, purpose=purpose, now=now)
    return found


def note_reading(connection: Connection, people: Iterable[PersonId], *, by: str, purpose: str, now: datetime) -> None:
    """Record that what is sealed of people was read: whose, by whom, what for."""
    rows = [{"person": person, "by": by, "purpose": purpose, "at": stamp(now)} for person in people]
    if rows:
        connection.execute(insert(t.record_read), rows)


def known_by(connection: Connection, seal: Seal, what: str, values: Iterable[str]) -> dict[str, PersonId]:
    """Which of these values (ID numbers, accounts, …) belong to somebody known, and to whom; phones: ``reached_at``."""
    tokens = {seal.blind(what, value): value for value in values}
    rows = connection.execute(select(t.blind_index).where(among(connection, t.blind_index.c.token, list(tokens))))
    return {tokens[row.token]: row.person for row in rows}


def erase(connection: Connection, person: PersonId) -> None:
    """Destroy a person's key: sealed record and notes become noise, pictures go, the journal still adds up.

    An earlier copy of the whole database still holds the wrapped key; such copies must be let go by the office.
    """
    connection.execute(delete(t.blind_index).where(t.blind_index.c.person == person))
    connection.execute(delete(t.photo).where(t.photo.c.person == person))
    forget_name(connection, person)
    connection.execute(update(t.person).where(t.person.c.id == person).values(data_key=None, sealed=None))


def _unsealed(seal: Seal, row: Any) -> Identity:
    return _decoder.decode(seal.unseal(row.data_key, row.sealed, _place(row.id)))


def _place(person: PersonId) -> str:
    return f"person/sealed/{person}"


def language_of(connection: Connection, person: PersonId) -> str | None:
    """The language a person reads."""
    return connection.scalar(select(t.person.c.language).where(t.person.c.id == person))


def people_of(connection: Connection, kind: Kind) -> list[PersonId]:
    """Everybody of a kind, in the order they were written."""
    return list(connection.scalars(select(t.person.c.id).where(t.person.c.kind == kind).order_by(t.person.c.id)))
