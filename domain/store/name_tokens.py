"""Names that can be looked for without being read: keyed digests of the words a name is found by."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, Select, delete, select

from domain.ids import PersonId
from domain.rules.name_words import few_words, name_words, searched_word
from domain.store import tables as t
from domain.store.saving import write
from domain.store.sealing import Seal

LENGTH: Final = 22
"""Signs of a token: 132 bits, so that no two words share one."""

FOUND: Final = frozenset({"child", "elder", "volunteer", "guardian", "school", "unit", "project"})
"""Kinds of people and bodies that are looked for by name."""

_BESIDE: Final = "guardian"
"""There are as many of these as children, and they are looked for by whole names."""

_KIND: Final = "name"


def token(seal: Seal, word: str) -> str:
    """The digest of a word that was brought into the form in which words are compared."""
    return _tokens(seal)(word)


def token_of(seal: Seal, typed: str) -> str | None:
    """What to look for when somebody types this; nothing where it is no word."""
    word = searched_word(typed)
    return token(seal, word) if word else None


@lru_cache(maxsize=4)
def _tokens(seal: Seal) -> Callable[[str], str]:
    """Kept: in a village half the names begin alike, and so do all that are spelt with a few hundred syllables."""
    return lru_cache(maxsize=1 << 15)(lambda word: seal.blind(_KIND, word)[:LENGTH])


def write_name_tokens(connection: Connection, seal: Seal, people: Iterable[tuple[PersonId, str, str]]) -> None:
    """Let people be found by their names: (person, kind, name). Kinds nobody looks for are passed over."""
    made = _tokens(seal)
    rows = [
        {"token": made(word), "person": person}
        for person, kind, name in people
        if kind in FOUND
        for word in (few_words(name) if kind == _BESIDE else name_words(name))
    ]
    rows.sort(key=lambda row: row["token"])
    write(connection, t.name_token, rows)


def rename(connection: Connection, seal: Seal, person: PersonId, kind: str, name: str) -> None:
    """Let somebody be found by another name, and by the old one no more."""
    forget_name(connection, person)
    write_name_tokens(connection, seal, [(person, kind, name)])


def forget_name(connection: Connection, person: PersonId) -> None:
    """Let nobody find this person by name any more."""
    connection.execute(delete(t.name_token).where(t.name_token.c.person == person))


def named(token: str, kinds: Sequence[str] = ()) -> Select[tuple[str]]:
    """The people found by a token, of some kinds where any are named; to stand within another statement."""
    found = select(t.name_token.c.person).where(t.name_token.c.token == token)
    if not kinds:
        return found
    return found.join(t.person, t.person.c.id == t.name_token.c.person).where(t.person.c.kind.in_(kinds))
