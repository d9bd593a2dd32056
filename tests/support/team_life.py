"""Lives under the small programme of teams: an office of two counties, and helpers for every role."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from support.life import CASE, STANDINGS, TREE, Life, opened
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    DESKS,
    LIU,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
)
from support.team_programme import SIX, teams

from domain import facts as f
from domain.ids import PersonId
from domain.programme.schema import Level, Programme
from domain.rules import commands as c
from domain.rules.office import Office, Standing, Unit
from domain.rules.refusals import Reason

OTHER_TOWNSHIP_DESK: Final = PersonId("p000000006")
MEMBERS: Final = {role: PersonId(f"p0000000{number}") for number, role in enumerate(SIX, 21)}
SECOND_TEACHER: Final = PersonId("p000000031")
LEAD, FIRST, SECOND, THIRD, FOURTH = (PersonId(f"p0000000{number}") for number in range(41, 46))
"""A lead and partners, elders all of them."""

_PAPERS: Final = {"pledge": date(2028, 8, 1), "confidentiality": None, "safety": date(2027, 8, 1)}
UNITS: Final = (
    *TREE,
    Unit(SECOND_TOWNSHIP, COUNTY, Level.TOWNSHIP, "银雀山街道"),
    Unit(OTHER_COUNTY, TREE[1].id, Level.COUNTY, "沂南县"),
    Unit(OTHER_TOWNSHIP, OTHER_COUNTY, Level.TOWNSHIP, "界湖街道"),
)


def _helper(person: PersonId, kind: str, **changes: Any) -> Standing:
    return Standing(person, "female", 3, 0, True, _PAPERS, kind)._replace(**changes)


HELPERS: Final = {
    **{person: _helper(person, "elder", sex=STANDINGS[person].sex) for person in STANDINGS},
    **{person: _helper(person, role) for role, person in MEMBERS.items()},
    SECOND_TEACHER: _helper(SECOND_TEACHER, "teacher"),
    **{person: _helper(person, "elder") for person in (LEAD, FIRST, SECOND, THIRD, FOURTH)},
}


def team_office(**changes: Any) -> Office:
    """Two counties, somebody at each desk, and everybody who may help."""
    desks = {unit: (person,) for unit, person in DESKS.items()} | {OTHER_TOWNSHIP: (OTHER_TOWNSHIP_DESK,)}
    usual: dict[str, Any] = {"units": {unit.id: unit for unit in UNITS}, "desks": desks, "helpers": HELPERS}
    return Office(**(usual | changes))


def begun(kind: str, programme: Programme | None = None, **changes: Any) -> Life:
    """A girl of eleven of a kind, admitted."""
    return opened(programme=programme or teams(), office=team_office(), kind=kind, **changes)


def bind(role: str, person: PersonId) -> c.Bind:
    """A helper bound by the township's hand."""
    return c.Bind(case=CASE, role=role, person=person, by=TOWNSHIP_DESK)


def release(role: str, person: PersonId, reason: str = "ill") -> c.Release:
    """A helper let go by the township."""
    return c.Release(case=CASE, role=role, person=person, by=TOWNSHIP_DESK, reason=reason)


def leaving(on: date | None, person: PersonId = ZHOU, role: str = "companion") -> c.AnnounceEnding:
    """A helper's last day, or none any more."""
    return c.AnnounceEnding(case=CASE, role=role, person=person, on=on, by=TOWNSHIP_DESK, reason="moves")


def done(life: Life, command: c.Command, now: datetime) -> list[f.Fact]:
    """What a command that must not be refused made true."""
    facts = life.give(command, now)
    assert not isinstance(facts, Reason), facts
    return facts


def with_companion(programme: Programme | None = None, now: datetime = BEGIN, **changes: Any) -> Life:
    """An orphan with Zhou for companion."""
    life = begun("orphan", programme, **changes)
    done(life, bind("companion", ZHOU), now)
    return life


def with_team() -> Life:
    """A left-behind girl with all six."""
    life = begun("left_behind")
    for role, person in MEMBERS.items():
        done(life, bind(role, person), BEGIN)
    return life


def with_lead() -> Life:
    """A ward with a lead and two partners."""
    life = begun("ward")
    for role, person in (("lead", LEAD), ("partner", FIRST), ("partner", SECOND)):
        done(life, bind(role, person), BEGIN)
    return life


def succeed(life: Life, now: datetime, successor: PersonId = LIU) -> list[f.Fact]:
    """A successor proposed, agreed to and accepting, all in one hour."""
    done(life, c.ProposeHelper(case=CASE, person=successor, score=1, why=("near",)), now)
    done(life, c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=True), now)
    return done(life, c.AnswerProposal(case=CASE, by=successor, accept=True), now)


def told(life: Life, kind: str) -> list[tuple[date, tuple[PersonId, ...]]]:
    """Who heard of a kind of duty, rung by rung: the local day and the people."""
    kinds: dict[int, str] = {}
    found = []
    for entry in life.journal:
        if isinstance(entry.fact, f.DutyOpened):
            kinds[entry.fact.duty] = entry.fact.kind
        elif isinstance(entry.fact, f.RungReached) and kinds[entry.fact.duty] == kind:
            found.append((life.around.day(entry.at), entry.fact.told))
    return found


def days_on(count: float) -> datetime:
    """So many days after the beginning."""
    return BEGIN + timedelta(days=count)


def nobody_gone_owes(life: Life) -> None:
    """Whoever owes something in person is bound to the case, or is the one proposed."""
    assert life.case is not None
    here = {tie.person for tie in life.case.ties}
    if life.case.proposal is not None:
        here.add(life.case.proposal.person)
    assert {duty.owed_by for duty in life.duties.values()} - {None} <= here
