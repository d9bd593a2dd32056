"""Children's given names on a volunteer's own page: only after a code from a text message, only for half an hour."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData
from starlette.requests import Request
from starlette.responses import Response

from domain.case import Case
from domain.ids import CaseId, PersonId
from domain.store.engine import writing
from domain.store.lists_people import kinds_of
from domain.store.people import read_record
from domain.store.second_factors import Tried, try_code
from web.given_names import given_name
from web.site import Site

COOKIE: Final = "shouwang-names"
SHOWN_FOR: Final = timedelta(minutes=30)
PURPOSE: Final = "second-factor"

_SALT: Final = b"shouwang second factor"
_PEOPLE: Final = frozenset({"child", "elder"})


def try_it(site: Site, person: PersonId, typed: str) -> Tried:
    """Try the code somebody typed."""
    with writing(site.store.engine) as connection:
        return try_code(connection, site.store.seal, person, typed, site.now())


def may_see(request: Request, site: Site, person: PersonId) -> bool:
    """Whether this browser has shown lately that it is in this person's hands."""
    try:
        who, until = json.loads(base64_decode(_signer(site).unsign(request.cookies.get(COOKIE, ""))))
    except (BadSignature, BadData, ValueError):
        return False
    return bool(who == person and until > site.now().timestamp())


def let_see(response: Response, site: Site, person: PersonId) -> Response:
    """Let this browser see names for half an hour."""
    until = int((site.now() + SHOWN_FOR).timestamp())
    value = _signer(site).sign(base64_encode(json.dumps([person, until], separators=(",", ":")))).decode("ascii")
    return _set(response, site, value, int(SHOWN_FOR.total_seconds()))


def hide(response: Response, site: Site) -> Response:
    """Show no names to this browser any more."""
    return _set(response, site, "", 0)


def names_of(site: Site, cases: Sequence[Case], person: PersonId, now: datetime) -> dict[CaseId, str]:
    """The given names of those the cases are about; each reading is recorded. What is no person has its whole name."""
    with writing(site.store.engine) as connection:
        subjects = [case.subject for case in cases]
        kinds = kinds_of(connection, subjects)
        known = read_record(connection, site.store.seal, subjects, by=person, purpose=PURPOSE, now=now)
    return {
        case.id: given_name(who.name) if kinds[case.subject] in _PEOPLE else who.name
        for case in cases
        if (who := known.get(case.subject))
    }


def _set(response: Response, site: Site, value: str, seconds: int) -> Response:
    secure = site.settings.base_url.startswith("https:")
    response.set_cookie(
        COOKIE, value, max_age=seconds, path=f"{site.root}/a", secure=secure, httponly=True, samesite="strict"
    )  # fmt: skip
    return response


def _signer(site: Site) -> Signer:
    return Signer(site.store.seal.signing_key, salt=_SALT, digest_method=sha256)
