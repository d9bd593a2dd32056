"""When the engine must act next: ``due(case, …)``, the one definition of overdue, and the days duties fall on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from dateutil.rrule import rrulestr

from domain.calendar import FESTIVALS, Calendar, local_day, start_of
from domain.case import Case, Duty
from domain.ids import PersonId
from domain.programme.schema import Cadence, Helper, Open, Programme, Role, Rung, Stage
from domain.programme.spans import Length, at_offset, later, months_later
from domain.programme.times import lies_in
from domain.rules.office import Office


@dataclass(frozen=True)
class Circumstances:
    """What a decision may look at besides the case: the programme it began under, the calendar, the office."""

    programme: Programme
    calendar: Calendar
    office: Office
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    """Every version an install knows, by name: what a case may be moved to."""
    elsewhere: Mapping[PersonId, tuple[Case, ...]] = field(default_factory=dict)
    """The other cases of a helper whose answer is late; found out by the store, for nobody else."""

    def day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return local_day(moment, self.programme.time_zone)

    def start(self, day: date) -> datetime:
        """The first moment of a local day, in UTC."""
        return start_of(day, self.programme.time_zone)

    def later(self, day: date, length: Length) -> date:
        """The day so long after another."""
        return later(day, length, self.calendar)


class DueDuty(NamedTuple):
    """An open duty with the next moment at which the engine acts on it; number 0 is the case's next life stage."""

    number: int
    kind: str
    due_on: date
    overdue_from: datetime
    next_moment: datetime


def overdue_from(due_on: date, around: Circumstances) -> datetime:
    """The one definition of overdue: the first moment of the local day after the due day."""
    return around.start(date.fromordinal(due_on.toordinal() + 1))


def due(case: Case, around: Circumstances) -> tuple[DueDuty, ...]:
    """Every open duty of a case with its next moment, and the next life stage. Derived, never remembered."""
    if case.base is Stage.CLOSED:
        return ()
    rows = [due_duty(case, duty, around) for duty in case.duties.values()]
    own = own_moment(case, around)
    return (*rows, own) if own else tuple(rows)


def due_duty(case: Case, duty: Duty, around: Circumstances) -> DueDuty:
    """One duty's row of the diary."""
    moment = min(filter(None, (rung_moment(duty, around), lapse_moment(case, duty, around))))
    return DueDuty(duty.number, duty.kind, duty.due_on, overdue_from(duty.due_on, around), moment)


def rung_of(duty: Duty, programme: Programme) -> Rung:
    """The rung that comes next; the last one again and again."""
    rungs = programme.rungs_of[duty.kind]
    return rungs[min(duty.rungs, len(rungs) - 1)]


def rung_moment(duty: Duty, around: Circumstances) -> datetime | None:
    """When the next rung comes due: not before the duty was opened, the last rung, or an acknowledgement's end.

    The last rung of a ladder comes again so long after it was reached last.
    """
    rungs = around.programme.rungs_of[duty.kind]
    if duty.rungs < len(rungs):
        moment = _first_moment(duty, rungs[duty.rungs], around)
    else:
        repeat = rungs[-1].repeat
        if repeat is None:
            return None
        moment = around.start(around.later(around.day(duty.reached_at or duty.opened_at), repeat))
    if duty.reached_at is not None and duty.reached_at > moment:
        moment = duty.reached_at
    return duty.waits_until if duty.waits_until is not None and duty.waits_until > moment else moment


def _first_moment(duty: Duty, rung: Rung, around: Circumstances) -> datetime:
    if rung.at is None:
        return duty.opened_at
    # A duty opened after its due day counts from the day it was opened, so that no ladder runs up in one second.
    counted = max(duty.due_on, local_day(duty.opened_at, around.programme.time_zone))
    moment = start_of(at_offset(counted, rung.at, around.calendar), around.programme.time_zone)
    return max(duty.opened_at, moment)


def lapse_moment(case: Case, duty: Duty, around: Circumstances) -> datetime | None:
    """When a recurring duty gives way to its next occurrence: on that one's due day, once a desk has heard of it."""
    if duty.climbed_to is None or duty.kind not in around.programme.recurring:
        return None
    following = next_occurrence(case, duty, duty.due_on, around)
    return max(around.start(following), duty.reached_at or duty.opened_at) if following else None


def length_for(case: Case, written: Length | Cadence, on: date, around: Circumstances) -> Length:
    """A length that may be written per level of risk, or per part of life in which the subject is on a day."""
    if not isinstance(written, Cadence):
        return written
    if written.by_risk:
        return written.by_risk[case.risk]
    found = written.by_life.get(part_of_life(case, on, around) or "", written.otherwise)
    assert found is not None, "a cadence by life says what holds otherwise"
    return found


def part_of_life(case: Case, on: date, around: Circumstances) -> str | None:
    """The part of life the subject is in on a day; nothing before the first one, or where nobody was born."""
    if case.born is None:
        return None
    begun = [
        key for key, season in around.programme.seasons if season_begins(case.born, season.from_age, season.on) <= on
    ]
    return begun[-1] if begun else None


def next_occurrence(case: Case, duty: Duty, not_before: date, around: Circumstances) -> date | None:
    """The first day of a duty's rhythm after its own due day and not before another day."""
    opens = around.programme.duties[duty.kind].opens
    day = _after(case, duty, duty.due_on, around)
    for _ in range(MOST_BEATS):
        if day is None or (day >= not_before and in_time(opens, day, around)) or not opens.recurs:
            return day
        day = _after(case, duty, day, around)
    return None


MOST_BEATS: Final = 10_000
"""More beats than a daily rhythm has in a life's watch: a rhythm that never falls into its time of the year ends."""


def in_time(opens: Open, day: date, around: Circumstances) -> bool:
    """Whether a rhythm that is kept to a time of the year, or away from one, may beat on a day."""
    times = around.programme.times_of_year
    if opens.during is not None and not lies_in(times[opens.during], day, around.calendar):
        return False
    return opens.outside is None or not lies_in(times[opens.outside], day, around.calendar)


def _after(case: Case, duty: Duty, day: date, around: Circumstances) -> date | None:
    opens = around.programme.duties[duty.kind].opens
    if opens.every is not None:
        every = length_for(case, opens.every, day, around)
        return beat_after(duty.rhythm_from or duty.due_on, every, day, around)
    return _next_day(case, duty.kind, day, around)


def beat_after(anchor: date, every: Length, day: date, around: Circumstances) -> date:
    """The first beat of a rhythm after ``day``, counted from its anchor so that month ends do not drift."""
    beats = 1
    while (beat := around.later(anchor, Length(every.amount * beats, every.unit))) <= day:
        beats += 1
    return beat


def first_day(case: Case, kind: str, day: date, around: Circumstances) -> date | None:
    """The first due day, after ``day``, of a duty that stands by itself; nothing where there is none to come."""
    opens = around.programme.duties[kind].opens
    found = _next_day(case, kind, day, around)
    for _ in range(MOST_BEATS):
        if found is None or not opens.recurs or in_time(opens, found, around):
            return found
        found = _next_day(case, kind, found, around)
    return None


def _next_day(case: Case, kind: str, day: date, around: Circumstances) -> date | None:
    opens = around.programme.duties[kind].opens
    if opens.every is not None:
        return around.later(day, length_for(case, opens.every, day, around))
    if opens.yearly is not None:
        return _yearly_after(opens, opens.yearly, day, around)
    if opens.rule is not None:
        return _rule_after(opens.rule, day)
    if opens.age is not None:
        reached = birthday(case.born, opens.age) if case.born is not None else day
        return reached if reached > day else None
    if opens.ending is not None:
        last_day = _last_day(case, kind, opens.ending, around)
        return max(last_day, day) if last_day is not None else None
    return _paper_runs_out(case, kind, around)


def next_on_calendar(opens: Open, day: date, around: Circumstances) -> date | None:
    """The next day, after ``day``, of a rhythm that is the same for all cases; nothing where each counts its own."""
    for _ in range(MOST_BEATS):
        if opens.yearly is not None:
            day = _yearly_after(opens, opens.yearly, day, around)
        else:
            found = _rule_after(opens.rule, day) if opens.rule is not None else None
            if found is None:
                return None
            day = found
        if in_time(opens, day, around):
            return day
    return None


def is_search(kind: str, around: Circumstances) -> bool:
    """Whether a duty due on a helper's last day is done once somebody else is bound."""
    duty = around.programme.duties[kind]
    return bool({"tie-begun", f"tie-begun:{duty.opens.ending}"} & set(duty.met_by))


def least_of(role: Role) -> int:
    """How many helpers a role needs so that nobody is missing."""
    return role.least if isinstance(role, Helper) and role.tie == "several" else 1


def _last_day(case: Case, kind: str, role: str, around: Circumstances) -> date | None:
    """The last day of service that a duty waits for.

    For a search, the day on which too few would be left; for anything else, that of whoever leaves first, unless it
    was done since that helper was bound.
    """
    tied = case.all_tied(role)
    if is_search(kind, around):
        needed = least_of(around.programme.roles[role])
        longest = sorted((tie.serves_until or date.max for tie in tied), reverse=True)
        return longest[needed - 1] if len(longest) >= needed and longest[needed - 1] != date.max else None
    leaving = [tie for tie in tied if tie.serves_until is not None]
    first = min(leaving, key=lambda tie: tie.serves_until or date.max, default=None)
    if first is None:
        return None
    done = case.last_met.get(kind)
    return first.serves_until if done is None or done < around.day(first.since) else None


def _yearly_after(opens: Open, written: str, day: date, around: Circumstances) -> date:
    if written not in FESTIVALS:
        return day_of_year_after(written, day)
    # Counted from the Spring Festival, a day may lie in the year before it.
    apart, years = timedelta(days=opens.from_festival), (day.year, day.year + 1, day.year + 2)
    return next(found for year in years if (found := around.calendar.festival(written, year) + apart) > day)


def day_of_year_after(month_day: str, day: date) -> date:
    """The next ``MM-DD`` after a day; 29 February is the 28th in a common year."""
    month, of_month = (int(part) for part in month_day.split("-"))
    leap_year = date(2000, month, of_month)
    this_year = months_later(leap_year, 12 * (day.year - leap_year.year))
    return this_year if this_year > day else months_later(leap_year, 12 * (day.year + 1 - leap_year.year))


def _rule_after(rule: str, day: date) -> date | None:
    start = datetime.combine(day, datetime.min.time())
    found: datetime | None = rrulestr(rule, dtstart=start).after(start)
    return found.date() if found else None


def _paper_runs_out(case: Case, kind: str, around: Circumstances) -> date | None:
    duty = around.programme.duties[kind]
    tie = case.tied(duty.owed_by)
    return tie.papers.get(duty.opens.paper or "") if tie else None


def birthday(born: date, age: Length) -> date:
    """The day an age is reached; born on 29 February, it is the 28th in a common year."""
    return months_later(born, 12 * age.amount)


GROWING: Final = frozenset({"child", "elder"})
"""The subjects that have parts of life."""


@lru_cache(maxsize=65_536)
def season_begins(born: date, from_age: Length, on: str | None) -> date:
    """The day a part of life begins: at an age, or on the first such day of the year (``MM-DD``) from that age on."""
    reached = birthday(born, from_age)
    return day_of_year_after(on, date.fromordinal(reached.toordinal() - 1)) if on else reached


def next_season(case: Case, around: Circumstances) -> DueDuty | None:
    """The next part of life the subject grows into; those reached while nobody watched are past."""
    if case.born is None or around.programme.subject_of(case.kind) not in GROWING:
        return None
    known_since = around.day(case.watched_since)
    for key, season in around.programme.seasons:
        if key in case.life or case.born.year + season.from_age.amount + 1 < known_since.year:
            continue
        begins = season_begins(case.born, season.from_age, season.on)
        if begins > known_since:
            moment = around.start(begins)
            return DueDuty(0, key, begins, overdue_from(begins, around), moment)
    return None


SERVICE_ENDS: Final = "service-ends"


def own_moment(case: Case, around: Circumstances) -> DueDuty | None:
    """The next thing that happens to the case without a duty: a part of life begins, a helper's service ends."""
    found = [each for each in (next_season(case, around), service_end(case, around)) if each is not None]
    return min(found, key=lambda each: each.next_moment, default=None)


def service_end(case: Case, around: Circumstances) -> DueDuty | None:
    """The end of the service that ends first: the day after its last one."""
    last = min((tie.serves_until for tie in case.ties if tie.serves_until is not None), default=None)
    if last is None:
        return None
    over = overdue_from(last, around)
    return DueDuty(0, SERVICE_ENDS, last, over, max(over, case.watched_since))
