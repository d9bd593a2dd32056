"""Today: what needs a coordinator now, in order, each with what settles it; and nothing of anybody else's."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.counting import MOST, queries, statements
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    SECOND_TOWNSHIP_DESK,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
)  # fmt: skip
from support.signed_in import as_role, fresh, sign_in
from support.site import Visitor, visiting, words_of

from domain.ids import CaseId, PersonId, UnitId
from domain.rules import commands as c
from domain.rules.access import Role
from domain.store.console import today
from domain.store.console.live import last_notice, urgent_since
from domain.store.writing import carry_out

LATE = days(20)
CASE = CaseId("371302-00001")


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """Zhou's first visit is late and has climbed to the county; another child is at high risk and unvisited."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    pass_days(store, BEGIN, LATE.days)
    with visiting(store, BEGIN + LATE, tmp_path / "spool") as someone:
        yield someone


def signed_in(visitor: Visitor, unit: UnitId, person: PersonId) -> Visitor:
    return as_role(visitor, Role.COORDINATOR, unit, person=person)


def test_what_has_climbed_to_a_desk_stands_there_with_its_button_and_is_settled_by_it(visitor: Visitor) -> None:
    signed_in(visitor, COUNTY, COUNTY_DESK)
    page = visitor.get("/console")
    said = words_of(page)
    assert "已上报到您这里" in said
    assert "首次见面" in said
    assert "逾期 6 天" in said
    data = {"case": CASE, "duty": page.text.split('name="duty" value="')[1].split('"')[0]}
    settled = visitor.post("/console/settle", {**data, "do": "acknowledge"})
    assert "您已知悉" in words_of(settled)
    assert "已上报到您这里" not in words_of(settled)
    again = visitor.post("/console/settle", {**data, "do": "acknowledge"})
    assert again.status_code == 409


def test_nobody_sees_or_settles_what_belongs_to_another_unit(visitor: Visitor) -> None:
    signed_in(visitor, OTHER_COUNTY, OTHER_COUNTY_DESK)
    assert CASE not in visitor.get("/console").text
    stranger = visitor.post("/console/settle", {"case": CASE, "duty": "4", "do": "acknowledge"})
    unknown = visitor.post("/console/settle", {"case": "371302-09999", "duty": "4", "do": "acknowledge"})
    assert stranger.status_code == unknown.status_code == 404
    assert stranger.text == unknown.text


def test_a_refusal_on_a_page_says_where_to_look_and_names_no_command(visitor: Visitor) -> None:
    signed_in(visitor, COUNTY, COUNTY_DESK)
    refused = visitor.post("/console/settle", {"case": CASE, "duty": "999", "do": "acknowledge"})
    assert refused.status_code == 409
    assert "没有编号为 999 的事项。现在要办的，都列在个案页上" in words_of(refused)


def test_a_seat_at_a_desk_shows_nothing_outside_of_what_the_sign_in_allows(visitor: Visitor) -> None:
    signed_in(visitor, OTHER_COUNTY, COUNTY_DESK)
    assert CASE not in visitor.get("/console").text


def test_a_proposal_is_approved_with_one_button_by_the_desk_that_decides_and_by_no_other(visitor: Visitor) -> None:
    case = open_case(visitor.store, 2, township=SECOND_TOWNSHIP, now=BEGIN + LATE)
    carry_out(visitor.store, [c.ProposeHelper(case=case, person=ZHOU, score=80, why=())], BEGIN + LATE)
    signed_in(visitor, COUNTY, COUNTY_DESK)
    page = visitor.get("/console")
    assert "等您决定" in words_of(page)
    number = page.text.split('value="approve"')[0].rsplit('name="duty" value="', 1)[1].split('"')[0]
    approved = {"case": case, "duty": number, "do": "approve"}
    visitor.post("/sign-out")
    signed_in(visitor, SECOND_TOWNSHIP, SECOND_TOWNSHIP_DESK)
    assert visitor.post("/console/settle", approved).status_code == 409
    visitor.post("/sign-out")
    sign_in(visitor, f"coordinator-{COUNTY}-zh")
    assert "已同意" in words_of(visitor.post("/console/settle", approved))


def test_the_first_page_asks_little_of_the_database_and_what_was_noticed_comes_by_itself(visitor: Visitor) -> None:
    signed_in(visitor, COUNTY, COUNTY_DESK)
    with statements(visitor.store) as sent:
        page = visitor.get("/console")
    assert len(queries(sent)) <= 6
    assert 'hx-get="/console/noticed"' in page.text
    with statements(visitor.store) as sent:
        assert "还没有一次见面" in words_of(visitor.get("/console/noticed"))
    # Two for the page, eight for the kinds of findings, one for names, one for who will be away; this part is fetched
    # beside the page itself.
    assert len(queries(sent)) <= MOST + 2


def test_a_desk_at_which_nobody_sits_is_noticed_with_how_much_waits_there(visitor: Visitor) -> None:
    open_case(visitor.store, 4, township=OTHER_TOWNSHIP, now=BEGIN + LATE)
    signed_in(visitor, OTHER_COUNTY, OTHER_COUNTY_DESK)
    assert "无人值守" in words_of(visitor.get("/console/noticed"))


def test_many_findings_of_one_sort_leave_room_for_the_others_and_are_counted(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "MOST_NOTICED", 2)
    for number in range(2, 6):
        open_case(visitor.store, number, now=BEGIN - days(40))
    signed_in(visitor, COUNTY, COUNTY_DESK)
    said = words_of(visitor.get("/console/noticed"))
    assert "关注情况 5" in said
    assert "还没有一次见面" in said
    assert said.count("从未结对") == 2
    assert "还有 2 个个案一直没有结对" in said


def test_an_empty_day_says_so(visitor: Visitor) -> None:
    signed_in(visitor, SECOND_TOWNSHIP, SECOND_TOWNSHIP_DESK)
    assert "一个都没有落下" in words_of(visitor.get("/console"))


def test_no_childs_name_stands_on_the_page(visitor: Visitor) -> None:
    signed_in(visitor, TOWNSHIP, TOWNSHIP_DESK)
    assert not any(sign in visitor.get("/console").text for sign in ("某101", "1390000"))


def test_a_coordinator_reads_the_name_of_a_volunteer_who_has_not_met_the_child_ops_only_the_number(
    visitor: Visitor,
) -> None:
    ops = as_role(fresh(visitor), Role.OPS)
    assert ZHOU in words_of(ops.get("/console/noticed"))
    assert "某011" not in ops.get("/console/noticed").text
    said = words_of(signed_in(visitor, TOWNSHIP, TOWNSHIP_DESK).get("/console/noticed"))
    assert "与志愿者 某011 结对 20 天" in said
    assert ZHOU not in said


def in_need(visitor: Visitor) -> None:
    """Zhou's late answer says that the child needs help today."""
    answer(visitor.store, CASE, "first_visit", ZHOU, visitor.clock.moment, needs_help=True)


def test_a_call_for_help_stands_before_everything_else(visitor: Visitor) -> None:
    in_need(visitor)
    signed_in(visitor, TOWNSHIP, TOWNSHIP_DESK)
    said = words_of(visitor.get("/console"))
    assert "紧急 1" in said
    assert said.index("紧急 1") < said.index("以后到期")


def test_a_page_that_stands_open_learns_of_an_urgent_matter_within_seconds(visitor: Visitor) -> None:
    signed_in(visitor, TOWNSHIP, TOWNSHIP_DESK)
    with visitor.client.stream("GET", "/console/live", timeout=15) as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("data:")) == "data: 1"
        time.sleep(0.5)
        in_need(visitor)
        told = next(line for line in lines if "live-note" in line)
        assert CASE in told
        assert next(line for line in lines if line.startswith("data:")) == "data: 2"


def test_nobody_else_hears_of_it(visitor: Visitor) -> None:
    before = last_notice(visitor.store)
    in_need(visitor)
    assert [each.case for each in urgent_since(visitor.store, [TOWNSHIP_DESK], before)[1]] == [CASE]
    assert urgent_since(visitor.store, [OTHER_COUNTY_DESK], before)[1] == []
    assert fresh(visitor).get("/console/live").status_code == 204
