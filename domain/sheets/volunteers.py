"""A roster of volunteers: who may serve, where, for how many children, and with which signed papers."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from domain.places import Place, match_county
from domain.sheets.dates import DateTrouble, Day, read_date
from domain.sheets.forms import paper_field, roster_form
from domain.sheets.grid import Grid, solid
from domain.sheets.kinds import KindFound, KindsPossible, read_kind
from domain.sheets.lines import Line
from domain.sheets.opening import open_grids
from domain.sheets.people import age_on, plain_identity, read_home, read_mail, read_person, read_telephone
from domain.sheets.reading import judge_sheets
from domain.sheets.report import Findings, SheetReport
from domain.sheets.texts import Sex, listed, tidy_text

_CAPACITY: Final = re.compile(r"([0-9]{1,3}|[一二两三四五六七八九十])[人名个]?(儿童|孩子)?")
_NUMERALS: Final = {sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_MANY_CHILDREN: Final = 20
_SIGNED_WITHOUT_DAY: Final = re.compile(r"是|有|已|√|✓|✔|1|y|yes|(已|完成).*|.*(已签|已签订|已签字|已完成)")
_NOT_SIGNED: Final = re.compile(r"否|无|没有|未.*|×|x|-+|/+|n|no|0")


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What a programme says of its volunteers.

    ``papers``: paper → the headings of the column with the day it was signed, the first being the one shown;
    ``kinds``: kind → the names it goes by; ``within``: leading digits of a division's code; ``on``: the day on which
    ages and papers count.
    """

    papers: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    within: str
    on: date
    adult_age: int = 18


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RosteredVolunteer:
    """A volunteer as a roster tells of them; empty texts where it says nothing.

    ``township`` is a division's code, the county's where only that is given; ``capacity`` counts children;
    ``papers``: paper → the day it was signed.
    """

    name: str
    sex: Sex
    id_number: str | None
    born: date | None
    kind: str
    phone: str
    email: str
    township: str
    capacity: int
    skills: tuple[str, ...]
    papers: Mapping[str, date]

    def identity(self) -> str:
        """The same for the same volunteer: the ID number, else name, contact and home."""
        return self._known_by[0]

    def likeness(self) -> str:
        """The same for two rows that may be one volunteer: name, and contact or birth date."""
        return self._known_by[1]

    @property
    def _known_by(self) -> tuple[str, str]:
        born = self.born.isoformat() if self.born else ""
        return known_volunteer_by(self.name, self.id_number, self.phone or self.email, self.township, born)


def known_volunteer_by(name: str, id_number: str | None, contact: str, home: str, born: str) -> tuple[str, str]:
    """What makes a volunteer the same in two rosters, and what makes two rows look like one person."""
    identity = f"id:{id_number}" if id_number else "volunteer:" + plain_identity(name, contact, home)
    return identity, "like:" + plain_identity(name, contact or born)


def read_volunteers(path: Path, rules: RosterRules, seen: Container[str]) -> SheetReport[RosteredVolunteer]:
    """Every row of a roster's file with its verdict; SheetError when the file as a whole cannot be taken.

    ``seen`` holds the identities of volunteers already known, and their likenesses where doubles are to be noticed.
    """
    return judge_volunteers(open_grids(path), rules, seen)


def judge_volunteers(grids: Sequence[Grid], rules: RosterRules, seen: Container[str]) -> SheetReport[RosteredVolunteer]:
    """The same for sheets that were opened already."""

    def volunteer(line: Line, findings: Findings) -> RosteredVolunteer | None:
        return _volunteer(line, rules, findings)

    return judge_sheets(grids, roster_form(rules.papers), volunteer, seen)


def _volunteer(line: Line, rules: RosterRules, findings: Findings) -> RosteredVolunteer | None:
    person = read_person(line, rules.on, findings, born_needed=False)
    if person.born is not None and age_on(rules.on, person.born) < rules.adult_age:
        findings.refuse("too-young", age=rules.adult_age)
    kind = _kind(line, rules, findings)
    home = _home(line, rules.within, findings)
    phone, email = _contacts(line, findings)
    capacity = _capacity(line, findings)
    papers = _papers(line, rules, findings)
    if person.sex is None or home is None or not person.name:
        return None
    return RosteredVolunteer(
        name=person.name,
        sex=person.sex,
        id_number=person.number,
        born=person.born,
        kind=kind,
        phone=phone,
        email=email,
        township=home.code,
        capacity=capacity,
        skills=listed(line.text("skills")),
        papers=papers,
    )


def _kind(line: Line, rules: RosterRules, findings: Findings) -> str:
    match read_kind(tidy_text(line.text("kind")), rules.kinds):
        case KindFound(kind, reworded):
            if reworded:
                findings.remark("kind-reworded", kind=rules.kinds[kind][0])
            return kind
        case KindsPossible(kinds):
            findings.review("volunteer-kind-unclear", kinds=tuple(rules.kinds[kind][0] for kind in kinds))
            return kinds[0]
        case None:
            if rules.kinds:
                findings.review("volunteer-kind-unknown", kinds=tuple(names[0] for names in rules.kinds.values()))
            return ""


def _home(line: Line, within: str, findings: Findings) -> Place | None:
    if line.text("township") or line.text("address"):
        return read_home(line, within, findings).township
    county = match_county(line.text("county"), within=within)
    if isinstance(county, Place):
        findings.review("volunteer-township-missing")
        return county
    return read_home(line, within, findings).township


def _contacts(line: Line, findings: Findings) -> tuple[str, str]:
    phone = read_telephone(line, "phone", findings)
    email = read_mail(line, findings)
    if not line.text("phone") and not line.text("email"):
        findings.review("contact-missing")
    return phone.number if phone else "", email


def _capacity(line: Line, findings: Findings) -> int:
    written = solid(line.text("capacity"))
    if not written:
        return 1
    found = _CAPACITY.fullmatch(written)
    if not found:
        findings.review("capacity-unreadable")
        return 1
    capacity = _NUMERALS.get(found[1]) or int(found[1])
    if capacity > _MANY_CHILDREN:
        findings.review("capacity-many", most=_MANY_CHILDREN)
    elif capacity == 0:
        findings.remark("capacity-none")
    return capacity


def _papers(line: Line, rules: RosterRules, findings: Findings) -> dict[str, date]:
    signed: dict[str, date] = {}
    for paper, headings in rules.papers.items():
        cell = line.cell(paper_field(paper))
        word = solid(line.text(paper_field(paper))).lower()
        match DateTrouble.BLANK if _NOT_SIGNED.fullmatch(word) else read_date(cell):
            case Day(day=day):
                signed[paper] = day
                if day > rules.on:
                    findings.refuse("paper-in-future", paper=headings[0])
            case DateTrouble.BLANK:
                continue
            case _ if _SIGNED_WITHOUT_DAY.fullmatch(word):
                findings.remark("paper-without-day", paper=headings[0])
            case _:
                findings.review("paper-unreadable", paper=headings[0])
    missing = tuple(headings[0] for paper, headings in rules.papers.items() if paper not in signed)
    if missing:
        findings.remark("papers-missing", papers=missing)
    return signed
