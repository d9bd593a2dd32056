"""Mail against a real server: what arrives, and what is said of what does not."""

import smtplib
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from peers.certificates import certificates
from peers.messages import LINK, a_message
from peers.rude import closed_port, rude_peer, silent_peer, slam
from peers.smtp import HANG_UP, SAY_NOTHING, SmtpPeer, smtp_peer

from notifiers.channels import Channel, Doubt, Message, open_channel
from notifiers.channels.letter import Sender, letter
from notifiers.channels.message import fault
from notifiers.outcomes import Outcome, OutcomeKind

LOGINS = {"shouwang@example.org": "p@ss:w/rd&"}
LOGIN_IN_URL = "shouwang%40example.org:p%40ss%3Aw%2Frd%26@"


def mail_url(port: int, mode: str = "plain", login: str = "", **settings: Any) -> str:
    more = "".join(f"&{name}={value}" for name, value in settings.items())
    return f"swmail://{login}localhost:{port}/?from=shouwang@example.org&mode={mode}{more}"


@contextmanager
def mail_and_peer(**settings: Any) -> Iterator[tuple[Channel, SmtpPeer]]:
    with smtp_peer() as peer, open_channel(mail_url(peer.port, **settings)) as channel:
        yield channel, peer


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
        channel.send(a_message(unsubscribe="https://shouwang.example/u/1"))

    mail = peer.mails[0].mail
    assert mail["Date"] == "Sun, 22 Nov 2026 09:30:00 +0800"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://shouwang.example/u/1>"


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


def test_threads_take_turns_on_the_one_connection() -> None:
    with mail_and_peer() as (channel, peer):
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


def test_a_connection_the_server_closed_in_between_is_opened_anew() -> None:
    with mail_and_peer() as (channel, peer):
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


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_mail_goes_encrypted_to_a_server_our_own_authority_has_signed(mode: Any, tmp_path: Path) -> None:
    signed = certificates(tmp_path)
    peer_running = smtp_peer(mode, signed.server_context(), LOGINS)
    with peer_running as peer, open_channel(mail_url(peer.port, mode, LOGIN_IN_URL, ca=signed.authority)) as channel:
        assert channel.send(a_message()).is_accepted

    assert peer.mails[0].encrypted
    assert peer.mails[0].user == "shouwang@example.org"


@pytest.mark.parametrize("mode", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["unknown authority", "other name", "run out"])
def test_a_certificate_that_is_not_right_is_misconfigured_not_an_outage(mode: Any, fault: str, tmp_path: Path) -> None:
    names = ["mail.example.org"] if fault == "other name" else ["localhost"]
    signed = certificates(tmp_path / "server", names, days=30 if fault == "run out" else 36_500)
    trusted = certificates(tmp_path / "other") if fault == "unknown authority" else signed
    peer_running = smtp_peer(mode, signed.server_context())
    with peer_running as peer, open_channel(mail_url(peer.port, mode, ca=trusted.authority)) as channel:
        outcome = channel.send(a_message())

    assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "tls-certificate")
    assert not peer.mails


def test_a_mail_never_goes_in_clear_text_when_encryption_was_asked_for() -> None:
    with smtp_peer("plain") as peer, open_channel(mail_url(peer.port, "starttls")) as channel:
        outcome = channel.send(a_message())

    assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "starttls-not-offered")
    assert not peer.said


def test_encryption_from_the_start_towards_a_server_that_has_none_is_misconfigured() -> None:
    with smtp_peer("plain") as peer, open_channel(mail_url(peer.port, "tls")) as channel:
        outcome = channel.send(a_message())

    assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "tls-handshake")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_each_way_of_signing_in_works(mechanism: str) -> None:
    peer_running = smtp_peer(logins=LOGINS, mechanisms=(mechanism,))
    with peer_running as peer, open_channel(mail_url(peer.port, login=LOGIN_IN_URL)) as channel:
        assert channel.send(a_message()).is_accepted

    assert peer.mails[0].user == "shouwang@example.org"


def test_on_an_open_line_the_password_is_not_shown_if_that_can_be_helped() -> None:
    with smtp_peer(logins=LOGINS) as peer, open_channel(mail_url(peer.port, login=LOGIN_IN_URL)) as channel:
        peer.answer("AUTH", "535 5.7.8 no")
        assert channel.send(a_message()).is_accepted
        # The first way was refused, so a second was tried on the same line.
        assert peer.said[:3] == ["AUTH", "AUTH", "MAIL"]


@pytest.mark.parametrize("answers", [(), ("535 5.7.8 no", HANG_UP)], ids=["refused", "refused and hung up"])
def test_a_wrong_password_is_misconfigured(answers: tuple[str, ...]) -> None:
    with smtp_peer(logins=LOGINS) as peer:
        peer.answer("AUTH", *answers)
        with open_channel(mail_url(peer.port, login="shouwang%40example.org:wrong@")) as channel:
            outcome = channel.send(a_message())

    assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "535 5.7.8")


def test_a_server_that_wants_a_password_we_were_not_given_is_misconfigured() -> None:
    with smtp_peer(logins=LOGINS) as peer, open_channel(mail_url(peer.port)) as channel:
        assert channel.send(a_message()).kind is OutcomeKind.MISCONFIGURED


def test_a_server_that_takes_no_passwords_when_we_have_one_is_misconfigured() -> None:
    with smtp_peer() as peer, open_channel(mail_url(peer.port, login=LOGIN_IN_URL)) as channel:
        assert channel.send(a_message()).code == "login-not-offered"


def test_a_password_store_that_is_away_for_a_while_is_temporary() -> None:
    with smtp_peer(logins=LOGINS) as peer, open_channel(mail_url(peer.port, login=LOGIN_IN_URL)) as channel:
        peer.answer("AUTH", *["454 4.7.0 temporary authentication failure"] * 3)
        assert channel.send(a_message()).kind is OutcomeKind.TEMPORARY


def test_a_greylisted_mail_is_temporary_and_goes_through_the_next_time() -> None:
    with mail_and_peer() as (channel, peer):
        peer.answer("RCPT", "451 4.7.1 Greylisting in action, come back in 5 minutes")
        first, second = channel.send(a_message()), channel.send(a_message())

    assert first.kind is OutcomeKind.TEMPORARY
    assert first.retry_after == timedelta(minutes=5)
    assert second.is_accepted
    assert len(peer.mails) == peer.lines == 1


@pytest.mark.parametrize(
    ("step", "answer", "kind", "code"),
    [
        ("CONNECT", "421 4.3.2 too busy", "temporary", "421 4.3.2"),
        ("CONNECT", "554 5.7.1 no service for you", "misconfigured", "554 5.7.1"),
        ("MAIL", "452 4.3.1 insufficient storage", "temporary", "452 4.3.1"),
        ("MAIL", "450 4.7.1 slow down please", "throttled", "450 4.7.1"),
        ("MAIL", "550 5.7.1 sender not allowed", "misconfigured", "550 5.7.1"),
        ("MAIL", "553 Mail from must equal authorized user", "misconfigured", "553"),
        ("MAIL", "552 5.3.4 message too big", "permanent", "552 5.3.4"),
        ("RCPT", "450 4.2.0 mailbox busy", "temporary", "450 4.2.0"),
        ("RCPT", "451 MI:SFQ", "throttled", "451"),
        ("RCPT", "550 Ip frequency limited", "throttled", "550"),
        ("RCPT", "550 5.1.1 no such user", "permanent", "550 5.1.1"),
        ("RCPT", "550 5.1.1 <sender.relay@example.org> unknown", "permanent", "550 5.1.1"),
        ("RCPT", "552 5.2.2 mailbox full", "permanent", "552 5.2.2"),
        ("RCPT", "554 5.7.1 Relay access denied", "misconfigured", "554 5.7.1"),
        ("RCPT", "550 5.1.8 Sender address rejected: domain not found", "misconfigured", "550 5.1.8"),
        ("DATA", "421 4.3.0 closing", "temporary", "421 4.3.0"),
        ("DATA", "554 5.5.1 no valid recipients", "permanent", "554 5.5.1"),
        ("DOT", "451 4.3.0 try later", "temporary", "451 4.3.0"),
        ("DOT", "421 4.7.0 too many messages", "throttled", "421 4.7.0"),
        ("DOT", "554 5.6.0 content refused", "permanent", "554 5.6.0"),
        ("DOT", "550 5.7.26 unauthenticated mail is not accepted", "misconfigured", "550 5.7.26"),
        ("RCPT", HANG_UP, "temporary", "dropped"),
        ("DATA", HANG_UP, "temporary", "dropped"),
        ("DOT", HANG_UP, "unknown", "dropped-after-letter"),
        ("DOT", SAY_NOTHING, "unknown", "dropped-after-letter"),
        ("RCPT", SAY_NOTHING, "temporary", "dropped"),
        ("CONNECT", HANG_UP, "temporary", "dropped-at-greeting"),
    ],
)
def test_each_answer_means_one_thing(step: str, answer: str, kind: str, code: str) -> None:
    with mail_and_peer(rto="0.3") as (channel, peer):
        peer.answer(step, answer)
        outcome = channel.send(a_message())
        assert (outcome.kind, outcome.code) == (kind, code)
        assert not peer.mails
        # Whatever happened to this one, the next goes through.
        assert channel.send(a_message(nudge_id="4712")).is_accepted


def test_a_line_that_breaks_before_the_final_dot_is_temporary() -> None:
    def break_off(connection: socket.socket) -> None:
        talk = connection.makefile("rwb", buffering=0)
        talk.write(b"220 peer\r\n")
        for answer in (b"250 peer\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            talk.readline()
            talk.write(answer)
        connection.recv(1000)
        talk.close()
        slam(connection)

    with rude_peer(break_off) as port, open_channel(mail_url(port)) as channel:
        outcome = channel.send(a_message(text="很长。" * 3_000_000, html=None))

    assert (outcome.kind, outcome.code) == (OutcomeKind.TEMPORARY, "dropped")


@pytest.mark.parametrize("answer", [b"what?\r\n", b"x" * 9000 + b"\r\n"], ids=["no code", "endless line"])
def test_an_answer_nobody_can_read_after_the_letter_is_unknown(answer: bytes) -> None:
    def mumble(connection: socket.socket) -> None:
        talk = connection.makefile("rwb", buffering=0)
        talk.write(b"220 peer\r\n")
        for reply in (b"250 peer\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            talk.readline()
            talk.write(reply)
        while talk.readline() != b".\r\n":
            pass
        talk.write(answer)
        talk.readline()

    with rude_peer(mumble) as port, open_channel(mail_url(port)) as channel:
        assert channel.send(a_message()).kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize("moment", ["before the letter left", "after the letter left"])
def test_a_worker_stopped_half_way_never_writes_the_next_mail_into_this_one(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = smtplib.SMTP.send

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def send(line: smtplib.SMTP, given: bytes | str) -> None:
        if isinstance(given, bytes) and moment == "before the letter left":
            raise KeyboardInterrupt
        usual(line, given)
        if isinstance(given, bytes):
            monkeypatch.setattr(smtplib.SMTP, "getreply", interrupt)

    with mail_and_peer() as (channel, peer):
        channel.send(a_message(nudge_id="1"))
        monkeypatch.setattr(smtplib.SMTP, "send", send)
        with pytest.raises(KeyboardInterrupt):
            channel.send(a_message(nudge_id="2"))
        monkeypatch.undo()
        assert channel.send(a_message(nudge_id="3")).is_accepted

    assert [received.mail["Message-ID"][:8] for received in peer.mails if received.line == 2] == ["<nudge-3"]


def test_a_server_that_is_down_or_silent_is_temporary() -> None:
    with open_channel(mail_url(closed_port())) as channel:
        assert channel.send(a_message()).code == "connection-refused"
    with silent_peer() as port, open_channel(mail_url(port, cto="0.2")) as channel:
        outcome = channel.send(a_message())
    assert (outcome.kind, outcome.code) == (OutcomeKind.TEMPORARY, "dropped-at-greeting")


@pytest.mark.parametrize(
    "change",
    [
        {"to": "li@example.org\r\nBcc: everybody@example.org"},
        {"to": "li@example.org> SIZE=1\r\nRCPT TO:<everybody@example.org"},
        {"subject": "提醒\r\nBcc: everybody@example.org"},
        {"subject": "提醒\n\n<script>"},
        {"sender_name": "守望\r\nBcc: everybody@example.org"},
        {"thread": "1>\r\nBcc: everybody@example.org"},
        {"nudge_id": "1\r\nBcc: everybody@example.org"},
        {"unsubscribe": "https://shouwang.example/u\r\nBcc: everybody@example.org"},
        {"to": "li guihua@example.org"},
        {"to": "李@example.org"},
        {"to": "li@"},
        {"to": ""},
        {"text": " \n "},
        {"text": "a\x00b"},
        {"text": "a\ud800b"},
        {"subject": "a\ud800b"},
    ],
)
def test_nothing_can_be_slipped_into_a_mail_and_bad_addresses_are_permanent(change: dict[str, str]) -> None:
    with mail_and_peer() as (channel, peer):
        outcome = channel.send(a_message(**change))

    assert outcome.kind is OutcomeKind.PERMANENT
    assert not peer.said


def test_what_the_server_says_is_kept_without_person_text_or_link() -> None:
    with mail_and_peer() as (channel, peer):
        echo = f"550 5.1.1 <li.guihua@example.org> unknown, ask 13812345678; Subject 371302-00412 at {LINK} (#x1)"
        peer.answer("RCPT", echo)
        outcome = channel.send(a_message())

    assert "unknown, ask" in outcome.detail
    assert "(#x1)" in outcome.detail
    for secret in ("li.guihua", "13812345678", "371302", "9fQ2xK7tLm"):
        assert secret not in outcome.detail
