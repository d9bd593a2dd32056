"""A duty's page at the console: the same questions as a volunteer's page, for those whose it is to answer."""

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import select
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    LIU,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    pass_days,
    talk,
)
from support.seen import facts_of
from support.signed_in import as_role
from support.site import Visitor, everything, visiting, words_of

from domain import facts as f
from domain.ids import CaseId, duty_id
from domain.rules import commands as c
from domain.rules.access import Role
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.journal import snapshot_of
from domain.store.photos import keep_photos, photos_of

CASE: Final = CaseId("371302-00001")
WELL: Final = dict.fromkeys(("studies", "daily_life", "psychology", "thoughts", "health"), "well")
TALK: Final = {"do": "answer", "needs_help": "no", "note": "她想妈妈了", **WELL}


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou goes to the first child; her talk is due in a few days."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(25)) as someone:
        yield someone


@pytest.fixture
def township(visitor: Visitor) -> Visitor:
    """The coordinator of the township has signed in."""
    return as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)


def page_of(visitor: Visitor, kind: str) -> str:
    """The address of an open duty's page."""
    return f"/console/cases/{CASE}/duties/{duty_of(visitor.store, CASE, kind)}"


def met(visitor: Visitor) -> f.DutyMet:
    """The answer written down last."""
    return [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.DutyMet)][-1]


def test_what_a_volunteer_told_by_telephone_is_filled_in_for_her_in_the_coordinators_name(township: Visitor) -> None:
    path = page_of(township, "monthly_talk")
    page = township.get(path)
    assert "某011打电话告诉您情况时" in words_of(page)
    assert 'name="studies" value="well"' in page.text
    answer = township.post(path, TALK)
    assert "已记下，谢谢" in answer.text
    assert (met(township).by, met(township).through, met(township).answers["studies"]) == (
        TOWNSHIP_DESK,
        "page",
        "well",
    )


def test_the_words_of_an_answer_are_read_only_with_names_and_that_is_recorded(township: Visitor) -> None:
    path = page_of(township, "monthly_talk")
    township.post(path, TALK)
    assert "她想妈妈了" not in township.get(path).text
    assert "文字说明已封存" in township.get(path).text
    assert "她想妈妈了" in township.post("/console/names", {"shown": "yes", "back": path}).text
    with reading(township.store.engine) as connection:
        rows = [(row.person, row.by) for row in connection.execute(select(t.record_read))]
    assert rows == [("p000000101", TOWNSHIP_DESK)]


def test_everything_missing_is_told_at_once_and_what_was_typed_stays(township: Visitor) -> None:
    path = page_of(township, "monthly_talk")
    answer = township.post(path, {"do": "answer", "needs_help": "no", "note": "她想妈妈了", "health": "splendid"})
    assert answer.status_code == 422
    for words in ("“学习”还没有回答", "“生活”还没有回答", "“健康”的回答不在可选范围内"):
        assert words in words_of(answer)
    assert "她想妈妈了" in answer.text
    assert 'value="no" checked' in answer.text


def test_what_can_only_be_answered_later_says_from_when(township: Visitor) -> None:
    path = page_of(township, "home_visit")
    page = township.get(path)
    assert "还没有到时候" in words_of(page)
    assert "<textarea" not in page.text
    before = everything(township.store)["journal"]
    township.post(path, {"do": "answer", "needs_help": "no", "hours": "2"})
    assert everything(township.store)["journal"] == before


def test_a_duty_of_the_own_desk_is_answered_there(township: Visitor) -> None:
    path = page_of(township, "household_registration")
    assert "代为填报" not in words_of(township.get(path))
    assert township.post(path, {"do": "answer", "registered": "yes"}).status_code == 200
    assert met(township).answers == {"registered": True}


def test_an_answered_duty_says_how_it_ended_and_is_not_answered_twice(township: Visitor) -> None:
    path = page_of(township, "household_registration")
    township.post(path, {"do": "answer", "registered": "yes"})
    page = township.get(path)
    assert "户口是否已落实：是" in words_of(page)
    assert "协调员（某004）完成" in words_of(page)
    assert '<button name="do"' not in page.text
    again = township.post(path, {"do": "answer", "registered": "no"})
    assert (again.status_code, "已经结束" in again.text) == (409, True)
    assert met(township).answers == {"registered": True}


def proposed(visitor: Visitor) -> str:
    """Liu is proposed in Zhou's place; the page of the decision."""
    do(visitor.store, c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="ill"), BEGIN + days(25))
    do(
        visitor.store,
        c.ProposeHelper(case=CASE, person=LIU, score=1, why=("near?level=township&points=75",)),
        BEGIN + days(25),
    )
    return page_of(visitor, "decide_proposal")


def test_the_county_decides_on_a_proposal(visitor: Visitor) -> None:
    path = proposed(visitor)
    county = as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)
    assert "系统推荐某012结对" in words_of(county.get(path))
    assert "住在同一乡镇" in words_of(county.get(path))
    assert "已同意" in county.post(path, {"do": "approve"}).text
    assert f.ProposalApproved(person=LIU, by=COUNTY_DESK) in facts_of(visitor.store, CASE)


def test_the_township_cannot_decide_for_the_county(township: Visitor) -> None:
    path = proposed(township)
    assert "这一项由县区分会办理" in words_of(township.get(path))
    before = everything(township.store)["journal"]
    for do_ in ("approve", "decline", "answer", "acknowledge"):
        assert township.post(path, {"do": do_}).status_code == 409
    assert everything(township.store)["journal"] == before


def test_whoever_it_climbed_to_acknowledges_it_or_fills_it_in(visitor: Visitor) -> None:
    talk(visitor.store, CASE, ZHOU, BEGIN + days(25))
    pass_days(visitor.store, BEGIN + days(25), 42)
    visitor.clock.moment = BEGIN + days(67)
    township = as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)
    path = page_of(township, "monthly_talk")
    page = words_of(township.get(path))
    assert "已上报乡镇级" in page
    assert "代为填报" in page
    assert "您已知悉" in township.post(path, {"do": "acknowledge"}).text
    said = words_of(township.get(path))
    assert "已有人签收" in said
    again = township.post(path, {"do": "acknowledge"})
    assert (again.status_code, "已经登记过“已知悉”" in again.text) == (409, True)


@pytest.mark.parametrize("role", [Role.OPS, Role.AUDITOR])
def test_who_only_looks_has_nothing_to_press_and_can_send_nothing(visitor: Visitor, role: Role) -> None:
    looker, path = as_role(visitor, role), page_of(visitor, "monthly_talk")
    page = looker.get(path)
    assert page.status_code == 200
    assert '<button name="do"' not in page.text
    before = everything(looker.store)["journal"]
    assert looker.post(path, TALK).status_code == 403
    assert everything(looker.store)["journal"] == before


def test_a_picture_of_a_visit_opens_only_with_names_and_each_look_is_recorded(township: Visitor) -> None:
    path = page_of(township, "monthly_talk")
    township.post(path, TALK)
    number = int(path.rpartition("/")[2])
    with writing(township.store.engine) as connection:
        case = snapshot_of(connection, CASE)
        assert case is not None
        keep_photos(connection, township.store, case, number, [b"a picture"], ZHOU, township.clock.moment)
        (kept,) = photos_of(connection, township.store, duty_id(CASE, number))
    picture = f"{path}/photos/{kept.id}"
    assert "照片已封存" in township.get(path).text
    assert township.get(picture).status_code == 404
    assert f'<img src="{picture}"' in township.post("/console/names", {"shown": "yes", "back": path}).text
    with reading(township.store.engine) as connection:
        before = len(connection.execute(select(t.record_read)).all())
    answer = township.get(picture)
    assert (answer.content, answer.headers["content-type"]) == (b"a picture", "image/jpeg")
    with reading(township.store.engine) as connection:
        assert len(connection.execute(select(t.record_read)).all()) == before + 1
    assert township.get(f"{path}/photos/{kept.id + 1}").status_code == 404
    assert township.get(f"/console/cases/{CASE}/duties/1/photos/{kept.id}").status_code == 404


def test_whoever_is_to_act_on_an_answer_reads_it_beside_the_questions(township: Visitor) -> None:
    asked = page_of(township, "monthly_talk")
    assert "由来" not in township.get(asked).text, "a rhythm brings it by itself"
    township.post(asked, {**TALK, "needs_help": "yes"})
    help_asked = township.get(page_of(township, "urgent_help"))
    said = words_of(help_asked).split("由来")[1]
    assert "完成事项" in said
    assert "是否需要帮助：是" in said
    assert TALK["note"] not in help_asked.text, "the free words stay sealed; they are read at the answer itself"
    assert f'href="{asked}"' in help_asked.text
