"""A programme file with mistakes: all of them are named, each with its line, its key and what to write instead."""

import ast
import re
import time
from pathlib import Path
from typing import Final

import pytest
from support.programmes import FILE

from domain.programme.mistakes import Mistake
from domain.programme.read import read_programme
from domain.programme.schema import Programme
from domain.words import sentences

TEXT: Final = FILE.read_text(encoding="utf-8")
FOLDER: Final = FILE.parents[1] / "programme"


def mistakes(text: str) -> tuple[Mistake, ...]:
    """Every mistake of a text that is known to have some."""
    read = read_programme(text)
    assert isinstance(read, tuple), "the text is a good programme"
    return read


def linyi_with(*changes: tuple[str, str]) -> tuple[Mistake, ...]:
    """The mistakes of the shipped file after pieces of it were written differently, the first of each."""
    text = TEXT
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return mistakes(text)


def line_of(piece: str, text: str = TEXT) -> int:
    """The line on which a piece of the text stands first."""
    return text.count("\n", 0, text.index(piece)) + 1


def told(found: tuple[Mistake, ...]) -> list[tuple[int, str, str]]:
    """Line, key and problem of each."""
    return [(each.line, each.key, each.problem) for each in found]


def test_the_shipped_file_has_no_mistake() -> None:
    assert isinstance(read_programme(FILE), Programme)


def test_a_misspelled_key_is_named_with_what_it_was_meant_to_be() -> None:
    found = linyi_with(
        ("owed_by: county_desk\n    stages: [pairing, follow-up]", "owed_to: county_desk\n    stages: []")
    )
    line = line_of("owed_by: county_desk\n    stages: [pairing, follow-up]")
    assert (line, "duties.decide_proposal.owed_to", "unknown-key-near") in told(found)
    assert (line + 1, "duties.decide_proposal.stages", "no-stage") in told(found)
    sentence = found[0].sentence("en")
    assert sentence.startswith(f"programme.yaml:{line}:5 duties.decide_proposal.owed_to: there is no key owed_to")
    assert sentence.endswith("Write instead: owed_by.")


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    found = linyi_with(
        ("version: 1", "version: one"),
        ("time_zone: Asia/Shanghai", "time_zone: Asia/Linyi"),
        ("risk_at_start: low", "risk_at_start: lowest"),
        ("value: 3 working days", "value: 3 wrking days"),
        ("climb: county, acknowledged_for: 5 days", "climb: city, acknowledged_for: 5 days"),
        ("owed_by: candidate", "owed_by: candydate"),
        ("raises: ready_to_close", "raises: redy_to_close"),
        ("opens: {paper: pledge}", "opens: {paper: pledge, every: 1 year}"),
        ("title: {zh: 谈心, en: Talk}", "title: {zh: 谈心}"),
        ("when: {safe: no}", "when: {save: no}"),
        ("from_age: 12 years", "from_age: 5 years"),
        ("yearly: {setting: insurance_day}", "yearly: 13-32"),
    )
    assert {each.problem for each in found} >= {
        "number-wanted", "zone", "no-such-near", "length-form", "climbs-over", "raised-to-nobody-near", "one-way",
        "missing", "life-order", "no-such-day", "unused",
    }  # fmt: skip
    keys = {each.key for each in found}
    assert keys >= {
        "version", "time_zone", "risk_at_start", "settings.consent_within.value", "ladders.standard.rungs[3].climb",
        "duties.accept_proposal.owed_by", "duties.yearly_review.consequences[0].raises", "duties.pledge_renewal.opens",
        "duties.monthly_talk.title.en", "duties.protection.consequences[0].when.save", "life.junior.from_age",
        "duties.insurance.opens.yearly", "settings.insurance_day",
    }  # fmt: skip
    assert [each.line for each in found] == sorted(each.line for each in found)


def test_a_wrong_value_that_came_from_a_setting_is_told_at_the_setting() -> None:
    found = linyi_with(("talk_high: {value: 1 week,", "talk_high: {value: weekly,"))
    assert told(found) == [(line_of("talk_high: {value"), "settings.talk_high.value", "length-form")]


def test_a_setting_that_does_not_exist_and_one_that_nobody_uses_are_mistakes() -> None:
    found = linyi_with(("{setting: word_every}", "{setting: word_evry}"))
    line = line_of("{setting: word_every}")
    assert (line, "duties.guardian_word.opens.every.setting", "no-such-near") in told(found)
    found = linyi_with(("settings:\n", "settings:\n  spare: {value: 1 day, source: nobody}\n"))
    assert told(found) == [(line_of("settings:\n") + 1, "settings.spare", "unused")]


def test_a_missing_part_of_the_file_does_not_hide_the_rest() -> None:
    text = TEXT.replace("time_zone: Asia/Shanghai\n", "").replace("raises: aid_missing", "raises: aid_mising")
    assert next((each.key, each.problem) for each in mistakes(text)) == ("time_zone", "missing")
    assert "raised-to-nobody-near" in {each.problem for each in mistakes(text)}


def test_nothing_after_a_key_is_a_mistake_even_where_the_key_may_be_left_out() -> None:
    found = linyi_with(("lasts: {setting: pledge_lasts}", "lasts:"))
    assert ("papers.pledge.lasts", "empty") in [(each.key, each.problem) for each in found]


def test_words_that_yaml_1_1_turns_into_something_else_stay_words() -> None:
    found = linyi_with(("working_life: {title: {zh: 就业, en: Working life}, from_age: 22 years, on: 07-01}",
                        "working_life: {title: {zh: on, en: no}, from_age: 22 years, on: 07-01}"),
                       ("quiet_from: \"20:00\"", "quiet_from: 20:00"), ("area: \"3713\"", "area: 3713"),
                       ("{when: {closed: no}, refuses: true}", "{when: {closed: no}, refuses: yes}"),
                       ("version: 1", "version: true"))  # fmt: skip
    assert [each.problem for each in found] == ["number-wanted"]
    read = read_programme(TEXT.replace("zh: 就业, en: Working life", "zh: on, en: no"))
    assert isinstance(read, Programme)
    assert (read.life["working_life"].title.zh, read.life["working_life"].title.en) == ("on", "no")
    assert read.life["working_life"].on == "07-01"
    assert read.duties["closure"].consequences[1].when == {"closed": False}


def test_a_key_written_twice_is_named_with_the_line_of_the_first() -> None:
    found = linyi_with(("version: 1\n", "version: 1\nversion: 2\n"))
    assert told(found) == [(line_of("version: 1") + 1, "version", "written-twice")]
    assert f"line {line_of('version: 1')}" in found[0].what("en")


@pytest.mark.parametrize(
    ("before", "after", "problem", "below"),
    [
        ("version: 1\n", "\tversion: 1\n", "yaml-tab", 0),
        ("subject: child", "subject：child", "yaml-wide-colon", 0),
        ("title: {zh: 孤儿, en: Orphan}", "title: {zh: 孤儿, en: Orphan", "yaml-not-closed", 0),
        ("subject: child", "subject: child: elder", "yaml-colon-inside", 0),
        ("subject: child", "subject: @child", "yaml-strange-start", 0),
        ("subject: child", "subject: ch\x07ild", "yaml-control", 0),
        ("subject: child", "subject: ch\ud800ild", "yaml-control", 0),
        ("  below_age: 18", "   below_age: 18", "yaml-indent", 1),
    ],
)
def test_a_file_that_is_not_yaml_says_on_which_line(before: str, after: str, problem: str, below: int) -> None:
    found = linyi_with((before, after))
    assert [(each.line, each.problem) for each in found] == [(line_of(before) + below, problem)]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("version: 1", "version: &v 1", "alias"),
        ("version: 1", "version: !!python/object/apply:os.system [ls]", "tag"),
        ("manners: {", "manners: {<<: x, ", "alias"),
        ("version: 1", "? [a, b]\n: 1\nversion: 1", "key-not-a-word"),
    ],
)
def test_yaml_magic_is_refused(before: str, after: str, problem: str) -> None:
    assert problem in {each.problem for each in linyi_with((before, after))}


def test_a_bomb_of_aliases_a_huge_file_and_endless_nesting_are_refused_quickly() -> None:
    began = time.monotonic()
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    assert "alias" in {each.problem for each in mistakes(bomb)}
    assert [each.problem for each in mistakes("a: [" * 5000)] == ["too-deep"]
    assert [each.problem for each in mistakes("a: [" + "1," * 60_000 + "]")] == ["too-many"]
    assert [each.problem for each in mistakes("# " + "x" * 1_000_001)] == ["too-big"]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~"])
def test_an_empty_file_says_so(text: str) -> None:
    assert [each.problem for each in mistakes(text)] == ["empty-file"]


def test_a_list_or_a_word_in_place_of_a_programme_says_so() -> None:
    assert [each.problem for each in mistakes("- a\n- b\n")] == ["not-a-mapping"]
    assert [each.problem for each in mistakes("programme")] == ["not-a-mapping"]


def test_a_second_document_is_not_read_in_silence() -> None:
    assert told(mistakes(TEXT + "---\nversion: 2\n"))[0][1:] == ("", "second-document")


def test_a_file_that_cannot_be_opened_or_is_not_utf_8_says_so(tmp_path: Path) -> None:
    assert [each.problem for each in _of(tmp_path / "absent.yaml")] == ["no-file"]
    assert [each.problem for each in _of(tmp_path)] == ["no-file"]
    old = tmp_path / "old.yaml"
    old.write_bytes(b"programme: x\n" + "title: 孤困儿童".encode("gb18030"))
    assert [(each.line, each.problem) for each in _of(old)] == [(2, "not-utf-8")]
    marked = tmp_path / "marked.yaml"
    marked.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert isinstance(read_programme(marked), Programme)


def _of(path: Path) -> tuple[Mistake, ...]:
    read = read_programme(path)
    assert isinstance(read, tuple)
    return read


def test_every_problem_has_its_sentences_in_both_languages() -> None:
    known = problems_in_code()
    assert len(known) > 90
    for language in ("zh", "en"):
        words = sentences("programme", language)
        assert known <= words.keys()
        assert {f"{problem}-instead" for problem in known} <= words.keys()
        assert words.keys() == known | {f"{problem}-instead" for problem in known} | {"mistake"}


def problems_in_code() -> set[str]:
    """Every problem that the modules of the reader can name."""
    known: set[str] = set()
    words = {key for key in sentences("programme", "zh") if not key.endswith("-instead")} - {"mistake"}
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words:
                known.add(node.value)
            if isinstance(node, ast.JoinedStr):
                known |= _spelt(node, words)
    return known


def _spelt(node: ast.JoinedStr, words: set[str]) -> set[str]:
    """The problems a pieced-together name may mean: ``stage-{stage}``, ``{problem}-near``."""
    pieces = [re.escape(each.value) if isinstance(each, ast.Constant) and isinstance(each.value, str) else "[a-z-]+"
              for each in node.values]  # fmt: skip
    pattern = "".join(pieces)
    return {word for word in words if "-" in pattern.replace("[a-z-]+", "") and re.fullmatch(pattern, word)}


def test_every_message_of_a_validator_is_turned_into_both_languages() -> None:
    said = re.findall(r'raise ValueError\("([^"]+)"\)', "".join(p.read_text() for p in FOLDER.glob("s*.py")))
    shape = (FOLDER / "shape.py").read_text(encoding="utf-8")
    starts = re.findall(r'^    "([^"]+)": "[a-z-]+",$', shape, flags=re.MULTILINE)
    assert said
    assert [text for text in said if not any(text.startswith(start) for start in starts)] == []
