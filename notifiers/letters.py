"""From claimed nudges to messages ready to send: what has been met is dropped, the rest addressed and worded."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from domain.ids import CaseId, NudgeId, PersonId
from domain.store.contacts import Contact, contacts_of
from domain.store.doors import make_doors
from domain.store.engine import Connection, reading, writing
from domain.store.offices import office
from domain.store.outbox import DESK, Claimed, Line, drop_met, lines_of
from domain.store.people import reached_at
from domain.store.reply_codes import give_codes, open_codes
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.units import names_of
from domain.store.writing import read_states
from notifiers.channels import Channel, Doubt, Message
from notifiers.links import link_token, stop_token
from notifiers.manners import known, leave_at
from notifiers.matters import Around, Matter, matters, passed_over
from notifiers.phrases import Wording
from notifiers.reach import address, channel_for
from notifiers.reaching import Reach, reach_of
from notifiers.second_factor import said_values
from notifiers.settings import ChannelSetting, Telling
from notifiers.wording import chat_wording, mail_wording
from notifiers.wording_sms import said_wording, sms_wording


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One nudge ready to be worded, which ``write`` does: in its lane, while other lanes wait for their providers.

    What it writes is nothing where the nudge's channel cannot reach the person (any more).
    """

    nudge: Claimed
    write: Callable[[], Message | None]
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
    """A nudge understood, not yet worded. ``reach`` is nothing where its channel is no longer set."""

    nudge: Claimed
    about: tuple[Matter, ...]
    language: str
    reach: Reach | None
    to: str | None
    next_channel: str
    leave_at: Callable[[datetime], datetime]

    @property
    def needs_door(self) -> bool:
        """Whether its reader is to answer by a short code."""
        return self.reach is Reach.SMS and any(matter.has_page for matter in self.about)

    @property
    def coded(self) -> list[tuple[PersonId, CaseId, int]]:
        """The duties its reader may answer by text message."""
        return [(self.nudge.person, matter.case, matter.number) for matter in self.about if matter.digits]


def read_letters(
    store: Store,
    settings: Telling,
    channels: Mapping[str, Channel],
    worker: str,
    claimed: Sequence[Claimed],
    now: datetime,
) -> Sorting:
    """Sort what was claimed, with a handful of statements; nobody who writes is held up while that is thought over.

    What is done in the meantime is noticed when the message is begun.
    """
    ids = [nudge.id for nudge in claimed]
    with writing(store.engine) as connection:
        found = Sorting(moot=drop_met(connection, worker, ids, now))
    with reading(store.engine) as connection:
        lines = lines_of(connection, ids)
        people = {nudge.person for nudge in claimed if nudge.id in lines or nudge.says is not None}
        contacts = contacts_of(connection, store.seal, people)
        every_line = [line for some in lines.values() for line in some]
        units = names_of(connection, sorted(passed_over(every_line)))
        states = read_states(connection, [line.case for line in every_line])
        around = Around(states, store.programmes, store.calendar, office(connection, store), units)
    known_now = _Known(store, settings, channels, lines, contacts, around)
    drafts = _drafts(claimed, known_now, found, now)
    codes: Mapping[NudgeId, str] = {}
    if any(draft.coded or draft.needs_door for draft in drafts):
        with writing(store.engine) as connection:
            drafts = _with_codes(connection, store.seal, contacts, drafts, now)
            codes = _doors(connection, known_now, drafts, now)
    found.letters = [_letter(known_now, draft, codes.get(draft.nudge.id)) for draft in drafts]
    return found


def _doors(connection: Connection, known_now: "_Known", drafts: Sequence[_Draft], now: datetime) -> dict[NudgeId, str]:
    """The short codes of messages by telephone that lead to a page."""
    wanted = {draft.nudge.id: draft.nudge.person for draft in drafts if draft.needs_door}
    expires = now + timedelta(days=known_now.settings.links_live_days)
    return make_doors(connection, known_now.store.seal, wanted, expires) if wanted else {}


class _Known(NamedTuple):
    """Everything letters are written from, read at once."""

    store: Store
    settings: Telling
    channels: Mapping[str, Channel]
    lines: Mapping[NudgeId, list[Line]]
    contacts: Mapping[PersonId, Contact]
    around: Around

    def setting(self, name: str) -> ChannelSetting | None:
        """What the office has set for a channel."""
        return next((each for each in self.settings.channels if each.name == name), None)

    def hears(self, name: str) -> bool:
        """Whether answers to a channel's messages come back to us."""
        return name in self.channels and self.channels[name].hears


def _drafts(claimed: Sequence[Claimed], known_now: _Known, found: Sorting, now: datetime) -> list[_Draft]:
    drafts = []
    for nudge in claimed:
        lines = known_now.lines.get(nudge.id, [])
        if not lines and nudge.says is None:
            continue
        if nudge.channel == DESK:
            found.desk[nudge] = lines
            continue
        leaves = _leaving(known_now.store, nudge, lines)
        if leaves(now) > now:
            found.later[nudge.id] = leaves(now)
            continue
        try:
            drafts.append(_draft(nudge, known_now, leaves))
        except Exception as error:  # noqa: BLE001 - one that cannot be written must not silence the others
            found.unwritable[nudge.id] = type(error).__name__
    return drafts


def _leaving(store: Store, nudge: Claimed, lines: Sequence[Line]) -> Callable[[datetime], datetime]:
    """Urgent messages know no quiet hours."""
    names = () if nudge.urgent else sorted({line.programme for line in lines})
    return partial(leave_at, programmes=known(store.programmes, names), calendar=store.calendar)


def _draft(nudge: Claimed, known_now: _Known, leaves: Callable[[datetime], datetime]) -> _Draft:
    contact, setting = known_now.contacts.get(nudge.person), known_now.setting(nudge.channel)
    reach = reach_of(setting) if setting else None
    replying = reach is Reach.SMS and known_now.hears(nudge.channel)
    lines = known_now.lines.get(nudge.id, [])
    about = matters(lines, nudge.person, known_now.around, nudge.dated, replying=replying)
    if reach in {Reach.MAIL, Reach.FILE}:
        about = tuple(_with_link(matter, nudge, known_now) for matter in about)
    return _Draft(
        nudge=nudge,
        about=about,
        language=lines[0].language if lines else contact.language if contact else "zh",
        reach=reach,
        to=address(setting, _asked(contact, nudge)) if setting else None,
        next_channel=channel_for(known_now.settings.channels, contact, after=nudge.channel),
        leave_at=leaves,
    )


def _asked(contact: Contact | None, nudge: Claimed) -> Contact | None:
    """Whoever has just written is answered, even that there will be no more messages."""
    return contact._replace(stopped=frozenset()) if contact is not None and nudge.says is not None else contact


def _with_link(matter: Matter, nudge: Claimed, known_now: _Known) -> Matter:
    if not matter.has_page:
        return matter
    expires = nudge.dated + timedelta(days=known_now.settings.links_live_days)
    token = link_token(known_now.store.seal.signing_key, nudge.person, matter.duty, expires)
    return replace(matter, link=known_now.settings.answer_link(token))


def _with_codes(
    connection: Connection, seal: Seal, contacts: Mapping[PersonId, Contact], drafts: Sequence[_Draft], now: datetime
) -> list[_Draft]:  # fmt: skip
    """A code for each duty that may be answered by text message, shown where several are open at one telephone."""
    wanted = [each for draft in drafts for each in draft.coded]
    if not wanted:
        return list(drafts)
    beside = _beside(connection, seal, contacts, {person for person, _, _ in wanted})
    give_codes(connection, wanted, now, beside)
    everybody = {each for person, others in beside.items() for each in (person, *others)}
    open_ones = open_codes(connection, everybody)
    codes = {(each.person, each.case, each.duty): each.code for own in open_ones.values() for each in own}
    several = {
        person
        for person, others in beside.items()
        if sum(len(open_ones.get(each, ())) for each in (person, *others)) > 1
    }
    return [_coded(draft, codes) if draft.nudge.person in several else draft for draft in drafts]


def _beside(
    connection: Connection, seal: Seal, contacts: Mapping[PersonId, Contact], people: Collection[PersonId]
) -> dict[PersonId, list[PersonId]]:
    """Who else answers from the telephone of each of these: husband and wife often have one."""
    phones = {person: contacts[person].phone or "" for person in people if person in contacts}
    there = reached_at(connection, seal, phones.values())
    return {person: [other for other in there.get(phones.get(person, ""), ()) if other != person] for person in people}


def _coded(draft: _Draft, codes: Mapping[tuple[PersonId, CaseId, int], int]) -> _Draft:
    about = (
        replace(matter, reply_code=codes.get((draft.nudge.person, matter.case, matter.number)))
        for matter in draft.about
    )
    return replace(draft, about=tuple(about))


def _letter(known_now: _Known, draft: _Draft, code: str | None) -> Letter:
    write = partial(_written, known_now, draft, code)
    return Letter(nudge=draft.nudge, write=write, next_channel=draft.next_channel, leave_at=draft.leave_at)


def _written(known_now: _Known, draft: _Draft, code: str | None) -> Message | None:
    if draft.to is None:
        return None
    wording = _wording(known_now, draft, code, known_now.channels.get(draft.nudge.channel))
    return _message(known_now, draft, draft.to, wording)


def _wording(known_now: _Known, draft: _Draft, code: str | None, channel: Channel | None) -> Wording:
    nudge, settings = draft.nudge, known_now.settings
    longest_value = channel.longest_value if channel is not None else None
    if nudge.says is not None:
        values = said_values(known_now.store.seal, nudge)
        return said_wording(nudge.says, values, draft.language, settings, longest_value=longest_value)
    match draft.reach:
        case Reach.SMS:
            # Where the recipient would see two messages, the second one says that it is a repeat.
            again = nudge.in_doubt and channel is not None and channel.doubt is Doubt.ONE and not channel.can_ask
            return sms_wording(draft.about, draft.language, settings, code, again=again, longest_value=longest_value)
        case Reach.CHAT:
            return chat_wording(draft.about, draft.language, settings, nudge.id)
        case _:
            return mail_wording(draft.about, draft.language, settings, nudge.id)


def _message(known_now: _Known, draft: _Draft, to: str, wording: Wording) -> Message:
    nudge, seal = draft.nudge, known_now.store.seal
    unsubscribe = None
    if draft.reach is Reach.MAIL:
        unsubscribe = known_now.settings.stop_link(stop_token(seal.signing_key, nudge.person, Reach.MAIL))
    return Message(
        nudge_id=message_name(seal, nudge.id), to=to, subject=wording.subject, text=wording.text,
        html=wording.html, at=nudge.dated, thread=draft.about[0].duty if len(draft.about) == 1 else None,
        unsubscribe=unsubscribe, filled=wording.filled,
    )  # fmt: skip


def message_name(seal: Seal, nudge: NudgeId) -> str:
    """What a nudge is called outside: its number, and a mark of this install so that no other one's is the same."""
    return f"{nudge}.{seal.blind('nudge', str(nudge))[:8]}"


def nudge_of(seal: Seal, name: str) -> NudgeId | None:
    """The nudge that goes by this name outside; nothing for what is not of this install."""
    number = name.partition(".")[0]
    nudge = NudgeId(int(number)) if number.isdecimal() and len(number) < 12 else None
    return nudge if nudge is not None and message_name(seal, nudge) == name else None
