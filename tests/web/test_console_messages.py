"""Messages: what was sent to whom and why, what failed and is sent anew, what people sent back; and to whose eyes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from support.counting import queries, statements
from support.office import (
    BEGIN,
    CITY,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    WU,
    ZHOU,
    days,
    duty_of,
    open_case,
    open_office,
    pair,
    pass_days,
)  # fmt: skip
from support.signed_in import as_role, fresh
from support.site import Visitor, visiting, words_of

from domain.ids import DutyId, PersonId, UnitId
from domain.rules.access import Role
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.people import identities
from domain.store.replies import NewReply, keep_reply
from domain.store.resending import line_of
from notifiers.dispatch import deliver_all
from notifiers.opening import open_channels
from notifiers.planner import plan
from notifiers.settings import telling

HERE, ELSEWHERE = "371302-00001", "371321-00002"
LATE = days(20)


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """A child in each county whose first visit is late; volunteers and desks have been told."""
    store = open_office(database_url)
    pair(store, open_case(store, 1), ZHOU, BEGIN)
    pair(store, open_case(store, 2, township=OTHER_TOWNSHIP), WU, BEGIN, OTHER_COUNTY_DESK)
    pass_days(store, BEGIN, LATE.days)
    with visiting(store, BEGIN + LATE, tmp_path / "spool") as someone:
        deliver(someone)
        yield someone


def deliver(visitor: Visitor) -> None:
    """Everything that waits goes to the spool."""
    settings = telling(visitor.site.settings)
    plan(visitor.store, settings, visitor.clock.moment)
    with open_channels(settings) as channels:
        deliver_all(visitor.store, settings, channels, visitor.clock.moment, "w1")


def coordinator(visitor: Visitor, unit: UnitId = COUNTY, person: PersonId = COUNTY_DESK) -> Visitor:
    return as_role(visitor, Role.COORDINATOR, unit, person=person)


def name_of(visitor: Visitor, person: PersonId) -> str:
    with reading(visitor.store.engine) as connection:
        return identities(connection, visitor.store.seal, [person])[person].name


def number_to(visitor: Visitor, person: PersonId) -> int:
    """The newest message to somebody."""
    with reading(visitor.store.engine) as connection:
        newest = select(t.nudge.c.id).where(t.nudge.c.person == person).order_by(t.nudge.c.id.desc()).limit(1)
        return int(connection.execute(newest).scalar_one())


def broken(visitor: Visitor, number: int) -> None:
    """The mailbox is not there."""
    with writing(visitor.store.engine) as connection:
        changed = update(t.nudge).where(t.nudge.c.id == number)
        connection.execute(changed.values(state="failed", outcome="permanent", code="550 5.1.1"))


def replied(visitor: Visitor, text: str, person: PersonId | None = ZHOU, key: str = "k1") -> None:
    """A text message nobody could make sense of."""
    duty = DutyId(f"{HERE}/{duty_of(visitor.store, HERE, 'first_visit')}")  # type: ignore[arg-type]
    with writing(visitor.store.engine) as connection:
        reply = NewReply("sms", key, visitor.clock.moment, person, "unclear", duty, "unclear", text)
        keep_reply(connection, visitor.store.seal, reply)


def test_a_coordinator_sees_who_was_told_about_which_duty_and_nothing_of_another_county(visitor: Visitor) -> None:
    page = coordinator(visitor).get("/console/messages?span=all")
    said = words_of(page)
    assert name_of(visitor, ZHOU) in said
    assert f"{HERE} 首次见面" in said
    for other in (ELSEWHERE, WU, OTHER_COUNTY_DESK, name_of(visitor, WU), f"/messages/n{number_to(visitor, WU)}"):
        assert other not in page.text


def test_ops_see_all_messages_and_nobodys_name(visitor: Visitor) -> None:
    page = as_role(visitor, Role.OPS).get("/console/messages?span=all")
    assert ZHOU in page.text
    assert WU in page.text
    assert name_of(visitor, ZHOU) not in page.text


def test_a_digest_about_two_counties_shows_each_county_its_own_half(visitor: Visitor) -> None:
    number = number_to(visitor, CITY_DESK) if _told(visitor, CITY_DESK) else _one_about_both(visitor)
    page = coordinator(visitor).get(f"/console/messages/n{number}")
    assert HERE in page.text
    assert ELSEWHERE not in page.text
    assert "属于其他片区" in page.text


def _told(visitor: Visitor, person: PersonId) -> bool:
    with reading(visitor.store.engine) as connection:
        cases = (
            select(t.notice.c.case).join(t.nudge, t.nudge.c.id == t.notice.c.nudge).where(t.nudge.c.person == person)
        )
        return {HERE, ELSEWHERE} <= set(connection.scalars(cases))


def _one_about_both(visitor: Visitor) -> int:
    """The city's desk hears of both in one message."""
    number = number_to(visitor, COUNTY_DESK)
    with writing(visitor.store.engine) as connection:
        connection.execute(update(t.notice).where(t.notice.c.case == ELSEWHERE).values(nudge=number))
        connection.execute(update(t.nudge).where(t.nudge.c.id == number).values(person=CITY_DESK))
    return number


def test_one_message_tells_the_fact_the_rule_and_the_moment_behind_it(visitor: Visitor) -> None:
    said = words_of(coordinator(visitor).get(f"/console/messages/n{number_to(visitor, ZHOU)}"))
    for words in ("为什么发这条消息", "规则：方案 linyi-1204@1", "立案", "尝试次数 1", name_of(visitor, ZHOU)):
        assert words in said


def test_a_message_of_another_county_is_not_there_and_cannot_be_sent_anew(visitor: Visitor) -> None:
    number = number_to(visitor, WU)
    broken(visitor, number)
    coordinator(visitor)
    assert visitor.get(f"/console/messages/n{number}").status_code == 404
    assert visitor.post(f"/console/messages/n{number}/resend").status_code == 404
    for strange in ("n0", "n99999999", "nobody", "n999999999999999999999"):
        assert visitor.get(f"/console/messages/{strange}").status_code == 404


def test_what_failed_stands_out_says_what_to_do_and_is_sent_anew_once(visitor: Visitor) -> None:
    number = number_to(visitor, ZHOU)
    broken(visitor, number)
    coordinator(visitor)
    assert "近 7 天有 1 条没有送到" in words_of(visitor.get("/console/messages"))
    assert "请与本人核对邮箱地址" in words_of(visitor.get(f"/console/messages/n{number}"))
    sent = visitor.post(f"/console/messages/n{number}/resend", {"channel": ""})
    assert "已安排重发" in words_of(sent)
    with reading(visitor.store.engine) as connection:
        line = line_of(connection, number)
    assert [row.resent_by for row in line] == [None, COUNTY_DESK]
    again = visitor.post(f"/console/messages/n{number}/resend", {"channel": ""})
    assert again.status_code == 409
    assert 'role="alert"' in again.text


def test_ops_send_anew_in_the_name_of_their_sign_in_and_an_auditor_does_not(visitor: Visitor) -> None:
    number = number_to(visitor, ZHOU)
    broken(visitor, number)
    auditor = as_role(fresh(visitor), Role.AUDITOR)
    assert auditor.post(f"/console/messages/n{number}/resend").status_code == 403
    assert "重发" not in words_of(auditor.get(f"/console/messages/n{number}"))
    as_role(visitor, Role.OPS).post(f"/console/messages/n{number}/resend")
    with reading(visitor.store.engine) as connection:
        assert re.fullmatch(r"u\d{9}", line_of(connection, number)[-1].resent_by)


def test_filters_stand_in_the_address_and_nonsense_in_it_does_no_harm(visitor: Visitor) -> None:
    broken(visitor, number_to(visitor, ZHOU))
    coordinator(visitor)
    failed = visitor.get("/console/messages?failed=yes&span=all")
    assert failed.text.count("<tr>") == 2
    assert "没有符合条件的消息" in words_of(visitor.get("/console/messages?person=p000009999&span=all"))
    assert "没有符合条件的消息" in words_of(visitor.get(f"/console/messages?case={ELSEWHERE}&span=all"))
    assert HERE in visitor.get(f"/console/messages?case={HERE}&span=all").text
    assert visitor.get("/console/messages?span=%00&state=x&before=-1&person=%27%3B--").status_code == 200


def test_as_one_chooses_only_the_list_comes_anew(visitor: Visitor) -> None:
    part = coordinator(visitor).get("/console/messages?span=all", headers={"HX-Request": "true"})
    assert HERE in part.text
    assert "<html" not in part.text


def test_a_page_asks_the_database_ten_times_at_most_however_much_is_on_it(visitor: Visitor) -> None:
    number = _one_about_both(visitor)
    replied(visitor, "?")
    for someone in (
        coordinator(visitor, CITY, CITY_DESK),
        as_role(fresh(visitor), Role.OPS),
        as_role(fresh(visitor), Role.AUDITOR),
    ):
        someone.get("/console/messages")
        for path in ("/console/messages?span=all", f"/console/messages/n{number}", "/console/messages/replies"):
            with statements(visitor.store) as sent:
                assert someone.get(path).status_code == 200
            assert len(queries(sent)) <= 10, "\n\n".join(queries(sent))


def test_a_page_holds_fifty_and_the_next_goes_on_where_it_ended(visitor: Visitor) -> None:
    with writing(visitor.store.engine) as connection:
        row = connection.execute(select(t.nudge).where(t.nudge.c.id == number_to(visitor, ZHOU))).one()._asdict()
        more = [{**row, "id": 1000 + each, "provider_id": None} for each in range(120)]
        connection.execute(t.nudge.insert(), more)
    coordinator(visitor)
    seen: list[str] = []
    path = "/console/messages?span=all&person=" + ZHOU
    for _ in range(4):
        page = visitor.get(path).text
        numbers = re.findall(r"/console/messages/(n\d+)\"", page)
        assert len(numbers) <= 50
        seen += numbers
        older = re.search(r'href="(/console/messages\?[^"]*before=\d+)"', page)
        if older is None:
            break
        path = older[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) >= 121


def test_the_words_of_a_reply_are_shown_after_names_were_asked_for_and_that_is_recorded(visitor: Visitor) -> None:
    replied(visitor, "孩子发烧了")
    coordinator(visitor)
    before = visitor.get("/console/messages/replies")
    assert "请查看" in words_of(before)
    assert "孩子发烧了" not in before.text
    visitor.post("/console/names", {"shown": "yes", "back": "/console/messages/replies"})
    assert "孩子发烧了" in visitor.get("/console/messages/replies").text
    with reading(visitor.store.engine) as connection:
        read = connection.execute(select(t.record_read).where(t.record_read.c.purpose == "reply")).all()
    assert {(row.person, row.by) for row in read} == {(ZHOU, COUNTY_DESK)}


def test_a_reply_is_read_once_and_by_those_of_its_own_county(visitor: Visitor) -> None:
    replied(visitor, "?")
    other = coordinator(fresh(visitor), OTHER_COUNTY, OTHER_COUNTY_DESK)
    assert "没有收到回复" in words_of(other.get("/console/messages/replies"))
    assert other.post("/console/messages/replies/seen", {"reply": "1"}).status_code == 404
    assert as_role(fresh(visitor), Role.OPS).post("/console/messages/replies/seen", {"reply": "1"}).status_code == 403
    coordinator(visitor)
    assert "1 条待看" in words_of(visitor.get("/console/messages"))
    assert "看过了" in words_of(visitor.post("/console/messages/replies/seen", {"reply": "1"}))
    assert "条待看" not in words_of(visitor.get("/console/messages"))


def test_a_message_from_a_strange_number_waits_for_who_looks_everywhere(visitor: Visitor) -> None:
    replied(visitor, "?", person=None)
    assert "没有收到回复" in words_of(coordinator(visitor).get("/console/messages/replies"))
    assert "不认识的号码" in words_of(as_role(fresh(visitor), Role.OPS).get("/console/messages/replies"))
