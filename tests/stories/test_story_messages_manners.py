"""Decency: festivals are kept, a coordinator's day is one message, nobody hears too much in a week; urgent goes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from support.far_office import assert_sound, guardian, open_kind
from support.linyi_second import (
    ACCOUNT,
    COUNTY_DESK,
    TOWNSHIP_DESK,
    VILLAGE,
    ZHOU,
    become_companion,
    open_linyi,
)
from support.office import BEGIN, answer, days, do, duty_of, open_case, open_office, pair
from support.office import ZHOU as FIRST_ZHOU
from support.programmes import LINYI, changed_linyi
from support.telling import MAIL, ScriptedChannel, notices, nudges, opened, tell

from domain.ids import CaseId
from domain.rules import commands as c
from domain.store.store import Store
from notifiers.channels import Message

QUIET: Final = 'manners: {quiet_from: "20:00", quiet_until: "08:00"'


def local(text: str) -> datetime:
    """A moment by the wall clock in Linyi."""
    return datetime.fromisoformat(text + ":00+08:00")


def a_girl(store: Store, number: int, now: datetime) -> CaseId:
    """The ``number``-th girl and Zhou as her companion from a moment on."""
    case = open_kind(store, number, "orphan", VILLAGE, now, family=guardian(store, number, VILLAGE, ACCOUNT))
    become_companion(store, case, ZHOU, now)
    return case


def to(mail: ScriptedChannel, person: str) -> list[Message]:
    """What somebody got."""
    return [message for message in mail.sent if message.to == f"{person}@example.org"]


def test_over_the_spring_festival_only_what_is_urgent_is_told_and_the_rest_on_the_first_morning_after(
    database_url: str,
) -> None:
    store, mail = open_linyi(database_url), ScriptedChannel()
    start, eve, after = local("2027-01-18T08:00"), local("2027-02-05T00:00"), local("2027-02-10T00:00")
    a_girl(store, 1, start)
    case = a_girl(store, 2, start)
    for day in range(25):
        now = start + timedelta(days=day)
        if now == local("2027-02-08T08:00"):
            answer(store, case, "first_visit", ZHOU, now, needs_help=True)
        for minutes in (0, 30):
            tell(store, MAIL, opened(mail=mail), now + timedelta(minutes=minutes))

    during = [message for message in mail.sent if eve <= message.at < after]
    assert {message.subject[:4] for message in during} == {"【紧急】"}
    (county,) = (message for message in to(mail, COUNTY_DESK) if message.at >= after and "首次见面" in message.text)
    assert county.at == after + timedelta(hours=8, minutes=30)
    assert "已上报到县" in county.text
    assert_sound(store, start + timedelta(days=25))


def test_a_coordinators_day_comes_in_one_message_the_next_morning_and_urgent_matters_at_once(database_url: str) -> None:
    store, mail = open_linyi(database_url), ScriptedChannel()
    start = local("2027-03-08T09:00")
    cases = [a_girl(store, number, start) for number in (1, 2)]
    tell(store, MAIL, opened(mail=mail), start)
    mail.sent.clear()
    for hour, case in zip((10, 15), cases, strict=True):
        now = start.replace(hour=hour)
        do(store, c.SayCannot(case=case, duty=duty_of(store, case, "first_visit"), by=ZHOU), now)
        tell(store, MAIL, opened(mail=mail), now)
    assert to(mail, TOWNSHIP_DESK) == []

    evening = start.replace(hour=17)
    answer(store, cases[1], "first_visit", ZHOU, evening, needs_help=True)
    tell(store, MAIL, opened(mail=mail), evening)
    assert [message.subject[:4] for message in to(mail, TOWNSHIP_DESK)] == ["【紧急】"]

    morning = local("2027-03-09T08:30")
    for minutes in (-1, 0, 10):
        tell(store, MAIL, opened(mail=mail), morning + timedelta(minutes=minutes))
    _, digest = to(mail, TOWNSHIP_DESK)
    assert digest.at == morning
    assert digest.text.count("去不了，另作安排") == 2
    assert_sound(store, morning)


def test_what_does_not_fit_into_a_week_comes_together_with_the_next(database_url: str) -> None:
    busy = changed_linyi((QUIET, f"{QUIET}, most_in_a_week: 2"))
    store, mail = replace(open_office(database_url), programmes={LINYI: busy}), ScriptedChannel()
    for hour in range(3):
        now = BEGIN + timedelta(hours=hour)
        pair(store, open_case(store, hour + 1, now=now), FIRST_ZHOU, now)
        tell(store, MAIL, opened(mail=mail), now)
    assert len(to(mail, FIRST_ZHOU)) == 2

    for day in range(1, 7):
        tell(store, MAIL, opened(mail=mail), BEGIN + days(day))
    assert len(to(mail, FIRST_ZHOU)) == 2
    assert {each.state for each in notices(store) if each.person == FIRST_ZHOU} == {"planned", "moot"}
    tell(store, MAIL, opened(mail=mail), BEGIN + days(7))
    (later,) = to(mail, FIRST_ZHOU)[2:]
    assert "371302-00003" in later.text
    assert_sound(store, BEGIN + days(7))


def test_an_urgent_message_goes_however_much_was_told_this_week(database_url: str) -> None:
    hasty = changed_linyi(
        (QUIET, f"{QUIET}, most_in_a_week: 1"),
        (
            "  soon:\n    rungs:\n      - at_once: true\n",
            "  soon:\n    rungs:\n      - {at_once: true, urgent: true}\n",
        ),
    )
    store, mail = replace(open_office(database_url), programmes={LINYI: hasty}), ScriptedChannel()
    pair(store, open_case(store), FIRST_ZHOU, BEGIN)
    for day in (0, 14):
        tell(store, MAIL, opened(mail=mail), BEGIN + days(day))
    assert [each.urgent for each in nudges(store, person=FIRST_ZHOU)] == [True, False]

    pair(store, open_case(store, 2, now=BEGIN + days(15)), FIRST_ZHOU, BEGIN + days(15))
    tell(store, MAIL, opened(mail=mail), BEGIN + days(15))
    assert "371302-00002" in to(mail, FIRST_ZHOU)[-1].subject
    assert_sound(store, BEGIN + days(15))


def test_what_comes_up_in_the_night_leaves_once_in_the_morning(database_url: str) -> None:
    store, mail = open_office(database_url), ScriptedChannel()
    night, morning = local("2026-09-01T22:10"), local("2026-09-02T08:00")
    for number in (1, 2):
        pair(store, open_case(store, number, now=night), FIRST_ZHOU, night)
        tell(store, MAIL, opened(mail=mail), night + timedelta(minutes=number))
    tell(store, MAIL, opened(mail=mail), morning - timedelta(minutes=1))
    assert mail.sent == []

    for minutes in (0, 1, 60):
        tell(store, MAIL, opened(mail=mail), morning + timedelta(minutes=minutes))
    (message,) = mail.sent
    assert ("371302-00001" in message.text, "371302-00002" in message.text) == (True, True)
    assert message.at == morning
    assert_sound(store, morning)
