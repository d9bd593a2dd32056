"""The planner against real databases: one message to one person, at a decent hour, through a channel that reaches."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from support.office import (
    BEGIN,
    LIU,
    SUN,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    days,
    open_case,
    open_office,
    pair,
    talk,
)
from support.telling import ScriptedChannel, contacts, notices, nudges, opened, tell, telling

from domain.ids import CaseId
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.people import erase
from domain.store.rounds import run_round
from domain.store.store import Store
from notifiers.dispatch import deliver_all
from notifiers.planner import PlanReport, plan

CHILD = CaseId("371302-00001")
VISITED = BEGIN + days(10)
REMINDED = BEGIN + days(27)
"""28 September: talk and word with the guardian, both due on 1 October, are reminded of."""

EVENING = BEGIN + days(13) + timedelta(hours=14)
"""Ten at night on 14 September; the first visit is due on the 15th, from midnight on."""

MORNING = "2026-09-15T00:00:00Z"
"""Eight o'clock in Linyi."""


def with_pair(url: str) -> Store:
    """One child with her companion, who has been asked for the first visit."""
    store = open_office(url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    tell(store, telling(), opened(mail=ScriptedChannel(), sms=ScriptedChannel()), BEGIN)
    return store


def test_two_duties_of_one_person_become_one_message(database_url: str) -> None:
    store = with_pair(database_url)
    visited(store)
    run_round(store, REMINDED)

    report = plan(store, telling(), REMINDED)

    assert report == PlanReport(notices=2, nudges=1)
    assert len(nudges(store, person=ZHOU, state="queued")) == 1


def test_planning_again_changes_nothing(database_url: str) -> None:
    store = with_pair(database_url)
    visited(store)
    run_round(store, REMINDED)
    plan(store, telling(), REMINDED)
    before = nudges(store), notices(store)

    assert plan(store, telling(), REMINDED) == PlanReport()
    assert (nudges(store), notices(store)) == before


def test_what_comes_up_while_a_message_still_waits_joins_it(database_url: str) -> None:
    store = with_pair(database_url)
    case = open_case(store, 2)
    plan(store, telling(), BEGIN)
    pair(store, case, LIU, EVENING)
    plan(store, telling(), EVENING)
    second = open_case(store, 3, now=EVENING)
    pair(store, second, LIU, EVENING)

    report = plan(store, telling(), EVENING + timedelta(minutes=10))

    waiting = nudges(store, person=LIU, state="queued")
    assert report.joined == 1
    assert len(waiting) == 1
    assert [each.kind for each in notices(store, nudge=waiting[0].id)] == ["first_visit", "first_visit"]


def test_a_nudge_of_the_night_is_moved_to_the_morning(database_url: str) -> None:
    store = with_pair(database_url)
    night = EVENING + timedelta(hours=3)
    run_round(store, night)
    plan(store, telling(), night)

    assert [each.not_before for each in nudges(store, person=ZHOU, state="queued")] == [MORNING]


def test_an_urgent_one_goes_at_once_by_itself_and_knows_no_quiet_hours(database_url: str) -> None:
    store = with_pair(database_url)
    visited(store, at=EVENING - timedelta(hours=3), needs_help=True)

    plan(store, telling(), EVENING)

    urgent = nudges(store, person=TOWNSHIP_DESK, urgent=True)
    assert [each.not_before for each in urgent] == [EVENING.strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert {each.urgent for each in notices(store, nudge=urgent[0].id)} == {True}


def test_notices_of_a_duty_that_has_ended_are_never_planned(database_url: str) -> None:
    store = with_pair(database_url)
    visited(store)
    run_round(store, REMINDED)
    talk(store, CHILD, ZHOU, REMINDED)

    report = plan(store, telling(), REMINDED)

    assert (report.notices, report.moot) == (1, 1)
    assert [each.kind for each in notices(store, state="moot") if each.person == ZHOU][-1:] == ["monthly_talk"]


def test_the_first_channel_in_the_settings_that_reaches_a_person_is_taken(database_url: str) -> None:
    store = with_pair(database_url)
    contacts(store, LIU, email=None)
    contacts(store, SUN, email=None, phone=None)
    for number, volunteer, sex in ((2, LIU, "female"), (3, SUN, "male")):
        case = open_case(store, number, sex=sex)
        pair(store, case, volunteer, BEGIN)

    report = plan(store, telling("mail", "sms"), BEGIN)

    assert [each.channel for each in nudges(store, person=LIU)] == ["sms"]
    assert [each.channel for each in nudges(store, person=SUN)] == ["desk"]
    assert report.unreachable == 1


def test_whoever_was_erased_is_reached_by_nothing(database_url: str) -> None:
    store = with_pair(database_url)
    case = open_case(store, 2)
    pair(store, case, LIU, BEGIN)
    with writing(store.engine) as connection:
        erase(connection, LIU)

    plan(store, telling(), BEGIN)

    assert [each.channel for each in nudges(store, person=LIU)] == ["desk"]


def test_one_damaged_record_silences_only_its_own_person(database_url: str) -> None:
    store = with_pair(database_url)
    for number, volunteer in ((2, LIU), (3, WU)):
        case = open_case(store, number)
        pair(store, case, volunteer, BEGIN)
    with writing(store.engine) as connection:
        connection.execute(update(t.person).where(t.person.c.id == LIU).values(sealed=b"damaged beyond repair"))

    plan(store, telling(), BEGIN)

    assert [each.channel for each in nudges(store, person=LIU)] == ["desk"]
    assert [each.channel for each in nudges(store, person=WU)] == ["mail"]


def test_a_message_already_in_a_workers_hands_is_not_added_to(database_url: str) -> None:
    store = with_pair(database_url)
    case = open_case(store, 2)
    pair(store, case, LIU, BEGIN)
    plan(store, telling(), BEGIN)
    with writing(store.engine) as connection:
        connection.execute(update(t.nudge).where(t.nudge.c.person == LIU).values(state="claimed"))
    again = open_case(store, 3)
    pair(store, again, LIU, BEGIN)

    assert plan(store, telling(), BEGIN).nudges == 1
    assert len(nudges(store, person=LIU)) == 2


def test_a_programme_that_is_no_longer_installed_holds_up_nobody(database_url: str) -> None:
    store = with_pair(database_url)
    case = open_case(store, 2)
    pair(store, case, LIU, BEGIN)
    with writing(store.engine) as connection:
        connection.execute(update(t.notice).where(t.notice.c.person == LIU).values(programme="gone@1"))
    other = open_case(store, 3)
    pair(store, other, ZHOU, BEGIN)
    mail = ScriptedChannel()

    plan(store, telling("mail"), BEGIN)
    report = deliver_all(store, telling("mail"), opened(mail=mail), BEGIN, "w1")

    assert [message.to for message in mail.sent] == [f"{ZHOU}@example.org"]
    assert [finding.detail for finding in report.findings] == ["KeyError"]
    assert [each.state for each in nudges(store, person=LIU)] == ["queued"]


def test_nothing_waiting_costs_no_nudge(database_url: str) -> None:
    store = open_office(database_url)
    with writing(store.engine) as connection:
        connection.execute(delete(t.notice))
    assert plan(store, telling(), BEGIN) == PlanReport()


def visited(store: Store, at: datetime = VISITED, *, needs_help: bool = False) -> None:
    """The companion makes the first visit."""
    run_round(store, at)
    answer(store, CHILD, "first_visit", ZHOU, at, needs_help=needs_help)
