"""Bringing children and elders in: every accepted or doubtful row of a survey becomes a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.commands import OpenCase
from domain.sheets.report import Row, SheetReport, Verdict
from domain.sheets.survey import SurveyedChild
from domain.store.accounts import Noted, add_accounts, free_accounts, with_account
from domain.store.guardians import KEY, guardian_key
from domain.store.people import Identity, NewPerson, add_people, fresh_ids, known_by
from domain.store.registry import Imported
from domain.store.registry_cases import case_numbers, expect_all, in_one
from domain.store.store import Store
from domain.store.units import county_of, ensure_units, village_id
from domain.store.writing import carry_out_within

Rows = Sequence[tuple[Row[SurveyedChild], SurveyedChild]]


def import_survey(
    store: Store,
    programme: Programme,
    report: SheetReport[SurveyedChild],
    now: datetime,
    by: PersonId | None = None,
    risk: str | None = None,
) -> Imported:
    """Open a case for every accepted or doubtful row not known yet; all of them or none.

    Accepted rows are admitted at once, their sheet being the office's own finding; rows in need of review become
    cases in identification, on the township's desk.
    """
    return in_one(
        store, lambda connection: take_survey(connection, store, programme, report, now, by, risk), len(report.rows)
    )


def take_survey(
    connection: Connection, store: Store, programme: Programme, report: SheetReport[SurveyedChild], now: datetime,
    by: PersonId | None = None, risk: str | None = None,
) -> Imported:  # fmt: skip
    """The same inside a transaction of the caller's."""
    return _Survey(connection, store, programme, now, by, risk).take(_takeable(report))


def _takeable(report: SheetReport[SurveyedChild]) -> list[tuple[Row[SurveyedChild], SurveyedChild]]:
    taken = (Verdict.ACCEPTED, Verdict.NEEDS_REVIEW)
    return [(row, row.item) for row in report.rows if row.verdict in taken and row.item is not None]


@dataclass
class _Survey:
    """One import under way."""

    connection: Connection
    store: Store
    programme: Programme
    now: datetime
    by: PersonId | None
    risk: str | None

    def take(self, rows: Rows) -> Imported:
        connection, seal = self.connection, self.store.seal
        known = known_by(connection, seal, "child", [child.identity() for _, child in rows])
        new = [(row, child) for row, child in rows if child.identity() not in known]
        children = [child for _, child in new]
        ensure_units(connection, [(child.township, child.village) for child in children])
        accounts = free_accounts(connection, seal, [(_answering_key(child), _account(child)) for child in children])
        guardians = self._guardians(children, accounts)
        subjects = fresh_ids(connection, len(new)) if new else []
        pairs = list(zip(subjects, new, strict=True))
        add_people(connection, seal, [self._person(person, child, guardians, accounts) for person, (_, child) in pairs])
        numbers = case_numbers(connection, [child.township for child in children])
        commands = [
            self._open(number, person, child, row, guardians)
            for number, (person, (row, child)) in zip(numbers, pairs, strict=True)
        ]
        expect_all(carry_out_within(connection, self.store, commands, self.now))
        cases = tuple((row.number, number) for (row, _), number in zip(new, numbers, strict=True))
        return Imported(len(new), len(rows) - len(new), cases)

    def _open(
        self, number: CaseId, person: PersonId, child: SurveyedChild, row: Row[SurveyedChild],
        guardians: dict[str, PersonId],
    ) -> OpenCase:  # fmt: skip
        return OpenCase(
            case=number, programme=self.programme.name, subject=person, unit=village_id(child.township, child.village),
            county=county_of(child.township), kind=child.kind, sex=child.sex, born=child.born, risk=self.risk,
            admit=row.verdict is Verdict.ACCEPTED, by=self.by, family=_answering(person, child, guardians),
        )  # fmt: skip

    def _guardians(self, children: Sequence[SurveyedChild], accounts: Mapping[str, Noted]) -> dict[str, PersonId]:
        wanted = {_answering_key(child): child for child in children if _has_guardian(child)}
        found = known_by(self.connection, self.store.seal, KEY, wanted)
        add_accounts(
            self.connection, self.store.seal, {found[key]: accounts[key] for key in found if key in accounts},
            self.by, self.now,
        )  # fmt: skip
        new = [key for key in wanted if key not in found]
        ids = fresh_ids(self.connection, len(new)) if new else []
        pairs = list(zip(ids, new, strict=True))
        add_people(
            self.connection, self.store.seal, [self._guardian(one, key, wanted[key], accounts) for one, key in pairs]
        )
        return found | dict(zip(new, ids, strict=True))

    def _guardian(self, person: PersonId, key: str, child: SurveyedChild, accounts: Mapping[str, Noted]) -> NewPerson:
        identity = Identity(name=child.guardian_name, phone=child.guardian_phone or None)
        new = NewPerson(person, "guardian", UnitId(child.township), identity, ((KEY, key),))
        return with_account(new, accounts.get(key), self.by, self.now)

    def _person(
        self, person: PersonId, child: SurveyedChild, guardians: dict[str, PersonId], accounts: Mapping[str, Noted]
    ) -> NewPerson:
        unit = village_id(child.township, child.village)
        keys = (("child", child.identity()), ("child", child.likeness()))
        if not child.elder:
            return NewPerson(person, "child", unit, _child(child, guardians), keys)
        new = NewPerson(person, "elder", unit, _elder(child), keys)
        return with_account(new, accounts.get(_answering_key(child)), self.by, self.now)


def _has_guardian(child: SurveyedChild) -> bool:
    """Somebody without telephone and account could not be told from a namesake."""
    return not child.elder and bool(child.guardian_name and (child.guardian_phone or child.account))


def _account(child: SurveyedChild) -> Noted:
    return Noted(child.account, child.bank)


def _answering(person: PersonId, child: SurveyedChild, guardians: dict[str, PersonId]) -> PersonId | None:
    """Who answers at home, and to whom money is paid: the guardian, or the elder."""
    return person if child.elder else guardians.get(_answering_key(child))


def _answering_key(child: SurveyedChild) -> str:
    """The same for the same one who answers: a guardian's name and telephone (or account), or who the elder is."""
    if child.elder:
        return child.identity()
    if not _has_guardian(child):
        return ""
    return guardian_key(child.guardian_name, child.guardian_phone, child.account)


def _child(child: SurveyedChild, guardians: dict[str, PersonId]) -> Identity:
    return Identity(
        name=child.name, id_number=child.id_number, born=child.born, sex=child.sex, school=child.school,
        grade=child.grade, guardian=guardians.get(_answering_key(child)), guardian_relation=child.guardian_relation,
        note=child.note,
    )  # fmt: skip


def _elder(child: SurveyedChild) -> Identity:
    return Identity(
        name=child.name, id_number=child.id_number, born=child.born, sex=child.sex,
        phone=child.guardian_phone or None, contact=child.guardian_name or None, note=child.note,
    )  # fmt: skip
