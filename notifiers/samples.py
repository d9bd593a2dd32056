"""Messages as they would be, made up from a programme alone: a sample case, nobody's, in every situation there is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from domain.ids import CaseId, duty_id
from domain.programme.schema import Desk, DutyKind, OwnWords, Programme, Proposed
from domain.rules.replies import CANNOT, DONE, HELP, replies_of
from domain.rules.ways import Way
from domain.words import say, sentences
from domain.words.places import places
from notifiers.matters import Matter
from notifiers.settings import Telling

CODE: Final = "48217390"
"""What opens the page at the fixed address: eight digits, as ``domain/store/doors.py`` makes them."""

TOKEN: Final = "example"
DAYS_AHEAD, DAYS_LATE, LONG_LATE = 3, 4, 12
REPLY_CODE: Final = 11


class Sample(NamedTuple):
    """One message: what it is about. ``kind``: the kind of duty it is a sample of; nothing where it may be any.

    ``situation`` is a key of ``preview.*.yaml`` without ``situation-``; ``for_desk``: a coordinator reads it.
    """

    kind: str
    situation: str
    about: tuple[Matter, ...]
    for_desk: bool = False

    @property
    def code(self) -> str | None:
        """The short code of its page, where there is one."""
        return CODE if any(matter.has_page for matter in self.about) else None

    @property
    def urgent(self) -> bool:
        """Whether it is told at once, in quiet hours too."""
        return any(matter.urgent for matter in self.about)


class Samples(NamedTuple):
    """Makes samples of one programme in one language, as they would be on a day."""

    programme: Programme
    language: str
    settings: Telling
    today: date

    @property
    def case(self) -> CaseId:
        """A case number nobody has."""
        return CaseId(f"{self.programme.area[:6]:0<6}-00000")

    def of_duties(self) -> Iterator[Sample]:
        """Each kind of duty as whoever owes it hears of it, and as it climbs by its own ladder."""
        for kind, duty in self.programme.duties.items():
            yield from self._of_duty(kind, duty)

    def of_any(self) -> Iterator[Sample]:
        """One duty and many in everything a message may ask for, calm and urgent."""
        kinds = sorted(self.programme.duties, key=lambda kind: len(self._title(kind)))
        for urgent in (False, True):
            for action, changes in _ASKED.items():
                one = self._matter(kinds[0], **changes, urgent=urgent)
                # Of many duties one may be answered by text message: with more the list of codes gets long.
                others = [self._matter(kind, number, **{**changes, "digits": ""}, urgent=urgent)
                          for number, kind in enumerate(kinds[1:3], 2)]  # fmt: skip
                first = replace(one, digits=one.digits[:1], reply_code=REPLY_CODE if one.digits else None)
                for_desk = action not in {"reply", "answer"}
                yield Sample("", f"one-{action}", (one,), for_desk)
                yield Sample("", f"many-{action}", (first, *others), for_desk)

    def said(self, says: str) -> Mapping[str, str]:
        """The values of an answer to somebody's reply."""
        kinds = sorted(self.programme.duties, key=lambda kind: len(self._title(kind)))[:2]
        short = self.case.rpartition("-")[2]
        listed = [
            say(self.language, "messages.sms-coded", code=code, title=self._title(kind), case=short)
            for code, kind in enumerate(kinds, REPLY_CODE)
        ]
        values = {
            "code": "000000",
            "title": self._title(kinds[0]), "case": self.case, "count": "2", "example": f"{REPLY_CODE} {DONE}",
            "listed": say(self.language, "messages.sms-comma").join(listed),
        }  # fmt: skip
        return {name: values[name] for name in places(sentences("replies", self.language)[says])}

    def _of_duty(self, kind: str, duty: DutyKind) -> Iterator[Sample]:
        way, digits = self._way(duty), self._digits(duty)
        desk = isinstance(self.programme.roles[duty.owed_by], Desk)
        rungs = self.programme.rungs_of[kind]
        yield Sample(kind, "on-time", (self._matter(kind, way=way),), desk)
        if digits:
            yield Sample(kind, "on-time-replying", (self._matter(kind, way=way, digits=digits),), desk)
        yield Sample(kind, "late", (self._matter(kind, way=way, days_late=DAYS_LATE),), desk)
        climbing = next((rung for rung in rungs if rung.climb is not None), None)
        if climbing is not None and climbing.climb is not None:
            seen = Way.ACKNOWLEDGE if climbing.acknowledged_for is not None else Way.NOT_YOURS
            climbed = self._matter(kind, way=seen, days_late=LONG_LATE, climbed_to=climbing.climb.value)
            yield Sample(kind, "climbed", (climbed,), for_desk=True)
            unit = say(self.language, "preview.some-unit")
            yield Sample(kind, "climbed-empty", (replace(climbed, empty=(unit,)),), for_desk=True)
        if any(rung.urgent for rung in rungs):
            yield Sample(kind, "urgent", (self._matter(kind, way=way, urgent=True, days_late=0),), desk)

    def _matter(self, kind: str, number: int = 1, *, days_late: int = -DAYS_AHEAD, **changes: Any) -> Matter:
        own = self.programme.messages.duties.get(kind, OwnWords())
        made = Matter(
            duty=duty_id(self.case, number), case=self.case, title=self._title(kind),
            due_on=self.today - timedelta(days=days_late), days_late=days_late,
            own_sms=own.sms.say(self.language) if own.sms else "",
            own_mail=own.mail.say(self.language) if own.mail else "",
            **{"urgent": False, "way": Way.FORM, **changes},
        )  # fmt: skip
        return replace(made, link=self.settings.answer_link(TOKEN)) if made.has_page else made

    def _title(self, kind: str) -> str:
        return self.programme.duties[kind].title.say(self.language)

    def _way(self, duty: DutyKind) -> Way:
        """What whoever owes it can do about it, from its day on."""
        if isinstance(self.programme.roles[duty.owed_by], Proposed):
            return Way.PROPOSAL
        if "approved" in duty.met_by:
            return Way.DECISION
        return Way.FORM if duty.asks or not duty.met_by else Way.BY_ITSELF

    def _digits(self, duty: DutyKind) -> str:
        match self._way(duty):
            case Way.PROPOSAL:
                return DONE + CANNOT
            case Way.FORM:
                replies = replies_of(duty)
                said = ((DONE, replies.done), (HELP, replies.help), (CANNOT, replies.cannot)) if replies else ()
                return "".join(digit for digit, what in said if what is not None)
            case _:
                return ""


_ASKED: Final[Mapping[str, Mapping[str, Any]]] = {
    "reply": {"digits": DONE + HELP + CANNOT},
    "answer": {},
    "open": {"way": Way.ACKNOWLEDGE, "climbed_to": "county", "days_late": LONG_LATE},
    "see-to-it": {"way": Way.NOT_YOURS},
    "act-on-it": {"way": Way.NOT_YOURS, "climbed_to": "county", "days_late": LONG_LATE},
}
"""What a message asks for (``wording_sms.FORMS``) → what of a duty makes it ask so."""
