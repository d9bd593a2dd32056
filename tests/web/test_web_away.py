"""I will be away: said by the volunteer, heard by whoever stands in, taken back before it begins."""

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from sqlalchemy import select
from support.office import (
    BEGIN,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SUN,
    TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
    told,
)
from support.signed_in import as_role, fresh, sign_in
from support.site import Visitor, heading_of, visiting, words_of

from domain.ids import CaseId, PersonId
from domain.rules.access import Role
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.console import who_is_away
from domain.store.engine import reading, writing
from domain.store.units import send_away, unseat

CASE: Final = CaseId("371302-00001")
WHEN: Final = {"since": "2026-09-05", "until": "2026-10-20"}


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou was paired with the first child on 1 September."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield someone


@pytest.fixture
def away(visitor: Visitor) -> str:
    """The address of Zhou's page for it."""
    return f"{visitor.link(ZHOU, CASE, 'first_visit')}/away"


def absences(visitor: Visitor) -> list[tuple[str, str, str]]:
    """Who is away until when, and who stands in."""
    with reading(visitor.store.engine) as connection:
        return [(row.person, row.until, row.stand_in) for row in connection.execute(select(t.absence))]


def phone_of(person: PersonId) -> str:
    """The number the office knows."""
    return f"1390000{person[-4:]}"


def test_the_nearest_desk_stands_in_and_is_reminded_in_the_volunteers_place(visitor: Visitor, away: str) -> None:
    page = visitor.post(away, WHEN)
    assert "已登记，路上平安" in words_of(page)
    assert "由工作人员代办" in words_of(page)
    assert absences(visitor) == [(ZHOU, "2026-10-20", TOWNSHIP_DESK)]
    before = told(visitor.store, ZHOU)
    pass_days(visitor.store, BEGIN, 16)
    assert told(visitor.store, ZHOU) == before
    assert "first_visit" in {kind for kind, _, _ in told(visitor.store, TOWNSHIP_DESK)}
    assert audit_report(visitor.store, BEGIN + days(16)).breaches == []


def test_a_volunteer_known_by_telephone_may_stand_in(visitor: Visitor, away: str) -> None:
    page = visitor.post(away, WHEN | {"phone": f"139 0000 {LIU[-4:]}"})
    assert "由您指定的志愿者代办" in words_of(page)
    assert absences(visitor) == [(ZHOU, "2026-10-20", LIU)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"phone": "13912345678"}, "没有找到"), ({"phone": "garbage"}, "没有找到"),
        ({"phone": phone_of(ZHOU)}, "您自己的号码"), ({"phone": phone_of(TOWNSHIP_DESK)}, "没有找到"),
        ({"phone": phone_of(SUN)}, "不能代办"), ({"since": "2026-08-31"}, "不能早于今天"),
        ({"until": "2026-09-04"}, "不能早于开始"), ({"until": "2027-09-04"}, "180 天"),
        ({"since": ""}, "请填日期"), ({"until": "soon"}, "请填日期"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    visitor: Visitor, away: str, changes: dict[str, str], says: str
) -> None:
    page = visitor.post(away, WHEN | changes)
    assert page.status_code == 422
    assert says in words_of(page)
    assert f'value="{(WHEN | changes)["until"]}"' in page.text
    assert absences(visitor) == []


def test_a_stand_in_who_is_away_too_is_refused(visitor: Visitor, away: str) -> None:
    with writing(visitor.store.engine) as connection:
        send_away(connection, LIU, BEGIN.date(), BEGIN.date() + days(30), SUN)
    assert "自己也外出" in words_of(visitor.post(away, WHEN | {"phone": phone_of(LIU)}))


def test_days_said_twice_are_refused(visitor: Visitor, away: str) -> None:
    visitor.post(away, WHEN)
    assert "已经登记过外出" in words_of(visitor.post(away, {"since": "2026-10-20", "until": "2026-10-25"}))
    assert len(absences(visitor)) == 1


def test_before_it_begins_it_can_be_taken_back_and_afterwards_not(visitor: Visitor, away: str) -> None:
    number = _number(visitor, visitor.post(away, WHEN))
    visitor.clock.moment += days(4)
    assert "已经开始" in words_of(visitor.post(away, {"back": number}))
    assert len(absences(visitor)) == 1
    visitor.clock.moment -= days(4)
    visitor.post(away, {"back": number})
    assert absences(visitor) == []


def test_nobody_takes_back_what_is_anothers(visitor: Visitor, away: str) -> None:
    number = _number(visitor, visitor.post(away, WHEN))
    pair(visitor.store, open_case(visitor.store, 2), LIU, BEGIN)
    visitor.post(f"{visitor.link(LIU, CaseId('371302-00002'), 'first_visit')}/away", {"back": number})
    visitor.post(away, {"back": "garbage"})
    assert len(absences(visitor)) == 1


def test_an_empty_desk_is_passed_over_and_where_nobody_sits_it_is_told(visitor: Visitor) -> None:
    case = open_case(visitor.store, 3, township=OTHER_TOWNSHIP)
    pair(visitor.store, case, WU, BEGIN)
    page = visitor.post(f"{visitor.link(WU, case, 'first_visit')}/away", WHEN)
    assert page.status_code == 200
    assert absences(visitor) == [(WU, "2026-10-20", "p000000003")]
    with writing(visitor.store.engine) as connection:
        for unit, person in (("371302001", 4), ("371302", 2), ("3713", 1)):
            unseat(connection, unit, PersonId(f"p{person:09d}"))  # type: ignore[arg-type]
    alone = visitor.post(f"{visitor.link(ZHOU, CASE, 'first_visit')}/away", WHEN)
    assert "请先和您的协调员商量" in words_of(alone)


def test_who_tries_numbers_has_to_wait(visitor: Visitor, away: str) -> None:
    for number in range(10):
        visitor.post(away, WHEN | {"phone": f"1391111000{number}"})
    assert "号码输错的次数太多" in words_of(visitor.post(away, WHEN | {"phone": phone_of(LIU)}))
    assert visitor.post(away, WHEN).status_code == 200


def test_a_desk_has_no_such_page(visitor: Visitor) -> None:
    other = open_case(visitor.store, 2, admit=False)
    page = visitor.get(f"{visitor.link_to(TOWNSHIP_DESK, other, 1)}/away")
    assert page.status_code == 404
    assert heading_of(page) == "这个链接不完整"


def _number(visitor: Visitor, _page: httpx.Response) -> str:
    with reading(visitor.store.engine) as connection:
        return str(connection.execute(select(t.absence.c.id)).scalar_one())


def desk(visitor: Visitor) -> Visitor:
    """The township's coordinator, who looks after Zhou, at the console."""
    return as_role(fresh(visitor), Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)


def test_whoever_looks_after_the_volunteer_reads_of_it_beside_todays_matters(visitor: Visitor, away: str) -> None:
    li = desk(visitor)
    assert "外出" not in words_of(li.get("/console/noticed"))
    visitor.post(away, WHEN | {"phone": phone_of(LIU)})
    said = words_of(li.get("/console/noticed"))
    assert "志愿者外出 1 某011：9月5日（星期六）至10月20日（星期二）外出，由某012代办" in said
    assert 'hx-get="/console/noticed"' in li.get("/console").text
    assert f'href="/console/volunteers/{ZHOU}"' in li.get("/console/noticed").text


def test_a_coordinator_reads_that_she_herself_stands_in(visitor: Visitor, away: str) -> None:
    visitor.post(away, WHEN)
    assert "由您代办" in words_of(desk(visitor).get("/console/noticed"))


def test_an_absence_is_news_until_a_week_after_it_began_and_no_more_once_it_is_taken_back(
    visitor: Visitor, away: str
) -> None:
    li = desk(visitor)
    page = visitor.post(away, WHEN)
    for later, told_of in ((11, True), (12, False), (0, True)):
        visitor.clock.moment = BEGIN + days(later)
        opened = sign_in(li, f"coordinator-{TOWNSHIP}-zh", path="/console/noticed")
        assert ("志愿者外出" in words_of(opened)) is told_of
    number = page.text.split('name="back" value="')[1].split('"')[0]
    visitor.post(away, {"back": number})
    assert "志愿者外出" not in words_of(li.get("/console/noticed"))


def test_only_who_looks_after_the_volunteer_hears_of_it_and_ops_read_no_names(visitor: Visitor, away: str) -> None:
    visitor.post(away, WHEN)
    other = as_role(fresh(visitor), Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    for somebody_else in (other, as_role(fresh(visitor), Role.OPS)):
        page = somebody_else.get("/console/noticed")
        assert page.status_code == 200
        assert "志愿者外出" not in words_of(page)


def test_many_absences_are_cut_off_with_a_way_to_all_of_them(
    visitor: Visitor, away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(who_is_away, "MOST", 1)
    visitor.post(away, WHEN)
    visitor.post(away, {"since": "2026-10-25", "until": "2026-10-26"})
    page = desk(visitor).get("/console/noticed")
    assert "10月25日" not in words_of(page)
    assert 'href="/console/volunteers?only=away"' in page.text
