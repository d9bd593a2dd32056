"""The worker against real databases, with channels that answer as ordered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from support.office import BEGIN, LIU, SUN, TOWNSHIP_DESK, ZHOU, answer, days, do, open_case, open_office, pair
from support.telling import (
    BASE,
    ScriptedChannel,
    contacts,
    facts_named,
    let_lease_run_out,
    notices,
    nudges,
    opened,
    speak,
    telling,
)

from domain.ids import CaseId, NudgeId, PersonId
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.doors import open_door
from domain.store.engine import reading, writing
from domain.store.moments import moment
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.writing import carry_out
from notifiers.channels import Doubt
from notifiers.links import LinkClaim, read_token
from notifiers.outcomes import Outcome, accepted, misconfigured, permanent, temporary, throttled, unknown
from notifiers.planner import plan
from notifiers.reports import DeliveryReport, Finding
from notifiers.settings import Telling
from notifiers.worker import LEASE, Point, deliver, deliver_all

VOLUNTEERS = ((ZHOU, "female"), (LIU, "female"), (SUN, "male"))
MAIL, SMS = telling("mail"), telling("sms")
HALF_AN_HOUR = timedelta(minutes=31)
SOON = BEGIN + timedelta(hours=1)


class Killed(BaseException):
    """The process is gone; nothing of the worker runs any more."""


def with_nudges(url: str, count: int = 1, settings: Telling = MAIL) -> Store:
    """As many volunteers asked for a first visit, each with a nudge planned."""
    store = open_office(url)
    for number, (volunteer, sex) in enumerate(VOLUNTEERS[:count], 1):
        case = open_case(store, number, sex=sex)
        pair(store, case, volunteer, BEGIN)
    plan(store, settings, BEGIN)
    return store


def killed_at(point: Point) -> Callable[[Point], None]:
    """Ends the worker at a point."""

    def watch(reached: Point) -> None:
        if reached is point:
            raise Killed

    return watch


def broken(error: Exception) -> Callable[[], Outcome]:
    def answer() -> Outcome:
        raise error

    return answer


def test_what_the_provider_took_is_sent_and_its_name_there_is_kept(database_url: str) -> None:
    store, mail = with_nudges(database_url), ScriptedChannel()

    report = deliver(store, MAIL, opened(mail=mail.then(accepted("250 2.0.0", "Q0001"))), BEGIN, "w1")

    assert report == DeliveryReport(claimed=1, sent=1)
    (nudge,) = nudges(store)
    assert (nudge.state, nudge.outcome, nudge.code, nudge.provider_id) == ("sent", "accepted", "250 2.0.0", "Q0001")
    assert nudge.settled_at == "2026-09-01T01:00:00Z"
    assert not nudge.in_doubt


def test_nothing_is_sent_a_second_time(sqlite_url: str) -> None:
    store, mail = with_nudges(sqlite_url, 3), ScriptedChannel()
    deliver_all(store, MAIL, opened(mail=mail), BEGIN, "w1")
    assert deliver_all(store, MAIL, opened(mail=mail), BEGIN + days(1), "w2") == DeliveryReport()
    assert len(mail.sent) == 3


def test_a_limit_leaves_the_rest_for_the_next_batch(database_url: str) -> None:
    store, mail = with_nudges(database_url, 3), ScriptedChannel()
    assert deliver(store, MAIL, opened(mail=mail), BEGIN, "w1", limit=2).claimed == 2
    assert deliver(store, MAIL, opened(mail=mail), BEGIN, "w1", limit=2).claimed == 1


def test_a_mail_carries_the_duty_as_its_thread_and_a_link_that_is_really_that_persons(sqlite_url: str) -> None:
    store, mail = with_nudges(sqlite_url), ScriptedChannel()
    deliver(store, MAIL, opened(mail=mail), BEGIN, "w1")

    (message,) = mail.sent
    (notice,) = (each for each in notices(store, state="planned") if each.person == ZHOU)
    token = message.text.split(f"{BASE}/a/")[1].split()[0]
    assert message.thread == f"{notice.case}/{notice.duty}"
    assert message.to == f"{ZHOU}@example.org"
    claim = LinkClaim(ZHOU, message.thread, BEGIN + days(30))  # type: ignore[arg-type]
    assert read_token(store.seal.signing_key, token, BEGIN) == claim


def test_the_short_code_of_a_text_message_opens_the_door_of_its_reader(database_url: str) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel()
    deliver(store, SMS, opened(sms=sms), BEGIN, "w1")

    (message,) = sms.sent
    code = message.text.split("输入 ")[1].split()[0]
    with reading(store.engine) as connection:
        door = open_door(connection, store.seal, f" {code[:4]} {code[4:]}。")
        nobody = open_door(connection, store.seal, f"{(int(code) + 1) % 10**8:08d}")
    assert door == (ZHOU, nudges(store)[0].id, BEGIN + days(30))
    assert nobody is None
    assert f"{BASE}/a " in message.text


def test_a_coordinator_gets_no_code_and_no_link(sqlite_url: str) -> None:
    store, mail, sms = with_nudges(sqlite_url), ScriptedChannel(), ScriptedChannel()
    run_round(store, BEGIN + days(17))
    both = telling("mail", "sms")
    contacts(store, TOWNSHIP_DESK, email=None)
    plan(store, both, BEGIN + days(17))
    deliver(store, both, opened(mail=mail, sms=sms), BEGIN + days(17), "w1")

    (message,) = sms.sent
    assert message.to == "13900000004"
    assert message.text == "【守望】首次见面，案号371302-00001，已逾期3天，已上报到乡镇（街道）。请尽快跟进。"


def test_a_person_is_told_in_the_language_he_or_she_reads(sqlite_url: str) -> None:
    store, mail = with_nudges(sqlite_url), ScriptedChannel()
    speak(store, ZHOU, "en")
    deliver(store, MAIL, opened(mail=mail), BEGIN, "w1")
    assert mail.sent[0].subject == "Shouwang: First visit (case 371302-00001), due in 14 days"


def test_a_duty_met_before_the_message_leaves_is_not_reminded_of(database_url: str) -> None:
    store, mail = with_nudges(database_url), ScriptedChannel()
    answer(store, CaseId("371302-00001"), "first_visit", ZHOU, BEGIN, needs_help=False)

    report = deliver(store, MAIL, opened(mail=mail), BEGIN, "w1")

    assert report == DeliveryReport(claimed=1, moot=1)
    assert mail.sent == []
    assert [each.state for each in nudges(store)] == ["moot"]


def test_a_duty_met_while_the_batch_is_on_its_way_is_not_reminded_of_either(database_url: str) -> None:
    store, mail = with_nudges(database_url, 2), ScriptedChannel()

    def met_meanwhile() -> Outcome:
        answer(store, CaseId("371302-00002"), "first_visit", LIU, BEGIN, needs_help=False)
        return accepted("ok")

    report = deliver_all(store, MAIL, opened(mail=mail.then(met_meanwhile)), BEGIN, "w1")

    assert [message.to for message in mail.sent] == [f"{ZHOU}@example.org"]
    assert (report.sent, report.moot) == (1, 1)


def test_what_was_not_taken_is_sent_later_once_and_bears_the_later_date(database_url: str) -> None:
    store, mail = with_nudges(database_url), ScriptedChannel().then(temporary("451"))
    assert deliver_all(store, MAIL, opened(mail=mail), BEGIN, "w1").waiting == 1
    assert deliver_all(store, MAIL, opened(mail=mail), BEGIN + timedelta(seconds=30), "w1").claimed == 0
    assert deliver_all(store, MAIL, opened(mail=mail), SOON, "w1").sent == 1

    first, second = mail.sent
    assert (first.at, second.at) == (BEGIN, SOON)
    assert first.nudge_id == second.nudge_id
    assert nudges(store)[0].tries == 2


def test_a_number_that_is_wrong_for_good_means_the_next_channel_at_once(database_url: str) -> None:
    both = telling("sms", "mail")
    store = with_nudges(database_url, settings=both)
    sms, mail = ScriptedChannel().then(permanent("not routable")), ScriptedChannel()

    report = deliver_all(store, both, opened(sms=sms, mail=mail), BEGIN, "w1")

    assert (report.rerouted, report.sent) == (1, 1)
    failed, sent = nudges(store)
    assert (failed.state, failed.channel, sent.state, sent.channel) == ("failed", "sms", "sent", "mail")
    assert sent.replaces == failed.id
    assert [each.nudge for each in notices(store, state="planned") if each.person == ZHOU] == [sent.id]


def test_when_every_channel_failed_the_desk_hears_of_it_once(database_url: str) -> None:
    both = telling("sms", "mail")
    store = with_nudges(database_url, settings=both)
    sms, mail = ScriptedChannel().then(permanent("x")), ScriptedChannel().then(permanent("y"))

    report = deliver_all(store, both, opened(sms=sms, mail=mail), BEGIN, "w1")

    assert (report.rerouted, report.failed) == (2, 1)
    assert [(each.channel, each.state) for each in nudges(store)] == [
        ("sms", "failed"),
        ("mail", "failed"),
        ("desk", "failed"),
    ]
    assert facts_named(store, "telling-failed") == 1


def test_after_too_many_temporary_refusals_another_channel_takes_over(sqlite_url: str) -> None:
    both = telling("sms", "mail")
    store = with_nudges(sqlite_url, settings=both)
    sms, mail = ScriptedChannel().then(*[temporary("busy")] * 20), ScriptedChannel()
    for hours in range(60):
        deliver_all(store, both, opened(sms=sms, mail=mail), BEGIN + timedelta(hours=hours), "w1")
    assert len(sms.sent) == 8
    assert len(mail.sent) == 1


def test_a_wrong_password_is_told_to_ops_and_costs_nobody_a_message(sqlite_url: str) -> None:
    store, mail = with_nudges(sqlite_url), ScriptedChannel().then(*[misconfigured("535", "bad login")] * 20)
    found = [deliver_all(store, MAIL, opened(mail=mail), BEGIN + hours * HALF_AN_HOUR, "w1") for hours in range(20)]
    assert found[0].findings == (Finding("mail", "535", "bad login"),)
    assert nudges(store)[0].state == "queued"
    assert nudges(store)[0].tries == 0

    assert deliver_all(store, MAIL, opened(mail=mail), BEGIN + days(1), "w1").sent == 1


def test_a_channel_named_in_the_settings_but_not_open_is_told_to_ops(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url)
    report = deliver_all(store, MAIL, opened(), BEGIN, "w1")
    assert report.findings == (Finding("mail", "channel-not-open"),)
    assert nudges(store)[0].state == "queued"


def test_a_channel_taken_out_of_the_settings_hands_over_what_it_had(sqlite_url: str) -> None:
    store, sms = with_nudges(sqlite_url), ScriptedChannel()
    report = deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    assert (report.rerouted, report.sent, len(sms.sent)) == (1, 1, 1)


def test_a_provider_that_asks_for_patience_gets_it_for_all_messages(sqlite_url: str) -> None:
    store, mail = (
        with_nudges(sqlite_url, 3),
        ScriptedChannel().then(throttled("429", retry_after=timedelta(minutes=20))),
    )

    report = deliver_all(store, MAIL, opened(mail=mail), BEGIN, "w1")

    assert (len(mail.sent), report.waiting) == (1, 3)
    assert {moment(each.not_before) >= BEGIN + timedelta(minutes=20) for each in nudges(store)} == {True}
    assert sorted(each.tries for each in nudges(store)) == [0, 0, 1]


def test_a_channel_that_breaks_in_our_hands_stops_no_other_message(sqlite_url: str) -> None:
    store, mail = with_nudges(sqlite_url, 3), ScriptedChannel().then(broken(RuntimeError("boom")))

    report = deliver_all(store, MAIL, opened(mail=mail), BEGIN, "w1")

    assert (report.sent, report.doubtful) == (2, 1)
    assert report.findings == (Finding("mail", "RuntimeError"),)


def test_a_lost_answer_means_one_marked_repeat_after_a_pause_and_never_another(database_url: str) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel().then(*[unknown("timed-out")] * 5)

    assert deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1").doubtful == 1
    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(minutes=5), "w1").claimed == 0
    for hours in range(1, 10):
        deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(hours=hours), "w1")

    first, repeat = sms.sent
    assert "重发" not in first.text
    assert "重发" in repeat.text
    assert (repeat.nudge_id, repeat.at) == (first.nudge_id, first.at)
    doubtful, desk = nudges(store)
    assert (doubtful.state, doubtful.repeats, desk.channel, desk.state) == ("doubtful", 1, "desk", "failed")
    assert facts_named(store, "telling-failed") == 1


def test_a_repeat_that_arrives_settles_it(sqlite_url: str) -> None:
    store, sms = with_nudges(sqlite_url, settings=SMS), ScriptedChannel().then(unknown("timed-out"))
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    deliver_all(store, SMS, opened(sms=sms), SOON, "w1")
    assert [(each.state, each.repeats, each.in_doubt) for each in nudges(store)] == [("sent", 1, False)]


def test_a_repeat_the_gateway_would_not_take_just_now_keeps_its_one_chance(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    sms = ScriptedChannel().then(unknown("timed-out"), temporary("busy"))
    for hours in (0, 1, 2):
        deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(hours=hours), "w1")
    assert len(sms.sent) == 3
    assert [(each.state, each.repeats) for each in nudges(store)] == [("sent", 1)]


def test_a_provider_that_can_be_asked_is_asked_and_nothing_is_sent_twice(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    sms = ScriptedChannel(can_ask=True, known=accepted("delivered", "id-9")).then(unknown("timed-out"))
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    deliver_all(store, SMS, opened(sms=sms), SOON, "w1")
    assert (len(sms.sent), len(sms.asked)) == (1, 1)
    assert [(each.state, each.provider_id) for each in nudges(store)] == [("sent", "id-9")]


def test_a_provider_that_never_saw_it_is_given_it_again_without_any_mark(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    sms = ScriptedChannel(can_ask=True, known=temporary("not-found")).then(unknown("timed-out"))
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    deliver_all(store, SMS, opened(sms=sms), SOON, "w1")
    assert len(sms.sent) == 2
    assert "重发" not in sms.sent[1].text
    assert [(each.state, each.repeats) for each in nudges(store)] == [("sent", 0)]


@pytest.mark.parametrize("point", [Point.CLAIMING, Point.CLAIMED])
def test_a_worker_killed_before_it_began_to_send_leaves_no_doubt(database_url: str, point: Point) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel()
    with pytest.raises(Killed):
        deliver(store, SMS, opened(sms=sms), BEGIN, "w1", watch=killed_at(point))

    deliver_all(store, SMS, opened(sms=sms), BEGIN + LEASE, "w2")

    assert len(sms.sent) == 1
    assert "重发" not in sms.sent[0].text
    assert [(each.state, each.repeats) for each in nudges(store)] == [("sent", 0)]


def test_a_worker_killed_after_sending_means_one_marked_repeat_when_its_lease_has_run_out(database_url: str) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel()
    with pytest.raises(Killed):
        deliver(store, SMS, opened(sms=sms), BEGIN, "w1", watch=killed_at(Point.SENT))

    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(minutes=4), "w2").claimed == 0
    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + LEASE + timedelta(minutes=1), "w2").sent == 1
    assert "重发" in sms.sent[1].text


def test_where_a_repeat_is_harmless_it_is_simply_sent_again_however_often_the_worker_dies(sqlite_url: str) -> None:
    store, sms = with_nudges(sqlite_url, settings=SMS), ScriptedChannel(doubt=Doubt.NOTHING)
    for hours in range(5):
        at, watch = BEGIN + timedelta(hours=hours), killed_at(Point.BEGUN)
        with pytest.raises(Killed):
            deliver(store, SMS, opened(sms=sms), at, f"w{hours}", watch=watch)
    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(hours=6), "w9").sent == 1
    assert len(sms.sent) == 1


def test_a_worker_that_lost_its_claim_neither_sends_nor_settles(database_url: str) -> None:
    store, mine, theirs = with_nudges(database_url, 2), ScriptedChannel(), ScriptedChannel()

    def overtaken() -> Outcome:
        for nudge in nudges(store, claimed_by="slow"):
            let_lease_run_out(store, NudgeId(nudge.id), BEGIN)
        deliver_all(store, MAIL, opened(mail=theirs), BEGIN, "quick")
        return accepted("late")

    report = deliver(store, MAIL, opened(mail=mine.then(overtaken)), BEGIN, "slow")

    assert len(mine.sent) == 1
    assert report.sent == 0
    assert {each.claimed_by for each in nudges(store)} == {"quick"}
    assert len(theirs.sent) == 2


def test_a_message_due_in_the_evening_but_found_at_night_waits_for_the_morning(database_url: str) -> None:
    store, mail = with_nudges(database_url), ScriptedChannel()
    night = datetime.fromisoformat("2026-09-01T22:30:00+08:00")
    assert deliver_all(store, MAIL, opened(mail=mail), night, "w1") == DeliveryReport(claimed=1, waiting=1)
    assert mail.sent == []
    assert nudges(store)[0].not_before == "2026-09-02T00:00:00Z"


def test_a_desk_told_before_the_worker_died_is_not_told_again(database_url: str) -> None:
    store = unreachable(database_url)
    with pytest.raises(Killed):
        deliver(store, MAIL, opened(), BEGIN, "w1", watch=killed_at(Point.SENT))
    deliver_all(store, MAIL, opened(), BEGIN + LEASE, "w2")
    assert facts_named(store, "telling-failed") == 1
    assert [each.state for each in nudges(store, channel="desk")] == ["failed"]


def test_a_second_failure_about_the_same_duty_is_told_as_a_second_one(sqlite_url: str) -> None:
    store = unreachable(sqlite_url)
    deliver_all(store, MAIL, opened(), BEGIN, "w1")
    due = BEGIN + days(14)
    run_round(store, due)
    plan(store, MAIL, due)
    deliver_all(store, MAIL, opened(mail=ScriptedChannel()), due, "w1")
    assert facts_named(store, "telling-failed") == 2


def test_one_case_the_engine_cannot_write_holds_up_no_other_report(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = unreachable(sqlite_url, 2)

    def poisoned(store: Store, commands: list[c.Command], now: datetime) -> object:
        if any(command.case == "371302-00001" for command in commands):
            raise ZeroDivisionError
        return carry_out(store, commands, now)

    monkeypatch.setattr("notifiers.desk.carry_out", poisoned)
    report = deliver_all(store, MAIL, opened(), BEGIN, "w1")

    assert (report.failed, report.waiting) == (1, 1)
    assert [finding.detail for finding in report.findings] == ["ZeroDivisionError"]
    assert facts_named(store, "telling-failed") == 1


def test_whoever_takes_over_a_child_gets_a_link_of_his_or_her_own(sqlite_url: str) -> None:
    store, mail = with_nudges(sqlite_url), ScriptedChannel()
    change = c.Reassign(case=CaseId("371302-00001"), role="companion", to=LIU, by=TOWNSHIP_DESK, reason="moved")
    do(store, change, SOON)
    plan(store, MAIL, SOON)
    deliver_all(store, MAIL, opened(mail=mail), SOON, "w1")

    (message,) = mail.sent
    assert message.to == f"{LIU}@example.org"
    token = message.text.split(f"{BASE}/a/")[1].split()[0]
    claim = read_token(store.seal.signing_key, token, SOON)
    assert isinstance(claim, LinkClaim)
    assert claim.person == LIU


def unreachable(url: str, count: int = 1) -> Store:
    """Volunteers asked for a first visit whom nothing reaches."""
    store = with_nudges(url, count)
    for volunteer, _ in VOLUNTEERS[:count]:
        contacts(store, PersonId(volunteer), email=None, phone=None)
    with writing(store.engine) as connection:
        connection.execute(update(t.nudge).values(channel="desk"))
    return store
