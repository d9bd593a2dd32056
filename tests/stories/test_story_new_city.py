"""Row 17: a new city starts from a proven programme file and changes only what differs."""

from pathlib import Path
from typing import Final

from support.command_line import Shouwang

FILE: Final = """\
# Dezhou: Linyi's method, a talk every two weeks, women's federations instead of branches, five more words for a kind.
extends: linyi-1204@1
programme: dezhou-1204
version: 1
title: {zh: 德州孤困儿童关爱, en: Dezhou care for children}
area: "3714"
valid_from: 2026-06-01
settings:
  talk_low: {value: 2 weeks, source: the office decides}
  half_year: ~
roles:
  township_desk: {title: {zh: 乡镇妇联, en: township women's federation}}
duties:
  half_year_word: ~
  silence:
    opens: {after: ["lapsed:monthly_talk", "lapsed:guardian_word", "lapsed:home_visit", "lapsed:yearly_greeting"]}
"""

SURVEY: Final = """\
姓名,性别,身份证号,困境类型,县区,乡镇,村,监护人姓名,与儿童关系,监护人电话
张小一,女,371402201503100020,孤儿,德城区,新湖街道,东村,张大山,祖父,13900000100
张小二,男,371402201405110014,父母服刑,德城区,新湖街道,西村,张大山,祖父,13900000101
王小三,女,371302201307120045,孤儿,兰山区,兰山街道,东村,张大山,祖父,13900000102
"""


def office(folder: Path) -> Shouwang:
    """An install with Dezhou's programme in its folder, set to it."""
    (folder / "programmes").mkdir(parents=True)
    (folder / "programmes" / "dezhou.yaml").write_text(FILE, encoding="utf-8")
    (folder / "settings.toml").write_text('programme = "dezhou-1204"\n', encoding="utf-8")
    return Shouwang(folder)


def test_a_small_file_is_a_whole_programme(tmp_path: Path) -> None:
    dezhou = office(tmp_path / "office")
    checked = dezhou("programmes", "check", dezhou.data / "programmes" / "dezhou.yaml")
    assert (checked.code, checked.err) == (0, "")
    assert "dezhou-1204@1" in checked.out
    assert "dezhou-1204@1" in {each["name"] for each in dezhou.ask("programmes", "list")}
    said = dezhou("programmes", "diff", "linyi-1204@1", "dezhou-1204@1").out.splitlines()
    assert "  division code: 3713 → 3714" in said
    assert "    how often (risk low): 1 month → 2 weeks" in said
    assert any(line.startswith("  gone: Half-yearly word") for line in said)
    told = dezhou.ask("programmes", "diff", "linyi-1204@1", dezhou.data / "programmes" / "dezhou.yaml")
    assert (told["old"], told["new"]) == ("linyi-1204@1", "dezhou-1204@1")
    assert {"section": "programme", "before": "3713", "after": "3714"}.items() <= told["changes"][1].items()
    unknown = dezhou("programmes", "diff", "linyi-1204@1", "nowhere@1")
    assert unknown.code == 2
    assert "nowhere@1" in unknown.sentence


def test_row_17_its_own_children_are_taken_in_and_those_of_the_first_city_are_not(tmp_path: Path) -> None:
    dezhou = office(tmp_path / "office")
    survey = tmp_path / "survey.csv"
    survey.write_text(SURVEY, encoding="utf-8")
    checked = dezhou("survey", "check", survey)
    assert "Accepted 2  Refused 1" in checked.out, checked
    assert dezhou("survey", "import", survey).code == 1
    cases = dezhou.ask("case", "list")
    assert [case["case"] for case in cases] == ["371402-00001", "371402-00002"]
    owed = dezhou.ask("check-in", "list", "--unit", "371402")
    assert {each["kind"] for each in owed} >= {"find_companion", "twenty_years"}
    assert dezhou("audit").code == 0


def test_before_its_first_day_the_newest_version_that_has_begun_is_used(tmp_path: Path) -> None:
    dezhou = office(tmp_path / "office")
    second = FILE.replace("extends: linyi-1204@1", "extends: dezhou-1204@1").split("settings:")[0]
    second = second.replace("version: 1", "version: 2").replace("2026-06-01", "2027-01-01")
    (dezhou.data / "programmes" / "dezhou-2.yaml").write_text(second, encoding="utf-8")
    survey = tmp_path / "survey.csv"
    survey.write_text(SURVEY.rsplit("\n", 2)[0] + "\n", encoding="utf-8")
    assert dezhou("survey", "import", survey).code == 0
    assert "dezhou-1204@1" in dezhou("case", "show", "371402-00001").out
