"""What programs read of programmes: which there are, and the keys and words one needs to read cases."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from domain.programme import schema
from domain.rules.access import Right
from domain.store.console.looking import NotFound
from web.api import shapes
from web.api.caller import Reading, endpoint
from web.api.shapes import ProgrammeName

ROUTER = APIRouter(tags=["programmes"])


@endpoint(ROUTER, "GET", "/programmes", Right.SEE_PROGRAMMES, summary="Programmes")
def programmes(caller: Reading) -> shapes.Programmes:
    """Every version of every programme of the install."""
    with caller.look(Right.SEE_PROGRAMMES) as look:
        found = sorted(look.store.programmes.values(), key=lambda each: each.name)
    return shapes.Programmes(programmes=[shapes.ProgrammeLine(**_line(each, caller.language)) for each in found])


@endpoint(ROUTER, "GET", "/programmes/{programme}", Right.SEE_PROGRAMMES, 404, summary="One programme")
def programme(caller: Reading, programme: ProgrammeName) -> shapes.Programme:
    """One version of a programme: kinds of cases, levels of risk, roles, papers, duties."""
    with caller.look(Right.SEE_PROGRAMMES) as look:
        found = look.store.programmes.get(programme)
    if found is None:
        raise NotFound(programme)
    return shapes.Programme(
        **_line(found, caller.language), time_zone=str(found.time_zone),
        kinds=_titles(found.eligible.kinds, caller.language), roles=_titles(found.roles, caller.language),
        papers=_titles(found.papers, caller.language),
        risks={key: words.say(caller.language) for key, words in found.risks.items()},
        duties=[
            shapes.KindOfDuty(
                kind=key, title=kind.title.say(caller.language), owed_by=kind.owed_by, ladder=kind.ladder
            )
            for key, kind in found.duties.items()
        ],
    )  # fmt: skip


def _line(each: schema.Programme, language: str) -> dict[str, Any]:
    return {
        "name": each.name, "title": each.title.say(language), "version": each.version,
        "valid_from": each.valid_from, "subject": each.subject,
    }  # fmt: skip


def _titles(titled: Mapping[str, Any], language: str) -> dict[str, str]:
    return {key: each.title.say(language) for key, each in titled.items()}
