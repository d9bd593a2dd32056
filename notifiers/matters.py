"""What a nudge is about, as its reader is to see it: one matter a duty, however many rungs were missed."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from domain.calendar import local_day
from domain.facts import RungReached, UnknownFact, read_fact, stored_name
from domain.ids import CaseId, DutyId, PersonId, UnitId, duty_id
from domain.programme.schema import Desk, Programme
from domain.store.outbox import Line


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One duty in a message, titled in the reader's language. ``days_late`` is 0 on the due day and negative before.

    ``climbed_to`` is the level it has reached, ``empty`` are the names of the desks passed over on the way there.
    ``answerable``: the reader is the one who owes it; others see to it.
    """

    duty: DutyId
    case: CaseId
    title: str
    due_on: date
    days_late: int
    urgent: bool
    answerable: bool
    climbed_to: str | None = None
    empty: tuple[str, ...] = ()
    link: str | None = field(default=None, repr=False)


def passed_over(lines: Iterable[Line]) -> set[UnitId]:
    """The empty desks that lines speak of, as far as the facts behind them can be read."""
    found: set[UnitId] = set()
    for line in lines:
        with suppress(UnknownFact):
            found.update(_fact(line).empty)
    return found


def matters(
    lines: Sequence[Line],
    person: PersonId,
    programmes: Mapping[str, Programme],
    unit_names: Mapping[UnitId, str],
    at: datetime,
) -> tuple[Matter, ...]:
    """What lines come to for a person at a moment: missed rungs of one duty folded, the most pressing first."""
    ordered = sorted(lines, key=lambda line: (line.case, line.duty, line.rung))
    folded = [
        _matter(tuple(of_one), person, programmes[of_one_programme], unit_names, at)
        for (_, _, of_one_programme), of_one in groupby(
            ordered, key=lambda line: (line.case, line.duty, line.programme)
        )
    ]
    return tuple(sorted(folded, key=lambda matter: (not matter.urgent, matter.due_on, matter.duty)))


def _matter(
    lines: Sequence[Line], person: PersonId, programme: Programme, unit_names: Mapping[UnitId, str], at: datetime
) -> Matter:
    last = lines[-1]
    fact, due_on = _fact(last), date.fromisoformat(last.due_on)
    return Matter(
        duty=duty_id(last.case, last.duty),
        case=last.case,
        title=programme.duties[last.kind].title.say(last.language),
        due_on=due_on,
        days_late=(local_day(at, programme.time_zone) - due_on).days,
        urgent=any(line.urgent for line in lines),
        answerable=_owes(person, last, fact, programme),
        climbed_to=fact.climbed_to if last.what == "climbed" else None,
        empty=tuple(unit_names.get(unit, unit) for unit in fact.empty),
    )


def _owes(person: PersonId, line: Line, fact: RungReached, programme: Programme) -> bool:
    """Whether it is this person's to do, or that of the one for whom he or she stands in."""
    role = programme.roles[programme.duties[line.kind].owed_by]
    if isinstance(role, Desk) or line.owed_by is None:
        return False
    stands_in = line.what != "climbed" and fact.told[:1] == (person,)
    return person == line.owed_by or stands_in


def _fact(line: Line) -> RungReached:
    fact = read_fact(stored_name(RungReached), line.version, line.body)
    if not isinstance(fact, RungReached):
        raise UnknownFact(f"{line.case}/{line.position} is no rung")
    return fact
