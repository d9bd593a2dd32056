"""Somebody's own account: password, language, one-time codes, tokens for programs, and where they are signed in."""

from http import HTTPStatus
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.ids import UnitId
from domain.rules.access import Grant, Role
from domain.rules.refusals import Refusal
from domain.store.console import account as own
from domain.store.console.looking import NotFound
from domain.store.console.signing import WeakPassword
from domain.store.logins import LONGEST, SHORTEST
from domain.words import LANGUAGES
from web.attempts import WITHIN
from web.console.desk import Desk, console
from web.console.pictures import qr_code
from web.console.shown import Typed
from web.console.signing import keep_session, leave
from web.posted import Given

HERE: Final = "/console/me"
DAYS: Final = (7, 30, 90, 180, own.LONGEST_DAYS)
LONGEST_NAME: Final = 40
SET_UP_WITHIN: Final = 15 * 60
"""Seconds between the picture and the first code; whoever takes longer begins again."""


@console(None)
def account(_request: Request, desk: Desk, _given: Given) -> Response:
    """The page."""
    return shown(desk)


def shown(desk: Desk, status: int = 200, /, **about: object) -> Response:
    """The page as it stands; ``about``: what is wrong and where, what is shown only once, what was typed."""
    found = own.account(desk.site.store, desk.viewer, desk.now)
    if found is None:
        raise NotFound(desk.viewer.login)
    grants = [(grant, found.unit_name(grant.unit)) for grant in found.login.grants]
    tokens = [(each, found.unit_name(each.grant.unit), each.holds(desk.now)) for each in found.tokens]
    values: dict[str, object] = {"problem": "", "place": "", "minted": "", "setting_up": None, "typed": Typed()}
    return desk.page(
        "console/me.html", status, account=found, grants=grants, tokens=tokens, languages=LANGUAGES, days=DAYS,
        shortest=SHORTEST, longest=LONGEST, longest_name=LONGEST_NAME, **(values | about),
    )  # fmt: skip


@console(None)
def language(_request: Request, desk: Desk, given: Given) -> Response:
    """Take another language."""
    chosen = _one(given, "language")
    if chosen not in LANGUAGES:
        return _wrong(desk, "language", "language-unknown")
    own.change_language(desk.site.store, desk.viewer, chosen)
    return desk.to(HERE, "console_me.language")


@console(None)
def password(request: Request, desk: Desk, given: Given) -> Response:
    """Take another password; whatever else is signed in ends."""
    trouble = _old_password(request, desk, given)
    if trouble:
        return _wrong(desk, "password", trouble)
    if _one(given, "password") != _one(given, "again"):
        return _wrong(desk, "password", "console.passwords-differ")
    try:
        secret = own.change_password(desk.site.store, desk.viewer, _one(given, "password"), desk.now)
    except WeakPassword:
        return _wrong(desk, "password", "console.password-weak")
    gone = desk.to(HERE, "console_me.password")
    keep_session(gone, desk.site, secret)
    return gone


@console(None)
def codes(request: Request, desk: Desk, given: Given) -> Response:
    """One-time codes: begin with a picture, count once a first code was right, or ask for none any more."""
    match _one(given, "do"):
        case "begin":
            return shown(desk, place="codes", setting_up=_setting_up(desk, own.new_code_secret()))
        case "confirm":
            return _confirm(desk, given)
        case "off":
            trouble = _old_password(request, desk, given)
            if trouble:
                return _wrong(desk, "codes", trouble)
            own.ask_for_no_codes(desk.site.store, desk.viewer)
            return desk.to(HERE, "console_me.codes-off")
        case _:
            return _wrong(desk, "codes", "nothing-chosen")


def _confirm(desk: Desk, given: Given) -> Response:
    try:
        login, secret = _tickets(desk).loads(_one(given, "ticket"), max_age=SET_UP_WITHIN)
    except (BadSignature, ValueError):
        return _wrong(desk, "codes", "codes-again")
    if login != desk.viewer.login:
        return _wrong(desk, "codes", "codes-again")
    if not own.ask_for_codes(desk.site.store, desk.viewer, secret, _one(given, "code"), desk.now):
        return _wrong(desk, "codes", "code-wrong", setting_up=_setting_up(desk, secret))
    return desk.to(HERE, "console_me.codes-on")


def _setting_up(desk: Desk, secret: str) -> dict[str, object]:
    address = own.code_address(secret, desk.viewer.name)
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    ticket = str(_tickets(desk).dumps([desk.viewer.login, secret]))
    return {"picture": qr_code(address), "secret": spaced, "ticket": ticket}


@console(None)
def tokens(_request: Request, desk: Desk, given: Given) -> Response:
    """Make a token, whose secret is shown once, or take one back."""
    number = _one(given, "revoke")
    if number:
        if not number.isascii() or not number.isdecimal() or len(number) > 9:
            raise NotFound(number)
        if not own.take_token_back(desk.site.store, desk.viewer, int(number), desk.now):
            raise NotFound(number)
        return desk.to(HERE, "console_me.revoked")
    return _make_token(desk, given)


def _make_token(desk: Desk, given: Given) -> Response:
    name, days = _one(given, "name").strip()[:LONGEST_NAME], _one(given, "days")
    typed = Typed(name=name, days=days, role=_one(given, "role"), unit=_one(given, "unit").strip())
    problems = [] if name else ["token-name-missing"]
    problems += [] if days.isascii() and days.isdecimal() and 0 < int(days[:5]) <= own.LONGEST_DAYS else ["days-wrong"]
    problems += [] if typed["role"] in set(Role) else ["role-unknown"]
    if problems:
        said = " ".join(desk.say(f"console_me.{each}", most=own.LONGEST_DAYS) for each in problems)
        return shown(desk, HTTPStatus.UNPROCESSABLE_ENTITY, place="tokens", problem=said, typed=typed)
    grant = Grant(Role(typed["role"]), UnitId(typed["unit"]))
    try:
        secret = own.give_token(desk.site.store, desk.viewer, name, grant, int(days), desk.now)
    except Refusal as refusal:
        said = desk.say(f"refusals.{refusal.reason.value}", about=refusal.about)
        return shown(desk, HTTPStatus.CONFLICT, place="tokens", problem=said, typed=typed)
    return shown(desk, place="tokens", minted=secret)


@console(None)
def sign_out_everywhere(_request: Request, desk: Desk, _given: Given) -> Response:
    """End every session, this one too."""
    own.sign_out_everywhere(desk.site.store, desk.viewer)
    gone = RedirectResponse(f"{desk.root}/sign-in", HTTPStatus.SEE_OTHER)
    leave(gone, desk.site)
    return gone


def _old_password(request: Request, desk: Desk, given: Given) -> str:
    """What is wrong with the old password; nothing where it is right. Whoever found an open screen cannot try many."""
    site, trying = desk.site, (f"me {desk.viewer.name}", desk.session.token, _address(request))
    if site.throttle.too_many(*trying, desk.now):
        return "console.sign-in-too-many"
    with site.throttle.turn:
        if own.knows_own_password(site.store, desk.viewer, _one(given, "old")):
            return ""
    site.throttle.note(*trying, desk.now)
    return "old-password-wrong"


def _wrong(desk: Desk, place: str, key: str, /, **about: object) -> Response:
    said = desk.say(
        key if "." in key else f"console_me.{key}", shortest=SHORTEST, minutes=int(WITHIN.total_seconds()) // 60
    )
    return shown(desk, HTTPStatus.UNPROCESSABLE_ENTITY, place=place, problem=said, **about)


def _tickets(desk: Desk) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk.site.store.seal.signing_key, salt="one-time codes")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _one(given: Given, name: str) -> str:
    return "".join(given.get(name, ())[:1])
