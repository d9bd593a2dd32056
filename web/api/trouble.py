"""What goes wrong, as programs are told: a stable code, a sentence in their owner's language, what it is about."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from domain.rules.refusals import Reason, Refusal
from domain.words import say

CODES: Final[Mapping[int, str]] = {
    400: "bad-input", 401: "not-signed-in", 403: "not-allowed", 404: "not-found", 405: "no-such-method",
    408: "bad-input", 413: "too-long", 415: "bad-input", 422: "bad-input", 429: "too-many", 500: "broken",
    503: "too-busy",
}  # fmt: skip
"""The code of each status; with 409 it is why the rules refuse."""

_WAIT: Final = {"Retry-After": "600"}
_SOON: Final = {"Retry-After": "10"}
HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": 'Bearer realm="shouwang"'}, 429: _WAIT, 503: _SOON,
}  # fmt: skip


class Mistake(BaseModel):
    """One thing that is wrong with what was sent, and where."""

    where: str = Field(description="The parameter, or the path of the field in the body.")
    what: str


class Error(BaseModel):
    """Why something was not done."""

    code: str = Field(
        description="Stable: one of "
        + ", ".join(f"`{code}`" for code in sorted(set(CODES.values())))
        + "; with 409 one of "
        + ", ".join(f"`{reason.value}`" for reason in Reason)
        + "."
    )
    message: str = Field(description="A sentence in the language of the token's owner.")
    about: str | list[Mistake] | None = Field(
        default=None,
        description="What stands in the way (a duty, a role); with `bad-input` and `does-not-fit` every mistake.",
    )


class Problem(BaseModel):
    """The body of every answer from 400 on."""

    error: Error


class Trouble(Exception):
    """Something that is answered by a status and a problem."""

    def __init__(self, status: int, about: str | list[Mistake] | None = None) -> None:
        super().__init__(str(status))
        self.status, self.about = status, about


class Unfit(Exception):
    """What was sent has the right shape, but does not fit this case; a sentence for each field of the body."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.mistakes = [Mistake(where=f"body.{field}", what=what) for field, what in sorted(problems.items())]


def problem(
    status: int, language: str, about: str | list[Mistake] | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer for a status; a status without a code of its own is bad input."""
    code = CODES.get(status, "bad-input")
    return _answer(status, code, say(language, f"console_api.{code}"), about, headers or HEADERS.get(status))


def refused(refusal: Refusal, language: str) -> JSONResponse:
    """The answer where the rules do not allow it."""
    code = refusal.reason.value
    said = say(language, f"refusals.{code}", about=refusal.about)
    return _answer(HTTPStatus.CONFLICT, code, said, refusal.about or None, None)


def unfit(met: Unfit, language: str) -> JSONResponse:
    """The answer where something does not fit, with every mistake."""
    code = Reason.DOES_NOT_FIT.value
    return _answer(HTTPStatus.CONFLICT, code, say(language, f"refusals.{code}"), met.mistakes, None)


def _answer(
    status: int, code: str, said: str, about: str | list[Mistake] | None, headers: Mapping[str, str] | None
) -> JSONResponse:
    body = Problem(error=Error(code=code, message=said, about=about))
    return JSONResponse(body.model_dump(), status_code=status, headers=dict(headers or {}))


_SAID: Final[Mapping[int, str]] = {
    401: "No token, or one that does not hold any more.",
    403: "No role of the token's owner allows this, or the token is for less.",
    404: "There is none of this name, or none that the owner of the token may see.",
    405: "There is nothing here for this method.",
    408: "The body did not come within half a minute.",
    409: "The rules refuse: the code says why, and nothing was changed.",
    413: "More than 64 KB.",
    415: "The body is no JSON.",
    422: "What was sent does not fit; every mistake is named.",
    429: "Too many wrong tokens from this address; wait as long as `Retry-After` says.",
    503: "Others keep changing the same cases; nothing was written, and the same may be asked again.",
}


def told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI tells of these answers."""
    return {status: {"model": Problem, "description": _SAID[status]} for status in statuses}
