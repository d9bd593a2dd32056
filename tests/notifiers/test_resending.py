"""A message sent anew by hand: by name, once, and never to somebody who has been told or need not be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import update
from support.office import BEGIN, COUNTY_DESK, ZHOU, days, pass_days
from support.telling import ScriptedChannel, contacts, notices, nudges, opened, tell, telling, with_nudges

from domain.ids import NudgeId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.contacts import stop
from domain.store.engine import writing
from domain.store.receipts import Reported, note_receipt
from domain.store.store import Store
from domain.store.writing import carry_out
from notifiers.outcomes import permanent, unknown
from notifiers.resending import Anew, send_anew
from notifiers.settings import Telling

BOTH: Final = telling("sms", "mail")
ONE: Final = telling("sms")
SOON: Final = BEGIN + timedelta(hours=1)
LATER: Final = BEGIN + timedelta(hours=2)


def failed(url: str, settings: Telling = ONE) -> Store:
    """A message that no channel could deliver, of which the desk was told."""
    store = with_nudges(url, settings=settings)
    no = {each.name: ScriptedChannel().then(permanent("550")) for each in settings.channels}
    tell(store, settings, opened(**no), BEGIN)
    return store


def anew(store: Store, number: int = 1, settings: Telling = ONE, channel: str | None = None) -> Anew | Refusal | None:
    """The county's coordinator has a message sent anew."""
    return send_anew(store, settings, number, COUNTY_DESK, SOON, channel)


def reason(came: Anew | Refusal | None) -> Reason:
    """Why it was refused."""
    assert isinstance(came, Refusal), came
    return came.reason


def test_what_failed_goes_out_once_more_in_the_others_place_and_by_name(database_url: str) -> None:
    store, sms = failed(database_url), ScriptedChannel()
    assert [each.channel for each in nudges(store)] == ["sms", "desk"]

    assert anew(store) == Anew(NudgeId(3), NudgeId(2), ZHOU, "sms")

    new = nudges(store, person=ZHOU)[-1]
    assert (new.id, new.state, new.replaces, new.resent_by) == (3, "queued", 2, COUNTY_DESK)
    assert {each.nudge for each in notices(store, person=ZHOU, state="planned")} == {3}
    tell(store, ONE, opened(sms=sms), LATER)
    assert len({each.to for each in sms.sent}) == len(sms.sent)
    assert nudges(store, person=ZHOU)[-1].state == "sent"
    assert audit_report(store, LATER + days(1)).breaches == []


def test_nobody_is_told_twice_by_a_message_sent_anew(database_url: str) -> None:
    store = failed(database_url)
    assert isinstance(anew(store), Anew)
    assert reason(anew(store)) is Reason.STILL_ON_ITS_WAY
    tell(store, ONE, opened(sms=ScriptedChannel()), LATER)
    assert [reason(anew(store, number)) for number in (1, 2, 3)] == [Reason.ALREADY_TOLD] * 3


def test_what_fails_again_reaches_the_desk_again_and_leaves_the_books_in_order(database_url: str) -> None:
    store = failed(database_url, BOTH)
    anew(store, settings=BOTH)
    # Zhou's message and that to the desk which heard of it fail alike.
    no = {name: ScriptedChannel().then(*[permanent("550")] * 9) for name in ("sms", "mail")}
    tell(store, BOTH, opened(**no), LATER)
    ways = ["sms", "mail", "desk", "sms", "mail", "desk"]
    assert [each.channel for each in nudges(store, person=ZHOU)] == ways
    assert {each.state for each in nudges(store, person=ZHOU)} == {"failed"}
    assert audit_report(store, LATER + days(2)).breaches == []


def test_a_message_given_up_in_doubt_may_be_sent_anew_until_it_proves_to_have_arrived(database_url: str) -> None:
    store = with_nudges(database_url, settings=ONE)
    doubt = opened(sms=ScriptedChannel().then(unknown("timed-out"), unknown("timed-out")))
    for minutes in (0, 11, 22):
        tell(store, ONE, doubt, BEGIN + timedelta(minutes=minutes))
    own = nudges(store, person=ZHOU)
    assert [(each.state, each.channel) for each in own] == [("doubtful", "sms"), ("failed", "desk")]
    with writing(store.engine) as connection:
        note_receipt(connection, own[0].id, Reported("sms", own[0].id, None, "delivered", "0"), "desk", SOON)
    assert reason(anew(store)) is Reason.ALREADY_TOLD
    with writing(store.engine) as connection:
        connection.execute(update(t.nudge).where(t.nudge.c.id == 1).values(receipt=None))
    assert isinstance(anew(store), Anew)
    tell(store, ONE, opened(sms=ScriptedChannel()), LATER)
    assert audit_report(store, LATER + days(1)).breaches == []


def test_what_is_done_meanwhile_is_not_told_any_more(sqlite_url: str) -> None:
    store = failed(sqlite_url)
    about = notices(store)[0]
    carry_out(store, [c.CloseCase(case=about.case, by=COUNTY_DESK, reason="moved-away")], SOON)
    assert reason(anew(store)) is Reason.NOTHING_TO_TELL


def break_phone(store: Store, person: PersonId) -> None:
    """No telephone is known any more."""
    contacts(store, person, phone=None)


def stop_sms(store: Store, person: PersonId) -> None:
    """No text messages are wanted any more."""
    with writing(store.engine) as connection:
        stop(connection, person, "sms", SOON, "reply")


@pytest.mark.parametrize("change", [break_phone, stop_sms])
def test_it_goes_only_where_it_reaches_the_person(sqlite_url: str, change: Callable[[Store, PersonId], None]) -> None:
    store = failed(sqlite_url)
    change(store, nudges(store)[0].person)
    assert reason(anew(store)) is Reason.NOT_REACHABLE
    assert reason(anew(store, settings=BOTH, channel="sms")) is Reason.NOT_REACHABLE
    contacts(store, nudges(store)[0].person, email="zhou@example.org")
    came = anew(store, settings=BOTH)
    assert isinstance(came, Anew)
    assert came.channel == "mail"


def test_it_can_be_sent_another_way_on_purpose(sqlite_url: str) -> None:
    store = failed(sqlite_url)
    contacts(store, nudges(store)[0].person, email="zhou@example.org")
    came = anew(store, settings=BOTH, channel="mail")
    assert isinstance(came, Anew)
    assert came.channel == "mail"


def test_a_number_nobody_knows_is_no_message(sqlite_url: str) -> None:
    assert anew(failed(sqlite_url), 99) is None


def test_later_reminders_still_come_as_they_would_have(sqlite_url: str) -> None:
    store, sms = failed(sqlite_url), ScriptedChannel()
    anew(store)
    tell(store, ONE, opened(sms=sms), LATER)
    pass_days(store, BEGIN, 14)
    tell(store, ONE, opened(sms=sms), BEGIN + days(14))
    assert len(sms.sent) >= 2
    assert audit_report(store, BEGIN + days(14)).breaches == []
