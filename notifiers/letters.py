"""From claimed nudges to messages ready to send: what has been met is dropped, the rest addressed and worded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from domain.ids import NudgeId, PersonId
from domain.store.doors import make_doors
from domain.store.engine import writing
from domain.store.offices import office
from domain.store.outbox import DESK, Claimed, Line, contacts_of, drop_met, lines_of
from domain.store.people import Identity
from domain.store.store import Store
from domain.store.units import names_of
from domain.store.writing import read_states
from notifiers.channels import Channel, Doubt, Message
from notifiers.links import link_token
from notifiers.manners import known, leave_at
from notifiers.matters import Around, Matter, matters, passed_over
from notifiers.reach import address, channel_for
from notifiers.settings import Telling
from notifiers.wording import Wording, mail_wording, sms_wording

SMS: Final = "sms"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One nudge worded and addressed. ``message`` is nothing where its channel cannot reach the person (any more)."""

    nudge: Claimed
    message: Message | None
    next_channel: str
    leave_at: Callable[[datetime], datetime]


@dataclass
class Sorting:
    """What claimed nudges are: letters to send, those to give back for later, those for the desk.

    ``unwritable``: those that cannot be written at all, with the kind of error; ``moot``: how many were about nothing
    any more.
    """

    letters: list[Letter] = field(default_factory=list)
    later: dict[NudgeId, datetime] = field(default_factory=dict)
    desk: dict[Claimed, list[Line]] = field(default_factory=dict)
    unwritable: dict[NudgeId, str] = field(default_factory=dict)
    moot: int = 0


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """A nudge understood, not yet worded."""

    nudge: Claimed
    about: tuple[Matter, ...]
    language: str
    to: str | None
    next_channel: str
    leave_at: Callable[[datetime], datetime]

    @property
    def needs_door(self) -> bool:
        """Whether its reader is to answer by a short code."""
        return self.nudge.channel == SMS and any(matter.has_page for matter in self.about)


def read_letters(
    store: Store,
    settings: Telling,
    channels: Mapping[str, Channel],
    worker: str,
    claimed: Sequence[Claimed],
    now: datetime,
) -> Sorting:
    """Sort what was claimed and write the letters, in one transaction with a handful of statements."""
    ids = [nudge.id for nudge in claimed]
    with writing(store.engine) as connection:
        found = Sorting(moot=drop_met(connection, worker, ids, now))
        lines = lines_of(connection, ids)
        people = {nudge.person for nudge in claimed if nudge.id in lines}
        contacts = contacts_of(connection, store.seal, people)
        every_line = [line for some in lines.values() for line in some]
        units = names_of(connection, sorted(passed_over(every_line)))
        states = read_states(connection, [line.case for line in every_line])
        around = Around(states, store.programmes, store.calendar, office(connection, store), units)
        known_now = _Known(lines, contacts, around)
        drafts = _drafts(store, settings, claimed, known_now, found, now)
        doors = {draft.nudge.id: draft.nudge.person for draft in drafts if draft.needs_door}
        expires = now + timedelta(days=settings.links_live_days)
        codes = make_doors(connection, store.seal, doors, expires) if doors else {}
    found.letters = [_letter(store, settings, draft, codes.get(draft.nudge.id), channels) for draft in drafts]
    return found


@dataclass(frozen=True)
class _Known:
    """Everything letters are written from, read at once."""

    lines: Mapping[NudgeId, list[Line]]
    contacts: Mapping[PersonId, Identity]
    around: Around


def _drafts(
    store: Store, settings: Telling, claimed: Sequence[Claimed], known_now: _Known, found: Sorting, now: datetime
) -> list[_Draft]:
    drafts = []
    for nudge in claimed:
        lines = known_now.lines.get(nudge.id)
        if lines is None:
            continue
        if nudge.channel == DESK:
            found.desk[nudge] = lines
            continue
        leaves = _leaving(store, nudge, lines)
        if leaves(now) > now:
            found.later[nudge.id] = leaves(now)
            continue
        try:
            drafts.append(_draft(store, settings, nudge, known_now, leaves))
        except Exception as error:  # noqa: BLE001 - one that cannot be written must not silence the others
            found.unwritable[nudge.id] = type(error).__name__
    return drafts


def _leaving(store: Store, nudge: Claimed, lines: Sequence[Line]) -> Callable[[datetime], datetime]:
    """Urgent messages know no quiet hours."""
    names = () if nudge.urgent else sorted({line.programme for line in lines})
    return partial(leave_at, programmes=known(store.programmes, names))


def _draft(
    store: Store, settings: Telling, nudge: Claimed, known_now: _Known, leaves: Callable[[datetime], datetime]
) -> _Draft:
    lines, identity = known_now.lines[nudge.id], known_now.contacts.get(nudge.person)
    about = matters(lines, nudge.person, known_now.around, nudge.dated)
    channel = next((each for each in settings.channels if each.name == nudge.channel), None)
    return _Draft(
        nudge=nudge,
        about=tuple(_with_link(matter, nudge, store, settings) for matter in about),
        language=lines[0].language,
        to=address(channel, identity) if channel else None,
        next_channel=channel_for(settings.channels, identity, after=nudge.channel),
        leave_at=leaves,
    )


def _with_link(matter: Matter, nudge: Claimed, store: Store, settings: Telling) -> Matter:
    if not matter.has_page:
        return matter
    expires = nudge.dated + timedelta(days=settings.links_live_days)
    token = link_token(store.seal.signing_key, nudge.person, matter.duty, expires)
    return replace(matter, link=settings.answer_link(token))


def _letter(
    store: Store, settings: Telling, draft: _Draft, code: str | None, channels: Mapping[str, Channel]
) -> Letter:
    message = None
    if draft.to is not None:
        message = _message(store, draft, _wording(settings, draft, code, channels.get(draft.nudge.channel)))
    return Letter(nudge=draft.nudge, message=message, next_channel=draft.next_channel, leave_at=draft.leave_at)


def _wording(settings: Telling, draft: _Draft, code: str | None, channel: Channel | None) -> Wording:
    if draft.nudge.channel != SMS:
        return mail_wording(draft.about, draft.language, settings, draft.nudge.id)
    # Where the recipient would see two messages, the second one says that it is a repeat.
    again = draft.nudge.in_doubt and channel is not None and channel.doubt is Doubt.ONE and not channel.can_ask
    return sms_wording(draft.about, draft.language, settings, code, again=again)


def _message(store: Store, draft: _Draft, wording: Wording) -> Message:
    nudge = draft.nudge
    return Message(
        nudge_id=message_name(store, nudge.id), to=draft.to or "", subject=wording.subject, text=wording.text,
        html=wording.html, at=nudge.dated, thread=draft.about[0].duty if len(draft.about) == 1 else None,
    )  # fmt: skip


def message_name(store: Store, nudge: NudgeId) -> str:
    """What a nudge is called outside: its number, and a mark of this install so that no other one's is the same."""
    return f"{nudge}.{store.seal.blind('nudge', str(nudge))[:8]}"
