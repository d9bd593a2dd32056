"""Why a message was made or a duty is there: the fact, the rule, the programme version, what led to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, select

from domain import facts as f
from domain.ids import CaseId, PersonId, duty_id
from domain.programme.schema import Programme, Rung
from domain.store import tables as t
from domain.store.audit_duties import rung_in
from domain.store.explain_chain import Step, chain
from domain.store.explain_facts import sentence_of
from domain.store.explain_message import Message, kinds_in, message_data, message_of, message_sentences
from domain.store.explain_words import CaseWords, words_for, words_for_all
from domain.store.journal import journal_of, journals_of
from domain.store.moments import stamp
from domain.store.store import Store

_NUDGE: Final = re.compile(r"(?:nudge\s+|n)?(\d{1,9})", re.IGNORECASE)
_DUTY: Final = re.compile(r"(\S+)/(\d{1,9})")


class Rule(NamedTuple):
    """The rule behind a step. ``ladder`` and ``step`` are nothing where this install does not have them."""

    programme: str
    kind: str
    ladder: str | None
    rung: int | None
    step: Rung | None


@dataclass(frozen=True)
class Why:
    """Why one person was told of a duty (``rung``: which time, from 1), or why the duty is there (no person, no rung).

    The chain begins with the fact itself and goes back to the opening of the case.
    """

    case: CaseId
    duty: int
    person: PersonId | None
    due_on: date
    rule: Rule
    chain: tuple[Step, ...]
    words: CaseWords

    @property
    def fact(self) -> f.Recorded:
        """The fact behind it, in its place in the journal."""
        return self.chain[0].entry

    def as_data(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "duty": duty_id(self.case, self.duty), "person": self.person, "due_on": self.due_on.isoformat(),
            "fact": _step_data(self.chain[0]), "rule": _rule_data(self.rule), "programme": self.rule.programme,
            "moment": stamp(self.fact.at), "chain": [_step_data(step) for step in self.chain[1:]],
        }  # fmt: skip

    def sentences(self, language: str) -> list[str]:
        """The same in words."""
        words = replace(self.words, language=language)
        lines = [self._heading(words), _rule_line(self.rule, words), words.say("why-chain")]
        for step in self.chain:
            lines.append(_step_line(step, words))
            if step.left_out:
                lines.append(words.say("chain-left-out", count=step.left_out))
        return lines

    def _heading(self, words: CaseWords) -> str:
        about: dict[str, object] = {"case": self.case, "duty": self.duty, "title": words.title(self.duty)}
        if self.person is None:
            opened = next((s.entry.fact for s in self.chain if isinstance(s.entry.fact, f.DutyOpened)), None)
            owner = words.owner(self.rule.kind, opened.owed_by if opened else None)
            return words.say("why-duty", **about, owner=owner, due_on=self.due_on)
        at = words.moment(self.fact.at)
        return words.say("why-notice", **about, rung=self.rule.rung, at=at, person=words.person(self.person))


@dataclass(frozen=True)
class Explanation:
    """What was asked about, and every reason behind it: one for each notice of a message, one for a duty.

    ``words``: those of the message itself.
    """

    what: str
    message: Message | None
    reasons: tuple[Why, ...]
    words: CaseWords | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain values."""
        message = None if self.message is None else message_data(self.message)
        return {"what": self.what, "message": message, "reasons": [why.as_data() for why in self.reasons]}

    def sentences(self, language: str) -> list[str]:
        """The same in words, line by line."""
        lines = [line for why in self.reasons for line in why.sentences(language)]
        if self.message is None or self.words is None:
            return lines
        return [*message_sentences(self.message, replace(self.words, language=language)), *lines]


def why(connection: Connection, store: Store, what: str) -> Explanation | None:
    """Why a message (``nudge 12``, ``n12``) or a duty (``371302-00412/17``) is there; nothing when it is not."""
    asked = what.strip()
    if found := _DUTY.fullmatch(asked):
        return _of_duty(connection, store, CaseId(found[1]), int(found[2]))
    if found := _NUDGE.fullmatch(asked):
        return _of_nudge(connection, store, int(found[1]))
    return None


def _of_duty(connection: Connection, store: Store, case: CaseId, number: int) -> Explanation | None:
    journal = journal_of(connection, case)
    for entry in journal:
        if isinstance(entry.fact, f.DutyOpened) and entry.fact.duty == number:
            rule = _rule(store, entry.programme, entry.fact.kind, None)
            words = words_for(connection, store, journal, "zh")
            reason = _why(journal, entry.position, rule, entry.fact, words)
            return Explanation(duty_id(case, number), None, (reason,))
    return None


def _of_nudge(connection: Connection, store: Store, number: int) -> Explanation | None:
    row = connection.execute(select(t.nudge).where(t.nudge.c.id == number)).one_or_none()
    if row is None:
        return None
    order = (t.notice.c.case, t.notice.c.duty, t.notice.c.rung)
    notices = connection.execute(select(t.notice).where(t.notice.c.nudge == number).order_by(*order)).all()
    reasons = reasons_for(connection, store, notices)
    message = message_of(connection, row)
    # The wall clock of the place: that of what it is about, else that of the programmes here.
    programme = reasons[0].words.programme if reasons else next(iter(store.programmes.values()), None)
    words = CaseWords("zh", programme, {}, kinds_in(connection, message), {})
    return Explanation(f"nudge {number}", message, reasons, words)


def reasons_for(connection: Connection, store: Store, notices: Sequence[Row[Any]]) -> tuple[Why, ...]:
    """Why each of these notices was made, in three queries however many they are; damaged ones are left out."""
    journals = journals_of(connection, [notice.case for notice in notices])
    return reasons_in(store, notices, journals, words_for_all(connection, store, journals, "zh"))


def reasons_in(
    store: Store, notices: Sequence[Row[Any]], journals: Mapping[CaseId, Sequence[f.Recorded]],
    words: Mapping[CaseId, CaseWords],
) -> tuple[Why, ...]:  # fmt: skip
    """The same from the journals of their cases."""
    every = (_of_notice(store, notice, journals.get(notice.case, ()), words) for notice in notices)
    return tuple(reason for reason in every if reason is not None)


def _of_notice(
    store: Store, notice: Row[Any], journal: Sequence[f.Recorded], words: Mapping[CaseId, CaseWords]
) -> Why | None:
    openings = (entry.fact for entry in journal if isinstance(entry.fact, f.DutyOpened))
    opened = next((fact for fact in openings if fact.duty == notice.duty), None)
    if opened is None or notice.position > len(journal):
        return None
    rule = _rule(store, notice.programme, notice.kind, notice.rung)
    return replace(_why(journal, notice.position, rule, opened, words[notice.case]), person=notice.person)


def _why(journal: Sequence[f.Recorded], position: int, rule: Rule, opened: f.DutyOpened, words: CaseWords) -> Why:
    steps = tuple(chain(journal, position))
    return Why(journal[0].case, opened.duty, None, opened.due_on, rule, steps, words)


def _rule(store: Store, name: str, kind: str, rung: int | None) -> Rule:
    programme: Programme | None = store.programmes.get(name)
    found = programme.duties.get(kind) if programme else None
    step = rung_in(programme, kind, rung) if programme and rung is not None else None
    return Rule(name, kind, found.ladder if found else None, None if rung is None else rung + 1, step)


def _rule_data(rule: Rule) -> dict[str, Any]:
    step = None if rule.step is None else rule.step.model_dump(mode="json", exclude_defaults=True)
    return {"kind": rule.kind, "ladder": rule.ladder, "rung": rule.rung, "step": step}


def _rule_line(rule: Rule, words: CaseWords) -> str:
    about: dict[str, object] = {"programme": rule.programme, "kind": words.kind_title(rule.kind), "ladder": rule.ladder}
    if rule.ladder is None or (rule.rung is not None and rule.step is None):
        return words.say("why-rule-missing", **about)
    if rule.step is None:
        return words.say("why-rule-duty", **about)
    climb = words.say("rule-climb", level=words.say(f"level-{rule.step.climb.value}")) if rule.step.climb else ""
    return words.say("why-rule", **about, rung=rule.rung, place=words.place(rule.step), climb=climb)


def _step_data(step: Step) -> dict[str, Any]:
    entry = step.entry
    return {
        "case": entry.case, "position": entry.position, "fact": f.stored_name(entry.fact), "at": stamp(entry.at),
        "recorded_at": stamp(entry.recorded_at), "programme": entry.programme, "left_out": step.left_out,
    }  # fmt: skip


def _step_line(step: Step, words: CaseWords) -> str:
    sentence = sentence_of(step.entry, words)
    return words.say("step", at=words.moment(step.entry.at), position=step.entry.position, sentence=sentence)
