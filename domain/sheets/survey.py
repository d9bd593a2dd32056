"""A survey of children in distress: every row read, judged and compared with the others."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.sheets.forms import survey_form
from domain.sheets.grid import Grid
from domain.sheets.kinds import KindFound, KindsPossible, read_kind
from domain.sheets.lines import Line
from domain.sheets.opening import open_grids
from domain.sheets.people import Home, Person, age_on, plain_identity, read_home, read_person, read_telephone
from domain.sheets.reading import judge_sheets
from domain.sheets.report import Findings, SheetReport
from domain.sheets.texts import Sex, tidy_name, tidy_text


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """What a programme says of its children.

    ``kinds``: kind → the names it goes by, the first being the one shown; ``within``: leading digits of a division's
    code; ``on``: the day on which the age counts.
    """

    kinds: Mapping[str, tuple[str, ...]]
    below_age: int
    within: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SurveyedChild:
    """A child as a sheet tells of it; empty texts where it says nothing. ``township`` is a division's code."""

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

    def child(line: Line, findings: Findings) -> SurveyedChild | None:
        return _child(line, rules, findings)

    return judge_sheets(grids, survey_form(rules.kinds), child, seen)


def _child(line: Line, rules: SurveyRules, findings: Findings) -> SurveyedChild | None:
    person = read_person(line, rules.on, findings)
    if person.born is not None and age_on(rules.on, person.born) >= rules.below_age:
        findings.refuse("too-old", age=rules.below_age)
    kind = _kind(line, rules, findings)
    home = read_home(line, rules.within, findings)
    phone = read_telephone(line, "guardian_phone", findings)
    guardian = tidy_name(line.text("guardian_name"))
    if not guardian:
        findings.remark("guardian-name-missing")
    if not line.text("guardian_phone"):
        findings.remark("guardian-phone-missing")
    return _assembled(line, person, home, kind, guardian, phone.number if phone else "")


def _assembled(
    line: Line, person: Person, home: Home, kind: str | None, guardian: str, phone: str
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
        guardian_name=guardian,
        guardian_relation=tidy_text(line.text("guardian_relation")),
        guardian_phone=phone,
        school=tidy_text(line.text("school")),
        grade=tidy_text(line.text("grade")),
        note=tidy_text(line.text("note")),
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
