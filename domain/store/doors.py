"""Short codes of text messages: eight digits that open a person's duties at the fixed address, for a while."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from unicodedata import normalize

from sqlalchemy import Connection, delete, select

from domain.ids import NudgeId, PersonId
from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.saving import write
from domain.store.sealing import Seal
from domain.store.store import among

DIGITS: Final = 8
_WHAT: Final = "door"


class Door(NamedTuple):
    """Who stands behind a short code, until when, and the message it came with."""

    person: PersonId
    nudge: NudgeId
    expires: datetime


def make_doors(
    connection: Connection, seal: Seal, people: Mapping[NudgeId, PersonId], expires: datetime
) -> dict[NudgeId, str]:
    """A fresh code for each message. Only digests are kept, so a copy of the table opens nothing."""
    codes: dict[NudgeId, str] = {}
    missing = dict(people)
    while missing:
        drawn = {seal.blind(_WHAT, code): (nudge, code) for nudge, code in _drawn(missing)}
        rows = [
            {"token": token, "person": missing[nudge], "nudge": nudge, "expires_at": stamp(expires)}
            for token, (nudge, _) in drawn.items()
        ]
        # A code drawn twice, here or months ago, is left to whoever had it first; the other draws again.
        write(connection, t.door, rows)
        theirs = select(t.door.c.token, t.door.c.nudge).where(among(connection, t.door.c.token, list(drawn)))
        codes |= dict(drawn[row.token] for row in connection.execute(theirs) if drawn[row.token][0] == row.nudge)
        missing = {nudge: person for nudge, person in people.items() if nudge not in codes}
    return codes


def open_door(connection: Connection, seal: Seal, code: str) -> Door | None:
    """Who stands behind a code as somebody typed it, still good or not; nothing for a code nobody was given."""
    digits = "".join(sign for sign in normalize("NFKC", code) if sign.isdigit())
    row = connection.execute(select(t.door).where(t.door.c.token == seal.blind(_WHAT, digits))).one_or_none()
    return Door(row.person, row.nudge, moment(row.expires_at)) if row else None


def forget_doors(connection: Connection, before: datetime) -> int:
    """Drop codes that ran out before a moment; how many."""
    return connection.execute(delete(t.door).where(t.door.c.expires_at < stamp(before))).rowcount


def _drawn(nudges: Mapping[NudgeId, PersonId]) -> list[tuple[NudgeId, str]]:
    return [(nudge, f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}") for nudge in nudges]
