"""Linyi under its second version: two townships of two counties, three companions, a guardian with an account."""

from datetime import UTC, datetime
from typing import Any, Final

from support.far_office import Serving, guardian, open_far_office, open_kind, shipped
from support.office import do

from domain.ids import CaseId, PersonId, UnitId
from domain.rules import commands as c
from domain.store.store import Store
from domain.store.units import village_id

BEGIN: Final = datetime(2027, 3, 1, 1, tzinfo=UTC)
"""Monday 1 March 2027, nine in the morning."""

CITY, COUNTY, OTHER_COUNTY = UnitId("3713"), UnitId("371302"), UnitId("371311")
TOWNSHIP, OTHER_TOWNSHIP = UnitId("371302001"), UnitId("371311001")
VILLAGE, OTHER_VILLAGE = village_id(TOWNSHIP, "东村"), village_id(OTHER_TOWNSHIP, "西村")
TOWNSHIP_DESK, COUNTY_DESK, CITY_DESK, OTHER_TOWNSHIP_DESK, OTHER_COUNTY_DESK = (
    PersonId(f"p00000000{number}") for number in range(1, 6)
)
DESKS: Final = {
    TOWNSHIP: TOWNSHIP_DESK, COUNTY: COUNTY_DESK, CITY: CITY_DESK, OTHER_TOWNSHIP: OTHER_TOWNSHIP_DESK,
    OTHER_COUNTY: OTHER_COUNTY_DESK,
}  # fmt: skip
ZHOU, LIU = PersonId("p000000011"), PersonId("p000000012")
PAPERS: Final = ("pledge", "confidentiality", "safety")
HELPERS: Final = {ZHOU: Serving("elder", TOWNSHIP, papers=PAPERS), LIU: Serving("elder", TOWNSHIP, papers=PAPERS)}
ACCOUNT: Final = "6222021602001234567"


def open_linyi(url: str) -> Store:
    """An empty database with two townships, their desks and two companions."""
    villages = [(TOWNSHIP, "东村"), (OTHER_TOWNSHIP, "西村")]
    return open_far_office(url, shipped("linyi-1204-2"), villages, DESKS, HELPERS)


def a_girl(store: Store, number: int = 1, kind: str = "orphan", **changes: Any) -> CaseId:
    """The ``number``-th girl of eleven, her guardian with an account, and Zhou as her companion."""
    family = guardian(store, number, VILLAGE, ACCOUNT)
    case = open_kind(store, number, kind, VILLAGE, BEGIN, family=family, **changes)
    become_companion(store, case, ZHOU, BEGIN)
    return case


def become_companion(store: Store, case: CaseId, person: PersonId, now: datetime) -> None:
    """Propose, approve and accept."""
    do(store, c.ProposeHelper(case=case, person=person, score=10, why=("same-township",)), now)
    do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), now)
    do(store, c.AnswerProposal(case=case, by=person, accept=True), now)
