"""Some months of past in a small office, made by the engine alone: everything that may happen to a case, once."""

from datetime import datetime
from typing import Final, NamedTuple

from support.office import (
    BEGIN,
    COUNTY_DESK,
    LIU,
    OTHER_TOWNSHIP,
    SUN,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    open_case,
    pair,
    talk,
)
from support.taken import tell_everybody

from domain.ids import CaseId
from domain.rules import commands as c
from domain.store.rounds import run_round
from domain.store.store import Store

LAST_DAY: Final = 100
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


def live_through(store: Store) -> Past:
    """A hundred days with a round and the post every day; the cases stand as the names in ``Past`` say."""
    past = Past(
        open_case(store, 1), open_case(store, 2, township=OTHER_TOWNSHIP), open_case(store, 3, admit=False),
        open_case(store, 4), open_case(store, 5), open_case(store, 6, sex="male"),
        open_case(store, 7, township=OTHER_TOWNSHIP),
    )  # fmt: skip
    for day in range(1, LAST_DAY + 1):
        now = BEGIN + days(day)
        run_round(store, now)
        _happen(store, past, day, now)
        tell_everybody(store, now)
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
        case 30:
            talk(store, past.replaced, ZHOU, now)
        case 40:
            do(store, c.ChangeRisk(case=past.replaced, by=TOWNSHIP_DESK, risk="high"), now)
            do(store, c.CloseCase(case=past.closed, by=COUNTY_DESK, reason="moved-away"), now)
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
