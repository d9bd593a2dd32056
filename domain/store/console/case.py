"""One case as its page shows it: its way, who stands around it, what is owed, what was told, what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from domain.case import Case, Duty
from domain.ids import CaseId, NudgeId, PersonId
from domain.programme.course import Course
from domain.programme.schema import Programme, Stage
from domain.rules.access import Right
from domain.rules.office import Unit
from domain.rules.ways import ANSWERED, Way
from domain.store import tables as t
from domain.store.console.act_forms import Form, forms_now
from domain.store.console.case_people import Bound, People, Seat, bound_to, holds, seats_above, who_are
from domain.store.console.case_record import Record, read_of
from domain.store.console.case_story import Part, Told, read_part, tell
from domain.store.console.duties import Before, before
from domain.store.console.looking import Looking
from domain.store.moments import moment, moment_or_none, stamp

MESSAGES: Final = 20
_LATELY: Final = 40
"""Messages are looked for among those about the last so many duties, and about all that stand open."""

_WAY: Final[tuple[Stage, ...]] = (Stage.IDENTIFICATION, Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP, Stage.CLOSED)


class Step(NamedTuple):
    """One stage of the way; ``state`` is past, now or ahead."""

    stage: Stage
    state: str


class Owed(NamedTuple):
    """An open duty. ``owner``: a person, or nobody where a role owes it; ``way``: what the viewer is to do."""

    duty: Duty
    title: str
    owner: PersonId | None
    role: str
    days_late: int
    opens_later: bool
    waits_until: date | None
    way: str


class Sent(NamedTuple):
    """A message about the case: to whom, through what, how it stands, and which duties it speaks of."""

    id: NudgeId
    person: PersonId
    channel: str
    state: str
    receipt: str | None
    at: datetime
    about: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """All of it. ``record``: nothing unless names are shown."""

    case: Case
    programme: Programme
    kind: str
    path: tuple[Unit, ...]
    way: tuple[Step, ...]
    bound: tuple[Bound, ...]
    seats: tuple[Seat, ...]
    owed: tuple[Owed, ...]
    story: Part
    sent: tuple[Sent, ...]
    people: People
    resting_until: datetime | None
    record: Record | None
    may_see_names: bool
    forms: tuple[Form, ...]
    transfer_to: str
    today: date

    @property
    def age(self) -> int | None:
        """The age of a child or elder in whole years."""
        born, today = self.case.born, self.today
        if born is None:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def case_page(look: Looking, case_id: CaseId, *, opened: bool = False) -> CasePage:
    """Read a case the viewer may see; ``opened``: with its sealed record, within a transaction that may write."""
    case = look.case(case_id)
    told, rows = read_part(look, case), _sent_rows(look, case)
    bound, seats = bound_to(look, case), seats_above(look, case)
    people = who_are(look, case, _everybody(case, told, rows, seats))
    programme = look.programme(case)
    forms = tuple(each for each in forms_now(look, case, people.names) if not each.act.settles)
    kind, may_see = programme.eligible.kinds.get(case.kind), holds(look, Right.SEE_NAMES, case)
    return CasePage(
        case=case, programme=programme, kind=kind.title.say(look.language) if kind else case.kind,
        path=tuple(look.office.upward(case.unit))[::-1], way=_way(programme, case), bound=bound, seats=seats,
        owed=_owed(look, case), story=tell(look, case, told, people), sent=_sent(look, rows), people=people,
        resting_until=_resting(look, case), record=read_of(look, case) if opened and may_see else None,
        may_see_names=may_see, forms=forms,
        transfer_to=look.unit_name(case.transfer.unit) if case.transfer else "", today=look.today,
    )  # fmt: skip


def older_story(look: Looking, case_id: CaseId, position: int) -> Part:
    """The part of the story before a position."""
    case = look.case(case_id)
    told = read_part(look, case, position)
    return tell(look, case, told, who_are(look, case, told.people))


def _everybody(case: Case, told: Told, rows: Sequence[Any], seats: Sequence[Seat]) -> set[PersonId]:
    owing = {duty.owed_by for duty in case.duties.values() if duty.owed_by}
    bound = {tie.person for tie in case.ties} | ({case.proposal.person} if case.proposal else set())
    return told.people | owing | bound | {row.person for row in rows} | {each for seat in seats for each in seat.people}


def _way(programme: Programme, case: Case) -> tuple[Step, ...]:
    """The stages such a case may pass, in order; closed may be reached from any of them."""
    kinds = programme.eligible.kinds
    stages = Course(programme, case.kind).stages if case.kind in kinds else frozenset(_WAY)
    passed = [stage for stage in _WAY if stage in {*stages, case.base, Stage.CLOSED}]
    here = passed.index(case.base)
    return tuple(Step(stage, _state(case, place - here)) for place, stage in enumerate(passed))


def _state(case: Case, steps: int) -> str:
    """A closed case may have been closed at any of them: which ones it passed, its story tells."""
    if steps == 0:
        return "now"
    return "past" if steps < 0 and case.base is not Stage.CLOSED else "ahead"


def _owed(look: Looking, case: Case) -> tuple[Owed, ...]:
    seen = before(look, case)
    found = [_one_owed(seen, duty) for duty in case.duties.values()]
    return tuple(sorted(found, key=lambda each: (each.opens_later, each.duty.due_on, each.duty.number)))


def _one_owed(seen: Before, duty: Duty) -> Owed:
    programme, today, way = seen.around.programme, seen.today, seen.way(duty)
    waits = duty.waits_until if duty.waits_until is not None and duty.waits_until > seen.look.now else None
    return Owed(
        duty, programme.duties[duty.kind].title.say(seen.look.language), duty.owed_by, seen.owner(duty),
        max((today - duty.due_on).days, 0), today < duty.opens_on, seen.around.day(waits) if waits else None,
        way.value if way in ANSWERED - {Way.PROPOSAL} else "",
    )  # fmt: skip


def _resting(look: Looking, case: Case) -> datetime | None:
    resting = select(t.set_aside.c.until).where(t.set_aside.c.case == case.id, t.set_aside.c.until > stamp(look.now))
    return moment_or_none(look.connection.scalar(resting))


def _sent_rows(look: Looking, case: Case) -> Sequence[Any]:
    """The newest messages with what they are about; none where messages are not the viewer's to see."""
    if not holds(look, Right.SEE_MESSAGES, case):
        return []
    lately = range(max(case.opened_duties - _LATELY, 0) + 1, case.opened_duties + 1)
    statement = (
        select(t.nudge, t.notice.c.kind, t.notice.c.programme)
        .join(t.notice, t.notice.c.nudge == t.nudge.c.id)
        .where(t.notice.c.case == case.id, t.notice.c.duty.in_(sorted({*lately, *case.duties})))
        .order_by(t.nudge.c.id.desc(), t.notice.c.duty)
        .limit(2 * MESSAGES)
    )
    return look.connection.execute(statement).all()


def _sent(look: Looking, rows: Sequence[Any]) -> tuple[Sent, ...]:
    found: dict[int, Sent] = {}
    for row in rows:
        title = look.store.title(row.kind, look.language, row.programme)
        known = found.get(row.id)
        about = (*(known.about if known else ()), title)
        found[row.id] = Sent(
            row.id, row.person, row.channel, row.state, row.receipt, moment(row.settled_at or row.planned_at),
            tuple(dict.fromkeys(about)),
        )  # fmt: skip
    return tuple(found.values())[:MESSAGES]
