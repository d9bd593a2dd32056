"""One message in full: to whom and why, what became of it and what to do, and whether it may be sent anew."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, select

from domain.facts import Recorded
from domain.ids import CaseId, NudgeId, PersonId
from domain.rules.refusals import Refusal
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.console.messages import Told, cases_in_sight, in_area, names_of, people_among, told_as
from domain.store.explain_reasons import advice, reason
from domain.store.explain_why import reasons_in
from domain.store.explain_words import mentioned, words_known
from domain.store.journal import journals_of
from domain.store.lists_messages import first_of
from domain.store.resending import line_of, why_not_anew

MOST_REASONS: Final = 20
"""So many matters of one message are told in full; a digest may have more, which are listed."""

Story = tuple[str, ...]
"""Sentences: what it was about, the rule, then what led to it, the newest first."""

_PERSON: Final = re.compile(r"p\d{9}")


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One message. ``why``: a story for each matter; ``not_anew``: why it is not sent anew, nothing where it may be."""

    told: Told
    outcome: str
    outcome_advice: str
    receipt: str
    receipt_advice: str
    resent_by: str
    why: tuple[Story, ...]
    not_anew: Refusal | None


def message(look: Looking, number: NudgeId | None) -> Whole:
    """A message the viewer may know of; NotFound."""
    line = line_of(look.connection, number or 0)
    if not line:
        raise NotFound(str(number))
    notices = _notices(look, line[0].id)
    cases = cases_in_sight(look, {row.case for row in notices})
    shown = [row for row in notices if row.case in cases][:MOST_REASONS]
    journals = journals_of(look.connection, [row.case for row in shown]) if shown else {}
    people, _ = mentioned(each for journal in journals.values() for each in journal)
    rows = people_among(look, {line[0].person, *filter(None, (line[0].resent_by,)), *people})
    names = names_of(look, rows)
    mine = {each.id for each in rows if in_area(look, each)}
    told = told_as(look, first_of(line, notices), cases, mine, names)
    if look.units is not None and told.to is None and not told.causes:
        raise NotFound(str(number))
    why = _why(look, shown, journals, {each.id: each.kind for each in rows})
    return _whole(look, told, tuple(_named(story, names) for story in why), names, why_not_anew(look.connection, line))


def _whole(
    look: Looking, told: Told, why: tuple[Story, ...], names: Mapping[PersonId, str], not_anew: Refusal | None
) -> Whole:
    sent, language = told.message, look.language
    return Whole(
        told=told, why=why, not_anew=not_anew,
        outcome=reason(language, sent.outcome, sent.code) if sent.outcome else "",
        outcome_advice=advice(language, sent.outcome, sent.code) if sent.outcome else "",
        receipt=reason(language, sent.receipt, sent.receipt_code) if sent.receipt else "",
        receipt_advice=advice(language, sent.receipt, sent.receipt_code) if sent.receipt else "",
        resent_by=_resent_by(look, sent.resent_by, names) if sent.resent_by else "",
    )  # fmt: skip


def _resent_by(look: Looking, by: PersonId, names: Mapping[PersonId, str]) -> str:
    """A person's name as far as it may be known; ops, who are nobody here, by the name they sign in with."""
    named = look.connection.scalar(select(t.login.c.name).where(t.login.c.id == by)) if by not in names else None
    return names.get(by, named or by)


def _notices(look: Looking, number: NudgeId) -> Sequence[Row[Any]]:
    order = (t.notice.c.due_on, t.notice.c.case, t.notice.c.duty, t.notice.c.rung)
    return look.connection.execute(select(t.notice).where(t.notice.c.nudge == number).order_by(*order)).all()


def _why(
    look: Looking, shown: Sequence[Row[Any]], journals: Mapping[CaseId, Sequence[Recorded]],
    kinds: Mapping[PersonId, str],
) -> Iterable[Story]:  # fmt: skip
    units = {unit.id: unit.name for unit in look.office.units.values()}
    words = words_known(look.store, journals, look.language, kinds, units)
    return (tuple(why.sentences(look.language)) for why in reasons_in(look.store, shown, journals, words))


def _named(story: Story, names: Mapping[PersonId, str]) -> Story:
    """Helpers and coordinators by their names, where the viewer may know these."""
    return tuple(_PERSON.sub(lambda found: names.get(PersonId(found[0]), found[0]), line) for line in story)
