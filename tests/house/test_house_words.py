"""The two languages say the same: equal keys, equal values, and each sentence the code asks for exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Final

from domain.words import LANGUAGES, areas, sentences

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("domain", "flows", "notifiers", "web", "deployments")

ON_PAGES: Final = ("web.", "console", "refusals.", "story.", "audit.", "reasons.", "pairing.", "sheets.", "calendar.")
"""Areas whose sentences stand on pages; a command line says some of them in words of its own (``cli.refused-…``)."""


def put_in(sentence: str) -> set[str]:
    """The names of the values a sentence takes."""
    return {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}


def all_sentences(language: str) -> dict[str, str]:
    """By their full keys, ``<area>.<name>``."""
    return {f"{area}.{key}": text for area in areas() for key, text in sentences(area, language).items()}


def test_there_are_words_to_compare() -> None:
    assert len(all_sentences("zh")) > 0


def test_every_sentence_exists_in_every_language() -> None:
    zh, en = (all_sentences(language).keys() for language in LANGUAGES)
    assert zh ^ en == set()


def test_a_sentence_takes_the_same_values_in_every_language() -> None:
    zh, en = map(all_sentences, LANGUAGES)
    assert {key for key in zh.keys() & en.keys() if put_in(zh[key]) != put_in(en[key])} == set()


def test_chinese_sentences_have_chinese_punctuation() -> None:
    narrow = re.compile(r"[\u4e00-\u9fff”》}][,;?!(]|[\u4e00-\u9fff”》][:)]|[,;:?!()][\u4e00-\u9fff“《]")
    # What is wrong with a programme file is told with pieces of that file, whose colons and commas are its own.
    spoken = {key: text for key, text in all_sentences("zh").items() if not key.startswith("programme.")}
    assert {key: text for key, text in spoken.items() if narrow.search(text)} == {}


def test_no_sentence_on_a_page_sends_its_reader_to_a_command() -> None:
    command = re.compile(r"shouwang [a-z]|\bcase (show|bind|account)\b|\bvolunteers leaving\b|(用|with) up\b")
    for language in LANGUAGES:
        shown = {key: text for key, text in all_sentences(language).items() if key.startswith(ON_PAGES)}
        assert {key: text for key, text in shown.items() if command.search(text)} == {}


def test_every_value_a_sentence_takes_has_a_name() -> None:
    for language in LANGUAGES:
        words = all_sentences(language)
        assert {key for key, text in words.items() if not all(map(str.isidentifier, put_in(text)))} == set()


def test_every_sentence_the_code_asks_for_by_name_exists() -> None:
    known = all_sentences("zh")
    asked = [(where, key, given) for path in code() for where, key, given in asked_for(path)]
    assert [f"{where}: {key}" for where, key, _ in asked if key not in known] == []
    told = [(where, put_in(known[key]) - given) for where, key, given in asked if given is not None]
    assert [f"{where} forgets {forgotten}" for where, forgotten in told if forgotten] == []


def code() -> list[Path]:
    """Every module of the packages."""
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def asked_for(path: Path) -> Iterator[tuple[str, str, set[str] | None]]:
    """Where ``say`` is called with a written-out key, the key, the values given (None: not to be seen)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "say":
            continue
        if len(node.args) == 2 and isinstance(node.args[1], ast.Constant):
            names = [word.arg for word in node.keywords]
            given = None if None in names else {name for name in names if name is not None}
            yield f"{path.relative_to(ROOT)}:{node.lineno}", str(node.args[1].value), given
