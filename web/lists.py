"""Lists a coordinator opens from the dashboard: what is overdue in a county, by case number."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from domain import clock
from domain.ids import UnitId
from domain.store import lists
from domain.store.engine import reading
from domain.store.store import Store
from domain.store.units import names_of
from web.showing import page


async def overdue_page(request: Request) -> Response:
    """What is overdue in one county, longest first. Case numbers and kinds of duties, nothing of a person."""
    return await run_in_threadpool(_overdue_page, request)


def _overdue_page(request: Request) -> Response:
    store: Store = request.app.state.store
    language, county = request.app.state.settings.language, UnitId(request.path_params["county"])
    with reading(store.engine) as connection:
        found = lists.overdue(connection, clock.now(), county)
        name = names_of(connection, [county]).get(county, county)
    rows = [
        (f"{each.case}/{each.number}", store.programmes[each.programme].duties[each.kind].title.say(language), each)
        for each in found
    ]
    return page("overdue.html", language, county=name, rows=rows)
