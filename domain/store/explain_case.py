"""A case as a story in sentences, and how it stands now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from domain.case import Case
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.explain_facts import sentence_of
from domain.store.explain_words import CaseWords, words_for, words_of
from domain.store.journal import journal_of, snapshot_of
from domain.store.lists import OpenDuty, open_duties
from domain.store.moments import moment, stamp
from domain.store.store import Store


class StoryLine(NamedTuple):
    """One sentence of a case's story: when it became true, where in the journal it stands, on which local day."""

    at: datetime
    position: int
    sentence: str
    day: date


def story(connection: Connection, store: Store, case: CaseId, language: str) -> list[StoryLine]:
    """A case fact by fact, in the order of the journal; empty where there is no such case.

    People appear by role and id, never by name.
    """
    journal = journal_of(connection, case)
    words = words_for(connection, store, journal, language)
    return [StoryLine(entry.at, entry.position, sentence_of(entry, words), words.day(entry.at)) for entry in journal]


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
        return [self._case(), *self._people(), *(_duty_line(duty, self.words) for duty in self.duties), *self._ahead()]

    def _case(self) -> str:
        case, words = self.case, self.words
        return words.say(
            "summary-case", case=case.id, stage=words.say(f"stage-{case.stage.value}"), risk=words.risk(case.risk),
            unit=words.unit(case.unit), programme=case.programme, opened_at=words.moment(case.opened_at),
        )  # fmt: skip

    def _people(self) -> list[str]:
        words = self.words
        lines = [
            words.say(
                "summary-tie",
                person=words.person(each.person),
                role=words.role(each.role),
                since=words.moment(each.since),
            )
            for each in self.case.ties
        ]
        if self.case.proposal is not None:
            lines.append(words.say("summary-proposal", person=words.person(self.case.proposal.person)))
        return lines or [words.say("summary-nobody")]

    def _ahead(self) -> list[str]:
        lines = []
        if self.set_aside_until is not None:
            lines.append(self.words.say("summary-set-aside", until=self.words.moment(self.set_aside_until)))
        if self.next_moment is not None:
            lines.append(self.words.say("summary-next", at=self.words.moment(self.next_moment)))
        return lines


def summary(connection: Connection, store: Store, case: CaseId, now: datetime, language: str) -> Summary | None:
    """How a case stands: stage, risk, ties, open duties, next moment; nothing where there is no such case."""
    state = snapshot_of(connection, case)
    if state is None:
        return None
    resting = select(t.set_aside.c.until).where(t.set_aside.c.case == case, t.set_aside.c.until > stamp(now))
    following = select(func.min(t.diary.c.next_moment)).where(t.diary.c.case == case)
    words = words_of(connection, store, state, language)
    return Summary(
        state, tuple(open_duties(connection, now, case=case)), _moment(connection.scalar(following)),
        _moment(connection.scalar(resting)), words,
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return moment(text) if text else None


def _duty_data(duty: OpenDuty) -> dict[str, Any]:
    return {
        "duty": duty.id, "kind": duty.kind, "owed_by": duty.owed_by, "climbed_to": duty.climbed_to,
        "due_on": duty.due_on.isoformat(), "overdue": duty.overdue, "days_late": duty.days_late,
        "next_moment": stamp(duty.next_moment),
    }  # fmt: skip


def _duty_line(duty: OpenDuty, words: CaseWords) -> str:
    about: dict[str, object] = {
        "duty": duty.number, "title": words.kind_title(duty.kind), "owner": words.owner(duty.kind, duty.owed_by),
        "due_on": duty.due_on,
    }  # fmt: skip
    line = (
        words.say("summary-duty-late", **about, days=duty.days_late)
        if duty.overdue
        else words.say("summary-duty", **about)
    )
    if duty.climbed_to is None:
        return line
    climbed = words.say("summary-climbed", level=words.say(f"level-{duty.climbed_to}"))
    return f"{line}{'' if words.language == 'zh' else ' '}{climbed}"
