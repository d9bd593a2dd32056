"""A child's guardian, named after the child was taken in: sealed as an import would have done it."""

from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from domain.case import Case
from domain.ids import CaseId, PersonId, UnitId
from domain.rules.commands import NameGuardian
from domain.rules.refusals import Reason, Refusal
from domain.store.acting import all_carried, in_one_act
from domain.store.journal import snapshot_of
from domain.store.people import Identity, NewPerson, add_people, change_identity, fresh_ids, known_by, read_record
from domain.store.store import Store
from domain.store.units import division_of
from domain.store.writing import Carried, carry_out_within

KEY: Final = "guardian"
"""The kind of look-up key."""

_PURPOSE: Final = "guardian"


class Guardian(NamedTuple):
    """Who answers for a child at home; the telephone tells somebody from a namesake."""

    name: str
    relation: str
    phone: str


def guardian_key(name: str, phone: str, account: str = "") -> str:
    """The same for the same guardian: name and telephone, or where there is none the account."""
    return f"{name}/{phone or f'account {account}'}"


def name_guardian(store: Store, case: CaseId, guardian: Guardian, by: PersonId, now: datetime) -> Carried:
    """Name the guardian of a child, or another one from now on; a guardian known already is not written twice.

    Refusal where the case is not a child's, is closed, or has this guardian already: nothing is written then.
    """
    return in_one_act(store, lambda connection: name_within(connection, store, case, guardian, by, now))


def name_within(
    connection: Connection, store: Store, case: CaseId, guardian: Guardian, by: PersonId, now: datetime
) -> Carried:
    """The same inside a transaction of the caller's, which a Refusal must undo."""
    found = snapshot_of(connection, case)
    if found is None:
        raise Refusal(Reason.NO_SUCH_CASE, case)
    person = _person(connection, store, guardian, found)
    (done,) = all_carried(carry_out_within(connection, store, [NameGuardian(case=case, person=person, by=by)], now))
    child = read_record(connection, store.seal, [found.subject], by=by, purpose=_PURPOSE, now=now)
    for subject, identity in child.items():
        beside = replace(identity, guardian=person, guardian_relation=guardian.relation)
        change_identity(connection, store.seal, subject, beside)
    return done


def _person(connection: Connection, store: Store, guardian: Guardian, case: Case) -> PersonId:
    key = guardian_key(guardian.name, guardian.phone)
    known = known_by(connection, store.seal, KEY, [key]).get(key)
    if known is not None:
        return known
    (fresh,) = fresh_ids(connection, 1)
    identity = Identity(name=guardian.name, phone=guardian.phone)
    new = NewPerson(fresh, "guardian", UnitId(division_of(case.unit)), identity, ((KEY, key),))
    add_people(connection, store.seal, [new])
    return fresh
