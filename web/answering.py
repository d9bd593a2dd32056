"""The answer page: a signed link opens one plain page; only POST changes anything."""

import re
from datetime import date
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.programme.schema import DutyKind
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.rules.ways import ANSWERED, Way
from domain.store.writing import carry_out
from domain.words import say
from notifiers.links import LinkClaim, LinkRefusal, link_token, read_token
from web.asked import Asked, Gone, ask
from web.fields import Problems, fields, problems_of, read_answers
from web.posted import Given, read_posted
from web.proposals import REASONS, about_proposal
from web.showing import page
from web.site import Site, site_of

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_MEANWHILE: Final = frozenset({Reason.DUTY_ENDED, Reason.CASE_CLOSED, Reason.ALREADY_ACKNOWLEDGED, Reason.NO_PROPOSAL})
"""Refusals that say that somebody was faster: the page then tells how it stands now."""


async def answer(request: Request) -> Response:
    """Show what is asked, however often; take the answer, once."""
    given = await read_posted(request) if request.method == "POST" else None
    return await run_in_threadpool(_answer, site_of(request), request.path_params["token"], given)


def _answer(site: Site, token: str, given: Given | None) -> Response:
    claim = _claim(site, token)
    if isinstance(claim, LinkRefusal):
        return _closed(site, claim)
    asked = ask(site.store, claim.person, claim.duty, site.language, site.now())
    if asked is None:
        return _closed(site, LinkRefusal.TAMPERED)
    return _page(site, claim, asked) if given is None else _take(site, claim, asked, given)


def _claim(site: Site, token: str) -> LinkClaim | LinkRefusal:
    # What a text puts behind a link (a full stop, a bracket) is often taken for a part of it.
    found = _TOKEN.match(token)
    return read_token(site.store.seal.signing_key, found[0] if found else token, site.now())


def _closed(site: Site, why: LinkRefusal) -> Response:
    code = HTTPStatus.GONE if why is LinkRefusal.EXPIRED else HTTPStatus.NOT_FOUND
    return page("closed.html", site.language, code, why=why.value, root=site.root)


def _take(site: Site, claim: LinkClaim, asked: Asked, given: Given) -> Response:
    if asked.way not in ANSWERED:
        return _page(site, claim, asked, HTTPStatus.CONFLICT)
    problems = _problems(asked, given)
    if problems:
        return _page(site, claim, asked, HTTPStatus.UNPROCESSABLE_ENTITY, given, problems)
    try:
        command = _command(asked, given)
    except Refusal as refusal:
        return _page(site, claim, asked, HTTPStatus.UNPROCESSABLE_ENTITY, given, _refused(asked, refusal))
    outcome = carry_out(site.store, [command], asked.now)[0]
    if not isinstance(outcome, Refusal):
        # Sent on to the page itself, so that loading it again sends nothing again.
        return RedirectResponse(link_of(site, claim, asked), HTTPStatus.SEE_OTHER)
    if outcome.reason in _MEANWHILE:
        now_stands = ask(site.store, claim.person, claim.duty, site.language, site.now()) or asked
        return _page(site, claim, now_stands, HTTPStatus.CONFLICT)
    return _page(site, claim, asked, HTTPStatus.CONFLICT, given, _refused(asked, outcome))


def link_of(site: Site, claim: LinkClaim, asked: Asked, duty: int | None = None) -> str:
    """The link of a duty of the case for the same person, as good as long, relative to any answer page."""
    of = asked.case.duty_id(duty or asked.number)
    return link_token(site.store.seal.signing_key, claim.person, of, claim.expires)


def _problems(asked: Asked, given: Given) -> Problems:
    match asked.way:
        case Way.FORM if asked.kind is not None:
            return problems_of(asked.kind, asked.language, given)
        case Way.PROPOSAL | Way.DECISION if _accepts(given) is None:
            return {"": say(asked.language, "web.yes-or-no")}
        case _:
            return {}


def _refused(asked: Asked, refusal: Refusal) -> Problems:
    about = refusal.about
    papers, asks = asked.programme.papers, asked.kind.asks if asked.kind else {}
    named = papers.get(about) or asks.get(about)
    title = named.title.say(asked.language) if named else about[:40]
    return {"": say(asked.language, f"refusals.{refusal.reason.value}", about=title)}


def _accepts(given: Given) -> bool | None:
    return {"yes": True, "no": False}.get("".join(given.get("accept", ())))


def _command(asked: Asked, given: Given) -> c.Command:
    case, by = asked.case.id, asked.person
    accept, why = _accepts(given) is True, "".join(given.get("reason", ()))
    reason = why if why in REASONS.get(asked.way, ()) else "declined"
    match asked.way:
        case Way.PROPOSAL:
            return c.AnswerProposal(case=case, by=by, accept=accept, reason=reason)
        case Way.DECISION:
            return c.DecideProposal(case=case, by=by, accept=accept, reason=reason)
        case Way.ACKNOWLEDGE:
            return c.AcknowledgeDuty(case=case, duty=asked.number, by=by)
        case Way.FORM if asked.kind is not None:
            answers, notes = read_answers(asked.kind, given)
            return c.AnswerDuty(case=case, duty=asked.number, by=by, answers=answers, notes=notes, through="link")
        case _:
            raise Refusal(Reason.DUTY_ENDED, str(asked.number))


def _page(
    site: Site, claim: LinkClaim, asked: Asked, code: int = 200, given: Given | None = None,
    problems: Problems | None = None,
) -> Response:  # fmt: skip
    if asked.kind is None or asked.way not in ANSWERED:
        return _told(site, claim, asked, code)
    problems, given = problems or {}, given or {}
    return page(
        "answer.html", asked.language, code, asked=asked, problems=problems, given=given,
        fields=fields(asked.kind, asked.language, given, problems), about=about_proposal(site.store, asked),
        reasons=REASONS.get(asked.way, ()),
    )  # fmt: skip


def _told(site: Site, claim: LinkClaim, asked: Asked, code: int) -> Response:
    """What stands instead of questions: it is done, too early, somebody else's, and where it went."""
    spoken, heir = asked.language, asked.heir
    kind, role = asked.kind or (asked.programme.duties[heir.kind] if heir else None), ""
    if asked.duty is not None:
        role = asked.programme.roles[asked.reader.role(asked.duty)].title.say(spoken)
    return page(
        "told.html", spoken, code, asked=asked, way=asked.way.value, title=kind.title.say(spoken) if kind else "",
        role=role, on=_day_told(asked), passed_on=_passed_on(asked), heir=heir,
        heir_link=link_of(site, claim, asked, heir.number) if heir and heir.opens_on <= asked.today else "",
    )  # fmt: skip


def _role(asked: Asked, kind: DutyKind) -> str:
    return asked.programme.roles[kind.owed_by].title.say(asked.language)


def _day_told(asked: Asked) -> date | None:
    """The day a sentence needs: when it may be answered, until when it waits, when it was done."""
    match asked.way:
        case Way.EARLY if asked.duty is not None:
            return asked.duty.opens_on
        case Way.ACKNOWLEDGED if asked.duty is not None and asked.duty.waits_until is not None:
            return asked.duty.waits_until.astimezone(asked.programme.time_zone).date()
        case _:
            return asked.ending.on if asked.ending else None


def _passed_on(asked: Asked) -> list[tuple[str, str]]:
    """What the answer made others owe: title and who; told to the one who gave it."""
    if asked.way is not Gone.DONE or asked.ending is None:
        return []
    opened = (asked.programme.opened_by.get(f"raised:{name}", ()) for name in asked.ending.raised)
    kinds = [asked.programme.duties[kind] for some in opened for kind in some]
    return [(kind.title.say(asked.language), _role(asked, kind)) for kind in kinds]
