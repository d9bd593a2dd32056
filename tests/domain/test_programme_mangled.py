"""Whatever happens to a key or a value of a programme file: it is still good, or a mistake names the right line."""

import random
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.programmes import FILE

from domain.programme.mistakes import Mistake, Path, dotted
from domain.programme.read import read_programme
from domain.programme.schema import Programme
from domain.programme.source import Place, Source, read_source

TEXT: Final = FILE.read_text(encoding="utf-8")
LINES: Final = TEXT.splitlines(keepends=True)
SOURCE: Final = read_source(TEXT, "linyi")
SHARDS: Final = 6
PER_SHARD: Final = 4


class Mangled(NamedTuple):
    """A text in which one key or value was written differently, and where."""

    text: str
    path: Path
    line: int
    was: str


def written_differently(path: Path, place: Place, was: str, now: str) -> Mangled:
    """The file with one word replaced at its place."""
    line, column = place
    before = LINES[line - 1]
    start = column - 1 + (before[column - 1] in "\"'")
    assert before[start:].startswith(was), (path, before)
    lines = [*LINES[: line - 1], before[:start] + now + before[start + len(was) :], *LINES[line:]]
    return Mangled("".join(lines), path, line, was)


def without_line_of(path: Path, place: Place) -> Mangled:
    """The file without a key, its value and all that stands below it, where they fill whole lines."""
    line, column = place
    end = line
    while end < len(LINES) and (not LINES[end].strip() or len(LINES[end]) - len(LINES[end].lstrip()) >= column):
        end += 1
    return Mangled("".join([*LINES[: line - 1], *LINES[end:]]), path, line, "".join(LINES[line - 1 : end]))


def mangled_keys(shard: int) -> Iterator[Mangled]:
    """Some keys of the file misspelt, renamed, taken out."""
    rng = random.Random(shard)
    for path in rng.sample(sorted(SOURCE.keys, key=dotted), PER_SHARD):
        place, key = SOURCE.keys[path], str(path[-1])
        yield written_differently(path, place, key, key[:-1] + "zz")
        yield written_differently(path, place, key, "nonsense")
        if LINES[place[0] - 1][: place[1] - 1].strip() == "":
            yield without_line_of(path, place)


def right_about(found: tuple[Mistake, ...], mangled: Mangled) -> bool:
    """Whether a mistake stands on the line, names a word that is gone or the part that lacks it."""
    holders = {dotted(mangled.path[:end]) for end in range(len(mangled.path))}
    gone = set(re.findall(r"[a-z][\w-]*(?::\w+)?", mangled.was))
    return any(
        each.line == mangled.line or gone & set(dict(each.values).values()) or each.key in holders for each in found
    )


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_key_misspelt_renamed_or_taken_out_is_named_at_its_line_or_does_no_harm(shard: int) -> None:
    for mangled in mangled_keys(shard):
        read = read_programme(mangled.text)
        if isinstance(read, Programme):
            assert mangled.path[-1] not in {"owed_by", "stages", "opens", "ladder", "rungs", "title"}, mangled.path
        else:
            assert right_about(read, mangled), (mangled.path, read[:3])


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_value_made_nonsense_is_named_at_its_line_or_does_no_harm(shard: int) -> None:
    rng = random.Random(shard)
    words = [path for path in sorted(SOURCE.values, key=dotted) if isinstance(_value(SOURCE, path), str)]
    for path in rng.sample(words, 2 * PER_SHARD):
        value = str(_value(SOURCE, path))
        mangled = written_differently(path, SOURCE.values[path], value, "nonsense")
        read = read_programme(mangled.text)
        if isinstance(read, Programme):
            assert {"zh", "en", "source", "also", "skills_for", "programme"} & set(path), path
        else:
            assert any(each.line == mangled.line or value in dict(each.values).values() for each in read), path


def _value(source: Source, path: Path) -> object:
    value: object = source.data
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


NOTHING: Final = st.sampled_from(
    ["", "~", "[]", "{}", "[[]]", "{a: b}", "0", "-1", "9" * 30, "1e9", "true", "\\", "*x"]
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(SOURCE.values, key=dotted)), NOTHING)
def test_a_value_of_another_type_never_breaks_the_reader(path: Path, instead: str) -> None:
    value = _value(SOURCE, path)
    if isinstance(value, str):
        read = read_programme(written_differently(path, SOURCE.values[path], value, instead).text)
        assert isinstance(read, Programme) or read


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, len(TEXT) - 1), st.integers(1, 40), st.text(max_size=3))
def test_bytes_lost_or_overwritten_anywhere_never_break_the_reader(start: int, length: int, instead: str) -> None:
    read = read_programme(TEXT[:start] + instead + TEXT[start + length :])
    assert isinstance(read, Programme) or all(each.sentence("zh") and each.line >= 1 for each in read)
