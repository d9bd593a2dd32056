"""Programmes: a file read as a page, what changes between versions, and a version tried on the cases there are."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from support.counting import queries, statements
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
)  # fmt: skip
from support.signed_in import as_role, fresh, make_login, sign_in
from support.site import Visitor, everything, visiting, words_of

from domain.programme.read import shipped_programmes
from domain.rules.access import EVERYWHERE, Grant, Role
from web.console import trials

NEW = "/console/programmes/linyi-1204@2"


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Two children in one county, one of them paired, and one in the other; the install knows all programmes."""
    store = open_office(database_url)
    pair(store, open_case(store, 1), ZHOU, BEGIN)
    open_case(store, 2)
    open_case(store, 3, township=OTHER_TOWNSHIP)
    with visiting(replace(store, programmes=dict(shipped_programmes())), BEGIN + days(3)) as someone:
        yield someone


def coordinator(visitor: Visitor) -> Visitor:
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def finished(visitor: Visitor, begun: httpx.Response) -> httpx.Response:
    """A trial's page once it no longer refreshes itself."""
    until, page = time.monotonic() + 60, begun
    while "refresh" in page.headers and time.monotonic() < until:
        time.sleep(0.2)
        page = visitor.get(begun.url.path)
    assert "refresh" not in page.headers
    return page


def test_every_version_stands_there_with_the_cases_of_the_viewers_area(visitor: Visitor) -> None:
    said = words_of(coordinator(visitor).get("/console/programmes"))
    assert "linyi-1204@1 2026-01-01 起可用 · 2 个个案" in said
    assert "yunnan-three-year@1" in said


def test_who_sees_no_case_reads_the_method_without_any_number(visitor: Visitor) -> None:
    make_login(visitor, "admin", [Grant(Role.ADMIN, EVERYWHERE)])
    sign_in(visitor, "admin", path="/console/programmes")
    page = visitor.get("/console/programmes/linyi-1204@1")
    assert page.status_code == 200
    assert "个个案" not in words_of(page)
    assert "试运行" not in words_of(page)
    assert visitor.post(f"{NEW}/try", {"unit": COUNTY, "months": "1"}).status_code == 403


def test_a_file_is_read_as_a_page_with_its_way_its_duties_and_their_ladders(visitor: Visitor) -> None:
    page = coordinator(visitor).get("/console/programmes/linyi-1204@1")
    said = words_of(page)
    for words in ("个案的路径", "首次见面 陪伴志愿者 ·", "由谁承担 陪伴志愿者", "结对规则", "风险等级", "身份核查"):
        assert words in said
    ladder = re.search(r'id="duty-first_visit".*?<ol class="story ladder">(.*?)</ol>', page.text, re.DOTALL)
    assert ladder is not None
    assert "到期前 3 天，提醒" in ladder[1] or "提醒" in ladder[1]
    assert page.text.count('class="way') >= 5
    assert "style=" not in page.text


@pytest.mark.parametrize("name", sorted(shipped_programmes()))
def test_every_programme_can_be_read_in_both_languages(visitor: Visitor, name: str) -> None:
    for language in ("zh", "en"):
        someone = as_role(fresh(visitor), Role.OPS, language=language)
        page = someone.get(f"/console/programmes/{name}")
        assert page.status_code == 200
        drawn = re.findall(r'<rect x="(\d+)"', page.text)
        assert drawn == sorted(drawn, key=int)


def test_what_changes_from_one_version_to_the_next_is_told_in_words(visitor: Visitor) -> None:
    coordinator(visitor)
    said = words_of(visitor.get(f"{NEW}/changes?from=linyi-1204@1"))
    assert "志愿者服务到： 78 岁" in said
    assert "与志愿者谈心 新增" in said
    assert visitor.get(f"{NEW}/changes?from=yunnan-three-year@1").status_code == 404
    assert visitor.get(f"{NEW}/changes").status_code == 404
    assert visitor.get("/console/programmes/linyi-1204@99").status_code == 404


def test_a_version_is_tried_on_a_county_and_nothing_is_written(visitor: Visitor) -> None:
    coordinator(visitor)
    begun = visitor.post(f"{NEW}/try", {"unit": COUNTY, "months": "3"})
    before = everything(visitor.store)
    said = words_of(finished(visitor, begun))
    assert "linyi-1204@2 在兰山区试运行，往后 3 个月" in said
    assert "合计 2 个个案" in said
    assert "志愿者走访和联系" in said
    assert everything(visitor.store) == before


def test_a_trial_is_its_owners_and_is_forgotten_after_an_hour(visitor: Visitor) -> None:
    begun = coordinator(visitor).post(f"{NEW}/try", {"unit": COUNTY, "months": "1"})
    finished(visitor, begun)
    other = as_role(fresh(visitor), Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    assert other.get(begun.url.path).status_code == 404
    visitor.clock.moment += timedelta(minutes=61)
    assert visitor.get(begun.url.path).status_code == 404


def test_nobody_tries_a_version_on_cases_that_are_not_his_or_hers(visitor: Visitor) -> None:
    coordinator(visitor)
    for unit in (OTHER_COUNTY, "", "3713", "nowhere"):
        assert visitor.post(f"{NEW}/try", {"unit": unit, "months": "1"}).status_code == 404
    auditor = as_role(fresh(visitor), Role.AUDITOR)
    assert auditor.post(f"{NEW}/try", {"unit": COUNTY, "months": "1"}).status_code == 403


def test_every_mistake_is_told_at_once_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    coordinator(visitor)
    wrong = visitor.post("/console/programmes/yunnan-three-year@1/try", {"unit": COUNTY, "months": "400"})
    assert wrong.status_code == 422
    assert "月数请填 1 到 36" in words_of(wrong)
    assert "没有使用方案 yunnan-three-year 的未结个案" in words_of(wrong)
    assert 'value="400"' in wrong.text


def test_while_others_are_reckoned_one_waits_and_too_many_are_refused(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()
    monkeypatch.setattr(trials, "tried", lambda *_given: gone.wait(30))
    coordinator(visitor)
    try:
        begun = [visitor.post(f"{NEW}/try", {"unit": COUNTY, "months": "1"}) for _ in range(5)]
        assert [each.status_code for each in begun] == [200, 200, 200, 200, 409]
        assert "正在准备" in words_of(begun[3])
    finally:
        gone.set()


def test_pages_of_programmes_ask_the_database_little(visitor: Visitor) -> None:
    coordinator(visitor)
    for path in ("/console/programmes", NEW, f"{NEW}/changes?from=linyi-1204@1"):
        with statements(visitor.store) as sent:
            assert visitor.get(path).status_code == 200
        assert len(queries(sent)) <= 10
