"""A whole made-up population, and the sheets its offices would send in."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from deployments.demo.childhood import Nursery
from deployments.demo.helpers import Recruiting, coordinators
from deployments.demo.numbers import IdNumbers
from deployments.demo.people import People
from deployments.demo.sheets import write_coordinators, write_roster, write_survey
from domain.places import children as places_below
from domain.places import place


@dataclass(frozen=True, slots=True, repr=False)
class Population:
    """The files written, one survey for each county, and the people in them."""

    surveys: tuple[Path, ...]
    volunteers: Path
    coordinators: Path
    people: People


def write_population(
    folder: Path, *, children: int, volunteers: int, seed: int, area: str = "3713", on: date
) -> Population:
    """Writes survey sheets, the roster of volunteers and the list of coordinators of a made-up area into a
    folder.

    ``area``: the code of a prefecture. ``on``: the day the sheets are filled in; ages and papers are as of
    that day. The same arguments give the same files, byte by byte. KeyError when there is no such area.
    """
    people = people_of(children=children, volunteers=volunteers, seed=seed, area=area, on=on)
    folder.mkdir(parents=True, exist_ok=True)
    return Population(
        surveys=tuple(write_survey(folder, people, county) for county in places_below(area)),
        volunteers=write_roster(folder, people),
        coordinators=write_coordinators(folder, people),
        people=people,
    )


def people_of(*, children: int, volunteers: int, seed: int, area: str, on: date) -> People:
    """The people alone, without any file."""
    whole, numbers = place(area), IdNumbers(area)
    nursery = Nursery(on, Random(f"{seed}/children"), numbers)
    recruiting = Recruiting(on, Random(f"{seed}/volunteers"), numbers)
    return People(
        area=whole,
        on=on,
        children=tuple(nursery.children(whole, children)),
        volunteers=tuple(recruiting.volunteers(whole, volunteers)),
        coordinators=tuple(coordinators(whole, on, Random(f"{seed}/coordinators"))),
    )
