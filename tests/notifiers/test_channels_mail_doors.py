"""Getting in at a mail server: encryption, certificates, signing in."""

from pathlib import Path
from typing import Any

import pytest
from peers.certificates import certificates
from peers.mail import mail_url
from peers.messages import a_message
from peers.smtp import HANG_UP, smtp_peer

from notifiers.channels import open_channel
from notifiers.outcomes import OutcomeKind

LOGINS = {"shouwang@example.org": "p@ss:w/rd&"}
LOGIN_IN_URL = "shouwang%40example.org:p%40ss%3Aw%2Frd%26@"


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


def test_on_an_open_line_the_password_is_not_shown_if_that_can_be_helped(tmp_path: Path) -> None:
    with smtp_peer(logins=LOGINS) as peer, open_channel(mail_url(peer.port, login=LOGIN_IN_URL)) as channel:
        peer.answer("AUTH", "535 5.7.8 no")
        assert channel.send(a_message()).is_accepted
    assert peer.ways == ["CRAM-MD5", "LOGIN"]

    signed = certificates(tmp_path)
    peer_running = smtp_peer("tls", signed.server_context(), LOGINS)
    with peer_running as peer, open_channel(mail_url(peer.port, "tls", LOGIN_IN_URL, ca=signed.authority)) as channel:
        assert channel.send(a_message()).is_accepted
    assert peer.ways == ["PLAIN"]


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
