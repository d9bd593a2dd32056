"""What is said of a mail that did not simply arrive, whatever the server did."""

import smtplib
import socket
from datetime import timedelta

import pytest
from peers.mail import mail_and_peer, mail_url
from peers.messages import LINK, a_message
from peers.rude import closed_port, rude_peer, silent_peer, slam
from peers.smtp import HANG_UP, SAY_NOTHING

from notifiers.channels import open_channel
from notifiers.outcomes import OutcomeKind


def test_a_greylisted_mail_is_temporary_and_goes_through_the_next_time() -> None:
    with mail_and_peer() as (channel, peer):
        peer.answer("RCPT", "451 4.7.1 Greylisting in action, come back in 5 minutes")
        first, second = channel.send(a_message()), channel.send(a_message())

    assert first.kind is OutcomeKind.TEMPORARY
    assert first.retry_after == timedelta(minutes=5)
    assert second.is_accepted
    assert len(peer.mails) == peer.lines == 1


@pytest.mark.parametrize("pipelining", [False, True], ids=["step by step", "in one go"])
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
def test_each_answer_means_one_thing(step: str, answer: str, kind: str, code: str, pipelining: bool) -> None:
    with mail_and_peer(pipelining=pipelining, rto="0.3") as (channel, peer):
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
