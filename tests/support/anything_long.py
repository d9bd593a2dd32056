"""What may happen to a case over decades besides what happens every day, drawn by hypothesis."""

from datetime import timedelta
from typing import Final

import msgspec
from hypothesis import strategies as st
from support.anything import CASE, DESKS, REASONS, a_command
from support.office import OTHER_COUNTY, OTHER_TOWNSHIP, SECOND_TOWNSHIP
from support.team_life import HELPERS

from domain.case import Case
from domain.ids import PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.rules.moments import Circumstances

ACTS: Final = (
    "bind",
    "bind",
    "bind",
    "release",
    "leave",
    "leave",
    "transfer",
    "receive",
    "programme",
    "propose",
    "give",
)
PLACES: Final = {OTHER_TOWNSHIP: OTHER_COUNTY, SECOND_TOWNSHIP: UnitId("371302"), UnitId("371302001"): UnitId("371302")}


def anything(case: Case, around: Circumstances, data: st.DataObject) -> c.Command:
    """One thing somebody asks of a case, one of every day or one of a lifetime."""
    if data.draw(st.booleans(), label="everyday"):
        return a_command(case, around.programme, data)
    return msgspec.structs.replace(_command(data.draw(st.sampled_from(ACTS)), case, around, data), case=case.id)


def _command(name: str, case: Case, around: Circumstances, data: st.DataObject) -> c.Command:
    desk, reason, yes = data.draw(DESKS), data.draw(REASONS), data.draw(st.booleans())
    role, person = _somebody(case, around.programme, data)
    match name:
        case "bind":
            return c.Bind(case=CASE, role=role, person=person, by=desk)
        case "release":
            return c.Release(case=CASE, role=role, person=_tied(case, role, person), by=desk, reason=reason)
        case "leave":
            on = around.day(case.opened_at) + timedelta(days=data.draw(st.integers(1, 900)))
            tied = _tied(case, role, person)
            announced = on if data.draw(st.integers(0, 4)) else None
            return c.AnnounceEnding(case=CASE, role=role, person=tied, on=announced, by=desk, reason=reason)
        case "transfer":
            unit = data.draw(st.sampled_from(list(PLACES)))
            programme = data.draw(st.sampled_from([None, *around.programmes]))
            return c.AskTransfer(
                case=CASE, unit=unit, county=PLACES[unit], by=desk, reason=reason, programme=programme
            )  # fmt: skip
        case "receive":
            return c.AnswerTransfer(case=CASE, by=desk, accept=yes, reason=reason)
        case "programme":
            to = data.draw(st.sampled_from(list(around.programmes)))
            return c.ChangeProgramme(case=CASE, programme=to, by=desk, reason=reason)
        case "propose":
            return c.ProposeHelper(case=CASE, person=person, score=1, why=("near",))
        case _:
            return c.Reassign(case=CASE, role=role, to=person, by=desk, reason=reason)


def _somebody(case: Case, programme: Programme, data: st.DataObject) -> tuple[str, PersonId]:
    """A role and somebody who might fill it, mostly."""
    roles = programme.helper_roles(case.kind)
    role = data.draw(st.sampled_from(list(roles) or ["companion"]), label="role")
    of = roles[role].of if role in roles else ()
    fitting = [person for person, each in HELPERS.items() if not of or each.kind in of]
    return role, data.draw(st.sampled_from(fitting), label="helper")


def _tied(case: Case, role: str, person: PersonId) -> PersonId:
    tie = case.tied(role)
    return tie.person if tie is not None else person
