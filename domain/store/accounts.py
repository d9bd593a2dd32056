"""Accounts money is paid to: sealed with whoever answers for a case, and looked up without being read."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, delete

from domain.ids import PersonId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.people import (
    Identity,
    NewPerson,
    add_keys,
    change_identity,
    identities,
    known_by,
    read_record,
)
from domain.store.sealing import Seal

ACCOUNT: Final = "account"
"""The kind of look-up key."""

_PURPOSE: Final = "account"


class Noted(NamedTuple):
    """An account's digits, and the bank it is with."""

    number: str
    bank: str = ""


class AccountOfAnother(Exception):
    """The account is known as somebody else's: money meant for two people would go to one."""


def free_accounts(connection: Connection, seal: Seal, wanted: Iterable[tuple[str, Noted]]) -> dict[str, Noted]:
    """The accounts, by whose they are, that are nobody's yet; of two who name one account the first has it."""
    named = [(whose, each) for whose, each in wanted if whose and each.number]
    taken = known_by(connection, seal, ACCOUNT, {each.number for _, each in named})
    owners: dict[str, str] = {}
    found: dict[str, Noted] = {}
    for whose, each in named:
        if each.number not in taken and owners.setdefault(each.number, whose) == whose:
            found.setdefault(whose, each)
    return found


def with_account(new: NewPerson, noted: Noted | None, by: PersonId | None, now: datetime) -> NewPerson:
    """Somebody about to be written, together with an account that is nobody's yet."""
    if noted is None:
        return new
    identity = _holding(new.identity, noted, by, now)
    return new._replace(identity=identity, keys=(*new.keys, (ACCOUNT, noted.number)))


def add_accounts(
    connection: Connection, seal: Seal, noted: Mapping[PersonId, Noted], by: PersonId | None, now: datetime
) -> None:
    """Take down accounts that are nobody's yet for people known already; one recorded before stays as it is."""
    known = identities(connection, seal, noted)
    for person, identity in known.items():
        if identity.account is None:
            _write(connection, seal, person, identity, noted[person], by, now)


def change_account(
    connection: Connection, seal: Seal, person: PersonId, noted: Noted, by: PersonId, now: datetime
) -> bool:
    """Record the account of somebody, or another one in its place, from then on the only one; by whom and when is kept.

    AccountOfAnother where it is somebody else's already; no, where nothing is known of the person any more.
    """
    if known_by(connection, seal, ACCOUNT, [noted.number]).get(noted.number, person) != person:
        raise AccountOfAnother
    known = read_record(connection, seal, [person], by=by, purpose=_PURPOSE, now=now)
    if person not in known:
        return False
    before = known[person].account
    if before is not None:
        token = seal.blind(ACCOUNT, before)
        connection.execute(
            delete(t.blind_index).where(t.blind_index.c.token == token, t.blind_index.c.person == person)
        )
    _write(connection, seal, person, known[person], noted, by, now)
    return True


def _holding(identity: Identity, noted: Noted, by: PersonId | None, now: datetime) -> Identity:
    return msgspec.structs.replace(
        identity, account=noted.number, bank=noted.bank or None, account_by=by, account_since=stamp(now)
    )


def _write(
    connection: Connection, seal: Seal, person: PersonId, identity: Identity, noted: Noted, by: PersonId | None,
    now: datetime,
) -> None:  # fmt: skip
    change_identity(connection, seal, person, _holding(identity, noted, by, now))
    add_keys(connection, seal, [(person, ACCOUNT, noted.number)])
