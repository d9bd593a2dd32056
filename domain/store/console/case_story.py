"""The story of a case as a page tells it: newest first, a part at a time, and what led to each line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, NamedTuple

from domain import facts as f
from domain.case import Case
from domain.ids import CaseId, PersonId
from domain.store.console.case_people import People, who_are
from domain.store.console.looking import Looking, NotFound
from domain.store.explain_chain import chain
from domain.store.explain_facts import sentence_of
from domain.store.explain_words import CaseWords, mentioned
from domain.store.journal import journal_of, latest_of, openings_of

AT_ONCE: Final = 50
"""Lines of a part of the story."""

_ASKED_FOR: Final = frozenset({"met", "refused", "raised", "lapsed", "risk", "telling-failed"})
"""Duties that something said or left undone has opened; any other comes by itself, with a stage, a rhythm, a day."""

_DUTY_FACTS: Final = (
    f.DutyOpened, f.RungReached, f.DutyAcknowledged, f.DutyMet, f.DutyExcused, f.DutySuperseded, f.DutyLapsed,
    f.Raised, f.TellingFailed,
)  # fmt: skip


class Line(NamedTuple):
    """One sentence: when it became true, where it stands in the journal, of which duty it speaks, how weighty it is."""

    at: datetime
    day: date
    position: int
    sentence: str
    duty: int | None
    tone: str


class Part(NamedTuple):
    """Lines newest first; ``older``: the position before which the next part begins, nothing at the beginning."""

    lines: tuple[Line, ...]
    older: int | None


class Told(NamedTuple):
    """Facts read for a page, and what must be known to tell them."""

    entries: Sequence[f.Recorded]
    kinds: Mapping[int, str]

    @property
    def people(self) -> set[PersonId]:
        """Whom the facts speak of."""
        return mentioned(self.entries)[0]


def read_part(look: Looking, case: Case, before: int | None = None) -> Told:
    """A part of the story as it stands in the journal: at most two queries however long the story is."""
    return told_of(look, case, latest_of(look.connection, case.id, AT_ONCE, before))


def told_of(look: Looking, case: Case, entries: Sequence[f.Recorded]) -> Told:
    """Facts together with the kinds of the duties they speak of."""
    kinds = {number: duty.kind for number, duty in case.duties.items()} | _opened(entries)
    numbers = {number for entry in entries for number in duties_in(entry.fact)} - kinds.keys()
    first = min((entry.position for entry in entries), default=1)
    return Told(entries, kinds | _opened(openings_of(look.connection, case.id, numbers, first)))


def _opened(entries: Iterable[f.Recorded]) -> dict[int, str]:
    return {entry.fact.duty: entry.fact.kind for entry in entries if isinstance(entry.fact, f.DutyOpened)}


def duties_in(fact: f.Fact) -> set[int]:
    """The duties a fact speaks of by number and title."""
    return {fact.duty} if isinstance(fact, _DUTY_FACTS) else set()


def tell(look: Looking, case: Case, told: Told, people: People) -> Part:
    """The facts read, in sentences."""
    words = words_for(look, case, told, people)
    lines = tuple(_line(look, entry, words) for entry in told.entries)
    last = lines[-1].position if lines else 1
    return Part(lines, last if last > 1 else None)


def words_for(look: Looking, case: Case, told: Told, people: People) -> CaseWords:
    """The words of a page: helpers by name for those who may see it, units by name."""
    spoken_of = {*mentioned(told.entries)[1], case.unit}
    units = {unit: look.office.units[unit].name for unit in spoken_of if unit in look.office.units}
    return CaseWords(
        look.language, look.programme(case), told.kinds, people.kinds, units, names=people.names, bare=True
    )


def _line(look: Looking, entry: f.Recorded, words: CaseWords) -> Line:
    programme = look.store.programmes.get(entry.programme, words.programme)
    spoken = replace(words, programme=programme)
    duty = getattr(entry.fact, "duty", None) if isinstance(entry.fact, _DUTY_FACTS) else None
    return Line(entry.at, spoken.day(entry.at), entry.position, sentence_of(entry, spoken), duty, _tone(entry.fact))


def _tone(fact: f.Fact) -> str:
    """What stands out in a long story: what was done, what went up, what ended a part of the way."""
    match fact:
        case f.DutyMet() | f.CaseAdmitted() | f.TieBegun():
            return "well"
        case f.DutyLapsed() | f.Raised() | f.TellingFailed():
            return "late"
        case f.RungReached() if fact.climbed_to:
            return "late"
        case f.CaseOpened() | f.CaseClosed() | f.CaseReopened() | f.CaseMoved() | f.MovedToFollowUp():
            return "mark"
        case _:
            return ""


class Cause(NamedTuple):
    """One step of what led to a fact; ``left_out``: how often its rhythm had come round before, not told one by one."""

    line: Line
    left_out: int


class Because(NamedTuple):
    """Why a fact is there: the programme version it was decided by, and the chain back to the opening of the case."""

    case: CaseId
    programme: str
    recorded_at: datetime
    causes: tuple[Cause, ...]


def because(look: Looking, case_id: CaseId, position: int) -> Because:
    """What brought a fact about, from fact to fact; NotFound where the case has none at this position."""
    case = look.case(case_id)
    journal = journal_of(look.connection, case_id)
    if not 0 < position <= len(journal):
        raise NotFound(case_id)
    steps = chain(journal, position)
    told = Told([step.entry for step in steps], _opened(journal))
    words = words_for(look, case, told, who_are(look, case, told.people))
    entry = steps[0].entry
    causes = tuple(Cause(_line(look, step.entry, words), step.left_out) for step in steps)
    return Because(case_id, entry.programme, entry.recorded_at, causes)


def led_to(look: Looking, case: Case, opening: f.Recorded) -> Line | None:
    """The answer, or whatever else was said or left undone, that opened a duty; nothing where it comes by itself."""
    if not isinstance(opening.fact, f.DutyOpened) or opening.fact.because.partition(":")[0] not in _ASKED_FOR:
        return None
    journal = journal_of(look.connection, case.id)
    entries = [step.entry for step in chain(journal, opening.position)][1:3]
    entry = next((each for each in entries if isinstance(each.fact, f.DutyMet)), entries[0] if entries else None)
    if entry is None:
        return None
    told = Told([entry], _opened(journal))
    return _line(look, entry, words_for(look, case, told, who_are(look, case, told.people)))
