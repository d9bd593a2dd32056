"""Helpers who wait for a child sign their papers anew, so that they may be asked when somebody is needed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from deployments.simulate.chances import Chances, is_hit
from domain.calendar import Calendar
from domain.ids import PersonId
from domain.programme.schema import Programme
from domain.programme.spans import later
from domain.store.lists_people import HelperLine

AHEAD: Final = 70
"""So many days before a paper runs out it is signed anew: pairing asks for papers that are valid for a while."""


def renewed_papers(
    waiting: Iterable[HelperLine], programme: Programme, calendar: Calendar, chances: Chances, share: float, today: date
) -> dict[PersonId, Mapping[str, date | None]]:
    """The papers of those who signed anew today, because one of theirs is about to run out; most do, some never."""
    lasting = {name: paper.lasts for name, paper in programme.papers.items()}
    found: dict[PersonId, Mapping[str, date | None]] = {}
    for helper in waiting:
        signed = {
            paper: later(today, lasts, calendar)
            for paper, until in sorted(helper.papers.items())
            if until is not None and (until - today).days < AHEAD and (lasts := lasting.get(paper)) is not None
            and is_hit(chances.one("paper", helper.person, paper, until), share)
        }  # fmt: skip
        if signed:
            found[helper.person] = helper.papers | signed
    return found
