"""Pictures of visits, sealed with the key of the child they show. Each look at one is recorded."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from domain.case import Case
from domain.ids import DutyId, PersonId
from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.people import note_reading
from domain.store.saving import once
from domain.store.store import Store


class Photo(NamedTuple):
    """A picture that is there to be opened: of which duty, whom it shows, who sent it, when."""

    id: int
    duty: DutyId
    person: PersonId
    by: PersonId
    at: datetime


def keep_photos(
    connection: Connection, store: Store, case: Case, duty: int, photos: Iterable[bytes], by: PersonId, now: datetime
) -> None:
    """Seal pictures that came with the answer to a duty; the same one twice is kept once."""
    data_key = connection.scalar(select(t.person.c.data_key).where(t.person.c.id == case.subject))
    if data_key is None:
        return
    of = case.duty_id(duty)
    rows = [
        {
            "duty": of, "person": case.subject, "by": by, "at": stamp(now), "digest": digest,
            "sealed": store.seal.seal(data_key, photo, _place(of, digest, case.subject)),
        }
        for photo in photos
        if (digest := _digest(store, photo))
    ]  # fmt: skip
    if rows:
        connection.execute(once(connection, t.photo), rows)


def photos_of(connection: Connection, _store: Store, duty: DutyId) -> list[Photo]:
    """The pictures kept of a duty that can still be opened, in the order they came. None of them is opened."""
    columns = (t.photo.c.id, t.photo.c.duty, t.photo.c.person, t.photo.c.by, t.photo.c.at)
    rows = connection.execute(
        select(*columns)
        .join(t.person, t.person.c.id == t.photo.c.person)
        .where(t.photo.c.duty == duty, t.person.c.data_key.is_not(None))
        .order_by(t.photo.c.id)
    )
    return [Photo(row.id, row.duty, row.person, row.by, moment(row.at)) for row in rows]


def read_photo(
    connection: Connection, store: Store, photo: int, *, by: str, purpose: str, now: datetime
) -> bytes | None:
    """A picture as a JPEG; the reading is recorded. Nothing where there is none, or its key is destroyed."""
    row = connection.execute(
        select(t.photo, t.person.c.data_key)
        .join(t.person, t.person.c.id == t.photo.c.person)
        .where(t.photo.c.id == photo, t.person.c.data_key.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    note_reading(connection, [row.person], by=by, purpose=purpose, now=now)
    return store.seal.unseal(row.data_key, row.sealed, _place(row.duty, row.digest, row.person))


def _digest(store: Store, photo: bytes) -> str:
    return store.seal.blind("photo", hashlib.sha256(photo).hexdigest())


def _place(duty: DutyId, digest: str, person: PersonId) -> str:
    return f"photo/sealed/{digest}/{duty}/{person}"
