"""Bringing schools, units and projects in: each becomes a case, and a place in the tree where it is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.commands import OpenCase
from domain.sheets.bodies import ListedBody
from domain.sheets.report import Row, SheetReport, Verdict
from domain.store.accounts import Noted, free_accounts, with_account
from domain.store.people import Identity, NewPerson, add_people, fresh_ids, known_by
from domain.store.registry import Imported
from domain.store.registry_cases import case_numbers, expect_all, in_one
from domain.store.store import Store
from domain.store.units import Body, body_id, county_of, ensure_bodies, ensure_units, village_id
from domain.store.writing import carry_out_within

BODY = "body"
"""The kind of look-up key."""

Rows = Sequence[tuple[Row[ListedBody], ListedBody]]


def import_bodies(
    store: Store,
    programme: Programme,
    report: SheetReport[ListedBody],
    now: datetime,
    by: PersonId | None = None,
    risk: str | None = None,
    at: UnitId | None = None,
) -> Imported:
    """Open a case for every accepted or doubtful row not known yet; all of them or none.

    ``at``: the unit of the tree where all of them stand.
    """
    return in_one(
        store, lambda connection: take_bodies(connection, store, programme, report, now, by, risk, at), len(report.rows)
    )


def take_bodies(
    connection: Connection, store: Store, programme: Programme, report: SheetReport[ListedBody], now: datetime,
    by: PersonId | None = None, risk: str | None = None, at: UnitId | None = None,
) -> Imported:  # fmt: skip
    """The same inside a transaction of the caller's."""
    taken = (Verdict.ACCEPTED, Verdict.NEEDS_REVIEW)
    rows = [(row, row.item) for row in report.rows if row.verdict in taken and row.item is not None]
    return _Bodies(connection, store, programme, now, by, risk, at).take(rows)


@dataclass
class _Bodies:
    """One import under way."""

    connection: Connection
    store: Store
    programme: Programme
    now: datetime
    by: PersonId | None
    risk: str | None
    at: UnitId | None

    def take(self, rows: Rows) -> Imported:
        connection, seal = self.connection, self.store.seal
        known = known_by(connection, seal, BODY, [body.identity() for _, body in rows])
        new = [(row, body) for row, body in rows if body.identity() not in known]
        listed = [body for _, body in new]
        ensure_units(connection, [(body.place, body.village) for body in listed])
        ensure_bodies(connection, [self._in_the_tree(body) for body in listed if body.stands])
        accounts = free_accounts(connection, seal, [(one.identity(), Noted(one.account, one.bank)) for one in listed])
        subjects = fresh_ids(connection, len(new)) if new else []
        pairs = list(zip(subjects, new, strict=True))
        add_people(connection, seal, [
            with_account(self._subject(person, body), accounts.get(body.identity()), self.by, self.now)
            for person, (_, body) in pairs
        ])  # fmt: skip
        numbers = case_numbers(connection, [body.place for body in listed])
        commands = [self._open(number, *pair) for number, pair in zip(numbers, pairs, strict=True)]
        expect_all(carry_out_within(connection, self.store, commands, self.now))
        cases = tuple((row.number, number) for (row, _), number in zip(new, numbers, strict=True))
        return Imported(len(new), len(rows) - len(new), cases)

    def _open(self, number: CaseId, person: PersonId, judged: tuple[Row[ListedBody], ListedBody]) -> OpenCase:
        row, body = judged
        return OpenCase(
            case=number, programme=self.programme.name, subject=person, unit=self._unit(body),
            county=county_of(body.place), kind=body.kind, admit=row.verdict is Verdict.ACCEPTED, by=self.by,
            risk=self.risk, family=person,
        )  # fmt: skip

    def _subject(self, person: PersonId, body: ListedBody) -> NewPerson:
        identity = Identity(
            name=body.name, phone=body.phone or None, email=body.email or None, contact=body.contact or None,
            members=body.members, note=body.note or None,
        )  # fmt: skip
        return NewPerson(person, body.subject, self._unit(body), identity, ((BODY, body.identity()),))

    def _unit(self, body: ListedBody) -> UnitId:
        if body.stands:
            return body_id(body.place, body.name)
        return self._at(body)

    def _at(self, body: ListedBody) -> UnitId:
        """Where a body is found: the unit named for all of them, or the village where one is known."""
        if self.at is not None and self.at != body.place:
            return self.at
        return village_id(body.place, body.village)

    def _in_the_tree(self, body: ListedBody) -> Body:
        return Body(body_id(body.place, body.name), body.name, str(body.stands), self._at(body))
