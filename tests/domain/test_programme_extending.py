"""A city starts from a proven programme and says only what differs; what it gets wrong is told in its own file."""

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest
from support.programmes import LINYI, linyi

from domain.programme.diff import differences
from domain.programme.mistakes import Mistake
from domain.programme.read import ProgrammeBroken, load_programmes, read_programme
from domain.programme.schema import Cadence, Helper, Open, Programme
from domain.programme.versions import in_force

HEAD: Final = """\
extends: linyi-1204@1
programme: dezhou-1204
version: 1
title: {zh: 德州孤困儿童关爱, en: Dezhou care}
area: "3714"
"""


def good(more: str = "", head: str = HEAD) -> Programme:
    """The programme of a file that builds upon Linyi's."""
    read = read_programme(head + dedent(more))
    assert isinstance(read, Programme), [each.sentence("en") for each in read]
    return read


def told(more: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    """Line, key and problem of every mistake of such a file."""
    read = read_programme(head + dedent(more))
    assert isinstance(read, tuple), "it is a good programme"
    for each in read:
        assert each.sentence("zh")
        assert each.sentence("en")
    return [(each.line, each.key, each.problem) for each in read]


def test_what_is_not_written_is_as_in_the_first() -> None:
    programme = good()
    assert (programme.name, programme.area, programme.title.zh) == ("dezhou-1204@1", "3714", "德州孤困儿童关爱")
    assert programme.duties == linyi().duties
    assert programme.ladders == linyi().ladders
    assert {change.section for change in differences(linyi(), programme, "zh")} == {"programme"}


def test_single_values_are_changed_where_they_stand() -> None:
    programme = good("""\
        settings:
          talk_low: {value: 2 weeks, source: the office decides}
        duties:
          silence: {opens: {within: 2 days}}
        """)
    every = programme.duties["monthly_talk"].opens.every
    assert isinstance(every, Cadence)
    assert [str(length) for length in every.by_risk.values()] == ["2 weeks", "2 weeks", "1 week"]
    assert str(programme.duties["silence"].opens.within) == "2 days"
    assert programme.duties["silence"].opens.after == linyi().duties["silence"].opens.after


def test_lists_are_written_anew_and_new_things_come_after_the_others() -> None:
    programme = good("""\
        ladders:
          county: {rungs: [{at: due day}, {at: 3 days after, climb: city, repeat: 7 days}]}
        helpers:
          retired_worker: {title: {zh: 退休职工, en: Retired worker}}
        """)
    assert [str(rung.at) for rung in programme.ladders["county"].rungs] == ["due day", "3 days after"]
    assert list(programme.helpers) == [*linyi().helpers, "retired_worker"]


def test_a_tilde_takes_something_out() -> None:
    programme = good("""\
        settings: {half_year: ~}
        duties:
          half_year_word: ~
          monthly_talk:
            asks: {supports: null}
          silence:
            opens:
              after: ["lapsed:monthly_talk", "lapsed:guardian_word", "lapsed:home_visit", "lapsed:yearly_greeting"]
        """)
    assert "half_year_word" not in programme.duties
    assert "supports" not in programme.duties["monthly_talk"].asks
    assert "supports" in linyi().duties["monthly_talk"].asks


def test_another_way_of_saying_it_takes_the_place_of_the_first() -> None:
    programme = good("""\
        settings: {greeting_day: ~, safety_lasts: ~, talk_low: ~, talk_medium: ~, talk_high: ~}
        papers: {safety: {lasts: 18 months}}
        duties:
          yearly_greeting: {opens: {every: 1 year, during: winter}}
          monthly_talk: {opens: {every: 3 weeks}}
        times_of_year: {winter: {title: {zh: 冬, en: Winter}, begins: 12-01, ends: 11-30}}
        roles:
          companion: {title: {zh: 爱心妈妈, en: loving mother}, tie: one, needed: true}
        """)
    assert programme.duties["yearly_greeting"].opens == Open.model_validate({"every": "1 year", "during": "winter"})
    companion = programme.roles["companion"]
    assert isinstance(companion, Helper)
    assert companion.needed


def test_a_part_of_life_finds_its_place_by_its_age() -> None:
    programme = good("life: {work_at_sixteen: {title: {zh: 可就业, en: May work}, from_age: 16 years}}\n")
    ages = [season.from_age.amount for season in programme.life.values()]
    assert ages == sorted(ages)
    assert "work_at_sixteen" in programme.life


@pytest.mark.parametrize(
    ("more", "line", "key", "problem"),
    [
        ("ladders: {county: {rungs: [{at: due day}]}}\n", 6, "ladders.county.rungs[0]", "no-next-moment"),
        ("duties:\n  monthly_talk: {owed_by: compagnon}\n", 7, "duties.monthly_talk.owed_by", "no-such-near"),
        ("duties:\n  monthly_talk: {ownd_by: companion}\n", 7, "duties.monthly_talk.ownd_by", "unknown-key-near"),
        ("duties:\n  half_year_word: ~\n", 1, "settings.half_year", "unused"),
        ("duties:\n  half_year_word: ~\n", 6, "duties.silence.opens.after[4]", "no-such"),
        ("duties:\n  half_year_wrd: ~\n", 7, "duties.half_year_wrd", "removes-nothing-near"),
        ("papers:\n  x: ~\n", 7, "papers.x", "removes-nothing"),
        ("duties:\n  half_year_word:\n", 7, "duties.half_year_word", "empty"),
        ("settings:\n  talk_low: {value: 2 weeks}\n", 7, "settings.talk_low.value", "setting-source"),
        ("settings:\n  talk_low: {value: 2 weks, source: x y z}\n", 7, "settings.talk_low.value", "length-form"),
        ("eligible: {below_age: ~}\nlife: {majority: ~}\n", 1, "duties.majority_talk.opens.after[0]", "no-such"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_file_that_makes_it(more: str, line: int, key: str, problem: str) -> None:
    assert (line, key, problem) in told(more)


def test_a_name_version_title_and_place_of_ones_own_are_asked_for() -> None:
    assert told("", "extends: linyi-1204@1\n") == [(1, "", "missing"), (1, "", "missing")]
    found = told("", "extends: linyi-1204@1\nprogramme: dezhou-1204\nversion: 1\n")
    assert found == [(1, "extends", "extends-own"), (1, "extends", "extends-own")]
    second = good("", "extends: linyi-1204@1\nprogramme: linyi-1204\nversion: 2\n")
    assert (second.name, second.title) == ("linyi-1204@2", linyi().title)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("linyi-1204@9", "extends-nothing"), ("linyi-1204", "extends-nothing"), ("[linyi-1204@1]", "extends-form"),
     ("dezhou-1204@1", "extends-circle")],
)  # fmt: skip
def test_what_it_builds_upon_must_be_there(name: str, problem: str) -> None:
    assert told("", HEAD.replace("linyi-1204@1", name)) == [(1, "extends", problem)]


def write(folder: Path, **files: str) -> Path:
    """A folder of programme files."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


COUNTY: Final = """\
extends: dezhou-1204@1
programme: leling-1204
version: 1
title: {zh: 乐陵孤困儿童关爱, en: Leling care}
area: "371481"
duties: {silence: {opens: {within: 1 day}}}
"""


def test_one_may_build_upon_another_that_builds_upon_a_third(tmp_path: Path) -> None:
    folder = write(tmp_path, a_county=COUNTY, dezhou=HEAD)
    found = load_programmes(folder)
    assert {"leling-1204@1", "dezhou-1204@1", LINYI} <= found.keys()
    assert str(found["leling-1204@1"].duties["silence"].opens.within) == "1 day"
    alone = read_programme(folder / "a_county.yaml")
    assert alone == found["leling-1204@1"]


def test_a_file_elsewhere_finds_what_the_install_knows(tmp_path: Path) -> None:
    write(tmp_path, county=COUNTY)
    (tmp_path / "programmes").mkdir()
    write(tmp_path / "programmes", dezhou=HEAD)
    assert isinstance(read_programme(tmp_path / "county.yaml"), tuple)
    assert isinstance(read_programme(tmp_path / "county.yaml", beside=tmp_path / "programmes"), Programme)


def mistakes_of(folder: Path) -> list[tuple[str, str]]:
    """File and problem of every mistake in a folder."""
    with pytest.raises(ProgrammeBroken) as caught:
        load_programmes(folder)
    return [(Path(each.file).name, each.problem) for each in caught.value.mistakes]


def test_what_is_broken_below_is_told_once_and_not_again_above(tmp_path: Path) -> None:
    folder = write(tmp_path, county=COUNTY, dezhou=HEAD + "duties: {silence: {owed_by: nobody}}\n")
    assert mistakes_of(folder) == [("county.yaml", "extends-broken"), ("dezhou.yaml", "no-such")]


def test_files_that_build_upon_each_other_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path, county=COUNTY, dezhou=HEAD.replace(LINYI, "leling-1204@1"))
    assert {problem for _, problem in mistakes_of(folder)} == {"extends-circle", "extends-broken"}


def test_of_several_versions_the_newest_that_has_begun_is_in_force() -> None:
    versions = [
        linyi(),
        good("valid_from: 2027-01-01\n", "extends: linyi-1204@1\nprogramme: linyi-1204\nversion: 2\n"),
        good("valid_from: 2027-07-01\n", "extends: linyi-1204@1\nprogramme: linyi-1204\nversion: 3\n"),
    ]
    days = [date(2025, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31)]
    found = [in_force(versions, day) for day in days]
    assert [each.version for each in found if each] == [1, 1, 2, 3]
    assert in_force([], date(2027, 1, 1)) is None


def test_a_mistake_of_the_file_itself_is_told_as_ever() -> None:
    read = read_programme(HEAD + "duties: [\n")
    assert isinstance(read, tuple)
    assert [type(each) for each in read] == [Mistake]
