"""Mail against a real server: what arrives, and over which connection."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from email import message_from_bytes, policy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from peers.mail import mail_and_peer
from peers.messages import LINK, a_message
from peers.smtp import HANG_UP

from notifiers.channels import Doubt, Message
from notifiers.channels.letter import Sender, letter
from notifiers.channels.message import fault
from notifiers.outcomes import Outcome, OutcomeKind


def written(message: Message) -> bytes:
    return letter(message, "li@example.org", Sender("a@example.org", "", "example.org"), UTC)


def test_a_mail_arrives_with_its_words_both_plain_and_as_html() -> None:
    with mail_and_peer() as (channel, peer):
        outcome = channel.send(a_message())

    assert outcome == Outcome(kind=OutcomeKind.ACCEPTED, code="250 2.0.0", provider_id="Q0001")
    mail = peer.mails[0].mail
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == a_message().text.splitlines()
    assert LINK in html.get_content()
    assert peer.mails[0].recipient == "li.guihua@example.org"


def test_lines_that_begin_with_a_dot_arrive_as_written_and_end_nothing() -> None:
    text = "Please look in today.\n.\n..and then\n.RCPT TO:<everybody@example.org>"
    with mail_and_peer() as (channel, peer):
        assert channel.send(a_message(text=text, html=None)).is_accepted

    assert peer.mails[0].mail.get_content().splitlines() == text.splitlines()
    assert peer.said == ["MAIL", "RCPT", "DATA"]


def test_a_mail_says_in_chinese_who_writes_and_what_about() -> None:
    with mail_and_peer() as (channel, peer):
        channel.send(a_message(subject="守望提醒:" + "案例今天该回访了," * 12))
        channel.send(a_message(sender_name='Li "the helper", Lanshan'))

    mail, quoted = (received.mail for received in peer.mails)
    assert mail["Subject"] == "守望提醒:" + "案例今天该回访了," * 12
    assert mail["From"].addresses[0].display_name == "守望·兰山区"
    assert mail["From"].addresses[0].addr_spec == "shouwang@example.org"
    assert quoted["From"].addresses[0].display_name == 'Li "the helper", Lanshan'
    assert peer.mails[0].content.isascii()
    assert max(map(len, peer.mails[0].content.split(b"\r\n"))) <= 78


def test_a_mail_is_dated_when_it_was_planned_and_marked_as_written_by_a_machine() -> None:
    with mail_and_peer() as (channel, peer):
        channel.send(a_message())

    mail = peer.mails[0].mail
    assert mail["Date"] == "Sun, 22 Nov 2026 09:30:00 +0800"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("link", "one_click"),
    [
        ("https://shouwang.example/u/1?k==?utf-8?b?" + "x" * 850, "List-Unsubscribe=One-Click"),
        ("mailto:stop@shouwang.example?subject=n12", None),
        ("http://10.0.0.5:8790/u/1", None),
    ],
)
def test_a_mail_offers_the_mail_programs_own_button_to_be_left_alone(link: str, one_click: str | None) -> None:
    with mail_and_peer() as (channel, peer):
        assert channel.send(a_message(unsubscribe=link)).is_accepted
        channel.send(a_message())

    with_button, without = (received.content.replace(b"\r\n", b"\n").decode() for received in peer.mails)
    assert f"\nList-Unsubscribe: <{link}>\n" in with_button
    assert peer.mails[0].mail["List-Unsubscribe-Post"] == one_click
    assert "Unsubscribe" not in without
    assert max(map(len, with_button.splitlines())) <= 998


def test_a_repeat_is_the_same_mail_byte_for_byte() -> None:
    with mail_and_peer() as (channel, peer):
        channel.send(a_message())
        channel.close()
        channel.send(a_message())
        channel.send(a_message(nudge_id="4712"))

    first, again, other = peer.mails
    assert channel.doubt is Doubt.ONE_MARKED
    assert first.content == again.content
    assert first.mail["Message-ID"] == "<nudge-4711@example.org>"
    assert other.mail["Message-ID"] == "<nudge-4712@example.org>"


def test_mails_about_one_duty_stand_in_one_thread() -> None:
    with mail_and_peer() as (channel, peer):
        channel.send(a_message(nudge_id="1"))
        channel.send(a_message(nudge_id="2"))
        channel.send(a_message(nudge_id="3", thread="371302-00413/1"))
        channel.send(a_message(nudge_id="4", thread=None))

    references = [received.mail["References"] for received in peer.mails]
    assert references[0] == references[1] == "<duty-371302-00412/3@example.org>"
    assert references[2] != references[0]
    assert references[3] is None


def test_an_address_in_a_chinese_domain_is_reached() -> None:
    with mail_and_peer() as (channel, peer):
        assert channel.send(a_message(to="li@例子.中国")).is_accepted

    assert peer.mails[0].recipient == "li@xn--fsqu00a.xn--fiqs8s"


def test_many_mails_go_over_one_connection() -> None:
    with mail_and_peer() as (channel, peer):
        for number in range(20):
            assert channel.send(a_message(nudge_id=f"{number}")).is_accepted

    assert len(peer.mails) == 20
    assert peer.lines == 1


def test_threads_take_turns_where_only_one_connection_is_allowed() -> None:
    with mail_and_peer(connections=1) as (channel, peer):
        with ThreadPoolExecutor(4) as workers:
            outcomes = list(workers.map(lambda number: channel.send(a_message(nudge_id=f"{number}")), range(24)))
        assert all(outcome.is_accepted for outcome in outcomes)

    assert len({received.mail["Message-ID"] for received in peer.mails}) == 24
    assert peer.lines == 1


@settings(deadline=None)
@given(subject=st.text(max_size=120), name=st.text(max_size=60))
def test_whatever_stands_in_subject_and_name_stays_in_subject_and_name(subject: str, name: str) -> None:
    message = a_message(subject=subject, sender_name=name)
    assume(fault(message) is None)
    mail = message_from_bytes(written(message), policy=policy.default)

    assert set(mail.keys()) - {"Subject"} == set(message_from_bytes(written(a_message())).keys()) - {"Subject"}
    assert str(mail["Subject"] or "").split() == subject.split()
    # Python's reader leaves a space between two encoded words of a name.
    assert "".join(mail["From"].addresses[0].display_name.split()) == "".join(name.split())
    assert [address.addr_spec for address in mail["From"].addresses] == ["a@example.org"]
    assert [address.addr_spec for address in mail["To"].addresses] == ["li@example.org"]


@pytest.mark.parametrize("pipelining", [False, True], ids=["step by step", "in one go"])
def test_a_connection_the_server_closed_in_between_is_opened_anew(pipelining: bool) -> None:
    with mail_and_peer(pipelining=pipelining) as (channel, peer):
        channel.send(a_message(nudge_id="1"))
        peer.drop_lines()
        assert channel.send(a_message(nudge_id="2")).is_accepted
        peer.answer("MAIL", "421 4.4.2 idle for too long")
        assert channel.send(a_message(nudge_id="3")).is_accepted

    assert [received.line for received in peer.mails] == [1, 2, 3]


def test_a_connection_left_alone_is_asked_before_it_is_used() -> None:
    with mail_and_peer(idle=0) as (channel, peer):
        channel.send(a_message(nudge_id="1"))
        channel.send(a_message(nudge_id="2"))
        peer.answer("NOOP", HANG_UP)
        assert channel.send(a_message(nudge_id="3")).is_accepted

    assert peer.said == ["MAIL", "RCPT", "DATA", "NOOP", "MAIL", "RCPT", "DATA", "NOOP", "MAIL", "RCPT", "DATA"]
    assert [received.line for received in peer.mails] == [1, 1, 2]
