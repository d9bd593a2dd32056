"""Being told: once, at a decent hour, through a channel that reaches, and never for what is done already."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from peers.gateway import PASSWORD_IN_URL, USER, gateway_peer
from peers.smtp import SmtpPeer, smtp_peer
from sqlalchemy import select
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY_DESK,
    LIU,
    SUN,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    open_case,
    open_office,
    pair,
    talk,
)
from support.programmes import LINYI, linyi
from support.telling import BASE, contacts, facts_named, notices, nudges, tell

from domain.calendar import Calendar
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.engine import open_engine, reading
from domain.store.journal import journal_of, snapshot_of
from domain.store.rounds import run_round
from domain.store.store import Store
from notifiers.channels import Channel, open_channel
from notifiers.channels.spool import Spooled, listing, spool_url
from notifiers.dispatch import deliver_all
from notifiers.planner import plan
from notifiers.settings import ChannelSetting, Telling

CHILD = CaseId("371302-00001")
DARK_FROM, DARK_DAYS = 12, 21
AFTER_THE_DARK = BEGIN + days(DARK_FROM + DARK_DAYS)


@contextmanager
def spooling(folder: Path) -> Iterator[tuple[Telling, dict[str, Channel]]]:
    """The embedded default: everything into a folder."""
    url = spool_url(folder)
    with open_channel(url) as channel:
        yield Telling(base_url=BASE, channels=(ChannelSetting(name="spool", url=url),)), {"spool": channel}


@contextmanager
def mailing(peer: SmtpPeer) -> Iterator[tuple[Telling, dict[str, Channel]]]:
    """Mail to a real server."""
    url = f"swmail://localhost:{peer.port}/?from=shouwang@example.org&mode=plain"
    with open_channel(url) as channel:
        yield Telling(base_url=BASE, channels=(ChannelSetting(name="mail", url=url),)), {"mail": channel}


def lie(folder: Path, after: int = 0) -> list[Spooled]:
    """What lies in the spool beyond the first ``after``, oldest first."""
    return sorted(listing(folder, 1000), key=lambda each: (each.at, int(each.file.stem.split(".")[0])))[after:]


def test_three_dark_weeks_give_each_person_one_message_and_the_ladder_stands_where_it_would_have_stood(
    database_url: str, tmp_path: Path
) -> None:
    lit = open_office(f"sqlite:///{tmp_path / 'lit.sqlite'}")
    dark = open_office(database_url)
    folder = tmp_path / "dark"
    with spooling(tmp_path / "lit") as (by_day, lamps), spooling(folder) as (settings, channels):
        for store in (lit, dark):
            pair(store, open_case(store), ZHOU, BEGIN)
        for day in range(DARK_FROM + DARK_DAYS + 1):
            tell(lit, by_day, lamps, BEGIN + days(day))
        for day in range(DARK_FROM + 1):
            tell(dark, settings, channels, BEGIN + days(day))
        before = len(lie(folder))
        tell(dark, settings, channels, AFTER_THE_DARK)
        tell(dark, settings, channels, AFTER_THE_DARK + timedelta(minutes=10))

    addressed = [each.to for each in lie(folder, before)]
    assert sorted(addressed) == [f"{each}@example.org" for each in (CITY_DESK, COUNTY_DESK, TOWNSHIP_DESK, ZHOU)]
    assert len(lie(tmp_path / "lit")) > len(lie(folder))
    assert ladder(dark) == ladder(lit)
    assert what_happened(dark) == what_happened(lit)


def test_a_message_after_the_dark_folds_every_missed_rung_of_a_duty_into_one_matter(
    database_url: str, tmp_path: Path
) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with spooling(tmp_path) as (settings, channels):
        tell(store, settings, channels, BEGIN + days(40))

    to_zhou = [each for each in lie(tmp_path) if each.to.startswith(ZHOU)]
    of_her = [each for each in notices(store, state="planned") if each.person == ZHOU]
    assert len(of_her) > len({each.duty for each in of_her})
    (message,) = to_zhou
    assert message.text.count("案号：") == len({each.duty for each in of_her})


def test_two_rounds_at_once_tell_nobody_twice(database_url: str) -> None:
    store = open_office(database_url)
    for number, volunteer in enumerate((ZHOU, ZHOU, ZHOU, LIU, LIU, LIU), 1):
        pair(store, open_case(store, number), volunteer, BEGIN)
    with smtp_peer() as peer:
        at_once(4, partial(_told, database_url, peer, store, BEGIN + days(20)))
        mails = [received.mail for received in peer.mails]

    assert {each.state for each in nudges(store)} == {"sent"}
    assert {each.state for each in notices(store)} <= {"planned", "moot"}
    assert len(nudges(store)) == len(mails)
    said = Counter((str(mail["To"]), case) for mail in mails for case in re.findall(r"371302-\d{5}", _plain(mail)))
    told_once = Counter((str(mail["To"]), str(mail["Message-ID"])) for mail in mails)
    assert set(told_once.values()) == {1}
    assert Counter(to for to, _ in said) == {
        f"{person}@example.org": count for person, count in ((ZHOU, 3), (LIU, 3), (TOWNSHIP_DESK, 6), (COUNTY_DESK, 6))
    }


def test_many_planners_and_workers_at_once_send_each_message_once(database_url: str) -> None:
    store = open_office(database_url)
    for number, volunteer in enumerate((ZHOU, ZHOU, ZHOU, LIU, LIU, LIU), 1):
        pair(store, open_case(store, number), volunteer, BEGIN)
    with smtp_peer() as peer:
        for day in (20, 27, 30, 33):
            now = BEGIN + days(day)
            run_round(store, now)
            at_once(4, partial(_planned_and_sent, database_url, peer, store, now))
        mails = [received.mail for received in peer.mails]

    assert len({str(mail["Message-ID"]) for mail in mails}) == len(mails) == len(nudges(store, state="sent"))
    assert not [each for each in nudges(store) if each.state not in ("sent", "moot")]
    assert not notices(store, state="waiting")


def test_a_duty_met_before_the_message_leaves_is_not_reminded_of(database_url: str, tmp_path: Path) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with spooling(tmp_path) as (settings, channels):
        answered_first_visit(store, settings, channels)
        morning = BEGIN + days(27)
        run_round(store, morning)
        plan(store, settings, morning)
        talk(store, CHILD, ZHOU, morning + timedelta(minutes=5))
        before = len(lie(tmp_path))
        deliver_all(store, settings, channels, morning + timedelta(minutes=10), "w1")

    (message,) = lie(tmp_path, before)
    assert "联系监护人或老师" in message.text
    assert "谈心" not in message.text + message.subject


def test_the_nights_nudge_leaves_in_the_morning_and_the_deadline_does_not_move(
    database_url: str, tmp_path: Path
) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    night, morning = local("2026-09-15T00:20"), local("2026-09-15T08:00")
    with spooling(tmp_path) as (settings, channels):
        tell(store, settings, channels, BEGIN)
        deadline = due_days(store)
        tell(store, settings, channels, night)
        tell(store, settings, channels, morning - timedelta(minutes=1))
        assert len(lie(tmp_path)) == 1
        tell(store, settings, channels, morning)
        tell(store, settings, channels, morning + timedelta(minutes=10))

    (message,) = lie(tmp_path, 1)
    assert message.at == morning
    assert "今天到期" in message.subject
    assert due_days(store) == deadline
    assert rungs_at(store) == ["2026-09-01T01:00:00Z", "2026-09-14T16:00:00Z"]


def test_when_every_channel_failed_it_is_a_fact_on_the_townships_desk(database_url: str) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with smtp_peer() as mail, gateway_peer() as gateway:
        mail.answer("RCPT", "550 5.1.1 no such user")
        gateway.answer(400, "Not routable")
        with telling_by_mail_and_sms(mail, gateway.port) as (settings, channels):
            tell(store, settings, channels, BEGIN)
            tell(store, settings, channels, BEGIN + timedelta(minutes=10))
        seen, mails = gateway.seen, [received.mail for received in mail.mails]

    assert len(seen) == 1
    assert facts_named(store, "telling-failed") == 1
    assert [(each.channel, each.state) for each in nudges(store, person=ZHOU)] == [
        ("mail", "failed"), ("sms", "failed"), ("desk", "failed"),
    ]  # fmt: skip
    with reading(store.engine) as connection:
        (duty,) = connection.execute(select(t.diary).where(t.diary.c.kind == "contact_repair")).all()
    assert duty.due_on == "2026-09-04"
    assert [str(each["To"]) for each in mails] == [f"{TOWNSHIP_DESK}@example.org"]
    assert "联系方式核查" in mails[0]["Subject"]
    assert ZHOU not in _plain(mails[0])


def test_whoever_has_no_mail_gets_a_text_message_with_the_fixed_address_and_a_code(database_url: str) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    pair(store, open_case(store, 2, sex="male"), SUN, BEGIN)
    contacts(store, ZHOU, email=None)
    with smtp_peer() as mail, gateway_peer() as gateway:
        with telling_by_mail_and_sms(mail, gateway.port) as (settings, channels):
            tell(store, settings, channels, BEGIN)
        (seen,), mails = gateway.seen, [received.mail for received in mail.mails]

    assert seen.fields["to"] == "+8613900000011"
    told = r"【守望】首次见面，案号371302-00001，9月15日到期。请打开 https://shouwang\.example/a 输入 \d{8} 填报。"
    assert re.fullmatch(told, seen.fields["text"])
    (letter,) = mails
    assert letter["To"] == f"{SUN}@example.org"
    assert re.fullmatch(r"<duty-371302-00002/\d+@example\.org>", letter["References"])
    html = letter.get_body(("html",))
    assert html is not None
    assert f'href="{BASE}/a/' in html.get_content()


def test_no_message_names_a_child_or_anybody_else(database_url: str, tmp_path: Path) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with spooling(tmp_path) as (settings, channels):
        for day in range(0, 45, 3):
            tell(store, settings, channels, BEGIN + days(day))
    said = "".join(each.file.read_text(encoding="utf-8") for each in lie(tmp_path))
    assert len(lie(tmp_path)) > 8
    assert "某" not in said
    assert "139000" not in said
    assert "p000000101" not in said


def test_an_urgent_answer_is_told_at_night_and_apart_from_everything_else(database_url: str, tmp_path: Path) -> None:
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    night = local("2026-09-10T23:30")
    with spooling(tmp_path) as (settings, channels):
        tell(store, settings, channels, BEGIN)
        answer(store, CHILD, "first_visit", ZHOU, night, needs_help=True)
        before = len(lie(tmp_path))
        tell(store, settings, channels, night)

    (message,) = lie(tmp_path, before)
    assert message.to == f"{TOWNSHIP_DESK}@example.org"
    assert message.subject.startswith("【紧急】")
    assert message.at == night


def ladder(store: Store) -> dict[int, tuple[str, int, object]]:
    """Where each open duty of the first child stands: kind, rungs reached, level."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, CHILD)
    assert found is not None
    return {number: (duty.kind, duty.rungs, duty.climbed_to) for number, duty in found.duties.items()}


def what_happened(store: Store) -> list[object]:
    """The first child's journal without the moments at which somebody noticed."""
    with reading(store.engine) as connection:
        return [(each.position, each.fact, each.at) for each in journal_of(connection, CHILD)]


def due_days(store: Store) -> dict[str, tuple[str, str]]:
    """Due day and first overdue moment of the first visit."""
    with reading(store.engine) as connection:
        rows = connection.execute(select(t.diary).where(t.diary.c.case == CHILD, t.diary.c.kind == "first_visit"))
        return {row.kind: (row.due_on, row.overdue_from) for row in rows}


def rungs_at(store: Store) -> list[str]:
    """When the rungs of the first visit were reached."""
    return [each.at for each in notices(store, kind="first_visit")]


def local(text: str) -> datetime:
    """A moment by the wall clock in Linyi."""
    return datetime.fromisoformat(text + ":00+08:00")


def answered_first_visit(store: Store, settings: Telling, channels: dict[str, Channel]) -> None:
    """The companion is asked for the first visit, makes it and says so."""
    tell(store, settings, channels, BEGIN)
    answer(store, CHILD, "first_visit", ZHOU, BEGIN + days(5), needs_help=False)


@contextmanager
def telling_by_mail_and_sms(mail: SmtpPeer, gateway_port: int) -> Iterator[tuple[Telling, dict[str, Channel]]]:
    """Mail first, then text messages, through real peers."""
    login = f"{USER}:{PASSWORD_IN_URL}"
    sms_url = f"swsms://{login}@127.0.0.1:{gateway_port}/cgi-bin/sendsms?mode=plain&preset=kannel&from=10690000"
    with mailing(mail) as (settings, channels), open_channel(sms_url) as sms:
        both = (*settings.channels, ChannelSetting(name="sms", url=sms_url))
        yield settings.model_copy(update={"channels": both}), channels | {"sms": sms}


def at_once(count: int, work: Callable[[str, threading.Barrier], None]) -> None:
    """Let so many threads work from the same moment on; what any of them raises is raised here."""
    wait = threading.Barrier(count)
    with ThreadPoolExecutor(count) as threads:
        for done in [threads.submit(work, f"w{number}", wait) for number in range(count)]:
            done.result()


def _told(url: str, peer: SmtpPeer, like: Store, now: datetime, worker: str, wait: threading.Barrier) -> None:
    """Round, planning and delivery of one worker with connections of its own."""
    store = Store(open_engine(url), {LINYI: linyi()}, Calendar(), like.seal)
    with mailing(peer) as (settings, channels):
        wait.wait()
        tell(store, settings, channels, now, worker)
    store.engine.dispose()


def _planned_and_sent(
    url: str, peer: SmtpPeer, like: Store, now: datetime, worker: str, wait: threading.Barrier
) -> None:
    store = Store(open_engine(url), {LINYI: linyi()}, Calendar(), like.seal)
    with mailing(peer) as (settings, channels):
        wait.wait()
        plan(store, settings, now)
        while deliver_all(store, settings, channels, now, worker, limit=1).claimed:
            pass
    store.engine.dispose()


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
