"""Ops see and steer the messages on the command line: real gateway, real databases, what providers post back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from peers.gateway import GatewayPeer, gateway_peer
from sqlalchemy import select
from support.command_line import Shouwang

from domain.ids import NudgeId
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.install import install_at
from notifiers.channels import Posted
from notifiers.incoming import secret_of, take_post
from notifiers.letters import message_name
from notifiers.opening import open_channels
from notifiers.settings import telling

NOON: Final = datetime(2026, 9, 1, 4, tzinfo=UTC)
SETTINGS: Final = """
language = "en"
base_url = "https://w.example.org"

[[channels]]
name = "text"
url = "swsms://shouwang:p%40ss%3Aw%2Frd%26@localhost:{port}/cgi-bin/sendsms?from=1069&mode=plain&hears=yes"
at_once = 1
"""


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@dataclass(frozen=True)
class Office:
    """An office whose volunteers are told by text message."""

    shouwang: Shouwang
    gateway: GatewayPeer

    def fails(self, answer: str = "Not routable", status: int = 403) -> Any:
        """The first message fails; it as ``messages show`` tells of it."""
        self.gateway.answer(status, answer)
        self.shouwang("deliver")
        return self.shouwang.ask("messages", "show", "n1")

    def posted(self, path: str, **query: str) -> None:
        """The provider posts something to its channel's address."""
        store, settings = install_at(str(self.shouwang.data))
        how = telling(settings)
        post = Posted(method="GET", path=path, query=query, headers={}, body=b"", peer="127.0.0.1")
        with open_channels(how) as channels:
            taken = take_post(store, how, channels, "text", secret_of(store.seal, "text"), post, NOON)
        assert taken.status == 200

    def report(self, number: int, state: str, code: str) -> None:
        """A report about a message."""
        store, _ = install_at(str(self.shouwang.data))
        self.posted("report", nudge=message_name(store.seal, NudgeId(number)), state=state, code=code)

    def rows(self, table: Any) -> list[Any]:
        """All of a table."""
        store, _ = install_at(str(self.shouwang.data))
        with reading(store.engine) as connection:
            return list(connection.execute(select(table)))


@pytest.fixture
def office(tmp_path: Path, database_url: str, gateway: GatewayPeer, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Pairs are made, and nothing is sent yet."""
    monkeypatch.setenv("SHOUWANG_DATABASE_URL", database_url)
    gateway.reset()
    data = tmp_path / "office"
    data.mkdir()
    (data / "settings.toml").write_text(SETTINGS.format(port=gateway.port), encoding="utf-8")
    shouwang = Shouwang(data).fill()
    shouwang.pair("371302")
    return Office(shouwang, gateway)


def test_a_message_that_failed_says_why_and_is_sent_anew_by_name(office: Office) -> None:
    shouwang, desk = office.shouwang, office.shouwang.desk("371302")
    first = office.fails()
    assert (first["state"], first["outcome"]) == ("failed", "permanent")
    assert first["reason"].startswith("cannot reach this recipient")
    assert first["reason"] in shouwang.do("messages", "list", "--state", "failed")

    told = shouwang.ask("messages", "resend", "n1", "--by", desk)

    new = shouwang.ask("messages", "show", f"n{told['id']}")
    assert (new["state"], new["resent_by"], new["replaces"]) == ("queued", desk, told["replaces"])
    assert f"Sent anew by {desk}" in shouwang.do("messages", "show", new["why"])
    on_its_way = shouwang("messages", "resend", "1", "--by", desk)
    assert (on_its_way.code, f"Message {new['why']} is still on its way" in on_its_way.sentence) == (1, True)
    shouwang("deliver")
    assert shouwang.ask("messages", "show", new["why"])["state"] == "sent"
    assert "nobody is told twice" in shouwang("messages", "resend", "1", "--by", desk).sentence
    assert f"sent anew by coordinator {desk}" in shouwang.do("why", new["why"])
    assert "由协调员" in Shouwang(shouwang.data, language="zh").do("why", new["why"])
    assert shouwang.ask("why", new["why"])["message"]["resent_by"] == desk
    assert f"n{told['id']} took its place" in shouwang.do("messages", "show", f"n{told['replaces']}")
    assert shouwang("audit").code == 0


def test_what_a_provider_reports_is_told_of_a_message_and_what_never_arrived_is_sent_anew(office: Office) -> None:
    shouwang, desk = office.shouwang, office.shouwang.desk("371302")
    shouwang.do("deliver")
    office.report(1, "1", "stat:DELIVRD err:000")
    office.report(2, "2", "stat:UNDELIV err:001")

    arrived, lost = (shouwang.ask("messages", "show", number) for number in ("n1", "n2"))

    assert (arrived["receipt"], lost["receipt"], lost["state"]) == ("delivered", "undelivered", "failed")
    assert arrived["receipt_at"] == "2026-09-01T04:00:00Z"
    assert "Reported: arrived" in shouwang.do("messages", "show", "n1")
    assert "not delivered: never arrived" in shouwang.do("messages", "list", "--state", "failed")
    assert "Reported by the provider at 2026-09-01 12:00: never arrived" in shouwang.do("why", "n2")
    assert "未送达" in Shouwang(shouwang.data, language="zh").do("why", "n2")
    assert shouwang("messages", "resend", "n1", "--by", desk).code == 1
    assert "still on its way" in shouwang("messages", "resend", "n2", "--by", desk).sentence
    later = Shouwang(shouwang.data, now="2026-09-01T05:00:00Z")
    later("deliver")
    assert later("messages", "resend", "n2", "--by", desk).code == 0
    later("deliver")
    assert later("audit").code == 0


def test_the_channels_tell_how_they_stand(office: Office) -> None:
    shouwang = office.shouwang
    waiting = shouwang.ask("messages", "gateways")
    assert [(each["channel"], each["sent"], each["bearing"]) for each in waiting] == [("text", 0, "well")]
    for _ in range(3):
        office.gateway.answer(403, "Authorization failed")
    shouwang("deliver")

    said = shouwang("messages", "gateways")

    assert said.code == 1
    assert "rests until 2026-09-01 10:0" in said.out
    tired = shouwang.ask("messages", "gateways")[0]
    assert tired["queued"] > 0
    assert tired["oldest_since"] is not None
    later = Shouwang(shouwang.data, now="2026-09-01T04:00:00Z")
    later("deliver")
    well = later.ask("messages", "gateways")[0]
    assert (well["queued"], well["bearing"], well["oldest_since"]) == (0, "well", None)
    assert well["sent"] >= tired["queued"]


def test_a_test_message_shows_the_outcome_in_words_its_code_and_what_to_do(office: Office) -> None:
    shouwang, before = office.shouwang, office.rows(t.nudge)
    assert "taken by the provider" in shouwang.do("messages", "test", "text", "--to", "13800138000")
    assert office.gateway.seen[-1].fields["to"] == "+8613800138000"
    office.gateway.answer(403, "Authorization failed")
    refused = shouwang("messages", "test", "text", "--to", "13800138000")
    assert refused.code == 1
    assert "our own side is set up wrongly" in refused.out
    assert "settings.toml" in refused.out
    office.gateway.answer(403, "Authorization failed")
    told = shouwang.ask("messages", "test", "text", "--to", "13800138000")
    assert (told["outcome"], "13800138000" in str(told)) == ("misconfigured", False)
    assert office.rows(t.nudge) == before
    unknown = shouwang("messages", "test", "pigeon", "--to", "1")
    assert (unknown.code, "Set in settings.toml: text" in unknown.sentence) == (2, True)


def test_the_addresses_for_a_provider_are_those_the_pages_take_posts_at(office: Office) -> None:
    (found,) = office.shouwang.ask("messages", "addresses")
    store, _ = install_at(str(office.shouwang.data))
    assert urlsplit(found["report"]).path == f"/in/text/{secret_of(store.seal, 'text')}/report"
    assert found["reply"].startswith("https://w.example.org/in/text/")
    assert found["reply"] in office.shouwang.do("messages", "addresses")


def test_text_messages_of_people_are_listed_read_by_name_and_seen(office: Office) -> None:
    shouwang, desk = office.shouwang, office.shouwang.desk("371302")
    shouwang.do("deliver")
    number = office.gateway.seen[0].fields["to"]
    office.posted("reply", number=number, text="我明天再说吧", id="a-1")
    office.posted("reply", number="+8613999999999", text="你是谁", id="a-2")

    listed = shouwang("messages", "replies", "--unread")
    assert listed.code == 1
    assert "please read" in listed.out
    assert "unknown number" in listed.out
    assert "我明天再说吧" not in listed.out
    assert "text" not in shouwang.ask("messages", "replies")[0]
    assert "add --by" in shouwang("messages", "replies", "--words").sentence
    assert office.rows(t.record_read) == []

    read = shouwang.ask("messages", "replies", "--words", "--by", desk)
    assert [each["text"] for each in read] == ["你是谁", "我明天再说吧"]
    assert [(each.person, each.by, each.purpose) for each in office.rows(t.record_read)] == [
        (read[1]["person"], desk, "reply")
    ]

    assert "no text message 77" in shouwang("messages", "seen", "1", "77", "--by", desk).sentence
    assert len(shouwang.ask("messages", "replies", "--unread")) == 2
    assert shouwang.do("messages", "seen", "1", "2", "--by", desk) == "Noted as read: 2.\n"
    assert shouwang.ask("messages", "replies", "--unread") == []
    assert f"read by {desk}" in shouwang.do("messages", "replies")
    answered = next(each for each in shouwang.ask("messages", "list") if each["says"] is not None)
    assert "It answers a text message of volunteer" in shouwang.do("why", answered["why"])
    assert "没看懂您的短信" in Shouwang(shouwang.data, language="zh").do("why", answered["why"])
    assert "is not sent anew" in shouwang("messages", "resend", answered["why"], "--by", desk).sentence


def test_whoever_wants_no_more_text_messages_is_left_alone_until_he_does(office: Office) -> None:
    shouwang, desk = office.shouwang, office.shouwang.desk("371302")
    person = shouwang.ask("volunteers", "list")[0]["person"]
    assert "any more" in shouwang.do("messages", "stop", person, "--reach", "sms", "--by", desk)
    assert [(each.person, each.reach, each.through) for each in office.rows(t.stopped)] == [(person, "sms", desk)]
    assert "already" in shouwang.do("messages", "stop", person, "--reach", "sms", "--by", desk)
    assert "again" in shouwang.do("messages", "start", person, "--reach", "sms")
    assert "all along" in shouwang.do("messages", "start", person, "--reach", "sms")
    assert office.rows(t.stopped) == []
    assert shouwang("messages", "stop", "p999999999", "--reach", "sms", "--by", desk).code == 2


def test_a_wrong_number_put_right_is_where_the_message_sent_anew_arrives(office: Office) -> None:
    shouwang, desk = office.shouwang, office.shouwang.desk("371302")
    failed = office.fails()
    change = ("messages", "contact", failed["person"], "--phone", "139-0000-9999", "--by", desk)
    assert "from now on" in shouwang.do(*change)
    assert "Nothing changed" in shouwang.do(*change)
    noted = [(row.person, row.by, row.purpose) for row in office.rows(t.record_read)]
    assert noted == [(failed["person"], desk, "contact")]
    shouwang.ask("messages", "resend", "n1", "--by", desk)
    shouwang("deliver")
    assert "+8613900009999" in {each.fields["to"] for each in office.gateway.seen}


def test_a_number_nobody_can_call_changes_nothing(office: Office) -> None:
    shouwang, desk = office.shouwang, office.shouwang.desk("371302")
    person = shouwang.ask("volunteers", "list")[0]["person"]
    wrong = shouwang("messages", "contact", person, "--phone", "139", "--by", desk)
    assert (wrong.code, "11 digits" in wrong.sentence) == (2, True)
    nothing = shouwang("messages", "contact", person, "--phone", "", "--email", "", "--by", desk)
    assert (nothing.code, "--phone or --email" in nothing.sentence) == (2, True)
    assert shouwang("messages", "contact", "p999999999", "--phone", "13900009999", "--by", desk).code == 2
    assert office.rows(t.record_read) == []
