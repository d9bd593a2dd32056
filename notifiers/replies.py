"""A text message somebody sent back, taken as an answer on the page is: understood, carried out, answered once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from domain.case import Case, Duty
from domain.ids import DutyId, PersonId
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.rules.moments import Circumstances
from domain.rules.refusals import Reason, Refusal
from domain.rules.replies import CANNOT, DONE, HELP, command_of, digits
from domain.rules.ways import Reader, Way
from domain.sheets.phones import Phone, read_phone
from domain.store.contacts import stop
from domain.store.engine import Connection
from domain.store.offices import office
from domain.store.outbox import NewNudge, add_nudges, next_nudge
from domain.store.people import language_of, reached_at
from domain.store.replies import NewReply, is_known, keep_reply, said_lately
from domain.store.reply_codes import Coded, open_codes
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.writing import carry_out_within, read_states
from domain.words import say
from notifiers.channels import Reply
from notifiers.reaching import Reach
from notifiers.understanding import Meaning, Meant, Said, meaning

UNCLEAR_ONCE_IN: Final = timedelta(days=1)
"""Whoever is not understood again and again is told so once a day: a machine must not argue with anybody."""

MOST_LISTED: Final = 4
"""So many duties are listed in an answer; the page tells of the rest."""


class _Open(NamedTuple):
    """A duty that may be answered by text message, with its code."""

    code: int
    reader: Reader
    duty: Duty

    @property
    def id(self) -> DutyId:
        """The duty's id."""
        return self.reader.case.duty_id(self.duty.number)

    @property
    def programme(self) -> Programme:
        """The programme of its case."""
        return self.reader.around.programme


class _Came(NamedTuple):
    """What came of it: for the list of replies, and for the one who wrote."""

    outcome: str
    says: str | None
    about: _Open | None = None


@dataclass(frozen=True)
class Desk:
    """Where replies of one channel are taken, at a moment, inside a transaction of the caller's."""

    connection: Connection
    store: Store
    channel: str
    now: datetime
    confirm: bool = True

    def take(self, reply: Reply) -> str:
        """What came of a reply; ``known`` where this very one was taken before."""
        if is_known(self.connection, self.channel, reply.key):
            return "known"
        people = self._senders(reply.number)
        meant = meaning(reply.text)
        came = self._follow(people, meant) if people else _Came("stranger", None)
        outcome = "words" if meant.words and came.outcome == "done" else came.outcome
        person = came.about.reader.person if came.about else next(iter(people), None)
        duty = came.about.id if came.about else None
        kept = NewReply(self.channel, reply.key, self.now, person, meant.what.value, duty, outcome, reply.text)
        keep_reply(self.connection, self.store.seal, kept)
        return outcome

    def _senders(self, number: str) -> Sequence[PersonId]:
        """Everybody who answers from a telephone: what is open says whose answer it is, and a code where two have."""
        phone = read_phone(number)
        written = phone.number if isinstance(phone, Phone) else number
        return reached_at(self.connection, self.store.seal, [written]).get(written, [])

    def _follow(self, people: Sequence[PersonId], meant: Meaning) -> _Came:
        match meant.what:
            case Meant.THANKS:
                return _Came("thanks", None)
            case Meant.STOP:
                for person in people:
                    stop(self.connection, person, Reach.SMS, self.now, "reply")
                self._say(people[0], "stopped", {})
                return _Came("done", "stopped")
            case Meant.QUESTION:
                self._list(people, self._open(people))
                return _Came("done", "which")
            case Meant.ANSWER:
                return self._answers(people, meant.said)
            case Meant.UNCLEAR:
                return self._unclear(people)

    def _unclear(self, people: Sequence[PersonId]) -> _Came:
        if not said_lately(self.connection, people[0], "unclear", self.now, UNCLEAR_ONCE_IN):
            known = self._open(people)
            self._say(people[0], "unclear", {"example": f"{known[0].code} {DONE}" if known else DONE})
        return _Came("unclear", "unclear")

    def _answers(self, people: Sequence[PersonId], said: Sequence[Said]) -> _Came:
        known = self._open(people)
        found = [self._answer(each, known) for each in said]
        if any(came.outcome == "unclear" for came in found):
            return self._unclear(people)
        if len(found) > 1 and all(came.outcome == "done" for came in found):
            self._say(people[0], "several", {"count": str(len(found))}, confirming=True)
        else:
            for came in found:
                self._tell(came)
        if any(came.outcome in _ASKED_BACK for came in found):
            # Once, however many of the codes meant nothing, and as it stands after the others were carried out.
            self._list(people, self._open(people))
        return next((came for came in found if came.outcome != "done"), found[-1])

    def _answer(self, said: Said, known: Sequence[_Open]) -> _Came:
        if said.code is None and len(known) != 1:
            return _Came("which" if known else "nothing", None)
        meant = [each for each in known if said.code in {None, each.code}]
        if len(meant) > 1:
            # Two had their codes before they came to one telephone: somebody at a desk asks whose it is.
            return _Came("unclear", None)
        if not meant:
            # Its duty has ended meanwhile, or it is a code that nobody was given.
            return _Came("gone", None)
        about = meant[0]
        command = command_of(about.reader, about.duty, said.digit)
        if command is None:
            return _Came("refused", "early" if about.reader.way(about.duty) is Way.EARLY else "page-only", about)
        outcome = carry_out_within(self.connection, self.store, [command], self.now)[0]
        if isinstance(outcome, Refusal):
            return _Came("already" if outcome.reason in _MEANWHILE else "refused", _refused(outcome), about)
        return _Came("done", _done(command, said.digit), about)

    def _open(self, people: Sequence[PersonId]) -> list[_Open]:
        """What may be answered from a telephone now: whatever its people were given a code for and still owe."""
        coded: list[Coded] = [each for own in open_codes(self.connection, people).values() for each in own]
        states = read_states(self.connection, [each.case for each in coded])
        there = office(self.connection, self.store)
        found = []
        for each in sorted(coded, key=lambda each: each.code):
            case: Case = read_state(states[each.case])
            around = Circumstances(self.store.programmes[case.programme], self.store.calendar, there)
            reader = Reader(person=each.person, case=case, around=around, now=self.now)
            duty = case.duties.get(each.duty)
            if duty is not None and (digits(reader, duty) or reader.way(duty) is Way.EARLY):
                found.append(_Open(each.code, reader, duty))
        return found

    # Answering

    def _tell(self, came: _Came) -> None:
        if came.says is None or came.about is None:
            return
        person, title = came.about.reader.person, came.about.programme.duties[came.about.duty.kind].title
        language = self._language(person)
        values = {"title": title.say(language), "case": came.about.reader.case.id}
        self._say(person, came.says, values, confirming=came.outcome == "done")

    def _list(self, people: Sequence[PersonId], known: Sequence[_Open]) -> None:
        """What there is to answer, and how."""
        person = people[0]
        if not known:
            self._say(person, "nothing", {})
            return
        language = self._language(person)
        listed = [
            say(
                language, "messages.sms-coded", code=each.code, case=each.reader.case.id.rpartition("-")[2],
                title=each.programme.duties[each.duty.kind].title.say(language),
            )
            for each in known[:MOST_LISTED]
        ]  # fmt: skip
        joined = say(language, "messages.sms-comma").join(listed)
        self._say(person, "which", {"example": f"{known[0].code} {DONE}", "listed": joined})

    def _say(self, person: PersonId, says: str, values: Mapping[str, str], *, confirming: bool = False) -> None:
        """Answer somebody at once through the same channel: whoever writes is awake."""
        if confirming and not self.confirm:
            return
        first = next_nudge(self.connection, 1)
        kept = json.dumps(dict(values), ensure_ascii=False)
        new = NewNudge(person, self.channel, urgent=False, not_before=self.now, says=says, values=kept)
        add_nudges(self.connection, first, [new], self.now)

    def _language(self, person: PersonId) -> str:
        return language_of(self.connection, person) or "zh"


_ASKED_BACK: Final = frozenset({"which", "nothing", "gone"})
"""What comes of digits that name no duty: what there is to answer is listed."""

_MEANWHILE: Final = frozenset({
    Reason.DUTY_ENDED, Reason.CASE_CLOSED, Reason.ALREADY_ACKNOWLEDGED, Reason.NO_PROPOSAL, Reason.ALREADY_SAID,
})  # fmt: skip


def _refused(refusal: Refusal) -> str:
    if refusal.reason in _MEANWHILE:
        return "already"
    return "early" if refusal.reason is Reason.TOO_EARLY else "page-only"


def _done(command: c.Command, digit: str) -> str:
    match command:
        case c.AnswerProposal():
            return "accepted" if command.accept else "declined"
        case c.AcknowledgeDuty():
            return "acknowledged"
        case _:
            return {DONE: "done", HELP: "help", CANNOT: "cannot"}[digit]
