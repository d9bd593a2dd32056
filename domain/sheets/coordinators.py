"""A list of coordinators: who sits at the desk of which unit."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from domain.places import Place, match_county, match_township, place
from domain.places.spelling import tidy
from domain.sheets.forms import roster_form
from domain.sheets.grid import Grid, solid
from domain.sheets.headings import Form
from domain.sheets.lines import Line
from domain.sheets.opening import open_grids
from domain.sheets.people import plain_identity, read_home, read_mail, read_telephone
from domain.sheets.reading import judge_sheets
from domain.sheets.report import Findings, SheetReport
from domain.sheets.texts import looks_like_name, tidy_name, tidy_text, tidy_village

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": (
        *("单位区划代码", "区划代码", "行政区划代码", "单位代码", "单位编码", "所在单位代码", "unitcode", "unit"),
        *("单位", "单位名称", "所在单位", "工作单位", "所属单位"),
    ),
    "post": ("职务", "职位", "岗位", "职务岗位", "担任职务", "工作职务", "post"),
}
_SHARED: Final = ("number", "verdict", "why", "name", "county", "township", "phone", "email")
_SUBJECTS: Final = ("协调员", "负责人", "联系人", "工作人员", "干部")
TOWNSHIP_DIGITS: Final = 9
_CODES: Final = (9, 6, 4, 2)
_CODE: Final = re.compile(r"[0-9]{2,12}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ListedCoordinator:
    """A coordinator as a list tells of them; ``unit`` is a division's code of 2, 4, 6 or 9 digits, or a body's id.

    ``village``: the desk is that village's in the township.
    """

    name: str
    unit: str
    phone: str
    email: str
    post: str
    village: str = ""

    @property
    def id_number(self) -> None:
        """Coordinators are asked for none."""

    @property
    def township(self) -> str:
        """Where they are found: at their unit."""
        return self.unit

    def identity(self) -> str:
        """The same for the same person at the same desk: name, contact and unit."""
        return "coordinator:" + plain_identity(self.name, self.phone or self.email, self.unit + self.village)

    def likeness(self) -> str:
        """The same for two rows that may be one coordinator: name and contact."""
        return "like:" + plain_identity(self.name, self.phone or self.email)


@dataclass(frozen=True, slots=True)
class Below:
    """The desks there may be below townships.

    ``villages``: whether villages have any. ``bodies``: the ids of the schools, branches and partners of a name.
    """

    villages: bool = False
    bodies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NONE_BELOW: Final = Below()


def read_coordinators(
    path: Path, within: str, seen: Container[str], below: Below = NONE_BELOW
) -> SheetReport[ListedCoordinator]:
    """Every row of a list's file with its verdict; SheetError when the file as a whole cannot be taken.

    ``within``: leading digits of a division's code. ``seen`` holds the identities of coordinators already known.
    """
    return judge_coordinators(open_grids(path), within, seen, below)


def judge_coordinators(
    grids: Sequence[Grid], within: str, seen: Container[str], below: Below = NONE_BELOW
) -> SheetReport[ListedCoordinator]:
    """The same for sheets that were opened already."""

    def coordinator(line: Line, findings: Findings) -> ListedCoordinator | None:
        return _coordinator(line, within, below, findings)

    return judge_sheets(grids, coordinator_form(below), coordinator, seen)


def coordinator_form(below: Below) -> Form:
    """What a list of coordinators asks for."""
    roster = roster_form({})
    shared = (*_SHARED, "village") if below.villages else _SHARED
    return Form(
        fields={**{each: roster.fields[each] for each in shared}, **_COLUMNS},
        required=(("name",), ("township", "county", "unit")),
        subjects=(*_SUBJECTS, *roster.subjects),
        strangers=roster.strangers,
        groups={},
        tick_kinds={},
    )


def _coordinator(line: Line, within: str, below: Below, findings: Findings) -> ListedCoordinator | None:
    name = _name(line, findings)
    unit = _body(line, within, below) or _unit(line, within, findings)
    phone, email = _contacts(line, findings)
    if not name or unit is None:
        return None
    village = tidy_village(line.text("village"), place(unit).name) if len(unit) == TOWNSHIP_DIGITS else ""
    return ListedCoordinator(
        name=name, unit=unit, phone=phone, email=email, post=tidy_text(line.text("post")), village=village
    )  # fmt: skip


def _body(line: Line, within: str, below: Below) -> str | None:
    """The school, branch or partner that the unit's cell names; nothing where several may be meant."""
    county, township = solid(line.text("county")), solid(line.text("township"))
    found = below.bodies.get(tidy_name(line.text("unit")), ())
    if len(found) > 1 and (county or township):
        there = match_county(county, within=within) if not township else None
        code = there.code if isinstance(there, Place) else _township(county, township, within)
        found = tuple(each for each in found if code and each.startswith(code))
    return found[0] if len(found) == 1 else None


def _township(county: str, township: str, within: str) -> str:
    found = match_township(county=county, township=township, within=within)
    return found.code if isinstance(found, Place) else ""


def _name(line: Line, findings: Findings) -> str:
    name = tidy_name(line.text("name"))
    if not name:
        findings.refuse("name-missing")
    elif not looks_like_name(name):
        findings.review("name-odd")
    return name


def _unit(line: Line, within: str, findings: Findings) -> str | None:
    """The desk: by its code, or by county and township; where both cells are empty it is the whole area's own."""
    written = solid(line.text("unit"))
    if _CODE.fullmatch(written):
        return _unit_of_code(written, within, findings)
    if written:
        return _unit_named(replace(line, cells={**line.cells, "township": written}), within, findings)
    if line.text("township") or line.text("county"):
        return _unit_named(line, within, findings)
    if within and ("county" in line.cells or "township" in line.cells):
        return within
    findings.refuse("township-missing")
    return None


def _unit_of_code(written: str, within: str, findings: Findings) -> str | None:
    """Codes are also written out with zeros: 430000 is 43, 371300 is 3713, 371302000000 is 371302."""
    for digits in _CODES:
        code, rest = written[:digits], written[digits:]
        if len(code) == digits and not rest.strip("0") and code.startswith(within) and _exists(code):
            return code
    findings.refuse("no-such-county" if len(written) <= len("371302") else "no-such-township")
    return None


def _exists(code: str) -> bool:
    try:
        return bool(place(code))
    except KeyError:
        return False


def _unit_named(line: Line, within: str, findings: Findings) -> str | None:
    county, township = line.text("county"), line.text("township")
    if _exists(within) and tidy(place(within).name) in (tidy(county + township), tidy(township)):
        return within
    found = match_county(county + township, within=within)
    if isinstance(found, Place):
        return found.code
    home = read_home(line, within, findings).township
    return home.code if home else None


def _contacts(line: Line, findings: Findings) -> tuple[str, str]:
    phone = read_telephone(line, "phone", findings)
    email = read_mail(line, findings)
    if not line.text("phone") and not line.text("email"):
        findings.review("contact-missing")
    return phone.number if phone else "", email
