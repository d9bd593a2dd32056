"""A telephone or a mail address that is another now: whoever is told by it goes on being told."""

from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, select

from domain.ids import PersonId
from domain.rules.refusals import Reason, Refusal
from domain.sheets.volunteers import known_volunteer_by
from domain.store import tables as t
from domain.store.people import (
    HELPING,
    PHONE,
    Identity,
    add_keys,
    change_identity,
    identities,
    leave_phone,
    note_reading,
)
from domain.store.sealing import Seal

PURPOSE: Final = "contact"
"""Under this the change stands among the readings of records: whose, by whom, when."""


class NewContact(NamedTuple):
    """How somebody is reached from now on; of telephone and mail at least one. ``by``: whoever changes it."""

    person: PersonId
    phone: str
    email: str
    by: str


def change_contact(connection: Connection, seal: Seal, new: NewContact, now: datetime) -> bool:
    """Seal the new ones in place of the old; no, when they are the same. Refusal: nobody of that id, nothing left.

    The old telephone is that person's no more, and a message from it not an answer of his or hers. Whoever was found
    by it in a roster is found by the new one as well, so that the next roster does not make two of one.
    """
    known = identities(connection, seal, [new.person]).get(new.person)
    row = connection.execute(select(t.person.c.kind, t.person.c.unit).where(t.person.c.id == new.person)).one_or_none()
    if known is None or row is None or row.kind not in HELPING:
        raise Refusal(Reason.NO_SUCH_HELPER, new.person)
    if not (new.phone or new.email):
        raise Refusal(Reason.NOT_REACHABLE, new.person)
    changed = replace(known, phone=new.phone or None, email=new.email or None)
    if changed == known:
        return False
    change_identity(connection, seal, new.person, changed)
    note_reading(connection, [new.person], by=new.by, purpose=PURPOSE, now=now)
    if known.phone and known.phone != new.phone:
        leave_phone(connection, seal, new.person, known.phone)
    keys = [(PHONE, new.phone)] if new.phone else []
    if row.kind == "volunteer":
        keys += [("volunteer", each) for each in _in_rosters(changed, row.unit or "")]
    add_keys(connection, seal, [(new.person, what, value) for what, value in keys])
    return True


def _in_rosters(who: Identity, unit: str) -> tuple[str, str]:
    born = who.born.isoformat() if who.born else ""
    return known_volunteer_by(who.name, who.id_number, who.phone or who.email or "", unit, born)
