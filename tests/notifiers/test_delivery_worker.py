"""The worker against real databases, with channels that answer as ordered."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from support.office import BEGIN, LIU, TOWNSHIP_DESK, ZHOU, answer, days, do
from support.telling import (
    BASE,
    MAIL,
    SMS,
    ScriptedChannel,
    contacts,
    notices,
    nudges,
    opened,
    speak,
    telling,
    with_nudges,
)

from domain.ids import CaseId
from domain.rules import commands as c
from domain.store.doors import open_door
from domain.store.engine import reading
from domain.store.moments import moment
from domain.store.rounds import run_round
from notifiers.dispatch import deliver_all
from notifiers.links import LinkClaim, read_token
from notifiers.outcomes import Outcome, accepted, misconfigured, permanent, temporary, throttled
from notifiers.planner import plan
from notifiers.reports import DeliveryReport, Finding
from notifiers.worker import deliver

HALF_AN_HOUR = timedelta(minutes=31)
SOON = BEGIN + timedelta(hours=1)


def broken(error: Exception) -> Callable[[], Outcome]:
    def answer() -> Outcome:
        raise error

    return answer


def test_what_the_provider_took_is_sent_and_its_name_there_is_kept(database_url: str) -> None:
    store, mail = with_nudges(database_url), ScriptedChannel()

    report = deliver(store, MAIL, opened(mail=mail.then(accepted("250 2.0.0", "Q0001"))), BEGIN, "w1")

    assert report == DeliveryReport(claimed=1, sent=1, through=("mail",))
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


def test_a_coordinator_gets_a_code_to_say_that_it_is_seen(sqlite_url: str) -> None:
    store, mail, sms = with_nudges(sqlite_url), ScriptedChannel(), ScriptedChannel()
    run_round(store, BEGIN + days(17))
    both = telling("mail", "sms")
    contacts(store, TOWNSHIP_DESK, email=None)
    plan(store, both, BEGIN + days(17))
    deliver(store, both, opened(mail=mail, sms=sms), BEGIN + days(17), "w1")

    (message,) = sms.sent
    assert message.to == "13900000004"
    told = r"【守望】首次见面，案号371302-00001，已逾期3天，已上报到乡镇（街道）。请打开 \S+/a 输入 \d{8} 办理。"
    assert re.fullmatch(told, message.text)


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


def test_a_message_due_in_the_evening_but_found_at_night_waits_for_the_morning(database_url: str) -> None:
    store, mail = with_nudges(database_url), ScriptedChannel()
    night = datetime.fromisoformat("2026-09-01T22:30:00+08:00")
    assert deliver_all(store, MAIL, opened(mail=mail), night, "w1") == DeliveryReport(claimed=1, waiting=1)
    assert mail.sent == []
    assert nudges(store)[0].not_before == "2026-09-02T00:00:00Z"


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
