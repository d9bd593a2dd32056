"""What is looked for among the cases, as it stands in the address of the page: never a name a person typed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from domain.ids import UnitId
from domain.programme.schema import Stage
from domain.store.console.cases_asked import NUMBER, Asked, Order
from domain.store.console.words_kept import LONGEST, kept, typed
from web.console.desk import Desk

PATH: Final = "/console/cases"
_TICKED: Final = ("late", "alone", "climbed")
_LONGEST_KEY: Final = 60


def asked_in(desk: Desk, given: Mapping[str, str]) -> Asked:
    """What an address asks for; what means nothing is left out."""
    words = given.get("q", "") or typed(desk.site.store, desk.viewer, given.get("w", ""))
    page = given.get("page", "")
    return Asked(
        words=words.strip()[:LONGEST],
        unit=UnitId(given["unit"][:_LONGEST_KEY]) if given.get("unit") else None,
        stage=_one(Stage, given.get("stage", "")),
        risk=given.get("risk", "")[:_LONGEST_KEY],
        programme=given.get("programme", "")[:_LONGEST_KEY],
        order=_one(Order, given.get("order", "")) or Order.LATE,
        page=int(page) - 1 if page.isdecimal() and int(page[:7]) > 0 and len(page) < 7 else 0,
        **{key: given.get(key) == "yes" for key in _TICKED},
    )


def asked_from(desk: Desk, given: Mapping[str, Any]) -> Asked:
    """What a form that was sent asks for; it begins at the first page."""
    return replace(asked_in(desk, {key: "".join(values[:1]) for key, values in given.items()}), page=0)


def address(desk: Desk, asked: Asked, path: str = PATH, **changes: Any) -> str:
    """The address that asks for the same, or for it with changes; words other than a case number are sealed in it."""
    wanted = replace(asked, **{"page": 0, **changes})
    words = wanted.words
    plain = bool(NUMBER.fullmatch(words))
    found = {
        "q": words if plain else "",
        "w": kept(desk.site.store, desk.viewer, words) if words and not plain else "",
        "unit": wanted.unit or "",
        "stage": wanted.stage.value if wanted.stage else "",
        "risk": wanted.risk,
        "programme": wanted.programme,
        **{key: "yes" if getattr(wanted, key) else "" for key in _TICKED},
        "order": wanted.order.value if wanted.order is not Order.LATE else "",
        "page": str(wanted.page + 1) if wanted.page else "",
    }
    query = urlencode({key: value for key, value in found.items() if value})
    return f"{path}?{query}" if query else path


def _one(among: Any, value: str) -> Any:
    return among(value) if value in {each.value for each in among} else None
