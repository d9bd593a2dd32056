"""Planners and workers in each other's way: one is held just before it commits, the other runs into it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import event
from support.office import BEGIN, LIU, ZHOU, days, open_case, open_office, pair
from support.programmes import LINYI, linyi
from support.telling import ScriptedChannel, notices, nudges, opened, tell, telling

from domain.calendar import Calendar
from domain.store.engine import open_engine
from domain.store.rounds import run_round
from domain.store.store import Store
from notifiers.dispatch import deliver_all
from notifiers.planner import PlanReport, plan
from notifiers.reports import DeliveryReport

First = TypeVar("First")
Second = TypeVar("Second")

MAIL = telling("mail")
A_MOMENT = 0.3
"""Seconds in which the second one would be through, were it not held off."""


def overlapping(store: Store, first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """Let the first stand still before it commits, begin the second, let the first go on; what came of both."""
    there, go_on = threading.Event(), threading.Event()

    def stand_still(_: object) -> None:
        there.set()
        go_on.wait(30)

    event.listen(store.engine, "commit", stand_still, once=True)
    with ThreadPoolExecutor(2) as threads:
        begun: Future[First] = threads.submit(first)
        assert there.wait(30)
        run_into: Future[Second] = threads.submit(second)
        threading.Event().wait(A_MOMENT)
        go_on.set()
        return begun.result(30), run_into.result(30)


def two_processes(url: str) -> tuple[Store, Store]:
    """An install opened twice, with a volunteer to be asked for a first visit."""
    store = open_office(url)
    pair(store, open_case(store), ZHOU, BEGIN)
    return store, Store(open_engine(url), {LINYI: linyi()}, Calendar(), store.seal)


def test_two_planners_never_plan_a_notice_twice(database_url: str) -> None:
    store, other = two_processes(database_url)
    tell(store, MAIL, opened(mail=ScriptedChannel()), BEGIN)
    due = BEGIN + days(14)
    run_round(store, due)

    sooner, later = overlapping(store, lambda: plan(store, MAIL, due), lambda: plan(other, MAIL, due))

    # The round found nothing that had ended, so it is the planners' turn alone that holds the second one off.
    assert sooner == PlanReport(notices=1, nudges=1)
    assert later == PlanReport()
    assert len(nudges(store, person=ZHOU)) == 2


def test_what_joins_a_queued_message_is_never_missed_by_the_worker_that_sends_it(database_url: str) -> None:
    store, other = two_processes(database_url)
    plan(store, MAIL, BEGIN)
    pair(store, open_case(store, 2), ZHOU, BEGIN)
    mail = ScriptedChannel()

    planned, _ = overlapping(
        store, lambda: plan(store, MAIL, BEGIN), lambda: deliver_all(other, MAIL, opened(mail=mail), BEGIN, "w1")
    )
    deliver_all(other, MAIL, opened(mail=mail), BEGIN, "w1")

    assert planned.joined == 1
    said = "".join(message.text for message in mail.sent)
    assert said.count("371302-00001") == said.count("371302-00002") > 0
    assert len(mail.sent) == 1


def test_two_workers_share_the_messages_and_send_each_once(database_url: str) -> None:
    store, other = two_processes(database_url)
    pair(store, open_case(store, 2), LIU, BEGIN)
    plan(store, MAIL, BEGIN)
    mine, theirs = ScriptedChannel(), ScriptedChannel()

    reports = overlapping(
        store,
        lambda: deliver_all(store, MAIL, opened(mail=mine), BEGIN, "w1", limit=1),
        lambda: deliver_all(other, MAIL, opened(mail=theirs), BEGIN, "w2", limit=1),
    )

    assert sum(report.sent for report in reports) == 2
    assert sorted(message.to for message in (*mine.sent, *theirs.sent)) == [f"{ZHOU}@example.org", f"{LIU}@example.org"]


def test_a_round_that_writes_while_the_planner_plans_loses_nothing(database_url: str) -> None:
    store, other = two_processes(database_url)

    overlapping(store, lambda: plan(store, MAIL, BEGIN), lambda: pair(other, open_case(other, 2), ZHOU, BEGIN))
    plan(store, MAIL, BEGIN)
    deliver_all(store, MAIL, opened(mail=ScriptedChannel()), BEGIN, "w1")

    assert {each.state for each in notices(store)} <= {"planned", "moot"}
    assert {each.state for each in nudges(store)} == {"sent"}
    assert deliver_all(store, MAIL, opened(), BEGIN, "w1") == DeliveryReport()
