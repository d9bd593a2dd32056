"""The spool: what would have been sent, one file a message."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

from peers.messages import AT, a_message

from notifiers.channels import Doubt, open_channel
from notifiers.channels.spool import listing, spool_url
from notifiers.outcomes import OutcomeKind


def test_a_message_lies_in_the_folder_of_its_day_as_people_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "what would be sent 待发"
    outcome = open_channel(spool_url(folder)).send(a_message())

    assert outcome.is_accepted
    assert outcome.provider_id == "2026-11-22/4711.eml"
    text = (folder / "2026-11-22" / "4711.eml").read_text(encoding="utf-8")
    assert "To: li.guihua@example.org\n" in text
    assert "Subject: 守望提醒:案例 371302-00412 今天回访\n" in text
    assert "案例 371302-00412 今天该回访了。请打开链接作答:\n" in text


def test_the_day_is_that_of_the_place_not_of_greenwich(tmp_path: Path) -> None:
    early = a_message(at=AT.replace(hour=22))
    assert open_channel(spool_url(tmp_path)).send(early).provider_id == "2026-11-23/4711.eml"
    assert open_channel(spool_url(tmp_path), zone="UTC").send(early).provider_id == "2026-11-22/4711.eml"
    assert open_channel(spool_url(tmp_path) + "?tz=UTC").send(early).provider_id == "2026-11-22/4711.eml"


def test_a_repeat_falls_on_the_first_one(tmp_path: Path) -> None:
    channel = open_channel(spool_url(tmp_path))
    assert channel.doubt is Doubt.NOTHING
    assert channel.send(a_message()) == channel.send(a_message())
    channel.send(a_message(nudge_id="4712/2"))

    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 2


def test_the_spool_can_be_asked_whether_a_message_lies_there(tmp_path: Path) -> None:
    channel = open_channel(spool_url(tmp_path))
    assert channel.can_ask
    assert channel.ask(a_message()).kind is OutcomeKind.TEMPORARY
    channel.send(a_message())
    assert channel.ask(a_message()).is_accepted


def test_only_the_owner_can_read_what_lies_there(tmp_path: Path) -> None:
    open_channel(spool_url(tmp_path / "spool")).send(a_message())

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "spool").rglob("*")}
    assert modes == {"2026-11-22": "0o700", "4711.eml": "0o600"}
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700


def test_the_last_messages_are_listed_newest_first_with_phones_and_mails_alike(tmp_path: Path) -> None:
    channel = open_channel(spool_url(tmp_path))
    channel.send(a_message(nudge_id="1"))
    channel.send(a_message(nudge_id="2", at=AT + timedelta(days=1), to="13812345678", html=None, subject=""))
    channel.send(a_message(nudge_id="3"))
    (tmp_path / "2026-11-22" / ".4.eml.1.2").write_text("unfinished", encoding="utf-8")

    latest = listing(tmp_path, most=2)
    assert [message.file.stem for message in latest] == ["2", "3"]
    phone, mail = latest
    assert (phone.to, phone.subject, phone.at) == ("13812345678", "", AT + timedelta(days=1))
    assert (mail.to, mail.subject) == ("li.guihua@example.org", a_message().subject)
    assert phone.text == mail.text == a_message().text
    assert "13812345678" not in repr(phone)
    assert listing(tmp_path / "nowhere") == ()


def test_two_workers_writing_one_nudge_leave_one_whole_file(tmp_path: Path) -> None:
    def write() -> None:
        channel = open_channel(spool_url(tmp_path))
        for _ in range(50):
            assert channel.send(a_message(text="整封信 " * 5000)).is_accepted

    workers = [Thread(target=write) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [file.name for file in (tmp_path / "2026-11-22").iterdir()] == ["4711.eml"]
    assert listing(tmp_path)[0].text.count("整封信") == 5000


def test_a_full_disk_is_temporary_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    channel = open_channel(spool_url(tmp_path))
    with largest_file(100):
        full = channel.send(a_message())

    assert full.kind is OutcomeKind.TEMPORARY
    assert list((tmp_path / "2026-11-22").iterdir()) == []
    assert channel.send(a_message()).is_accepted


def test_a_folder_that_cannot_be_made_is_misconfigured(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    outcome = open_channel(spool_url(tmp_path / "file")).send(a_message())

    assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "EEXIST")


def test_a_message_that_would_write_headers_of_its_own_is_refused_by_the_spool_too(tmp_path: Path) -> None:
    channel = open_channel(spool_url(tmp_path))
    for change in ({"subject": "a\nBcc: b"}, {"to": "a\nBcc: b"}, {"nudge_id": "../../etc/passwd"}, {"text": ""}):
        assert channel.send(a_message(**change)).kind is OutcomeKind.PERMANENT

    assert list(tmp_path.rglob("*")) == []


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a full disk: the system writes no more than ``size`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
