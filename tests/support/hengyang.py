"""A village school of Hengyang, the unit that adopts it, and volunteers who become family of its children."""

from datetime import UTC, datetime
from typing import Final

from support.far_office import Serving, open_far_office, shipped
from support.office import do

from domain.ids import CaseId, PersonId, UnitId
from domain.rules import commands as c
from domain.store.store import Store
from domain.store.units import village_id

BEGIN: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Monday 2 March 2026, nine in the morning."""

CITY, COUNTY, TOWNSHIP = UnitId("4304"), UnitId("430422"), UnitId("430422103")
VILLAGE: Final = village_id(TOWNSHIP, "学堂村")
TOWNSHIP_DESK, COUNTY_DESK, CITY_DESK = (PersonId(f"p00000000{number}") for number in range(1, 4))
DESKS: Final = {TOWNSHIP: TOWNSHIP_DESK, COUNTY: COUNTY_DESK, CITY: CITY_DESK}
UNIT, PAINTER, SINGER, NURSE = (PersonId(f"p0000000{number}") for number in range(11, 15))
SIGNED: Final = ("pledge", "confidentiality")
HELPERS: Final = {
    UNIT: Serving("unit", CITY, capacity=2),
    PAINTER: Serving("art_volunteer", TOWNSHIP, capacity=1, papers=SIGNED),
    SINGER: Serving("art_volunteer", TOWNSHIP, capacity=3, papers=SIGNED),
    NURSE: Serving("volunteer", COUNTY, capacity=1),
}


def open_hengyang(url: str) -> Store:
    """An empty database with the village, three levels of desks, a unit and three volunteers."""
    return open_far_office(url, shipped("hengyang-art-companions"), [(TOWNSHIP, "学堂村")], DESKS, HELPERS)


def become_family(store: Store, case: CaseId, volunteer: PersonId, now: datetime) -> None:
    """Propose, approve and accept."""
    do(store, c.ProposeHelper(case=case, person=volunteer, score=10, why=("same-township",)), now)
    do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), now)
    do(store, c.AnswerProposal(case=case, by=volunteer, accept=True), now)
