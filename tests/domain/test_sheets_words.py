"""Every reason, remark and error can be said, in every language, and nothing personal is among the values."""

import re
import string
from pathlib import Path

import domain.sheets
from domain.places import PlaceTrouble
from domain.sheets.ids import IdTrouble
from domain.sheets.people import ACCOUNT_TROUBLES, ID_TROUBLES
from domain.sheets.phones import PhoneTrouble
from domain.sheets.report import Reason, Value, Verdict
from domain.words import LANGUAGES, sentences

FOLDER = Path(domain.sheets.__file__).parent
VALUES: dict[str, Value] = {
    "row": 5,
    "sheet": "表",
    "megabytes": 20,
    "age": 18,
    "day": "2027-01-01",
    "most": 20,
    "county": "兰山区",
    "paper": "承诺书",
    "kind": "孤儿",
}
LISTS: dict[str, Value] = dict.fromkeys(("columns", "kinds", "candidates", "papers"), ("甲", "乙"))


def keys_in_the_code() -> set[str]:
    code = "".join(path.read_text() for path in sorted(FOLDER.glob("*.py")))
    calls = r"(?:refuse|review|duplicate|remark|SheetError|Refused|Reason)\(\s*\"([a-z-]+)\""
    written = set(re.findall(calls, code)) | set(re.findall(r"else \"([a-z-]+)\"\)?, where=", code))
    written |= {"same-id", "password", "word", "old-xls", "sex-missing", "sex-unreadable", *ID_TROUBLES.values()}
    written |= {
        f"{field}-{trouble}" for field in ("phone", "guardian-phone") for trouble in PhoneTrouble if trouble != "blank"
    }
    # Whoever brings a sheet at the console may look after some places only: said by the store.
    written |= {"not-your-place"}
    written |= {"same-person", "same-body", "no-headings", "no-headings-body", *ACCOUNT_TROUBLES.values()}
    written |= {f"column-body-{column}" for column in ("name", "township")}
    written |= {f"{trouble}{more}" for trouble in PlaceTrouble if trouble != "ambiguous" for more in ("", "-perhaps")}
    written |= {f"verdict-{verdict.value.replace(' ', '-')}" for verdict in Verdict}
    return written | {f"column-{column}" for column in ("name", "id", "kind", "township", "verdict", "why")}


def test_the_words_are_those_the_code_says_no_more_and_no_fewer() -> None:
    for language in LANGUAGES:
        assert set(sentences("sheets", language)) == keys_in_the_code()


def test_every_sentence_can_be_said_in_every_language() -> None:
    where = Reason("row-of-sheet", {"sheet": "表", "row": 5})
    for language in LANGUAGES:
        for key in sentences("sheets", language):
            said = Reason(key, {**VALUES, **LISTS, "where": where}).say(language)
            assert said
            assert "{" not in said


def test_both_languages_name_the_same_values() -> None:
    def named(language: str, key: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(sentences("sheets", language)[key]) if name}

    assert all(named("zh", key) == named("en", key) for key in sentences("sheets", "zh"))


def test_every_id_trouble_has_its_words() -> None:
    assert set(ID_TROUBLES) == set(IdTrouble) - {IdTrouble.BLANK}
