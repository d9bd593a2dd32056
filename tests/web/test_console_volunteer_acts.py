"""What a coordinator does about a volunteer from her page: papers, absences, leaving, gone; refused ones say why."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
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
    days,
    duty_of,
    open_case,
    open_office,
    pair,
)  # fmt: skip
from support.seen import facts_of
from support.signed_in import as_role, sign_in
from support.site import Visitor, everything, visiting, words_of

from domain import facts as f
from domain.ids import CaseId, PersonId
from domain.rules.access import Role
from domain.rules.office import Absence
from domain.store import tables as t
from domain.store.contacts import contacts_of
from domain.store.engine import reading
from domain.store.journal import snapshot_of
from domain.store.offices import office, standings
from domain.store.people import known_by

CASE = CaseId("371302-00001")
HERE = f"/console/volunteers/{ZHOU}"


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou helps two girls; the county's coordinator has signed in."""
    store = open_office(database_url)
    for number in (1, 2):
        pair(store, open_case(store, number), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield as_role(someone, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def papers_of(visitor: Visitor, person: PersonId) -> dict[str, date | None]:
    """Until when each paper of somebody is valid, by the roster."""
    with reading(visitor.store.engine) as connection:
        return dict(standings(connection, [person])[person].papers)


def absences_of(visitor: Visitor, person: PersonId) -> tuple[Absence, ...]:
    """When somebody is away."""
    with reading(visitor.store.engine) as connection:
        return office(connection, visitor.store).absences.get(person, ())


def companions(visitor: Visitor, number: int) -> list[PersonId]:
    """Who helps a child."""
    with reading(visitor.store.engine) as connection:
        case = snapshot_of(connection, CaseId(f"371302-{number:05d}"))
    assert case is not None
    return [tie.person for tie in case.ties]


def test_a_paper_signed_anew_is_known_to_every_case_and_the_roster(visitor: Visitor) -> None:
    done = visitor.post(HERE, {"do": "signed", "paper": "safety", "on": "2026-08-20"})
    assert "已记下新签的文书" in words_of(done)
    renewed = f.PaperRenewed(person=ZHOU, paper="safety", until=date(2027, 8, 20))
    for number in (1, 2):
        assert facts_of(visitor.store, CaseId(f"371302-{number:05d}")).count(renewed) == 1
    assert papers_of(visitor, ZHOU)["safety"] == date(2027, 8, 20)
    assert "2027年8月20日到期" in words_of(done)


def test_a_paper_of_somebody_without_a_case_stands_in_the_roster(visitor: Visitor) -> None:
    visitor.post(f"/console/volunteers/{SUN}", {"do": "signed", "paper": "pledge", "on": "2026-09-01"})
    assert papers_of(visitor, SUN)["pledge"] == date(2028, 9, 1)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"do": "signed", "paper": "safety", "on": "2026-09-02"}, 409, "签订日期不能晚于今天"),
        ({"do": "signed", "paper": "safety", "on": "2020-01-01"}, 409, "有效期也不能已经过去"),
        ({"do": "signed", "paper": "nonsense", "on": "2026-09-01"}, 409, "没有“nonsense”这种文书"),
        ({"do": "signed", "paper": "safety", "on": "yesterday"}, 422, "请填写签订日期"),
        ({"do": "away", "since": "2026-09-05", "until": "2026-09-01", "stand_in": LIU}, 422, "不能早于第一天"),
        ({"do": "away", "since": "2026-09-05", "until": "2026-09-09", "stand_in": WU}, 409, "志愿者名册里没有"),
        ({"do": "away", "since": "2026-09-05", "until": "2026-09-09", "stand_in": "nobody"}, 409, "志愿者名册里没有"),
        ({"do": "away", "since": "2026-09-05", "until": "2026-09-09", "stand_in": SUN}, 409, "不能由这一性别"),
        ({"do": "away", "since": "2026-09-05", "until": "2026-09-09", "stand_in": ZHOU}, 409, "自己也不在"),
        ({"do": "leaving", "on": "2026-08-01", "reason": "moves"}, 409, "已经过去"),
        ({"do": "leaving", "on": "2026-12-01", "reason": "because she says so"}, 422, "请选择原因"),
        ({"do": "gone", "reason": "died", "to": WU, "sure": "yes"}, 409, "志愿者名册里没有"),
        ({"do": "gone", "reason": "died", "to": ""}, 422, "请先勾选确认"),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    visitor: Visitor, typed: dict[str, str], status: int, said: str
) -> None:
    before = everything(visitor.store)
    page = visitor.post(HERE, typed)
    assert (page.status_code, said in words_of(page)) == (status, True)
    after = everything(visitor.store)
    assert {name for name in after if after[name] != before[name]} <= {"session"}


def test_every_mistake_is_told_at_once_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    page = visitor.post(HERE, {"do": "away", "since": "", "until": "2026-09-09", "stand_in": ""})
    said = words_of(page)
    assert "请填写外出的第一天" in said
    assert "请填写由谁代办" in said
    assert 'value="2026-09-09"' in page.text


def test_whoever_is_away_has_a_stand_in_named_by_number_or_telephone(visitor: Visitor) -> None:
    done = visitor.post(HERE, {"do": "away", "since": "2026-09-05", "until": "2026-09-09", "stand_in": "13900000012"})
    assert "由某012代办" in words_of(done)
    assert absences_of(visitor, ZHOU) == (Absence(date(2026, 9, 5), date(2026, 9, 9), LIU),)


def test_an_absence_is_called_off_and_one_that_has_begun_ends_yesterday(visitor: Visitor) -> None:
    for since in ("2026-09-05", "2026-09-20"):
        visitor.post(HERE, {"do": "away", "since": since, "until": "2026-09-25", "stand_in": LIU})
    visitor.clock.moment = BEGIN + days(7)
    sign_in(visitor, f"coordinator-{COUNTY}-zh")
    for since in ("2026-09-05", "2026-09-20"):
        assert "本人回来了" in words_of(visitor.post(HERE, {"do": "back", "since": since}))
    assert absences_of(visitor, ZHOU) == (Absence(date(2026, 9, 5), date(2026, 9, 7), LIU),)
    assert "没有登记外出" in words_of(visitor.get(HERE))


def test_a_last_day_is_announced_in_every_case_and_taken_back(visitor: Visitor) -> None:
    said = words_of(visitor.post(HERE, {"do": "leaving", "on": "2026-12-01", "reason": "moves"}))
    assert "最后服务日：12月1日" in said
    for number in (1, 2):
        ending = f.ServiceEnding(
            role="companion", person=ZHOU, on=date(2026, 12, 1), by=COUNTY_DESK, reason="moves"
        )  # fmt: skip
        assert ending in facts_of(visitor.store, CaseId(f"371302-{number:05d}"))
    assert "最后服务日：" not in words_of(visitor.post(HERE, {"do": "stays"}))


def test_whoever_has_gone_is_succeeded_at_once_where_somebody_is_named(visitor: Visitor) -> None:
    done = visitor.post(HERE, {"do": "gone", "reason": "died", "to": LIU, "sure": "yes"})
    assert "不再服务" in words_of(done)
    assert (companions(visitor, 1), companions(visitor, 2)) == ([LIU], [LIU])


def test_without_a_successor_somebody_is_looked_for(visitor: Visitor) -> None:
    visitor.post(HERE, {"do": "gone", "reason": "moved-away", "to": "", "sure": "yes"})
    assert companions(visitor, 1) == []
    assert duty_of(visitor.store, CASE, "find_companion")
    assert "2 尚无人选" in words_of(visitor.get("/console/pairing"))


@pytest.mark.parametrize("do", ["signed", "away", "back", "leaving", "stays", "gone"])
def test_nobody_acts_for_a_volunteer_of_another_county(visitor: Visitor, do: str) -> None:
    as_role(visitor, Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    typed = {
        "do": do, "paper": "safety", "on": "2026-09-01", "since": "2026-09-05", "until": "2026-09-09",
        "stand_in": WU, "reason": "other", "sure": "yes", "to": "",
    }  # fmt: skip
    before = everything(visitor.store)
    assert visitor.post(HERE, typed).status_code == 404
    after = everything(visitor.store)
    assert {name for name in after if after[name] != before[name]} <= {"session"}


def reached_by(visitor: Visitor, person: PersonId) -> tuple[str | None, str | None]:
    """By which telephone and mail somebody is told."""
    with reading(visitor.store.engine) as connection:
        contact = contacts_of(connection, visitor.store.seal, [person])[person]
    return contact.phone, contact.email


def whose(visitor: Visitor, phone: str) -> PersonId | None:
    """Who a message from this number is from."""
    with reading(visitor.store.engine) as connection:
        return known_by(connection, visitor.store.seal, "phone", [phone]).get(phone)


def test_a_new_number_is_told_by_from_then_on_and_the_old_one_is_a_strangers(visitor: Visitor) -> None:
    visitor.post(HERE, {"do": "contact", "phone": "139 0000 1111", "email": ""})
    assert whose(visitor, "13900001111") == ZHOU
    done = visitor.post(HERE, {"do": "contact", "phone": "13900002222", "email": "zhou@example.org"})
    assert "新的联系方式已记下" in words_of(done)
    assert "13900002222" in done.text
    assert reached_by(visitor, ZHOU) == ("13900002222", "zhou@example.org")
    assert whose(visitor, "13900002222") == ZHOU
    assert whose(visitor, "13900001111") is None
    with reading(visitor.store.engine) as connection:
        noted = connection.execute(select(t.record_read.c.person, t.record_read.c.by, t.record_read.c.purpose)).all()
    assert [tuple(row) for row in noted] == [(ZHOU, COUNTY_DESK, "contact")] * 2


@pytest.mark.parametrize(
    ("phone", "email", "said"),
    [
        ("1390000", "", "手机号是 11 位"),
        ("", "zhou@", "邮箱地址不对"),
        ("", "", "至少填一项"),
        ("无", "", "至少填一项"),
    ],
)
def test_what_nobody_could_be_reached_by_is_refused_and_stays_typed(
    visitor: Visitor, phone: str, email: str, said: str
) -> None:
    before = reached_by(visitor, ZHOU)
    refused = visitor.post(HERE, {"do": "contact", "phone": phone, "email": email})
    assert (refused.status_code, said in words_of(refused)) == (422, True)
    assert f'value="{phone}"' in refused.text
    assert reached_by(visitor, ZHOU) == before


def test_nobody_changes_the_number_of_another_countys_volunteer(visitor: Visitor) -> None:
    visitor.client.cookies.clear()
    other = as_role(visitor, Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    before = reached_by(other, ZHOU)
    assert other.post(HERE, {"do": "contact", "phone": "13900003333", "email": ""}).status_code == 404
    assert reached_by(other, ZHOU) == before
