"""What programs do about volunteers: the acts of the volunteer's page, each at an address of its own."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body
from pydantic import Field, create_model

from domain.ids import PersonId
from domain.rules.access import Right
from domain.store.console.volunteer_acts import Doing
from domain.words import say
from web.api import shapes
from web.api.caller import Acting, endpoint
from web.api.people import one_volunteer
from web.api.shapes import Given, PersonNumber
from web.api.trouble import Unfit
from web.console.volunteer_acts import ACTS, GONE_BECAUSE, LEAVES_BECAUSE, mistakes_in

_DAY: Final = (shapes.Day, ...)
_BODIES: Final[Mapping[str, Mapping[str, tuple[Any, Any]]]] = {
    "signed": {"paper": (shapes.Key, ...), "on": _DAY},
    "contact": {"phone": (shapes.Typed | None, ...), "email": (shapes.Typed | None, ...)},
    "away": {
        "since": _DAY, "until": _DAY,
        "stand_in": (Annotated[shapes.Person, Field(description="Who stands in: another volunteer.")], ...),
    },
    "back": {"since": (Annotated[shapes.Day, Field(description="The first day of the absence.")], ...)},
    "leaving": {"on": _DAY, "reason": (Literal[LEAVES_BECAUSE], ...)},
    "stays": {},
    "gone": {
        "reason": (Literal[GONE_BECAUSE], ...), "to": (shapes.Person | None, None),
        "sure": (Annotated[Literal[True], Field(description="It ends every tie, at once.")], ...),
    },
}  # fmt: skip
"""What each act is given; the same fields as the page's form."""

_TITLES: Final[Mapping[str, str]] = {
    "signed": "sign-paper", "contact": "contact-change", "away": "say-away", "back": "back", "leaving": "say-leaving",
    "stays": "stays", "gone": "gone",
}  # fmt: skip


def routes() -> APIRouter:
    """An address for every act."""
    router = APIRouter(tags=["volunteers"])
    for do in ACTS:
        _add(router, do)
    return router


def _add(router: APIRouter, do: str) -> None:
    def act(person: PersonNumber, given: Any, caller: Acting) -> shapes.OneVolunteer:
        return _done(caller, PersonId(person), do, given)

    act.__name__ = f"volunteer-{do}"
    body = create_model(f"Volunteer{do.title()}", __base__=Given, **_BODIES[do])  # type: ignore[call-overload]
    act.__annotations__["given"] = Annotated[body, Body()]
    endpoint(
        router, "POST", f"/volunteers/{{person}}/acts/{do}", Right.ACT, 404, 408, 409, 413,
        summary=say("en", f"console_volunteers.{_TITLES[do]}"),
    )(act)  # fmt: skip


def _done(caller: Acting, person: PersonId, do: str, given: Given) -> shapes.OneVolunteer:
    """Do it in the owner's name, and tell how the volunteer stands now; Unfit names every mistake."""
    sent = given.model_dump(exclude_none=True)
    typed = {name: list(shapes.said(value)) for name, value in sent.items()}
    mistakes = mistakes_in(do, typed)
    if mistakes:
        raise Unfit({each.field: say(caller.language, f"console_volunteers.{each.says}") for each in mistakes})
    ACTS[do](Doing(store=caller.site.store, viewer=caller.viewer, person=person, now=caller.now), typed)
    return one_volunteer(caller, person)
