"""What programs read of volunteers."""

from fastapi import APIRouter

from domain.ids import PersonId, UnitId
from domain.rules.access import Right
from domain.store.console import api_helpers
from domain.store.console.who import Who
from web.api import shapes
from web.api.caller import Caller, Reading, endpoint
from web.api.shapes import Cursor, PersonNumber, Unit

ROUTER = APIRouter(tags=["volunteers"])


@endpoint(ROUTER, "GET", "/volunteers", Right.SEE_PEOPLE, 404, summary="Volunteers")
def volunteers(caller: Reading, unit: Unit = None, cursor: Cursor = None) -> shapes.Volunteers:
    """Volunteers in the order of their ids, 50 a page: names and telephones, room, papers."""
    with caller.look(Right.SEE_PEOPLE) as look:
        page = api_helpers.helpers(look, UnitId(unit) if unit else None, cursor or "")
    return shapes.Volunteers(volunteers=[_volunteer(each) for each in page.helpers], next=page.after)


@endpoint(ROUTER, "GET", "/volunteers/{person}", Right.SEE_PEOPLE, 404, summary="One volunteer")
def volunteer(caller: Reading, person: PersonNumber) -> shapes.OneVolunteer:
    """One volunteer, and the cases one may see to which he or she is bound."""
    return one_volunteer(caller, PersonId(person))


def one_volunteer(caller: Caller, person: PersonId) -> shapes.OneVolunteer:
    """How a volunteer stands; NotFound for one that is not the owner's to look at."""
    with caller.look(Right.SEE_PEOPLE) as look:
        found, cases = api_helpers.helper(look, person)
    return shapes.OneVolunteer(volunteer=_volunteer(found), cases=list(cases))


def _volunteer(each: Who) -> shapes.Volunteer:
    return shapes.Volunteer(
        person=each.person, name=each.name, phone=each.phone or None, kind=each.kind_key, unit=each.unit or "",
        load=each.load, capacity=each.capacity, serving=each.serving, skills=list(each.skills),
        papers=dict(each.papers), serves_until=each.serves_until,
    )  # fmt: skip
