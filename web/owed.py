"""What somebody is asked now or later: owed in person, standing in for others, or told of in a message."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from domain.case import Duty
from domain.ids import CaseId, DutyId, PersonId, case_of
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.ways import ANSWERED, Way
from domain.store.engine import Connection
from domain.store.lists import open_duties
from domain.store.offices import office
from domain.store.people import language_of
from domain.store.rows import read_state
from domain.store.writing import read_states
from notifiers.links import link_token
from web.asked import Asked, number_of
from web.site import Site

SOON: Final = timedelta(days=92)
"""What may be answered within a season is shown beforehand; a paper that runs out in two years is not."""


class Line(NamedTuple):
    """One duty behind a code; without a link as long as it may not be answered yet, from ``opens_on`` on."""

    title: str
    case: CaseId
    due_on: date
    opens_on: date
    days_late: int
    link: str


class Lines(NamedTuple):
    """What may be answered now, what later, and the local day."""

    ready: list[Line]
    later: list[Line]
    today: date


def asked_of(
    connection: Connection, site: Site, person: PersonId, now: datetime, told: Sequence[DutyId] = ()
) -> tuple[str, list[Asked]]:
    """The person's language, and what he or she may answer now or later, the first due first; ``told`` included."""
    store = site.store
    language = language_of(connection, person) or site.language
    desks = office(connection, store)
    owned = [
        duty.id for owner in (person, *_away_for(person, desks)) for duty in open_duties(connection, now, person=owner)
    ]
    duties = dict.fromkeys([*owned, *told])
    states = read_states(connection, [case_of(duty) for duty in duties])
    cases = {case: read_state(state) for case, state in states.items()}
    asked = [
        Asked(
            person=person, language=language, case=cases[of], number=number_of(duty), now=now,
            around=Circumstances(store.programmes[cases[of].programme], store.calendar, desks),
        )
        for duty in duties
        if (of := case_of(duty)) in cases
    ]  # fmt: skip
    return language, sorted((each for each in asked if each.way in ANSWERED or each.way is Way.EARLY), key=_place)


def lines_of(site: Site, asked: Sequence[Asked], until: datetime, now: datetime) -> Lines:
    """The same as lines of a list, with links that live until a moment."""
    lines = [_line(site, each, duty, until) for each in asked if (duty := each.duty)]
    today = min((each.today for each in asked), default=now.date())
    later = [line for line in lines if not line.link and line.opens_on <= today + SOON]
    return Lines([line for line in lines if line.link], later, today)


def _away_for(person: PersonId, desks: Office) -> list[PersonId]:
    """Those for whom this person ever stands in; whether today is asked of each duty."""
    return [
        away for away, absences in desks.absences.items() if any(absence.stand_in == person for absence in absences)
    ]


def _place(asked: Asked) -> tuple[date, CaseId, int]:
    """Where it stands in a list: the first due first."""
    return (asked.duty.due_on if asked.duty else asked.today, asked.case.id, asked.number)


def _line(site: Site, asked: Asked, duty: Duty, expires: datetime) -> Line:
    token = link_token(site.store.seal.signing_key, asked.person, asked.case.duty_id(asked.number), expires)
    return Line(
        asked.title, asked.case.id, duty.due_on, duty.opens_on, asked.days_late,
        f"{site.root}/a/{token}" if asked.way in ANSWERED else "",
    )  # fmt: skip
