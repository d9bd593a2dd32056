"""A message sent anew by hand, once what stood in its way was put right: by a named person, never a second time."""

from datetime import datetime
from typing import NamedTuple

from domain.ids import NudgeId, PersonId
from domain.rules.refusals import Reason, Refusal
from domain.store.contacts import Contact, contacts_of
from domain.store.engine import writing
from domain.store.moments import whole
from domain.store.outbox import DESK, next_nudge
from domain.store.resending import line_of, put_anew, why_not_anew
from domain.store.store import Store
from notifiers.reach import address, channel_for
from notifiers.settings import Telling


class Anew(NamedTuple):
    """The message that takes another one's place."""

    id: NudgeId
    replaces: NudgeId
    person: PersonId
    channel: str


def send_anew(
    store: Store, settings: Telling, number: int, by: PersonId, now: datetime, channel: str | None = None
) -> Anew | Refusal | None:
    """Let the next delivery tell once more what a message failed to tell; nothing where there is no such message.

    Through ``channel``, else through the one it failed on, where that reaches the person by now, else the first that
    does. What was met meanwhile is left out when it is sent, and quiet hours count, as for every other message.
    """
    moment = whole(now)
    with writing(store.engine) as connection:
        # Whoever asks for a number holds off all others who do: of two who send anew, the second finds it done.
        next_nudge(connection)
        line = line_of(connection, number)
        if not line:
            return None
        refusal = why_not_anew(connection, line)
        if refusal is not None:
            return refusal
        last = line[-1]
        contact = contacts_of(connection, store.seal, [last.person]).get(last.person)
        way = _way(settings, contact, line[0].channel, channel)
        if way == DESK:
            return Refusal(Reason.NOT_REACHABLE, last.person)
        return Anew(put_anew(connection, last, way, by, moment), last.id, last.person, way)


def _way(settings: Telling, contact: Contact | None, failed: str, wanted: str | None) -> str:
    first = wanted or failed
    known = next((each for each in settings.channels if each.name == first), None)
    if known is not None and address(known, contact):
        return first
    return DESK if wanted else channel_for(settings.channels, contact)
