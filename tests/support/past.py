"""Some months of past in a small office, made by the engine alone: everything that may happen to a case, once."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final, NamedTuple

from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    SUN,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    talk,
    village,
)
from support.programmes import linyi
from support.taken import relay_everything, tell_all_but, tell_everybody

from domain.ids import CaseId
from domain.rules import commands as c
from domain.store.rounds import run_round
from domain.store.store import Store

LAST_DAY: Final = 100
LOST_POST: Final = 29
NEWER: Final = "linyi-1204@2"
OF_AGE: Final = date(2008, 10, 16)
"""Eighteen on the 45th day."""

NOW: Final = BEGIN + days(LAST_DAY)


class Past(NamedTuple):
    """The cases, by what happened to them."""

    replaced: CaseId
    unpaired: CaseId
    refused: CaseId
    closed: CaseId
    excused: CaseId
    unreached: CaseId
    uphill: CaseId
    reopened: CaseId
    grown: CaseId
    moved: CaseId
    renewed: CaseId
    handed_over: CaseId


def open_lived_office(url: str) -> Store:
    """The small office, with a second version of its programme beside the first."""
    store = open_office(url)
    newer = linyi().model_copy(update={"version": 2})
    return replace(store, programmes={**store.programmes, newer.name: newer})


def live_through(store: Store) -> Past:
    """A hundred days with a round and the post every day; the cases stand as the names in ``Past`` say."""
    past = Past(
        open_case(store, 1), open_case(store, 2, township=OTHER_TOWNSHIP), open_case(store, 3, admit=False),
        open_case(store, 4), open_case(store, 5), open_case(store, 6, sex="male"),
        open_case(store, 7, township=OTHER_TOWNSHIP), open_case(store, 8), open_case(store, 9, sex="male", born=OF_AGE),
        open_case(store, 10), open_case(store, 11, township=SECOND_TOWNSHIP), open_case(store, 12),
    )  # fmt: skip
    for day in range(1, LAST_DAY + 1):
        now = BEGIN + days(day)
        run_round(store, now)
        _happen(store, past, day, now)
        if day == LOST_POST:
            tell_all_but(store, SUN, now)
        else:
            tell_everybody(store, now)
        relay_everything(store, now)
    return past


def _happen(store: Store, past: Past, day: int, now: datetime) -> None:
    match day:
        case 2:
            volunteers = {
                past.replaced: ZHOU,
                past.closed: LIU,
                past.excused: LIU,
                past.unreached: SUN,
                past.uphill: WU,
                past.reopened: ZHOU,
                past.grown: SUN,
                past.moved: ZHOU,
                past.handed_over: LIU,
            }
            for case, volunteer in volunteers.items():
                pair(store, case, volunteer, now)
            answer(store, past.refused, "eligibility_review", TOWNSHIP_DESK, now, eligible=False)
        case 8:
            for case, volunteer in ((past.replaced, ZHOU), (past.excused, LIU)):
                answer(store, case, "first_visit", volunteer, now, needs_help=False)
        case 9:
            answer(store, past.closed, "first_visit", LIU, now, needs_help=True)
        case 22:
            _acknowledge(store, past.unreached, "first_visit", now)
            do(
                store,
                c.ReportTellingFailed(
                    case=past.unreached, duty=duty_of(store, past.unreached, "first_visit"), person=SUN
                ),
                now,
            )
        case 25:
            _excuse(store, past.excused, "guardian_word", now)
        case 20:
            do(store, c.CloseCase(case=past.reopened, by=COUNTY_DESK, reason="moved-away"), now)
        case 30:
            talk(store, past.replaced, ZHOU, now)
        case 32:
            there = village(OTHER_TOWNSHIP)
            do(store, c.MoveCase(case=past.moved, unit=there, county=OTHER_COUNTY, by=CITY_DESK), now)
            do(store, c.ChangeRisk(case=past.moved, by=OTHER_COUNTY_DESK, risk="medium"), now)
        case 35:
            do(store, c.ChangeProgramme(case=past.renewed, programme=NEWER, by=CITY_DESK, reason="new-version"), now)
            do(store, c.ChangeRisk(case=past.moved, by=OTHER_COUNTY_DESK, risk="low"), now)
        case 40:
            do(store, c.ChangeRisk(case=past.replaced, by=TOWNSHIP_DESK, risk="high"), now)
            do(store, c.CloseCase(case=past.closed, by=COUNTY_DESK, reason="moved-away"), now)
        case 50:
            do(store, c.ReopenCase(case=past.reopened, by=COUNTY_DESK, reason="returned"), now)
        case 55:
            last_day = (now + days(10)).date()
            ending = c.AnnounceEnding(
                case=past.handed_over, role="companion", person=LIU, on=last_day, by=COUNTY_DESK, reason="retires"
            )
            do(store, ending, now)
        case 62:
            do(store, c.Bind(case=past.handed_over, role="companion", person=ZHOU, by=COUNTY_DESK), now)
        case 60:
            do(store, c.Reassign(case=past.replaced, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"), now)
        case 70:
            do(store, c.EndTie(case=past.excused, role="companion", by=COUNTY_DESK, reason="moved-away"), now)
        case _:
            pass


def _acknowledge(store: Store, case: CaseId, kind: str, now: datetime) -> None:
    do(store, c.AcknowledgeDuty(case=case, duty=duty_of(store, case, kind), by=TOWNSHIP_DESK), now)


def _excuse(store: Store, case: CaseId, kind: str, now: datetime) -> None:
    do(store, c.ExcuseDuty(case=case, duty=duty_of(store, case, kind), by=TOWNSHIP_DESK, reason="away"), now)
