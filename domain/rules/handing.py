"""What becomes of open promises when whoever made them changes: a successor, a search or another desk has them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from domain.case import Case, Duty
from domain.ids import UnitId
from domain.programme.schema import CLIMB, Desk, Level
from domain.rules.moments import Circumstances, first_day, is_search
from domain.rules.unfolding import Unfolding

_COUNTY: Final = CLIMB.index(Level.COUNTY)


def owed_by_role(unfolding: Unfolding, role: str) -> tuple[Duty, ...]:
    """The open duties that a role owes."""
    duties = unfolding.case.duties.values()
    return tuple(duty for duty in duties if unfolding.kind(duty.kind).owed_by == role)


def hand_over(unfolding: Unfolding, owed: Iterable[Duty], now: datetime) -> None:
    """Whoever fills the role now owes what is open."""
    for duty in owed:
        if duty.number in unfolding.case.duties:
            _hand_over(unfolding, duty, now)


def _hand_over(unfolding: Unfolding, duty: Duty, now: datetime) -> None:
    """The successor owes the same; never before a few days' grace, and on the same day where that is later."""
    opened_since = _opened_since(unfolding, duty)
    if opened_since is not None:
        unfolding.supersede(duty, opened_since.number, "handover", now)
        return
    grace = unfolding.kind(duty.kind).handover
    today = unfolding.around.day(now)
    earliest = unfolding.around.later(today, grace) if grace else today
    day = max(duty.due_on, earliest)
    if unfolding.kind(duty.kind).opens.paper is not None:
        day = first_day(unfolding.case, duty.kind, today, unfolding.around) or day
    number = unfolding.open_another(duty.kind, now, "handover", day, rhythm_from=duty.rhythm_from, about=duty.about)
    unfolding.supersede(duty, number, "handover", now)


def _opened_since(unfolding: Unfolding, duty: Duty) -> Duty | None:
    """The same thing, asked of the successor already by what the programme says follows."""
    if unfolding.kind(duty.kind).several:
        return None
    duties = unfolding.case.duties.values()
    alike = (each for each in duties if (each.kind, each.about) == (duty.kind, duty.about))
    return next((each for each in alike if each.number > duty.number), None)


def leave_to_others(unfolding: Unfolding, role: str, owed: Iterable[Duty], at: datetime) -> None:
    """Nobody is left in a role: what was owed gives way to the search for somebody, else the desk answers for it."""
    search = search_for(unfolding, role)
    for duty in owed:
        if duty.number not in unfolding.case.duties:
            continue
        into = search.number if search is not None else _for_the_desk(unfolding, duty, at)
        unfolding.supersede(duty, into, "unpaired", at)


def search_for(unfolding: Unfolding, role: str) -> Duty | None:
    """The open duty to find somebody for a role."""
    opened_by = unfolding.around.programme.opened_by
    kinds = (*opened_by.get(f"tie-ended:{role}", ()), *opened_by.get("tie-ended", ()))
    return next(filter(None, map(unfolding.standing, kinds)), None)


def _for_the_desk(unfolding: Unfolding, duty: Duty, at: datetime) -> int:
    return unfolding.open_another(
        duty.kind, at, "unpaired", duty.due_on, rhythm_from=duty.rhythm_from, about=duty.about
    )  # fmt: skip


def end_searches(unfolding: Unfolding, role: str, at: datetime) -> None:
    """After a tie ended: what was to be found before that day is looked for now, or before the next one leaves."""
    search = search_for(unfolding, role)
    for duty in tuple(unfolding.case.duties.values()):
        if unfolding.kind(duty.kind).opens.ending != role or not is_search(duty.kind, unfolding.around):
            continue
        day = first_day(unfolding.case, duty.kind, unfolding.around.day(at), unfolding.around)
        if day is not None and day != duty.due_on:
            unfolding.supersede(duty, unfolding.open_another(duty.kind, at, "leaving", day), "leaving", at)
        elif day is None and search is not None and search.number != duty.number:
            unfolding.supersede(duty, search.number, "unpaired", at)


def tell_anew(unfolding: Unfolding, before: Case, at: datetime) -> None:
    """After the case moved: what a desk was told of that no longer stands above it is asked of the one that does."""
    for duty in tuple(unfolding.case.duties.values()):
        if duty.rungs and _stands_elsewhere(unfolding, duty, before, at):
            number = unfolding.open_another(
                duty.kind, at, "moved", duty.due_on, rhythm_from=duty.rhythm_from, about=duty.about
            )  # fmt: skip
            unfolding.supersede(duty, number, "moved", at)


def _stands_elsewhere(unfolding: Unfolding, duty: Duty, before: Case, at: datetime) -> bool:
    """Whether another desk than the one that was told answers for a duty now."""
    if duty.climbed_to is not None:
        return duty.desk not in {above.id for above in unfolding.around.office.upward(unfolding.case.unit)}
    role = unfolding.around.programme.roles[unfolding.kind(duty.kind).owed_by]
    if not isinstance(role, Desk) or role.of == "transfer":
        return False
    then, now = (desk_above(unfolding.around, case, role.desk, at) for case in (before, unfolding.case))
    return then != now


def desk_above(around: Circumstances, case: Case, level: Level, at: datetime) -> UnitId | None:
    """Where the desk of a level above a case is; from the county up by the county the case itself knows.

    So that a case still finds the desk above it that it had before the tree was changed.
    """
    place = case.county if CLIMB.index(level) >= _COUNTY else case.unit
    return around.office.desk(place, level, around.day(at)).unit
