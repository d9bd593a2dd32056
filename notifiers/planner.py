"""The planner: notices that wait become nudges, one message to one person, at a decent hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from domain.ids import PersonId
from domain.programme.schema import Programme
from domain.store.doors import forget_doors
from domain.store.engine import writing
from domain.store.moments import whole
from domain.store.outbox import (
    DESK,
    NewNudge,
    Waiting,
    add_nudges,
    contacts_of,
    drop_ended,
    hand_notices,
    hold_joinable,
    next_nudge,
    waiting,
)
from domain.store.people import Identity
from domain.store.store import Store
from notifiers.manners import known, leave_at
from notifiers.reach import channel_for
from notifiers.settings import Telling

DOORS_REMEMBERED: Final = timedelta(days=30)
"""So long after it ran out a short code is still known, so that its owner is told what is wrong."""


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
        nudges = _nudges(fresh, contacts, store.programmes, settings, moment)
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


def _nudges(
    fresh: Mapping[_For, tuple[str, ...]],
    contacts: Mapping[PersonId, Identity],
    programmes: Mapping[str, Programme],
    settings: Telling,
    now: datetime,
) -> list[NewNudge]:
    leaving = {names: leave_at(now, known(programmes, names)) for names in set(fresh.values())}
    return [
        NewNudge(person, channel, urgent, now if urgent or channel == DESK else leaving[names])
        for (person, urgent), names in fresh.items()
        for channel in (channel_for(settings.channels, contacts.get(person)),)
    ]
