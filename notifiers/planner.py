"""The planner: notices that wait become nudges, one message to one person, at a decent hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from domain.ids import PersonId
from domain.store.contacts import Contact, contacts_of
from domain.store.doors import forget_doors
from domain.store.engine import writing
from domain.store.moments import whole
from domain.store.outbox import (
    DESK,
    NewNudge,
    Waiting,
    add_nudges,
    drop_ended,
    hand_notices,
    hold_joinable,
    next_nudge,
    told_lately,
    waiting,
)
from domain.store.store import Store
from notifiers.manners import digest_at, known, leave_at, most_in_a_week
from notifiers.reach import channel_for
from notifiers.settings import Telling

DOORS_REMEMBERED: Final = timedelta(days=30)
"""So long after it ran out a short code is still known, so that its owner is told what is wrong."""

A_WEEK: Final = timedelta(days=7)


class PlanReport(NamedTuple):
    """What planning did: notices put into nudges, nudges made, people whose queued nudge grew, notices whose duty
    had ended, people no channel reaches (their nudge goes to the coordinator's desk)."""

    notices: int = 0
    nudges: int = 0
    joined: int = 0
    moot: int = 0
    unreachable: int = 0


def plan(store: Store, settings: Telling, now: datetime) -> PlanReport:
    """Put every waiting notice into a nudge: plain ones of a person together, urgent ones at once and by themselves.

    All of it is one transaction. Planners take turns, so no notice is planned twice; nothing waiting, nothing done.
    """
    moment = whole(now)
    with writing(store.engine) as connection:
        first = next_nudge(connection)
        moot = drop_ended(connection)
        wishes = _by_person(waiting(connection))
        joinable = hold_joinable(connection) if wishes else {}
        fresh = {key: names for key, names in wishes.items() if key.urgent or key.person not in joinable}
        contacts = contacts_of(connection, store.seal, {key.person for key in fresh})
        budgets = _budgets(store, fresh, contacts)
        full = _full(budgets, told_lately(connection, list(budgets), moment - A_WEEK) if budgets else {})
        nudges = _nudges(store, settings, fresh, contacts, full, moment)
        add_nudges(connection, next_nudge(connection, len(nudges)), nudges, moment)
        notices = hand_notices(connection, first, joinable.values()) if wishes else 0
        forget_doors(connection, moment - DOORS_REMEMBERED)
    unreachable = sum(nudge.channel == DESK for nudge in nudges)
    return PlanReport(notices, len(nudges), len(joinable), moot, unreachable)


class _For(NamedTuple):
    person: PersonId
    urgent: bool


def _by_person(rows: Iterable[Waiting]) -> dict[_For, tuple[str, ...]]:
    """The programmes of what waits for each person, urgent and plain apart."""
    found: dict[_For, tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        key = _For(row.person, row.urgent)
        found[key] = (*found[key], row.programme)
    return found


def _budgets(
    store: Store, fresh: Mapping[_For, tuple[str, ...]], contacts: Mapping[PersonId, Contact]
) -> dict[PersonId, int]:
    """How many plain messages in seven days each of these helpers may get, where their programmes say so."""
    found: dict[PersonId, int] = {}
    for (person, urgent), names in fresh.items():
        most = most_in_a_week(known(store.programmes, names))
        if most is not None and not urgent and person in contacts and contacts[person].kind == "volunteer":
            found[person] = most
    return found


def _full(budgets: Mapping[PersonId, int], lately: Mapping[PersonId, Sequence[datetime]]) -> dict[PersonId, datetime]:
    """Helpers who have heard enough this week, and from when on there is room for another message."""
    return {
        person: told[budgets[person] - 1] + A_WEEK for person, told in lately.items() if len(told) >= budgets[person]
    }


def _nudges(
    store: Store,
    settings: Telling,
    fresh: Mapping[_For, tuple[str, ...]],
    contacts: Mapping[PersonId, Contact],
    full: Mapping[PersonId, datetime],
    now: datetime,
) -> list[NewNudge]:
    leaving = {names: _leaving(store, names, now) for names in set(fresh.values())}
    found = []
    for (person, urgent), names in fresh.items():
        contact = contacts.get(person)
        channel = channel_for(settings.channels, contact)
        not_before = now
        if not urgent and channel != DESK:
            at_desk = contact is not None and contact.kind == "coordinator"
            not_before = leaving[names].digest if at_desk else leaving[names].plain
            if person in full and full[person] > not_before:
                not_before = _leaving(store, names, full[person]).plain
        found.append(NewNudge(person, channel, urgent, not_before))
    return found


class _Leaving(NamedTuple):
    """When plain messages of some programmes may leave: a helper's, a coordinator's."""

    plain: datetime
    digest: datetime


def _leaving(store: Store, names: tuple[str, ...], now: datetime) -> _Leaving:
    programmes = known(store.programmes, names)
    plain = leave_at(now, programmes, store.calendar)
    # A digest that falls on a festival comes at its own hour of the first day after.
    awake = leave_at(digest_at(now, programmes), programmes, store.calendar)
    return _Leaving(plain, leave_at(digest_at(awake, programmes), programmes, store.calendar))
