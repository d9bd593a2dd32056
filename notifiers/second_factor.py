"""Texting somebody a code before names are shown: through the ordinary outbox, by text message alone."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.ids import PersonId
from domain.store.contacts import Contact, contacts_of
from domain.store.engine import Connection, writing
from domain.store.outbox import Claimed, NewNudge, add_nudges, next_nudge
from domain.store.sealing import Seal
from domain.store.second_factors import locked, new_code, unlocked
from domain.store.store import Store
from notifiers.reach import address
from notifiers.reaching import Reach, reach_of
from notifiers.settings import Telling

SAYS: Final = "second-factor"


class CodeSent(StrEnum):
    """What came of asking for a code."""

    SENT = "sent"
    TOO_MANY = "too-many"
    NO_PHONE = "no-phone"


def send_code(store: Store, settings: Telling, person: PersonId, now: datetime) -> CodeSent:
    """Put a fresh code for somebody into the outbox; it leaves at once, also by night: whoever asks is awake."""
    with writing(store.engine) as connection:
        channel = _channel(connection, store, settings, person)
        if channel is None:
            return CodeSent.NO_PHONE
        code = new_code(connection, store.seal, person, now)
        if code is None:
            return CodeSent.TOO_MANY
        values = json.dumps({"code": locked(store.seal, code)})
        # Urgent only in this: it is sent before what can wait.
        new = NewNudge(person, channel, urgent=True, not_before=now, says=SAYS, values=values)
        add_nudges(connection, next_nudge(connection, 1), [new], now)
    return CodeSent.SENT


def said_values(seal: Seal, nudge: Claimed) -> Mapping[str, str]:
    """The values of a message in words of our own, as its recipient reads them."""
    values: dict[str, str] = json.loads(nudge.values or "{}")
    return values | {"code": unlocked(seal, values["code"])} if nudge.says == SAYS else values


def _channel(connection: Connection, store: Store, settings: Telling, person: PersonId) -> str | None:
    contact: Contact | None = contacts_of(connection, store.seal, [person]).get(person)
    if contact is None or not contact.phone:
        return None
    # Who wants no more text messages asks for this one.
    asking = contact._replace(stopped=frozenset(), email=None)
    reaching = [each for each in settings.channels if address(each, asking)]
    by_text = [each.name for each in reaching if reach_of(each) is Reach.SMS]
    to_file = [each.name for each in reaching if reach_of(each) is Reach.FILE]
    return next(iter(by_text or to_file), None)
