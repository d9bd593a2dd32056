"""A volunteer's answer: the signed link or the short code opens one plain page; only POST changes anything."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain import clock
from domain.case import Case, Duty
from domain.ids import PersonId, case_of, duty_id
from domain.programme.schema import Desk, DutyKind, Helper, Programme
from domain.rules import commands as c
from domain.rules.forms import read_form
from domain.rules.refusals import Reason, Refusal
from domain.store import lists
from domain.store.doors import open_door
from domain.store.engine import reading
from domain.store.journal import snapshot_of
from domain.store.people import language_of
from domain.store.store import Store
from domain.store.writing import carry_out
from domain.words import say
from notifiers.links import LinkClaim, LinkRefusal, link_token, read_token
from web.showing import fields, page

Given = dict[str, list[str]]
_WRONG_CODES = 10
_WITHIN = timedelta(minutes=10)


class Asked(NamedTuple):
    """What a link opens: who is asked which duty of which case, in which language; no duty when it has ended."""

    person: PersonId
    language: str
    case: Case
    programme: Programme
    duty: Duty | None
    number: int

    @property
    def kind(self) -> DutyKind | None:
        """What the programme says of the duty."""
        return self.programme.duties[self.duty.kind] if self.duty else None

    @property
    def way(self) -> str:
        """How it is settled: ``form``, ``proposal``, ``decision``, ``acknowledge`` or ``ended``."""
        kind = self.kind
        if kind is None or self.duty is None:
            return "ended"
        role = self.programme.roles[kind.owed_by]
        if isinstance(role, Helper):
            return "form" if self.duty.owed_by in (self.person, None) else "acknowledge"
        if not isinstance(role, Desk):
            return "proposal" if self.duty.owed_by == self.person else "acknowledge"
        if "approved" in kind.met_by:
            return "decision"
        return "form" if kind.asks or not kind.met_by else "acknowledge"


async def answer_page(request: Request) -> Response:
    """Show what is asked. Changes nothing, however often it is opened."""
    return await run_in_threadpool(_answer_page, request)


async def answer_sent(request: Request) -> Response:
    """Take the answer."""
    form = await request.form()
    given: Given = {key: [str(value) for value in form.getlist(key)] for key in form}
    return await run_in_threadpool(_answer_sent, request, given)


def _answer_page(request: Request) -> Response:
    asked = _asked(request)
    return asked if isinstance(asked, Response) else _form(asked, {}, "")


def _answer_sent(request: Request, given: Given) -> Response:
    asked = _asked(request)
    if isinstance(asked, Response):
        return asked
    if asked.way == "ended":
        return _form(asked, given, "")
    try:
        command = _command(asked, given)
    except Refusal as refusal:
        return _form(asked, given, _why(asked, refusal))
    outcome = carry_out(request.app.state.store, [command], clock.now())[0]
    if isinstance(outcome, Refusal):
        return _form(asked, given, _why(asked, outcome))
    return page("thanks.html", asked.language, case=asked.case.id, title=_title(asked))


def _asked(request: Request) -> Asked | Response:
    store: Store = request.app.state.store
    claim = read_token(store.seal.signing_key, request.path_params["token"], clock.now())
    language = request.app.state.settings.language
    if isinstance(claim, LinkRefusal):
        return page("closed.html", language, 410, why=claim.value)
    return _of_claim(store, claim, language)


def _of_claim(store: Store, claim: LinkClaim, language: str) -> Asked | Response:
    with reading(store.engine) as connection:
        case = snapshot_of(connection, case_of(claim.duty))
        spoken = language_of(connection, claim.person)
    if case is None:
        return page("closed.html", language, 404, why=LinkRefusal.TAMPERED.value)
    number = int(claim.duty.rpartition("/")[2])
    programme = store.programmes[case.programme]
    return Asked(claim.person, spoken or language, case, programme, case.duties.get(number), number)


def _form(asked: Asked, given: Given, problem: str) -> Response:
    kind, duty = asked.kind, asked.duty
    if kind is None or duty is None:
        return page("ended.html", asked.language, case=asked.case.id)
    return page(
        "answer.html", asked.language, 422 if problem else 200, case=asked.case.id, title=_title(asked),
        due_on=duty.due_on, way=asked.way, problem=problem, fields=fields(kind, asked.language, given),
    )  # fmt: skip


def _title(asked: Asked) -> str:
    return asked.kind.title.say(asked.language) if asked.kind else ""


def _why(asked: Asked, refusal: Refusal) -> str:
    about = refusal.about
    if asked.kind and about in asked.kind.asks:
        about = asked.kind.asks[about].title.say(asked.language)
    return say(asked.language, f"refusals.{refusal.reason.value}", about=about)


def _command(asked: Asked, given: Given) -> c.Command:
    accept = given.get("accept", [""])[0] == "yes"
    case, by = asked.case.id, asked.person
    match asked.way:
        case "proposal":
            return c.AnswerProposal(case=case, by=by, accept=accept, reason="declined")
        case "decision":
            return c.DecideProposal(case=case, by=by, accept=accept, reason="declined")
        case "acknowledge":
            return c.AcknowledgeDuty(case=case, duty=asked.number, by=by)
        case _ if asked.kind is not None:
            answers, notes = read_form(asked.kind, given)
            return c.AnswerDuty(case=case, duty=asked.number, by=by, answers=answers, notes=notes, through="link")
        case _:
            raise Refusal(Reason.DUTY_ENDED, str(asked.number))


class Attempts:
    """How many wrong codes came from where lately, so that nobody can try them all."""

    def __init__(self) -> None:
        self._wrong: dict[str, list[datetime]] = defaultdict(list)

    def too_many(self, address: str, now: datetime) -> bool:
        """Whether an address has to wait."""
        self._wrong[address] = [at for at in self._wrong[address] if at > now - _WITHIN]
        return len(self._wrong[address]) >= _WRONG_CODES

    def note(self, address: str, now: datetime) -> None:
        """One more wrong code."""
        self._wrong[address].append(now)


_attempts = Attempts()


async def code_page(request: Request) -> Response:
    """Where the short code of a text message is entered."""
    return page("code.html", request.app.state.settings.language, problem="")


async def code_sent(request: Request) -> Response:
    """The duties behind a code: straight to the one, or a list of them."""
    form = await request.form()
    return await run_in_threadpool(_code_sent, request, str(form.get("code", "")))


def _code_sent(request: Request, code: str) -> Response:
    store: Store = request.app.state.store
    language, now = request.app.state.settings.language, clock.now()
    address = request.client.host if request.client else ""
    if _attempts.too_many(address, now):
        return page("code.html", language, 429, problem=say(language, "web.code-too-many"))
    with reading(store.engine) as connection:
        door = open_door(connection, store.seal, code)
        found = lists.open_duties(connection, now, person=door.person) if door else []
    if door is None or door.expires <= now:
        _attempts.note(address, now)
        return page("code.html", language, 404, problem=say(language, "web.code-unknown"))
    key, until = store.seal.signing_key, now + timedelta(days=1)
    links = [(each, link_token(key, door.person, duty_id(each.case, each.number), until)) for each in found]
    if len(links) == 1:
        return RedirectResponse(f"/a/{links[0][1]}", 303)
    titles = [
        (f"/a/{token}", store.programmes[each.programme].duties[each.kind].title.say(language), each)
        for each, token in links
    ]
    return page("duties.html", language, duties=titles)
