"""What somebody asked about a pairing may know of it: where, what it asks of a helper, why this one. No names."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from domain.facts import PairingProposed
from domain.ids import PersonId
from domain.programme.schema import Level, Programme, Stage
from domain.rules.pairing_words import sentence, unpacked
from domain.rules.ways import Way
from domain.store.engine import reading
from domain.store.journal import journal_of
from domain.store.store import Store
from web.asked import Asked

REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    Way.PROPOSAL: ("too-far", "no-time", "health", "other"),
    Way.DECISION: ("not-suitable", "better-match", "other"),
}
"""Reasons for a no that a page offers; each is a key, because a fact carries no free words."""

_SHOWN_OF_PLACE: Final = (Level.TOWNSHIP, Level.COUNTY)


class AboutProposal(NamedTuple):
    """``place``: township and county; ``duties``: what a helper does again and again; ``why``: reasons in words."""

    place: str
    duties: tuple[str, ...]
    helper: PersonId
    why: tuple[str, ...]


def about_proposal(store: Store, asked: Asked) -> AboutProposal | None:
    """What is known of the open proposal; nothing where the page is not about one."""
    proposal, pairing = asked.case.proposal, asked.programme.pairing
    if asked.way not in REASONS or proposal is None or pairing is None:
        return None
    why = _why(store, asked, proposal.person) if asked.way is Way.DECISION else ()
    return AboutProposal(_place(asked), _again_and_again(asked, pairing.role), proposal.person, why)


def _again_and_again(asked: Asked, role: str) -> tuple[str, ...]:
    kinds = (kind for kind in asked.programme.duties.values() if kind.owed_by == role and kind.opens.recurs)
    return tuple(kind.title.say(asked.language) for kind in kinds if Stage.CHECK_IN in kind.stages)


def _place(asked: Asked) -> str:
    names = [above.name for above in asked.office.upward(asked.case.unit) if above.level in _SHOWN_OF_PLACE]
    return " ".join(reversed(names))


def _why(store: Store, asked: Asked, helper: PersonId) -> tuple[str, ...]:
    with reading(store.engine) as connection:
        facts = [entry.fact for entry in journal_of(connection, asked.case.id)]
    made = [fact for fact in facts if isinstance(fact, PairingProposed) and fact.person == helper]
    return reasons_in_words(asked.programme, asked.language, made[-1].why if made else ())


def reasons_in_words(programme: Programme, language: str, why: Iterable[str]) -> tuple[str, ...]:
    """Why a helper was proposed, as a fact keeps it, in sentences."""
    names = _names(programme, language)
    said = (_sentence(language, each, names) for each in why)
    return tuple(words for words in said if words)


def _sentence(language: str, why: str, names: Mapping[str, str]) -> str:
    """Nothing for a reason that this version has no words for: facts are older than the software that reads them."""
    try:
        return sentence(language, unpacked(why), names)
    except KeyError:
        return ""


def _names(programme: Programme, language: str) -> Mapping[str, str]:
    words = {key: paper.title for key, paper in programme.papers.items()}
    words |= {key: helper.title for key, helper in programme.helpers.items()}
    return {key: title.say(language) for key, title in (words | dict(programme.risks)).items()}
