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
from domain.store.acting import in_one_act
from domain.store.engine import Connection
from domain.store.photos import keep_photos
from domain.store.writing import Carried, Outcome, carry_out, carry_out_within
from domain.words import say
from notifiers.links import LinkClaim, LinkRefusal, link_token, read_token
from web.asked import Asked, Gone, ask
from web.fields import Problems, fields, problems_of, read_answers
from web.photographed import photo_problems, taken, takes_photos
from web.posted import Given, read_posted
from web.posted_files import MOST_FILES, Sent, has_files, read_with_files, size_of
from web.proposals import REASONS, about_proposal
from web.showing import page
from web.site import Site, site_of

ANSWER: Final = "Shouwang-Answer"
"""The header by which a script knows our pages, and what became of an answer: done, asked, told, refused, later."""

KEEP_UNTIL: Final = "Shouwang-Keep-Until"
"""The header of pages a phone may keep for when there is no signal: until when, in seconds since 1970."""

_OWN: Final = frozenset({Gone.DONE, Way.ACKNOWLEDGED})
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_MEANWHILE: Final = frozenset({Reason.DUTY_ENDED, Reason.CASE_CLOSED, Reason.ALREADY_ACKNOWLEDGED, Reason.NO_PROPOSAL})
"""Refusals that say that somebody was faster: the page then tells how it stands now."""


async def answer(request: Request) -> Response:
    """Show what is asked, however often; take the answer, once."""
    site, token = site_of(request), request.path_params["token"]
    if request.method == "POST" and has_files(request):
        with site.room.taken(size_of(request)):
            return await run_in_threadpool(_answer, site, token, await read_with_files(request))
    sent = Sent(await read_posted(request)) if request.method == "POST" else None
    return await run_in_threadpool(_answer, site, token, sent)


def _answer(site: Site, token: str, sent: Sent | None) -> Response:
    claim = claim_of(site, token)
    if isinstance(claim, LinkRefusal):
        return closed(site, claim)
    asked = ask(site.store, claim.person, claim.duty, site.language, site.now())
    if asked is None:
        return closed(site, LinkRefusal.TAMPERED)
    return _page(site, claim, asked) if sent is None else _take(site, claim, asked, sent)


def claim_of(site: Site, token: str) -> LinkClaim | LinkRefusal:
    """What a link says as it stands in an address, or why it says nothing."""
    # What a text puts behind a link (a full stop, a bracket) is often taken for a part of it.
    found = _TOKEN.match(token)
    return read_token(site.store.seal.signing_key, found[0] if found else token, site.now())


def closed(site: Site, why: LinkRefusal) -> Response:
    """The page behind a link that opens nothing."""
    code = HTTPStatus.GONE if why is LinkRefusal.EXPIRED else HTTPStatus.NOT_FOUND
    return page("closed.html", site.language, code, {ANSWER: "refused"}, why=why.value, root=site.root)


def _take(site: Site, claim: LinkClaim, asked: Asked, sent: Sent) -> Response:
    given = sent.given
    if asked.way not in ANSWERED:
        return _page(site, claim, asked, HTTPStatus.CONFLICT)
    photos = taken(sent.files) if takes_photos(asked) else []
    problems = {**_problems(asked, given), **photo_problems(photos, asked.language)}
    if problems:
        if photos and "photo" not in problems:
            problems["photo"] = say(asked.language, "web.photo-again")
        return _page(site, claim, asked, HTTPStatus.UNPROCESSABLE_ENTITY, given, problems)
    try:
        command = _command(asked, given)
    except Refusal as refusal:
        return _page(site, claim, asked, HTTPStatus.UNPROCESSABLE_ENTITY, given, _refused(asked, refusal))
    outcome = _carried(site, command, asked, [photo for photo in photos if isinstance(photo, bytes)])
    if not isinstance(outcome, Refusal):
        # Sent on to the page itself, so that loading it again sends nothing again.
        return RedirectResponse(link_of(site, claim, asked), HTTPStatus.SEE_OTHER)
    if outcome.reason in _MEANWHILE:
        now_stands = ask(site.store, claim.person, claim.duty, site.language, site.now()) or asked
        return _page(site, claim, now_stands, HTTPStatus.CONFLICT)
    return _page(site, claim, asked, HTTPStatus.CONFLICT, given, _refused(asked, outcome))


def _carried(site: Site, command: c.Command, asked: Asked, photos: list[bytes]) -> Outcome:
    """The answer and its pictures are kept together or not at all."""
    if not photos:
        return carry_out(site.store, [command], asked.now)[0]

    def act(connection: Connection) -> Outcome:
        outcome = carry_out_within(connection, site.store, [command], asked.now)[0]
        if isinstance(outcome, Carried):
            keep_photos(connection, site.store, asked.case, asked.number, photos, asked.person, asked.now)
        return outcome

    return in_one_act(site.store, act)


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
        "answer.html", asked.language, code, _kept(claim, "asked"), asked=asked, problems=problems, given=given,
        fields=fields(asked.kind, asked.language, given, problems), about=about_proposal(site.store, asked),
        reasons=REASONS.get(asked.way, ()), photos=MOST_FILES if takes_photos(asked) else 0, root=site.root,
        token=link_of(site, claim, asked),
    )  # fmt: skip


def _kept(claim: LinkClaim, said: str) -> dict[str, str]:
    """What the page's script goes by: how the answer stands, and until when a phone may keep the page."""
    return {ANSWER: said, KEEP_UNTIL: str(int(claim.expires.timestamp()))}


def _told(site: Site, claim: LinkClaim, asked: Asked, code: int) -> Response:
    """What stands instead of questions: it is done, too early, somebody else's, and where it went."""
    spoken, heir = asked.language, asked.heir
    kind, role = asked.kind or (asked.programme.duties[heir.kind] if heir else None), ""
    if asked.duty is not None:
        role = asked.programme.roles[asked.reader.role(asked.duty)].title.say(spoken)
    said = "done" if asked.way in _OWN else "told"
    return page(
        "told.html", spoken, code, _kept(claim, said), root=site.root, asked=asked, way=asked.way.value,
        title=kind.title.say(spoken) if kind else "", role=role, on=_day_told(asked), passed_on=_passed_on(asked),
        heir=heir, token=link_of(site, claim, asked),
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
