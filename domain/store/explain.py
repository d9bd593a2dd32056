"""Everything can say why: a message, a duty, a whole case, each from the journal, as data and as sentences."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from domain import facts as f
from domain.case import Case
from domain.ids import CaseId, PersonId
from domain.programme.schema import Rung
from domain.store import tables as t
from domain.store.explain_chain import Step
from domain.store.explain_facts import sentence_of
from domain.store.explain_words import CaseWords, words_for
from domain.store.journal import journal_of, snapshot_of
from domain.store.lists import OpenDuty, open_duties
from domain.store.moments import moment, stamp
from domain.store.store import Store

_NUDGE: Final = re.compile(r"(?:nudge\s+|n)?(\d{1,18})", re.IGNORECASE)
_DUTY: Final = re.compile(r"(\S+)/(\d{1,9})")


class StoryLine(NamedTuple):
    """One sentence of a case's story: when it became true, where in the journal it stands."""

    at: datetime
    position: int
    sentence: str


class Rule(NamedTuple):
    """The rule behind a step. ``ladder`` and ``step`` are nothing where this install does not have them (any more)."""

    programme: str
    kind: str
    ladder: str | None
    rung: int | None
    step: Rung | None


@dataclass(frozen=True)
class Why:
    """Why one person was told of one duty, or why a duty is there. The chain begins with the fact itself."""

    case: CaseId
    duty: int
    person: PersonId | None
    due_on: date
    rule: Rule
    chain: tuple[Step, ...]
    journal: tuple[f.Recorded, ...]


@dataclass(frozen=True)
class Explanation:
    """What was asked about, and every reason behind it: one for each notice of a message, one for a duty."""

    what: str
    nudge: Mapping[str, Any] | None
    reasons: tuple[Why, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain values: the message, and for each reason fact, rule, programme, moment, person and chain."""
        return {"what": self.what, "nudge": self.nudge, "reasons": [_reason_data(why) for why in self.reasons]}


def why(connection: Connection, store: Store, what: str) -> Explanation | None:
    """Why a message (``nudge 12``, ``n12``) was made or a duty (``371302-00412/17``) is there; nothing when there is none."""
    asked = what.strip()
    if found := _DUTY.fullmatch(asked):
        return _why_duty(connection, store, CaseId(found[1]), int(found[2]))
    if found := _NUDGE.fullmatch(asked):
        return _why_nudge(connection, store, int(found[1]))
    return None


def sentences(connection: Connection, store: Store, explanation: Explanation, language: str) -> list[str]:
    """An explanation in words, line by line."""
    lines = []
    if explanation.nudge is not None:
        lines += _nudge_lines(connection, explanation.nudge, language)
    for each in explanation.reasons:
        words = words_for(connection, store, each.journal, language)
        lines += [_heading(each, words), _rule_line(each.rule, words), words.say("why-chain")]
        for step in each.chain:
            lines.append(_step_line(step, words))
            if step.left_out:
                lines.append(words.say("chain-left-out", count=step.left_out))
    return lines


def story(connection: Connection, store: Store, case: CaseId, language: str) -> list[StoryLine]:
    """A case as a story, fact by fact; empty where there is no such case. People are named by role and id only."""
    journal = journal_of(connection, case)
    words = words_for(connection, store, journal, language)
    return [StoryLine(entry.at, entry.position, sentence_of(entry, words)) for entry in journal]


@dataclass(frozen=True)
class Summary:
    """How a case stands. ``set_aside_until``: it failed the engine and rests."""

    case: Case
    duties: tuple[OpenDuty, ...]
    next_moment: datetime | None
    set_aside_until: datetime | None
    words: CaseWords

    def as_data(self) -> dict[str, Any]:
        """Plain values."""
        case = self.case
        return {
            "case": case.id, "stage": case.stage.value, "risk": case.risk, "unit": case.unit, "county": case.county,
            "programme": case.programme, "opened_at": stamp(case.opened_at),
            "ties": [{"role": tie.role, "person": tie.person, "since": stamp(tie.since)} for tie in case.ties],
            "proposal": case.proposal.person if case.proposal else None,
            "duties": [_duty_data(duty) for duty in self.duties],
            "next_moment": stamp(self.next_moment) if self.next_moment else None,
            "set_aside_until": stamp(self.set_aside_until) if self.set_aside_until else None,
        }  # fmt: skip

    def sentences(self) -> list[str]:
        """The same in words."""
        case, words = self.case, self.words
        lines = [words.say(
            "summary-case", case=case.id, stage=words.say(f"stage-{case.stage.value}"), risk=words.risk(case.risk),
            unit=words.unit(case.unit), programme=case.programme, opened_at=words.moment(case.opened_at),
        )]  # fmt: skip
        lines += self._people()
        lines += [_duty_line(duty, words) for duty in self.duties]
        if self.set_aside_until is not None:
            lines.append(words.say("summary-set-aside", until=words.moment(self.set_aside_until)))
        if self.next_moment is not None:
            lines.append(words.say("summary-next", at=words.moment(self.next_moment)))
        return lines

    def _people(self) -> list[str]:
        case, words = self.case, self.words
        lines = [
            words.say(
                "summary-tie", person=words.person(tie.person), role=words.role(tie.role), since=words.moment(tie.since)
            )
            for tie in case.ties
        ] or [words.say("summary-nobody")]
        if case.proposal is not None:
            lines.append(words.say("summary-proposal", person=words.person(case.proposal.person)))
        return lines


def summary(connection: Connection, store: Store, case: CaseId, now: datetime, language: str) -> Summary | None:
    """How a case stands: stage, risk, ties, open duties, next moment; nothing where there is no such case."""
    state = snapshot_of(connection, case)
    if state is None:
        return None
    aside = connection.scalar(
        select(t.set_aside.c.until).where(t.set_aside.c.case == case, t.set_aside.c.until > stamp(now))
    )
    following = connection.scalar(
        select(t.diary.c.next_moment).where(t.diary.c.case == case).order_by(t.diary.c.next_moment).limit(1)
    )
    return Summary(
        state, tuple(open_duties(connection, now, case=case)), moment(following) if following else None,
        moment(aside) if aside else None, words_for(connection, store, journal_of(connection, case), language),
    )  # fmt: skip
