"""What a nudge is about, as its reader is to see it: one matter a duty, however many rungs were missed."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple

from domain.calendar import Calendar
from domain.case import Case
from domain.facts import RungReached, UnknownFact, read_fact, stored_name
from domain.ids import CaseId, DutyId, PersonId, UnitId, duty_id
from domain.programme.schema import OwnWords, Programme
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.replies import digits
from domain.rules.ways import ANSWERED, Reader, Way
from domain.store.outbox import Line
from domain.store.rows import read_state


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One duty in a message, titled in the reader's language. ``days_late`` is 0 on the due day and negative before.

    ``climbed_to`` is the level it has reached, ``empty`` are the names of the desks passed over on the way there.
    ``way``: what its reader can do about it, on the page that ``link`` opens. ``digits``: what may be answered by text
    message, under ``reply_code`` where there are several to tell apart. ``own_sms``, ``own_mail``: the programme's own
    words for it (``OwnWords``), for whoever owes it.
    """

    duty: DutyId
    case: CaseId
    title: str
    due_on: date
    days_late: int
    urgent: bool
    way: Way
    climbed_to: str | None = None
    empty: tuple[str, ...] = ()
    link: str | None = field(default=None, repr=False)
    digits: str = ""
    reply_code: int | None = None
    own_sms: str = ""
    own_mail: str = ""

    @property
    def number(self) -> int:
        """The duty's number within its case."""
        return int(self.duty.rpartition("/")[2])

    @property
    def owed(self) -> bool:
        """Whether it is the reader's own to do; else he or she sees to it that others do it."""
        return self.way in _OWED

    @property
    def has_page(self) -> bool:
        """Whether there is something for the reader to press on its page, now or from its day on."""
        return self.way in ANSWERED or self.way is Way.EARLY


_OWED: Final = frozenset({Way.FORM, Way.PROPOSAL, Way.DECISION, Way.EARLY})


class Around(NamedTuple):
    """What the matters of many messages are made from: snapshots, programmes, who sits where, what units are called."""

    states: Mapping[CaseId, str]
    programmes: Mapping[str, Programme]
    calendar: Calendar
    office: Office
    units: Mapping[UnitId, str]


def passed_over(lines: Iterable[Line]) -> set[UnitId]:
    """The empty desks that lines speak of, as far as the facts behind them can be read."""
    found: set[UnitId] = set()
    for line in lines:
        with suppress(UnknownFact):
            found.update(_fact(line).empty)
    return found


def matters(
    lines: Sequence[Line], person: PersonId, around: Around, at: datetime, *, replying: bool = False
) -> tuple[Matter, ...]:
    """What lines come to for a person at a moment: missed rungs of one duty folded, the most pressing first.

    ``replying``: what may be answered by text message is looked up too.
    """
    ordered = sorted(lines, key=lambda line: (line.case, line.duty, line.rung))
    found: list[Matter] = []
    for case, of_case in groupby(ordered, key=lambda line: line.case):
        reader = _reader(read_state(around.states[case]), person, around, at)
        folded = [tuple(of_one) for _, of_one in groupby(of_case, key=lambda line: line.duty)]
        found += [_matter(of_one, reader, around, replying=replying) for of_one in folded]
    return tuple(sorted(found, key=lambda matter: (not matter.urgent, matter.due_on, matter.duty)))


def _reader(case: Case, person: PersonId, around: Around, at: datetime) -> Reader:
    circumstances = Circumstances(around.programmes[case.programme], around.calendar, around.office)
    return Reader(person=person, case=case, around=circumstances, now=at)


def _matter(lines: Sequence[Line], reader: Reader, around: Around, *, replying: bool) -> Matter:
    last = lines[-1]
    fact, due_on = _fact(last), date.fromisoformat(last.due_on)
    duty, programme = reader.case.duties.get(last.duty), around.programmes[last.programme]
    own = programme.messages.duties.get(last.kind, OwnWords())
    return Matter(
        duty=duty_id(last.case, last.duty),
        case=last.case,
        title=programme.duties[last.kind].title.say(last.language),
        due_on=due_on,
        days_late=(reader.today - due_on).days,
        urgent=any(line.urgent for line in lines),
        way=reader.way(duty) if duty else Way.NOT_YOURS,
        climbed_to=fact.climbed_to if last.what == "climbed" else None,
        empty=tuple(around.units.get(unit, unit) for unit in fact.empty),
        digits=digits(reader, duty) if replying and duty else "",
        own_sms=own.sms.say(last.language) if own.sms else "",
        own_mail=own.mail.say(last.language) if own.mail else "",
    )


def _fact(line: Line) -> RungReached:
    fact = read_fact(stored_name(RungReached), line.version, line.body)
    if not isinstance(fact, RungReached):
        raise UnknownFact(f"{line.case}/{line.position} is no rung")
    return fact
