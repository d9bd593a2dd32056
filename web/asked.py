"""What a link opens: who is asked which duty of which case, and what there is for this person to do about it now."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.case import Case, Duty
from domain.facts import DutyLapsed, DutyMet
from domain.ids import DutyId, PersonId, case_of
from domain.programme.schema import DutyKind, Programme, Stage
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.ways import Reader, Way
from domain.store.engine import reading
from domain.store.journal import journal_of, snapshot_of
from domain.store.offices import office
from domain.store.people import language_of
from domain.store.store import Store
from web.endings import Ending, ending_of


class Gone(StrEnum):
    """What is told about a duty that is no longer open."""

    DONE = "done"
    DONE_BY_OTHERS = "done-by-others"
    EXCUSED = "excused"
    REPLACED = "replaced"
    MOVED = "moved"
    NOT_NEEDED = "not-needed"
    LAPSED = "lapsed"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One person before one duty, open or ended (then with its ``ending``), at a moment."""

    person: PersonId
    language: str
    case: Case
    around: Circumstances
    number: int
    now: datetime
    ending: Ending | None = None

    @property
    def programme(self) -> Programme:
        """The programme of the case."""
        return self.around.programme

    @property
    def office(self) -> Office:
        """Who sits where."""
        return self.around.office

    @property
    def duty(self) -> Duty | None:
        """The duty, while it is open."""
        return self.case.duties.get(self.number)

    @property
    def kind(self) -> DutyKind | None:
        """What the programme says of the open duty."""
        return self.programme.duties[self.duty.kind] if self.duty else None

    @property
    def title(self) -> str:
        """What the open duty is called; empty once it has ended."""
        return self.kind.title.say(self.language) if self.kind else ""

    @property
    def today(self) -> date:
        """The local day."""
        return self.around.day(self.now)

    @property
    def days_late(self) -> int:
        """Whole days after the due day of the open duty; 0 while it is in time."""
        return max((self.today - self.duty.due_on).days, 0) if self.duty else 0

    @property
    def reader(self) -> Reader:
        """The person before the case."""
        return Reader(person=self.person, case=self.case, around=self.around, now=self.now)

    @property
    def way(self) -> Way | Gone:
        """What there is to do, or what became of the duty."""
        return self.reader.way(self.duty) if self.duty else _gone(self)

    @property
    def heir(self) -> Duty | None:
        """The open duty that stands in the place of the one that ended, if this person owes it."""
        heir = self.case.duties.get(self.ending.heir or 0) if self.ending else None
        return heir if heir is not None and self.reader.owes(heir) else None


def number_of(duty: DutyId) -> int:
    """The running number in a duty's id."""
    return int(duty.rpartition("/")[2])


def ask(store: Store, person: PersonId, duty: DutyId, fallback: str, now: datetime) -> Asked | None:
    """Read what a person is asked; nothing where there is no such duty. ``fallback``: for who has no language."""
    case_id, number = case_of(duty), number_of(duty)
    with reading(store.engine) as connection:
        case = snapshot_of(connection, case_id)
        if case is None or not 0 < number <= case.opened_duties:
            return None
        ended = number not in case.duties
        around = Circumstances(store.programmes[case.programme], store.calendar, office(connection, store))
        return Asked(
            person=person, language=language_of(connection, person) or fallback, case=case,
            around=around, number=number, now=now,
            ending=ending_of(case, journal_of(connection, case_id), number) if ended else None,
        )  # fmt: skip


def _gone(asked: Asked) -> Gone:
    ending = asked.ending
    if ending is not None and ending.met_by(asked.person):
        return Gone.DONE
    if asked.case.base is Stage.CLOSED:
        return Gone.CLOSED
    if ending is None:
        return Gone.NOT_NEEDED
    if asked.heir is not None:
        return Gone.LAPSED if isinstance(ending.fact, DutyLapsed) else Gone.MOVED
    if ending.handed_over:
        return Gone.REPLACED
    match ending.fact:
        case DutyMet():
            return Gone.DONE_BY_OTHERS
        case DutyLapsed():
            return Gone.LAPSED
        case _:
            return Gone.EXCUSED if ending.heir is None else Gone.NOT_NEEDED
