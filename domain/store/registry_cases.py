"""What every way of bringing cases in shares: case numbers, and all of them or none."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from domain.ids import CaseId, UnitId
from domain.store.engine import writing
from domain.store.offices import next_number
from domain.store.store import Store
from domain.store.units import county_of
from domain.store.writing import Outcome, TooBusy

CASE_DIGITS: Final = 5
_TRIES: Final = 3
T = TypeVar("T")


def in_one(store: Store, take: Callable[[Connection], T], rows: int) -> T:
    """Do something in one transaction, again where somebody else was quicker; TooBusy when that goes on."""
    for _ in range(_TRIES):
        try:
            with writing(store.engine) as connection:
                return take(connection)
        except IntegrityError:
            continue
    raise TooBusy(rows)


def case_numbers(connection: Connection, divisions: Sequence[str]) -> list[CaseId]:
    """Fresh numbers for cases in these divisions, counted on in each county."""
    counties: dict[UnitId, int] = defaultdict(int)
    for division in divisions:
        counties[county_of(division)] += 1
    following = {county: next_number(connection, f"case/{county}", count) for county, count in sorted(counties.items())}
    numbers = []
    for division in divisions:
        county = county_of(division)
        numbers.append(CaseId(f"{county}-{following[county]:0{CASE_DIGITS}d}"))
        following[county] += 1
    return numbers


def expect_all(outcomes: Sequence[Outcome]) -> None:
    """Raise the first refusal: nothing is written then."""
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
