"""One child or volunteer by hand, without a sheet: judged like a row, shown, then taken in; nothing typed is lost."""

from collections.abc import Iterator

import httpx
import pytest
from samples.sheets import an_id
from support.brought import BORN
from support.office import BEGIN, COUNTY, COUNTY_DESK, OTHER_TOWNSHIP, TOWNSHIP, TOWNSHIP_DESK, open_office
from support.signed_in import as_role
from support.site import Visitor, count_of, visiting, words_of

from domain.rules.access import Role
from domain.store.engine import writing
from domain.store.offices import next_number

CHILD = "/console/sheets/by-hand/survey"
VOLUNTEER = "/console/sheets/by-hand/volunteers"


@pytest.fixture
def county(database_url: str) -> Iterator[Visitor]:
    """A county's coordinator, signed in to a small office."""
    store = open_office(database_url)
    with writing(store.engine) as connection:
        next_number(connection, "person", 1_000)  # the office's own people were numbered by hand
    with visiting(store, BEGIN) as found:
        yield as_role(found, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def a_child(**other: str) -> dict[str, str]:
    """What is typed of a girl without parents in the town."""
    typed = {
        "programme": "linyi-1204", "name": "李新月", "id": an_id(BORN, "女"), "kind": "孤儿", "township": TOWNSHIP,
        "village": "东村", "guardian_name": "李大山", "guardian_relation": "爷爷", "guardian_phone": "13900001234",
    }  # fmt: skip
    return typed | other


def take_in(visitor: Visitor, shown: httpx.Response) -> httpx.Response:
    """Press the button of the preview."""
    return visitor.post(f"{shown.url.path}/import")


def test_a_child_typed_in_is_shown_with_a_verdict_and_becomes_a_case(county: Visitor) -> None:
    assert CHILD in county.get("/console/cases").text
    shown = county.post(CHILD, a_child())
    assert "李新月 通过" in words_of(shown)
    assert count_of(county.store, "case-opened") == 0
    done = take_in(county, shown)
    assert count_of(county.store, "case-opened") == 1
    assert f'href="/console/cases/{COUNTY}-00001"' in done.text
    page = county.get(f"/console/cases/{COUNTY}-00001").text
    assert "东村" in page
    assert "李新月" not in page, "the name is sealed as any child's is"


def test_what_is_wrong_is_said_and_what_was_typed_stays(county: Visitor) -> None:
    wrong = county.post(CHILD, a_child(id="371302201203040000", village="东村"))
    assert wrong.status_code == 422
    assert "身份证" in words_of(wrong)
    assert 'value="李新月"' in wrong.text
    assert '<option value="孤儿" selected>' in wrong.text
    assert f'<option value="{TOWNSHIP}" selected>' in wrong.text
    assert count_of(county.store, "case-opened") == 0


def test_a_child_that_is_known_is_not_opened_twice(county: Visitor) -> None:
    take_in(county, county.post(CHILD, a_child()))
    again = county.post(CHILD, a_child(village="西村"))
    assert again.status_code == 422
    assert "重复" in words_of(again)
    assert count_of(county.store, "case-opened") == 1


def test_only_ones_own_townships_are_offered_and_another_is_refused(county: Visitor) -> None:
    county.client.cookies.clear()
    township = as_role(county, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)
    form = township.get(CHILD).text
    assert f'value="{TOWNSHIP}"' in form
    assert OTHER_TOWNSHIP not in form
    assert township.post(CHILD, a_child(township=OTHER_TOWNSHIP)).status_code == 422
    assert count_of(township.store, "case-opened") == 0


def test_a_volunteer_typed_in_is_taken_in_with_her_papers(county: Visitor) -> None:
    assert VOLUNTEER in county.get("/console/volunteers").text
    typed = {
        "programme": "linyi-1204", "name": "周新", "sex": "女", "id": an_id(BORN.replace(year=1970), "女"),
        "kind": "五老", "phone": "13900007788", "township": TOWNSHIP, "paper:safety": "2026-08-01",
    }  # fmt: skip
    shown = county.post(VOLUNTEER, typed)
    assert "周新 通过" in words_of(shown)
    take_in(county, shown)
    assert "周新 兰山区 兰山街道 五老" in words_of(county.get("/console/volunteers"))


def test_an_empty_form_says_so(county: Visitor) -> None:
    empty = county.post(CHILD, {"programme": "linyi-1204"})
    assert empty.status_code == 422
    assert 'role="alert"' in empty.text


def test_nothing_else_is_typed_in_by_hand(county: Visitor) -> None:
    assert county.get("/console/sheets/by-hand/coordinators").status_code == 404
    assert county.get(f"{CHILD}?programme=unheard-of").status_code == 200
    assert county.post(CHILD, a_child(programme="unheard-of")).status_code == 404
