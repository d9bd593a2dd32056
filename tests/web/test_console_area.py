"""My area: figures of a unit and of each below it, down to the village, and nothing above or beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    SECOND_TOWNSHIP,
    TOWNSHIP,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
    village,
)  # fmt: skip
from support.signed_in import as_role
from support.site import Visitor, visiting, words_of

from domain.rules.access import Role


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """In the first township a child whose first visit is late, in the second one with nobody yet."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    open_case(store, 2, township=SECOND_TOWNSHIP, now=BEGIN + days(19))
    pass_days(store, BEGIN, 20)
    with visiting(store, BEGIN + days(20), tmp_path / "spool") as someone:
        yield someone


@pytest.fixture
def county(visitor: Visitor) -> Visitor:
    """The county's coordinator has signed in."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def test_the_worst_unit_stands_first_with_its_figures(county: Visitor) -> None:
    page = county.get("/console/area")
    said = words_of(page)
    assert "2 未结案个案 1 逾期事项 50% 逾期个案占比 1 已上报个案 1 未结对个案" in said
    assert page.text.index(f"/area/{TOWNSHIP}") < page.text.index(f"/area/{SECOND_TOWNSHIP}")
    assert "最近 12 周" in said
    assert "未来 8 周到期" in said


def test_it_leads_down_to_the_village_and_up_as_far_as_one_may_look(county: Visitor) -> None:
    township = county.get(f"/console/area/{TOWNSHIP}")
    assert f"/console/area/{village(TOWNSHIP)}" in township.text
    leaf = county.get(f"/console/area/{village(TOWNSHIP)}")
    assert f"/console/cases?unit={village(TOWNSHIP)}" in leaf.text
    assert f'href="/console/area/{COUNTY}"' in leaf.text
    assert 'href="/console/area/3713"' not in leaf.text


def test_a_unit_of_somebody_else_is_as_unknown_as_one_that_is_not_there(county: Visitor) -> None:
    strange, unknown = county.get(f"/console/area/{OTHER_COUNTY}"), county.get("/console/area/999999")
    assert strange.status_code == unknown.status_code == 404
    assert strange.text.replace(OTHER_COUNTY, "") == unknown.text.replace("999999", "")


def test_where_there_is_nothing_the_page_says_what_to_do(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR, OTHER_COUNTY)
    assert "这里没有完成的事项" in words_of(visitor.get("/console/area"))
