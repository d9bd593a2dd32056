"""A survey of children in distress, or of elders: every row read, judged and compared with the others."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from domain.sheets.forms import survey_form
from domain.sheets.grid import Grid
from domain.sheets.kinds import KindFound, KindsPossible, read_kind
from domain.sheets.lines import Line
from domain.sheets.opening import open_grids
from domain.sheets.people import (
    Home,
    Person,
    age_on,
    plain_identity,
    read_bank_account,
    read_home,
    read_person,
    read_telephone,
)
from domain.sheets.reading import judge_sheets
from domain.sheets.report import Findings, SheetReport
from domain.sheets.texts import Sex, same_name, tidy_name, tidy_text


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages a kind is for: below one (nothing: however old), and from one on."""

    below: int | None = None
    least: int = 0


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """What a programme says of its children and elders.

    ``kinds``: kind → the names it goes by, the first being the one shown; ``within``: leading digits of a division's
    code; ``on``: the day on which the age counts. ``ages`` of the kinds that have their own, ``elders``: the kinds that
    are no children. ``begins``: the programme's first day, where it has not come yet.
    """

    kinds: Mapping[str, tuple[str, ...]]
    below_age: int
    within: str
    on: date
    ages: Mapping[str, Ages] = field(default_factory=dict)
    elders: frozenset[str] = frozenset()
    begins: date | None = None

    def ages_of(self, kind: str | None) -> Ages:
        """The ages a kind is for; the whole programme's where it says nothing."""
        return self.ages.get(kind or "", Ages(self.below_age))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SurveyedChild:
    """A child, or an elder, as a sheet tells of it; empty texts where it says nothing.

    ``township`` is a division's code. An elder has no guardian: telephone and account are his or her own.
    """

    name: str
    sex: Sex
    id_number: str | None
    born: date
    kind: str
    township: str
    village: str
    guardian_name: str
    guardian_relation: str
    guardian_phone: str
    school: str
    grade: str
    note: str
    account: str = ""
    bank: str = ""
    elder: bool = False

    def identity(self) -> str:
        """The same for the same child, whoever reports it: the ID number, else name, birth date and home."""
        if self.id_number:
            return f"id:{self.id_number}"
        return "child:" + plain_identity(self.name, self.born.isoformat(), self.township, self.village)

    def likeness(self) -> str:
        """The same for two rows that may be one child: name and birth date."""
        return "like:" + plain_identity(self.name, self.born.isoformat())


def read_survey(path: Path, rules: SurveyRules, seen: Container[str]) -> SheetReport[SurveyedChild]:
    """Every row of a survey's file with its verdict; SheetError when the file as a whole cannot be taken.

    ``seen`` holds the identities of children already known, and their likenesses where doubles are to be noticed
    although an ID number was missing then.
    """
    return judge_survey(open_grids(path), rules, seen)


def judge_survey(grids: Sequence[Grid], rules: SurveyRules, seen: Container[str]) -> SheetReport[SurveyedChild]:
    """The same for sheets that were opened already."""

    accounts: dict[str, str] = {}

    def child(line: Line, findings: Findings) -> SurveyedChild | None:
        return _child(line, rules, accounts, findings)

    return judge_sheets(grids, survey_form(rules.kinds), child, seen)


def _child(line: Line, rules: SurveyRules, accounts: dict[str, str], findings: Findings) -> SurveyedChild | None:
    if rules.begins is not None:
        findings.refuse("programme-not-begun", day=rules.begins.isoformat())
    person = read_person(line, rules.on, findings)
    kind = _kind(line, rules, findings)
    _check_age(person, kind, rules, findings)
    home = read_home(line, rules.within, findings)
    elder = kind in rules.elders
    answering = _elder(line, person, findings) if elder else _guardian(line, findings)
    account = _account(line, answering, accounts, findings)
    return _assembled(line, person, home, kind, answering, account, elder=elder)


def _check_age(person: Person, kind: str | None, rules: SurveyRules, findings: Findings) -> None:
    if person.born is None:
        return
    ages, age = rules.ages_of(kind), age_on(rules.on, person.born)
    if ages.below is not None and age >= ages.below:
        findings.refuse("too-old", age=ages.below)
    elif age < ages.least:
        findings.refuse("too-young-for-kind", age=ages.least)


class _Answering(NamedTuple):
    """Who answers at home: a child's guardian, or the elder."""

    name: str
    phone: str


def _guardian(line: Line, findings: Findings) -> _Answering:
    phone = read_telephone(line, "guardian_phone", findings)
    name = tidy_name(line.text("guardian_name"))
    if not name:
        findings.remark("guardian-name-missing")
    if not line.text("guardian_phone"):
        findings.remark("guardian-phone-missing")
    return _Answering(name, phone.number if phone else "")


def _elder(line: Line, person: Person, findings: Findings) -> _Answering:
    phone = read_telephone(line, "guardian_phone", findings, called="phone")
    return _Answering(person.name, phone.number if phone else "")


def _account(line: Line, answering: _Answering, accounts: dict[str, str], findings: Findings) -> str:
    """The account of whoever answers at home; empty where it is somebody else's, or nobody knows whose."""
    number = read_bank_account(line, findings)
    holder = tidy_name(line.text("account_holder"))
    if not number:
        return ""
    if not answering.name:
        findings.review("account-of-nobody")
    elif holder and not same_name(holder, answering.name):
        findings.review("account-of-somebody-else")
    elif not same_name(accounts.setdefault(number, answering.name), answering.name):
        findings.review("account-of-two")
    else:
        return number
    return ""


def _assembled(
    line: Line, person: Person, home: Home, kind: str | None, answering: _Answering, account: str, *, elder: bool
) -> SurveyedChild | None:
    if person.born is None or person.sex is None or home.township is None or kind is None or not person.name:
        return None
    return SurveyedChild(
        name=person.name,
        sex=person.sex,
        id_number=person.number,
        born=person.born,
        kind=kind,
        township=home.township.code,
        village=home.village,
        guardian_name=tidy_name(line.text("guardian_name")) if elder else answering.name,
        guardian_relation=tidy_text(line.text("guardian_relation")),
        guardian_phone=answering.phone,
        school="" if elder else tidy_text(line.text("school")),
        grade="" if elder else tidy_text(line.text("grade")),
        note=tidy_text(line.text("note")),
        account=account,
        bank=tidy_text(line.text("bank")) if account else "",
        elder=elder,
    )


def _kind(line: Line, rules: SurveyRules, findings: Findings) -> str | None:
    written = tidy_text(line.text("kind"))
    if not written and not line.ticked:
        findings.refuse("kind-missing")
        return None
    reading = read_kind(written, rules.kinds) if written else _ticked(line.ticked)
    match reading:
        case KindFound(kind, reworded):
            if reworded:
                findings.remark("kind-reworded", kind=rules.kinds[kind][0])
            return kind
        case KindsPossible(kinds):
            findings.review("kind-unclear", kinds=tuple(rules.kinds[kind][0] for kind in kinds))
            return kinds[0]
        case None:
            findings.refuse("kind-unknown", kinds=tuple(names[0] for names in rules.kinds.values()))
            return None


def _ticked(kinds: tuple[str, ...]) -> KindFound | KindsPossible:
    return KindFound(kinds[0], reworded=False) if len(set(kinds)) == 1 else KindsPossible(kinds)
