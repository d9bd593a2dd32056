"""A helper signs a paper anew: every case he or she is tied to learns of it, and the roster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from domain.calendar import local_day
from domain.ids import CaseId, PersonId
from domain.programme.schema import Paper, Programme
from domain.programme.spans import later
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.acting import all_carried
from domain.store.leaving import ties_of
from domain.store.offices import standings
from domain.store.serving import keep_papers
from domain.store.store import Store, among
from domain.store.writing import carry_out_within


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signed which paper on which day, and who says so."""

    person: PersonId
    paper: str
    on: date
    by: PersonId


def sign_paper(connection: Connection, store: Store, signed: Signature, now: datetime) -> date | None:
    """Note the signature everywhere; until when the paper is valid now, nothing for good.

    A Refusal where there is no such helper or paper, the day is to come, or the paper would have run out already.
    """
    standing = standings(connection, [signed.person]).get(signed.person)
    if standing is None:
        raise Refusal(Reason.NO_SUCH_HELPER, signed.person)
    programme = _programme(connection, store, signed)
    until = _valid_until(store, programme, signed, local_day(now, programme.time_zone))
    keep_papers(connection, {signed.person: {**standing.papers, signed.paper: until}})
    case = _case_with(connection, store, signed)
    if case is not None:
        # The writer carries it into all the other cases of this helper.
        renewing = c.RenewPaper(case=case, person=signed.person, paper=signed.paper, until=until, by=signed.by)
        all_carried(carry_out_within(connection, store, [renewing], now))
    return until


def _case_with(connection: Connection, store: Store, signed: Signature) -> CaseId | None:
    """One case the helper is tied to whose programme knows the paper."""
    cases = list(dict.fromkeys(tie.case for tie in ties_of(connection, signed.person)))
    rows = connection.execute(
        select(t.snapshot.c.case, t.snapshot.c.programme).where(among(connection, t.snapshot.c.case, cases))
    )
    knows = (CaseId(row.case) for row in rows if signed.paper in store.programmes[row.programme].papers)
    return min(knows, default=None)


def _programme(connection: Connection, store: Store, signed: Signature) -> Programme:
    unit = connection.scalar(select(t.helper.c.unit).where(t.helper.c.person == signed.person)) or ""
    for programme in programmes_at(store, unit):
        if signed.paper in programme.papers:
            return programme
    raise Refusal(Reason.NO_SUCH_PAPER, signed.paper)


def _valid_until(store: Store, programme: Programme, signed: Signature, today: date) -> date | None:
    lasts = programme.papers[signed.paper].lasts
    until = later(signed.on, lasts, store.calendar) if lasts else None
    if signed.on > today or (until is not None and until < today):
        raise Refusal(Reason.PAPER_RUN_OUT, signed.on.isoformat())
    return until


def programmes_at(store: Store, unit: str) -> list[Programme]:
    """The newest version of every programme whose area a unit lies in; all of them where it lies in none."""
    newest = {each.programme: each for each in sorted(store.programmes.values(), key=lambda each: each.version)}
    return [each for each in newest.values() if unit.startswith(each.area)] or list(newest.values())


def papers_at(store: Store, unit: str) -> Mapping[str, Paper]:
    """The papers that helpers of a unit sign, by the programmes there."""
    return {key: paper for programme in programmes_at(store, unit) for key, paper in programme.papers.items()}
