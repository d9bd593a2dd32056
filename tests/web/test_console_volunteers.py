"""Volunteers in the console: found by what one knows of them, and everything there is to see of one."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import insert, update
from support.counting import statements
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    SUN,
    WU,
    ZHOU,
    answer,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
)  # fmt: skip
from support.signed_in import as_role, make_login, sign_in
from support.site import Visitor, visiting, words_of

from domain.ids import CaseId, PersonId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store import tables as t
from domain.store.console import volunteers
from domain.store.engine import writing
from domain.store.moments import stamp
from domain.store.people import Identity, change_identity
from domain.store.standing_in import Away, helper_away

CASE = CaseId("371302-00001")
LIST = "/console/volunteers"


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou helps a girl; three others help nobody yet."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield someone


def county(visitor: Visitor) -> Visitor:
    """The county's coordinator."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def change_helper(visitor: Visitor, person: PersonId, **values: object) -> None:
    """Change a row of the roster."""
    with writing(visitor.store.engine) as connection:
        connection.execute(update(t.helper).where(t.helper.c.person == person).values(**values))


def listed(visitor: Visitor, query: str = "") -> set[str]:
    """Whom the list names."""
    text = visitor.get(f"{LIST}?{query}").text
    return {person for person in (ZHOU, LIU, SUN, WU) if f"{LIST}/{person}" in text}


def test_a_coordinator_sees_the_volunteers_of_the_units_he_looks_after_and_no_others(visitor: Visitor) -> None:
    assert listed(county(visitor)) == {ZHOU, LIU, SUN}
    said = words_of(visitor.get(LIST))
    for words in ("某011", "共 3 名", "3 服务中", "3 还有名额", "2 尚未结对", "1 / 3", "2027年8月1日到期", "没有逾期"):
        assert words in said
    assert visitor.get(f"{LIST}/{ZHOU}").status_code == 200
    assert visitor.get(f"{LIST}/{WU}").status_code == visitor.get(f"{LIST}/p000009999").status_code == 404


def test_the_list_is_narrowed_by_what_stands_in_the_address(visitor: Visitor) -> None:
    change_helper(visitor, SUN, serving=False)
    change_helper(visitor, LIU, load=3, kind="teacher", serves_until="2026-12-31")
    helper_away(visitor.store, Away(ZHOU, date(2026, 9, 1), date(2026, 9, 9), LIU))
    found = {
        "only=serving": {ZHOU, LIU}, "only=stopped": {SUN}, "only=room": {ZHOU}, "only=none": set(),
        "only=leaving": {LIU}, "only=away": {ZHOU}, "kind=teacher": {LIU}, "kind=elder&only=serving": {ZHOU},
        "unit=371302002": set(), "unit=371302001": {ZHOU, LIU, SUN},
    }  # fmt: skip
    county(visitor)
    assert {query: listed(visitor, query) for query in found} == found


def test_papers_that_run_out_within_sixty_days_or_have_are_found(visitor: Visitor) -> None:
    change_helper(visitor, ZHOU, papers=json.dumps({"pledge": "2026-10-31", "safety": None}))
    change_helper(visitor, LIU, papers=json.dumps({"pledge": "2026-08-31", "safety": "2027-01-01"}))
    change_helper(visitor, SUN, papers=json.dumps({"pledge": "2026-11-01"}))
    assert (listed(county(visitor), "only=soon"), listed(visitor, "only=out")) == ({ZHOU}, {LIU})
    said = words_of(visitor.get(LIST))
    for words in ("1 文书 60 天内到期", "1 文书已过期", "已于2026年8月31日过期"):
        assert words in said


def test_a_volunteer_is_found_by_name_number_or_telephone(visitor: Visitor) -> None:
    county(visitor)
    assert listed(visitor, f"q={LIU}") == {LIU}
    assert listed(visitor, "q=某012") == {LIU}
    assert listed(visitor, "q=139 0000 0012") == {LIU}
    assert listed(visitor, "q=某0") == {ZHOU, LIU, SUN}
    for of_another_county in ("q=某014", f"q={WU}", "q=13900000014", "q=13900000101"):
        assert listed(visitor, of_another_county) == set()


def rename(visitor: Visitor, person: PersonId, name: str) -> None:
    """The roster has somebody by another name."""
    with writing(visitor.store.engine) as connection:
        change_identity(connection, visitor.store.seal, person, Identity(name=name))


@pytest.mark.parametrize("typed", ["李建国", "李建", "建国", "lijianguo", "Li Jianguo", "jianguo", "ljg", "LJG", "國"])
@pytest.mark.parametrize("most", [0, volunteers.MOST_NAMES])
def test_a_volunteer_is_found_by_pinyin_and_initials_too_however_many_there_are(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, typed: str, most: int
) -> None:
    monkeypatch.setattr(volunteers, "MOST_NAMES", most)
    rename(visitor, LIU, "李建国")
    rename(visitor, WU, "李建国")
    county(visitor)
    assert listed(visitor, f"q={typed}") == ({LIU} if typed != "國" else set())


def test_where_there_are_many_a_sign_from_within_a_name_is_looked_for_in_one_unit_only(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(visitor, LIU, "李建国")
    county(visitor)
    assert listed(visitor, "q=国") == {LIU}
    monkeypatch.setattr(volunteers, "MOST_NAMES", 2)
    assert "请先选一个单位" in words_of(visitor.get(f"{LIST}?q=国"))
    assert "请先选一个单位" not in words_of(visitor.get(f"{LIST}?q=李建国"))
    assert listed(visitor, f"q={LIU}") == {LIU}


def test_while_one_types_only_what_was_found_is_sent(visitor: Visitor) -> None:
    part = county(visitor).get(f"{LIST}?q=某012", headers={"HX-Request": "true"})
    assert "某012" in part.text
    assert "<html" not in part.text
    assert "<html" in visitor.get(f"{LIST}?q=某012").text


def test_fifty_stand_on_a_page(visitor: Visitor) -> None:
    with writing(visitor.store.engine) as connection:
        people = [PersonId(f"p0000005{number:02d}") for number in range(60)]
        connection.execute(
            insert(t.person), [{"id": person, "kind": "volunteer", "language": "zh"} for person in people]
        )
        like = {
            "kind": "elder", "unit": "371302002", "sex": "male", "capacity": 1, "load": 0, "serving": True,
            "skills": "[]", "papers": "{}",
        }  # fmt: skip
        connection.execute(insert(t.helper), [{"person": person, **like} for person in people])
    first, second = county(visitor).get(f"{LIST}?page=1"), visitor.get(f"{LIST}?page=2")
    assert (first.text.count(f'href="{LIST}/p'), second.text.count(f'href="{LIST}/p')) == (50, 13)
    assert "下一页" in words_of(first)


def test_those_who_may_not_see_people_see_none(visitor: Visitor) -> None:
    for role in (Role.OPS, Role.ADMIN):
        make_login(visitor, role.value, [Grant(role, EVERYWHERE)])
        sign_in(visitor, role.value)
        for path in (LIST, f"{LIST}/{ZHOU}"):
            page = visitor.get(path)
            assert page.status_code == 403
            assert "某011" not in page.text


def test_an_auditor_reads_and_changes_nothing(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR, EVERYWHERE)
    page = visitor.get(f"{LIST}/{ZHOU}")
    assert "某011" in page.text
    assert 'name="do"' not in page.text
    done = visitor.post(f"{LIST}/{ZHOU}", {"do": "gone", "reason": "died", "sure": "yes"})
    assert done.status_code == 403


def test_one_page_tells_all_of_a_volunteer(visitor: Visitor) -> None:
    pass_days(visitor.store, BEGIN, 3)
    visitor.clock.moment = BEGIN + days(3)
    answer(visitor.store, CASE, "first_visit", ZHOU, BEGIN + days(3), needs_help=False)
    said = words_of(county(visitor).get(f"{LIST}/{ZHOU}"))
    for words in (
        "某011", "13900000011", "p000000011@example.org", CASE, "陪伴志愿者", "2026年9月1日", "志愿服务承诺书",
        "2028年8月1日到期", "长期有效", "已帮扶 1 名，最多 3 名", "按时 2", "逾期后填报 0", "没有登记外出",
    ):  # fmt: skip
        assert words in said
    assert "某101" not in said


def test_answers_after_the_due_day_count_as_late_in_their_month(visitor: Visitor) -> None:
    pass_days(visitor.store, BEGIN, 20)
    visitor.clock.moment = BEGIN + days(20)
    page = county(visitor).get(f"{LIST}/{ZHOU}")
    assert "逾期 1 项" in words_of(page)
    assert "逾期 1 项" in words_of(visitor.get(LIST))
    answer(visitor.store, CASE, "first_visit", ZHOU, BEGIN + days(20), needs_help=False)
    said = words_of(visitor.get(f"{LIST}/{ZHOU}"))
    assert "逾期后填报 1" in said
    assert "2026年9月 1 1" in said


def test_messages_say_through_what_and_how_it_went_but_not_what(visitor: Visitor) -> None:
    with writing(visitor.store.engine) as connection:
        at = stamp(BEGIN)
        connection.execute(insert(t.nudge).values(
            id=7, person=ZHOU, channel="sms", state="sent", urgent=False, not_before=at, planned_at=at, tries=1,
            repeats=0, in_doubt=False, settled_at=at, receipt="undelivered",
        ))  # fmt: skip
        connection.execute(insert(t.notice).values(
            case=CASE, duty=2, rung=7, person=ZHOU, what="remind", urgent=False, kind="first_visit",
            programme="linyi-1204@1", due_on="2026-09-15", at=at, position=9, state="planned", nudge=7,
        ))  # fmt: skip
        connection.execute(insert(t.stopped).values(person=ZHOU, reach="mail", since=at, through="sms"))
    said = words_of(county(visitor).get(f"{LIST}/{ZHOU}"))
    for words in (f"2026-09-01 09:00 首次见面 {CASE} 短信 未送达", "不愿再收", "邮件（9月1日"):
        assert words in said


def test_cases_of_units_one_does_not_look_after_are_counted_and_not_named(visitor: Visitor) -> None:
    pair(visitor.store, open_case(visitor.store, 2), WU, BEGIN)
    as_role(visitor, Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    page = visitor.get(f"{LIST}/{WU}")
    assert "371302-00002" not in page.text
    assert "另有 1 个个案不在您负责的范围内" in words_of(page)


@pytest.mark.parametrize("path", [LIST, f"{LIST}?q=某0&only=room&kind=elder", f"{LIST}/{ZHOU}"])
def test_a_page_asks_the_database_ten_times_at_most(visitor: Visitor, path: str) -> None:
    for number in range(2, 4):
        pair(visitor.store, open_case(visitor.store, number), ZHOU, BEGIN)
    helper_away(visitor.store, Away(ZHOU, date(2026, 9, 1), date(2026, 9, 9), LIU))
    county(visitor).get(LIST)
    with statements(visitor.store) as sent:
        assert visitor.get(path).status_code == 200
    assert 0 < len(sent) <= 10, sent
