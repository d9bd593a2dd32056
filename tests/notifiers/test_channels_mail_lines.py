"""Several connections to one mail server: opened when threads ask at once, kept, said goodbye to."""

import socket
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread

import pytest
from peers.mail import mail_and_peer, mail_url
from peers.messages import a_message
from peers.rude import rude_peer
from peers.smtp import HANG_UP, SAY_NOTHING, SmtpPeer

from notifiers.channels import Channel, ChannelUrlRefused, open_channel
from notifiers.outcomes import Outcome, OutcomeKind


def hanging(workers: ThreadPoolExecutor, channel: Channel, peer: SmtpPeer) -> Future[Outcome]:
    """A mail whose recipient the server has heard and says nothing about."""
    heard = peer.said.count("RCPT")
    peer.answer("RCPT", SAY_NOTHING)
    sending = workers.submit(channel.send, a_message(nudge_id="hanging"))
    while peer.said.count("RCPT") == heard:
        time.sleep(0.005)
    return sending


def test_a_mail_does_not_wait_behind_one_the_server_thinks_about() -> None:
    with mail_and_peer(rto=3) as (channel, peer), ThreadPoolExecutor(1) as workers:
        slow = hanging(workers, channel, peer)
        assert channel.send(a_message(nudge_id="quick")).is_accepted
        assert not slow.done()
        assert slow.result().code == "dropped"

    assert [received.line for received in peer.mails] == [2]


def test_no_more_connections_are_opened_than_are_allowed() -> None:
    with mail_and_peer(connections=3) as (channel, peer):
        with ThreadPoolExecutor(12) as workers:
            outcomes = list(workers.map(lambda number: channel.send(a_message(nudge_id=f"{number}")), range(60)))
        assert all(outcome.is_accepted for outcome in outcomes)

    assert len({received.mail["Message-ID"] for received in peer.mails}) == 60
    assert peer.lines <= 3


def test_threads_that_never_ask_at_once_share_one_connection() -> None:
    with mail_and_peer(connections=8) as (channel, peer):
        for number in range(5):
            sending = Thread(target=channel.send, args=(a_message(nudge_id=f"{number}"),))
            sending.start()
            sending.join()

    assert len(peer.mails) == 5
    assert peer.lines == 1


def test_a_connection_that_breaks_leaves_the_others_as_they_were() -> None:
    with mail_and_peer(rto=0.5) as (channel, peer), ThreadPoolExecutor(1) as workers:
        slow = hanging(workers, channel, peer)
        assert channel.send(a_message(nudge_id="2")).is_accepted
        assert slow.result().code == "dropped"
        peer.answer("DATA", HANG_UP)
        assert channel.send(a_message(nudge_id="3")).code == "dropped"
        assert channel.send(a_message(nudge_id="4")).is_accepted

    assert [received.mail["Message-ID"][:8] for received in peer.mails] == ["<nudge-2", "<nudge-4"]


def test_closing_waits_for_the_mail_on_its_way_and_the_channel_may_go_on() -> None:
    with mail_and_peer(rto=0.5) as (channel, peer), ThreadPoolExecutor(3) as workers:
        slow = hanging(workers, channel, peer)
        closing = [workers.submit(channel.close) for _ in range(2)]
        for closed in closing:
            closed.result()
        assert slow.done()
        assert channel.send(a_message(nudge_id="2")).is_accepted


def test_several_that_close_at_once_never_wait_for_each_other() -> None:
    def close_again_and_again() -> None:
        for _ in range(300):
            channel.close()

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with open_channel(mail_url(25, connections=8)) as channel:
            closing = [Thread(target=close_again_and_again, daemon=True) for _ in range(4)]
            for thread in closing:
                thread.start()
            for thread in closing:
                thread.join(20)
            assert not any(thread.is_alive() for thread in closing)
    finally:
        sys.setswitchinterval(usual)


@pytest.mark.parametrize("number", ["0", "9", "many"])
def test_as_many_connections_as_one_likes_are_refused(number: str) -> None:
    with pytest.raises(ChannelUrlRefused) as refused:
        open_channel(mail_url(25, connections=number))
    assert [(mistake.key, mistake.setting) for mistake in refused.value.mistakes] == [
        ("setting-not-a-choice", "connections")
    ]


def test_a_server_that_hears_several_steps_at_once_is_told_them_in_one_go() -> None:
    with mail_and_peer(pipelining=True) as (channel, peer):
        assert channel.send(a_message(nudge_id="1")).is_accepted
        assert channel.send(a_message(nudge_id="2")).is_accepted

    assert peer.ahead == ["MAIL", "RCPT"] * 2
    assert len(peer.mails) == 2


def test_a_server_that_does_not_say_so_is_told_them_one_by_one() -> None:
    with mail_and_peer() as (channel, peer):
        assert channel.send(a_message(nudge_id="1")).is_accepted

    assert not peer.ahead


def test_a_server_that_asks_for_the_letter_of_a_recipient_it_refused_gets_an_empty_one_and_then_the_next() -> None:
    heard: list[bytes] = []

    def refuse_once(connection: socket.socket) -> None:
        talk = connection.makefile("rwb", buffering=0)
        talk.write(b"220 peer\r\n")
        answers = [b"250-peer\r\n250 PIPELINING\r\n", b"250 ok\r\n", b"550 5.1.1 no such user\r\n", b"354 go on\r\n"]
        answers += [b"554 5.5.1 no recipients\r\n", b"250 reset\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"]
        for answer in answers:
            heard.append(talk.readline().strip())
            talk.write(answer)
        while talk.readline() != b".\r\n":
            pass
        talk.write(b"250 2.0.0 taken\r\n")

    with rude_peer(refuse_once) as port, open_channel(mail_url(port)) as channel:
        refused, taken = channel.send(a_message(nudge_id="1")), channel.send(a_message(nudge_id="2"))

    assert (refused.kind, refused.code) == (OutcomeKind.PERMANENT, "550 5.1.1")
    assert taken.is_accepted
    steps = [words[:4].decode().upper() for words in heard]
    assert steps == ["EHLO", "MAIL", "RCPT", "DATA", ".", "RSET", "MAIL", "RCPT", "DATA"]
