"""A sheet of schools, committees, branches, partners, households or projects: every row read and judged."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal

from domain.places import Place, match_county, place
from domain.sheets.forms import body_form
from domain.sheets.grid import Grid, plain, solid
from domain.sheets.kinds import KindFound, KindsPossible, read_kind
from domain.sheets.lines import Line
from domain.sheets.opening import open_grids
from domain.sheets.people import Home, plain_identity, read_bank_account, read_home, read_mail, read_telephone
from domain.sheets.reading import judge_sheets
from domain.sheets.report import Findings, SheetReport
from domain.sheets.texts import listed, tidy_name, tidy_text, tidy_village

Subject = Literal["school", "unit", "project"]
Standing = Literal["school", "branch", "partner"]

_LONGEST_NAME: Final = 60
_OF_THE_AREA: Final = frozenset({"市直", "市级", "市本级", "市属", "市"})
_OF_THE_COUNTY: Final = frozenset({"县直", "区直", "县级", "区级", "县本级", "区本级", "县属", "区属", "本级", "直属"})
_PARTNERS: Final = ("公司", "企业", "集团", "协会", "商会", "基金会", "银行", "合作社", "工厂", "律师事务所")


@dataclass(frozen=True, slots=True)
class BodyRules:
    """What a programme says of cases about schools, units and projects.

    ``kinds``: kind → the names it goes by, the first being the one shown; ``subjects``: what each kind is about;
    ``households``: the kinds that are families, known by somebody's name; ``partners``: the kinds that are partner
    organisations; ``villages``: the kinds that are a village or a community itself; ``within``: leading digits of a
    division's code; ``only``: the kind of every row, where it is known; ``begins``: the programme's first day, where
    it has not come yet.
    """

    kinds: Mapping[str, tuple[str, ...]]
    subjects: Mapping[str, Subject]
    within: str
    households: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    villages: frozenset[str] = frozenset()
    only: str | None = None
    begins: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ListedBody:
    """A body as a sheet tells of it; empty texts where it says nothing.

    ``place`` is a division's code. ``stands`` as what it gets a place of its own in the tree: a household and a project
    get none, a village has one already.
    """

    name: str
    kind: str
    subject: Subject
    place: str
    village: str
    stands: Standing | None
    contact: str = ""
    phone: str = ""
    email: str = ""
    members: tuple[str, ...] = ()
    account: str = ""
    bank: str = ""
    note: str = ""
    id_number: None = field(default=None, init=False)

    @property
    def township(self) -> str:
        """Where it is found."""
        return self.place

    def identity(self) -> str:
        """The same for the same body: kind, name and place; of a household and a project the village too."""
        village = "" if self.stands else self.village
        return "body:" + plain_identity(self.kind, self.name, self.place, village)

    def likeness(self) -> str:
        """The same for two rows that may be one body: name and place."""
        return "like:" + plain_identity(self.name, self.place)


def read_bodies(path: Path, rules: BodyRules, seen: Container[str]) -> SheetReport[ListedBody]:
    """Every row of a file with its verdict; SheetError when the file as a whole cannot be taken.

    ``seen`` holds the identities of bodies already known.
    """
    return judge_bodies(open_grids(path), rules, seen)


def judge_bodies(grids: Sequence[Grid], rules: BodyRules, seen: Container[str]) -> SheetReport[ListedBody]:
    """The same for sheets that were opened already."""

    def body(line: Line, findings: Findings) -> ListedBody | None:
        return _body(line, rules, findings)

    return judge_sheets(grids, body_form(), body, seen)


def _body(line: Line, rules: BodyRules, findings: Findings) -> ListedBody | None:
    if rules.begins is not None:
        findings.refuse("programme-not-begun", day=rules.begins.isoformat())
    name = _name(line, findings)
    kind = _kind(line, name, rules, findings)
    home = _home(line, rules.within, findings)
    phone = read_telephone(line, "phone", findings)
    email = read_mail(line, findings)
    account = read_bank_account(line, findings)
    if not line.text("phone") and not line.text("email"):
        findings.remark("body-contact-missing")
    if not name or kind is None or home.township is None:
        return None
    village = home.village or (tidy_village(name, home.township.name) if kind in rules.villages else "")
    return ListedBody(
        name=name, kind=kind, subject=rules.subjects[kind], place=home.township.code, village=village,
        stands=_stands(line, name, kind, rules), contact=tidy_name(line.text("contact")),
        phone=phone.number if phone else "", email=email, members=listed(line.text("members")), account=account,
        bank=tidy_text(line.text("bank")) if account else "", note=tidy_text(line.text("note")),
    )  # fmt: skip


def _name(line: Line, findings: Findings) -> str:
    written = plain(line.text("name") or line.text("head"))
    name = tidy_name(written)
    if not tidy_text(name):
        findings.refuse("body-name-missing")
        return ""
    if len(name) > _LONGEST_NAME:
        findings.refuse("body-name-too-long", most=_LONGEST_NAME)
    elif "?" in name or "\N{REPLACEMENT CHARACTER}" in name:
        findings.review("name-odd")
    return name[:_LONGEST_NAME]


def _kind(line: Line, name: str, rules: BodyRules, findings: Findings) -> str | None:
    if rules.only is not None:
        return rules.only
    written = tidy_text(line.text("kind"))
    reading = read_kind(written, rules.kinds) if written else _kind_of_name(name, rules)
    match reading:
        case KindFound(kind, reworded):
            if reworded:
                findings.remark("kind-reworded", kind=rules.kinds[kind][0])
            return kind
        case KindsPossible(kinds):
            findings.review("kind-unclear", kinds=_shown(rules, kinds))
            return kinds[0]
        case None:
            findings.refuse("kind-unknown" if written else "kind-missing", **_known(rules, written))
            return None


def _known(rules: BodyRules, written: str) -> dict[str, tuple[str, ...]]:
    return {"kinds": _shown(rules, tuple(rules.kinds))} if written else {}


def _shown(rules: BodyRules, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(rules.kinds[kind][0] for kind in kinds)


def _kind_of_name(name: str, rules: BodyRules) -> KindFound | KindsPossible | None:
    """By how its name ends: 某某小学关工委 is a committee; where the programme has one kind alone, that one."""
    if len(rules.kinds) == 1:
        return KindFound(next(iter(rules.kinds)), reworded=False)
    ends = {word: kind for kind, words in rules.kinds.items() for word in words if word and name.endswith(word)}
    if ends:
        return KindFound(ends[max(ends, key=len)], reworded=False)
    return read_kind(name, rules.kinds)


def _home(line: Line, within: str, findings: Findings) -> Home:
    """A township; or the county, or the whole area, for what belongs to no township."""
    county, township = solid(line.text("county")), solid(line.text("township"))
    village = tidy_text(line.text("village"))
    if {county, township} & _OF_THE_AREA and not village and (county in {"", *_OF_THE_AREA}):
        return _known_place(within, findings)
    if county and not line.text("address") and not village and township in {"", *_OF_THE_COUNTY}:
        found = match_county(county, within=within)
        if isinstance(found, Place):
            return Home(found, "")
    return read_home(line, within, findings)


def _known_place(code: str, findings: Findings) -> Home:
    try:
        return Home(place(code), "")
    except KeyError:
        findings.refuse("township-missing")
        return Home(None, "")


def _stands(line: Line, name: str, kind: str, rules: BodyRules) -> Standing | None:
    """A family is no unit of the tree: its name is somebody's, and the tree is not sealed."""
    if rules.subjects[kind] == "project":
        return None
    if rules.subjects[kind] == "school":
        return "school"
    if kind in rules.households | rules.villages or not line.text("name"):
        return None
    return "partner" if kind in rules.partners or name.endswith(_PARTNERS) else "branch"
