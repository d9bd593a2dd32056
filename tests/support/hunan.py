"""A village of Huayuan in Hunan and the office branch linked with it; desks from the township to the province."""

from datetime import UTC, datetime
from typing import Final

from support.far_office import Serving, open_far_office, shipped

from domain.ids import PersonId, UnitId
from domain.store.store import Store
from domain.store.units import village_id

BEGIN: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Monday 2 March 2026, nine in the morning."""

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = UnitId("43"), UnitId("4331"), UnitId("433124"), UnitId("433124103")
VILLAGE: Final = village_id(TOWNSHIP, "联系村")
TOWNSHIP_DESK, COUNTY_DESK, CITY_DESK, PROVINCE_DESK = (PersonId(f"p00000000{number}") for number in range(1, 5))
DESKS: Final = {TOWNSHIP: TOWNSHIP_DESK, COUNTY: COUNTY_DESK, PREFECTURE: CITY_DESK, PROVINCE: PROVINCE_DESK}
BRANCH, OTHER_BRANCH, MEMBER = (PersonId(f"p0000000{number}") for number in range(11, 14))
HELPERS: Final = {
    BRANCH: Serving("branch", COUNTY, capacity=1),
    OTHER_BRANCH: Serving("branch", COUNTY, capacity=1),
    MEMBER: Serving("branch_member", COUNTY, capacity=5, papers=("secrecy",)),
}


def open_hunan(url: str) -> Store:
    """An empty database with the village, its desks, two branches and one member who visits households."""
    return open_far_office(url, shipped("hunan-one-village"), [(TOWNSHIP, "联系村")], DESKS, HELPERS)
