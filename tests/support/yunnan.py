"""A village of Ludian in Yunnan under the three-year programme: desks on five levels, a team of six, proxy parents."""

from datetime import UTC, datetime
from typing import Any, Final

from support.far_office import Serving, bind, open_far_office, open_kind, shipped

from domain.ids import CaseId, PersonId, UnitId
from domain.store.store import Store
from domain.store.units import village_id

BEGIN: Final = datetime(2024, 3, 4, 1, tzinfo=UTC)
"""Monday 4 March 2024, nine in the morning in Yunnan; the Spring Festival is over."""

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = UnitId("53"), UnitId("5306"), UnitId("530621"), UnitId("530621103")
VILLAGE: Final = village_id(TOWNSHIP, "光明村")

VILLAGE_DESK, TOWNSHIP_DESK, COUNTY_DESK, CITY_DESK, PROVINCE_DESK = (
    PersonId(f"p00000000{number}") for number in range(1, 6)
)
DESKS: Final = {
    VILLAGE: VILLAGE_DESK, TOWNSHIP: TOWNSHIP_DESK, COUNTY: COUNTY_DESK, PREFECTURE: CITY_DESK, PROVINCE: PROVINCE_DESK
}  # fmt: skip

SIX: Final = ("county_cadre", "township_cadre", "village_cadre", "teacher", "guardian", "neighbour")
TEAM: Final = {role: PersonId(f"p0000000{number}") for number, role in enumerate(SIX, 11)}
WOMAN, PRINCIPAL, ENTREPRENEUR, SECOND_TEACHER = (PersonId(f"p0000000{number}") for number in range(21, 25))

HELPERS: Final = {
    **{person: Serving(role, TOWNSHIP) for role, person in TEAM.items()},
    WOMAN: Serving("woman_cadre", TOWNSHIP, capacity=8),
    PRINCIPAL: Serving("principal", TOWNSHIP, capacity=8),
    ENTREPRENEUR: Serving("entrepreneur", TOWNSHIP, capacity=2),
    SECOND_TEACHER: Serving("teacher", TOWNSHIP, capacity=8),
}

ROLES_OF_A_CHILD: Final = (*SIX, "class_proxy", "village_proxy")


def open_yunnan(url: str) -> Store:
    """An empty database with the village, its five levels of desks and everybody who may help."""
    return open_far_office(url, shipped("yunnan-three-year"), [(TOWNSHIP, "光明村")], DESKS, HELPERS)


def a_child(store: Store, number: int = 1, now: datetime = BEGIN, **changes: Any) -> CaseId:
    """The ``number``-th left-behind girl of eleven."""
    return open_kind(store, number, "left_behind_child", VILLAGE, now, **changes)


def with_team(store: Store, case: CaseId, now: datetime = BEGIN, *left_out: str) -> CaseId:
    """The team of six around a child or an elder, but for some."""
    for role, person in TEAM.items():
        if role not in left_out:
            bind(store, case, role, person, TOWNSHIP_DESK, now)
    return case
