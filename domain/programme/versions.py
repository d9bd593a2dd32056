"""Several versions of one programme: which of them a new case begins under."""

from collections.abc import Iterable
from datetime import date

from domain.programme.schema import Programme


def in_force(versions: Iterable[Programme], on: date) -> Programme | None:
    """The newest version under which a case may begin on a day; before the first day of all, the oldest one."""
    by_number = sorted(versions, key=lambda each: each.version)
    begun = [each for each in by_number if each.valid_from <= on]
    return begun[-1] if begun else next(iter(by_number), None)
