"""Zixi's committees: in a village, a school and a township, the county's above them and the city's above that."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from support.far_office import Serving, open_far_office, open_kind, shipped
from support.office import do

from domain.ids import CaseId, PersonId, UnitId
from domain.rules import commands as c
from domain.store.store import Store
from domain.store.units import village_id

BEGIN: Final = datetime(2025, 1, 6, 1, tzinfo=UTC)
"""Monday 6 January 2025, nine in the morning in Zixi."""

CITY, COUNTY, TOWNSHIP, OTHER_TOWNSHIP = UnitId("3610"), UnitId("361028"), UnitId("361028100"), UnitId("361028101")
VILLAGE, SCHOOL = (village_id(TOWNSHIP, name) for name in ("沙苑村", "鹤城小学"))
OTHER_VILLAGE: Final = village_id(OTHER_TOWNSHIP, "昌坪村")
PLACES: Final = ((TOWNSHIP, "沙苑村"), (TOWNSHIP, "鹤城小学"), (OTHER_TOWNSHIP, "昌坪村"))

VILLAGE_DESK, SCHOOL_DESK, TOWNSHIP_DESK, COUNTY_DESK, CITY_DESK, OTHER_TOWNSHIP_DESK = (
    PersonId(f"p00000000{number}") for number in range(1, 7)
)
DESKS: Final = {
    VILLAGE: VILLAGE_DESK, SCHOOL: SCHOOL_DESK, TOWNSHIP: TOWNSHIP_DESK, COUNTY: COUNTY_DESK, CITY: CITY_DESK,
    OTHER_TOWNSHIP: OTHER_TOWNSHIP_DESK,
}  # fmt: skip
"""The other township's village has nobody at its desk."""

HU, XU, TANG, CADRE, UNSIGNED = (PersonId(f"p0000000{number}") for number in range(11, 16))
"""Three elders and a cadre with the handbook, and an elder who has not signed for it."""

HELPERS: Final = {
    **{person: Serving("elder", TOWNSHIP, papers=("handbook",)) for person in (HU, XU, TANG)},
    CADRE: Serving("cadre", TOWNSHIP, papers=("handbook",)),
    UNSIGNED: Serving("elder", TOWNSHIP),
}


def open_zixi(url: str) -> Store:
    """An empty database with the committees' places, their desks and the helpers."""
    return open_far_office(url, shipped("zixi-five-elders"), PLACES, DESKS, HELPERS)


def a_committee(store: Store, number: int = 1, unit: UnitId = VILLAGE, now: datetime = BEGIN) -> CaseId:
    """A committee that is recognised already."""
    return open_kind(store, number, "committee", unit, now)


def a_pupil(store: Store, number: int = 1, now: datetime = BEGIN, **changes: Any) -> CaseId:
    """A girl of eleven on the list of those to be helped."""
    return open_kind(store, number, "pupil", VILLAGE, now, **changes)


def lead(store: Store, case: CaseId, person: PersonId, now: datetime = BEGIN) -> None:
    """Propose a lead helper by name, approve and accept in one hour."""
    do(store, c.ProposeHelper(case=case, person=person, score=10, why=("same-township",)), now)
    do(store, c.DecideProposal(case=case, by=TOWNSHIP_DESK, accept=True), now)
    do(store, c.AnswerProposal(case=case, by=person, accept=True), now)


def morning_of(day: date) -> datetime:
    """Nine in the morning of a day in Zixi."""
    return BEGIN + timedelta(days=(day - BEGIN.date()).days)
