"""What the address of a page asks for: which unit, which page of a list, which words."""

from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from web.posted import Given

MOST_PAGES = 10_000
LONGEST = 80


def asked_page(request: Request) -> int:
    """Which page of a list, from 1; the first where something else was written."""
    typed = request.query_params.get("page", "1")
    return min(max(int(typed), 1), MOST_PAGES) if typed.isdecimal() and len(typed) < 7 else 1


def asked_words(request: Request, name: str) -> str:
    """What the address says under a name, within reason."""
    return request.query_params.get(name, "")[:LONGEST].replace("\0", "").strip()


def with_values(path: str, **values: object) -> str:
    """An address with these values; what is empty is left out, so that the same page has one address."""
    kept = {name: str(value) for name, value in values.items() if value not in {None, "", 0}}
    return f"{path}?{urlencode(kept)}" if kept else path


def one(given: Given, name: str) -> str:
    """The one answer to a question of a form; empty where there is none."""
    return (given.get(name) or [""])[0].strip()


def day_given(given: Given, name: str) -> date | None:
    """A day as a form sends it; nothing where it is none."""
    try:
        return date.fromisoformat(one(given, name))
    except ValueError:
        return None
