"""Checks that surveys and rosters share: each reads a cell or two and says what it found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.places import Level, Place, PlaceProblem, PlaceTrouble, match_address, place
from domain.places.spelling import simplified
from domain.sheets.accounts import Account, AccountTrouble, read_account
from domain.sheets.dates import DateReading, DateTrouble, Day, PartOnly, could_mean, read_date
from domain.sheets.grid import solid
from domain.sheets.ids import IdNumber, IdTrouble, read_id
from domain.sheets.lines import Line
from domain.sheets.phones import Phone, PhoneTrouble, read_phone
from domain.sheets.report import Findings
from domain.sheets.texts import Sex, looks_like_name, read_sex, tidy_name, tidy_text, tidy_village

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+")
ID_TROUBLES: Final[Mapping[IdTrouble, str]] = {
    IdTrouble.CUT: "id-cut",
    IdTrouble.SHAPE: "id-shape",
    IdTrouble.CHECK_DIGIT: "id-check-digit",
    IdTrouble.BIRTH: "id-birth",
}

ACCOUNT_TROUBLES: Final[Mapping[AccountTrouble, str]] = {
    AccountTrouble.CUT: "account-cut",
    AccountTrouble.LENGTH: "account-length",
    AccountTrouble.NOT_DIGITS: "account-not-digits",
}


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """What a row says of somebody; ``None`` or empty where it says nothing one can use."""

    name: str
    number: str | None
    born: date | None
    sex: Sex | None


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: a township, or ``None``, and the tidied village, or ``""``."""

    township: Place | None
    village: str


def read_person(line: Line, on: date, findings: Findings, *, born_needed: bool = True) -> Person:
    """Name, ID number, birth date and sex, compared with each other."""
    name = _name(line, findings)
    number = _id(line, findings)
    born = _born(read_date(line.cell("born")), number, born_needed, findings)
    if born is not None and born > on:
        findings.refuse("born-in-future")
    sex = _sex(line.text("sex"), number, findings)
    return Person(name, number.number if isinstance(number, IdNumber) else None, born, sex)


def age_on(day: date, born: date) -> int:
    """Full years lived."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read_home(line: Line, within: str, findings: Findings) -> Home:
    """The township in the area ``within``, by county and township or by the address."""
    county, township, address = line.text("county"), line.text("township"), line.text("address")
    if not (county or township or address):
        findings.refuse("township-missing")
        return Home(None, "")
    found = match_address(township, within=within, county=county)
    if isinstance(found, PlaceProblem) and address and not township:
        found = match_address(address, within=within, county=county)
    if isinstance(found, PlaceProblem):
        _say_place_problem(found, bool(township or address), findings)
        return Home(None, "")
    if not county and "county" in line.cells:
        findings.remark("county-filled-in", county=place(found.place.code[:6]).name)
    return Home(found.place, tidy_village(line.text("village") or found.rest, found.place.name))


def read_telephone(line: Line, field: str, findings: Findings, called: str = "") -> Phone | None:
    """A telephone number that can be called; the keys of what is found begin with the field's name, or ``called``."""
    reading = read_phone(line.cell(field))
    field = called or field
    match reading:
        case Phone():
            if reading.others:
                findings.remark("phone-first-taken")
            elif reading.tidied:
                findings.remark("phone-tidied")
            return reading
        case PhoneTrouble.BLANK:
            return None
        case PhoneTrouble.NO_AREA:
            findings.review(f"{field}-no-area".replace("_", "-"))
        case _:
            findings.refuse(f"{field}-{reading}".replace("_", "-"))
    return None


def read_mail(line: Line, findings: Findings) -> str:
    """A mail address, or nothing."""
    email = tidy_mail(line.text("email"))
    if email is None:
        findings.review("email-invalid")
    return email or ""


def tidy_mail(written: str) -> str | None:
    """A mail address as it was meant; empty where there is none, nothing where it cannot be one."""
    email = tidy_text(solid(written))
    return email if not email or _EMAIL.fullmatch(email) else None


def read_bank_account(line: Line, findings: Findings) -> str:
    """The digits of the account money may be paid to; empty where the row says nothing one can use."""
    reading = read_account(line.cell("account"))
    match reading:
        case Account():
            if not reading.fits:
                findings.remark("account-check-digit")
            elif reading.tidied:
                findings.remark("account-tidied")
            return reading.number
        case AccountTrouble.BLANK:
            return ""
        case _:
            findings.refuse(ACCOUNT_TROUBLES[reading])
            return ""


def plain_identity(*parts: str) -> str:
    """Tidied parts as one text, traditional and simplified characters alike."""
    return "|".join(simplified(part).lower() for part in parts)


def _name(line: Line, findings: Findings) -> str:
    written = line.text("name")
    name = tidy_name(written)
    if not name:
        findings.refuse("name-missing")
    elif not looks_like_name(name):
        findings.review("name-odd")
    elif name != written:
        findings.remark("name-tidied")
    return name


def _id(line: Line, findings: Findings) -> IdNumber | IdTrouble:
    reading = read_id(line.cell("id"))
    if reading is IdTrouble.BLANK:
        findings.review("id-missing")
    elif isinstance(reading, IdTrouble):
        findings.refuse(ID_TROUBLES[reading])
    else:
        _say_of_id(reading, findings)
    return reading


def _say_of_id(number: IdNumber, findings: Findings) -> None:
    if number.short:
        findings.review("id-short")
    if number.maybe_cut:
        findings.review("id-maybe-cut")
    if number.tidied:
        findings.remark("id-tidied")
    if not number.place_known:
        findings.remark("id-place-unknown")


def _born(reading: DateReading, number: IdNumber | IdTrouble, needed: bool, findings: Findings) -> date | None:
    if isinstance(number, IdNumber):
        return _born_by_id(reading, number.born, findings)
    match reading:
        case Day(day=born, as_text=as_text):
            if as_text:
                findings.remark("born-tidied")
            return born
        case PartOnly():
            findings.refuse("born-part-only")
        case DateTrouble.BLANK:
            if needed and number is IdTrouble.BLANK:
                findings.refuse("born-missing")
        case DateTrouble.IMPOSSIBLE:
            findings.refuse("born-impossible")
        case DateTrouble.UNREADABLE:
            findings.refuse("born-unreadable")
        case _:
            findings.refuse("born-unclear")
    return None


def _born_by_id(reading: DateReading, born: date, findings: Findings) -> date | None:
    """The ID number settles what the cell leaves open, and refuses what contradicts it."""
    if could_mean(reading, born):
        if not isinstance(reading, Day):
            findings.remark("born-by-id")
        elif reading.as_text:
            findings.remark("born-tidied")
        return born
    match reading:
        case DateTrouble.BLANK:
            return born
        case DateTrouble.UNREADABLE:
            findings.review("born-unreadable-id-used")
            return born
        case DateTrouble.IMPOSSIBLE:
            findings.refuse("born-impossible")
        case _:
            findings.refuse("born-contradicts-id")
    return None


def _sex(written: str, number: IdNumber | IdTrouble, findings: Findings) -> Sex | None:
    sex = read_sex(written)
    if not isinstance(number, IdNumber):
        if sex is None and (number is IdTrouble.BLANK or written):
            findings.refuse("sex-unreadable" if written else "sex-missing")
        return sex
    if sex is None:
        if written:
            findings.review("sex-unreadable-id-used")
        return number.sex
    if sex != number.sex:
        findings.refuse("sex-contradicts-id")
    return sex


def _say_place_problem(problem: PlaceProblem, township_given: bool, findings: Findings) -> None:
    names = tuple(_told(candidate) for candidate in problem.candidates)
    match problem.reason:
        case PlaceTrouble.AMBIGUOUS:
            findings.refuse("place-ambiguous", candidates=names)
        case _ if not township_given and problem.reason is PlaceTrouble.NO_SUCH_TOWNSHIP:
            findings.refuse("township-missing")
        case _ if names:
            findings.refuse(f"{problem.reason}-perhaps", candidates=names)
        case _:
            findings.refuse(problem.reason)


def _told(candidate: Place) -> str:
    above = place(candidate.code[:6]).name if candidate.level is Level.TOWNSHIP else ""
    return above + candidate.name
