"""Volunteers come, leave, are away and go, on the command line; cases move, and a township with them."""

import shutil
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from support.command_line import Shouwang
from support.team_programme import TEXT

from domain.case import Case
from domain.store import writing
from domain.store.rows import read_state

NOON: Final = "2026-09-20T12:00:00+08:00"
MONTHS_ON: Final = "2026-12-20T12:00:00+08:00"
HERE, THERE = "371302002", "371311001"
"""Two townships, each in another county."""

COORDINATORS: Final = (
    "姓名,手机,单位\n张三,13905390001,临沂市\n李四,13905390002,兰山区\n王五,13905390003,银雀山街道\n"
    "赵六,13905390004,罗庄区\n钱七,13905390005,罗庄街道\n"
)


def number(born: str, running: int, woman: bool = True) -> str:
    """A made-up ID number with the right last sign."""
    digits = f"371302{born.replace('-', '')}{running * 2 + (not woman):03d}"
    weighed = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits))
    return digits + "10X98765432"[weighed % 11]


SURVEY: Final = "姓名,性别,身份证号,类别,乡镇,村,监护人,与监护人关系,监护人电话\n" + "".join(
    f"{name},{sex},{number(born, running, sex == '女')},{kind},银雀山街道,东村,{guardian}\n"
    for running, (name, sex, born, kind, guardian) in enumerate((
        ("周甲", "女", "2015-03-10", "孤儿", "周奶奶,祖孙,13805390011"),
        ("周乙", "女", "2017-03-10", "孤儿", "周奶奶,祖孙,13805390011"),
        ("吴丙", "男", "2016-05-01", "孤儿", "吴爷爷,祖孙,13805390012"),
        ("郑丁", "女", "2014-05-01", "留守", "郑爷爷,祖孙,13805390013"),
    ), 11)
)  # fmt: skip
VOLUNTEERS: Final = "姓名,性别,身份证号,身份,乡镇,手机,可帮扶人数,承诺书,安全须知\n" + "".join(
    f"{name},{sex},{number(born, running, sex == '女')},{kind},银雀山街道,1370539002{running},3,2026-08-01,2026-08-01\n"
    for running, (name, sex, born, kind) in enumerate((
        ("冯春兰", "女", "1962-01-05", "五老"), ("陈秋菊", "女", "1963-01-05", "五老"),
        ("褚建国", "男", "1964-01-05", "五老"), ("卫小梅", "女", "1980-01-05", "3号"),
    ), 1)
)  # fmt: skip


class Begun(NamedTuple):
    """An install, and its ids in the order of the sheets."""

    data: Path
    cases: list[str]
    """Two sisters, a boy, a left-behind girl."""
    people: list[str]
    """Two women and a man, elders; a teacher."""
    county: str
    city: str
    there: str
    """The desk of a township in the other county."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """Four children, four volunteers, five desks; the two sisters are bound to the first volunteer."""
    data = tmp_path_factory.mktemp("ties") / "office"
    (data / "programmes").mkdir(parents=True)
    (data / "programmes" / "teams.yaml").write_text(TEXT, encoding="utf-8")
    shouwang = Shouwang(data)
    for group, text in (("coordinators", COORDINATORS), ("survey", SURVEY), ("volunteers", VOLUNTEERS)):
        sheet = data.with_name(f"{group}.csv")
        sheet.write_text(text, encoding="utf-8")
        shouwang.do(group, "import", sheet, "--programme", "teams")
    people = sorted(str(each["person"]) for each in shouwang.ask("volunteers", "list"))
    cases = [str(each["case"]) for each in shouwang.ask("case", "list")]
    desks = {str(row["unit"]): str(row["person"]) for row in shouwang.ask("desks", "list")}
    for case in cases[:2]:
        shouwang.do("case", "bind", case, people[0], "--role", "companion", "--by", desks["371302"])
    return Begun(data, cases, people, desks["371302"], desks["3713"], desks[THERE])


@pytest.fixture
def shouwang(begun: Begun, tmp_path: Path) -> Shouwang:
    """A copy of it, some weeks later."""
    return Shouwang(Path(shutil.copytree(begun.data, tmp_path / "office")), now=NOON)


def ties(shouwang: Shouwang, case: str) -> list[str]:
    return [str(tie["person"]) for tie in shouwang.ask("case", "show", case)["ties"]]


def clean(shouwang: Shouwang) -> None:
    """Some months go by, and every promise is kept."""
    shouwang.do("round", "--now", MONTHS_ON)
    assert "clean" in shouwang.do("audit", "--now", MONTHS_ON)


def test_a_volunteer_says_when_she_stops_and_both_sisters_go_to_one_successor(
    shouwang: Shouwang, begun: Begun
) -> None:  # fmt: skip
    sisters, first, by = begun.cases[:2], begun.people[0], ("--by", begun.county)
    assert "2 case(s)" in shouwang.do("volunteers", "leaving", first, "--on", "2026-12-01", *by)
    assert "serves until 2026-12-01" in shouwang.do("volunteers", "list")
    proposed = shouwang.ask("pair", "propose", "371302", "--programme", "teams")["proposals"]
    (successor,) = {each["person"] for each in proposed if each["case"] in sisters}
    assert successor != first
    shouwang.do("pair", "accept", *sisters, *by)
    shouwang.do("pair", "answer", *sisters)
    assert ties(shouwang, sisters[0]) == [first, successor]
    owed = shouwang.ask("check-in", "list", "--person", successor)
    for visit in (each["id"] for each in owed if each["kind"] == "handover_visit"):
        shouwang.do("check-in", "answer", visit, "met=yes", "--by", successor, "--now", "2026-09-25T12:00:00+08:00")
    assert [ties(shouwang, case) for case in sisters] == [[successor]] * 2
    clean(shouwang)


def test_said_too_early_it_is_taken_back(shouwang: Shouwang, begun: Begun) -> None:
    first, by = begun.people[0], ("--by", begun.county)
    for given in ((), ("--on", "2026-12-01", "--take-back")):
        said = shouwang("volunteers", "leaving", first, *given, *by)
        assert (said.code, "--take-back" in said.sentence) == (2, True)
    assert shouwang.do("volunteers", "list").count("serves until") == 4
    shouwang.do("volunteers", "leaving", first, "--on", "2026-12-01", *by)
    assert "serves on" in shouwang.do("volunteers", "leaving", first, "--take-back", *by)
    found = next(each for each in shouwang.ask("volunteers", "list") if each["person"] == first)
    assert found["serves_until"] == "2037-01-05"
    clean(shouwang)


def test_a_volunteer_who_dies_is_let_go_everywhere_and_the_desk_looks_for_another(
    shouwang: Shouwang, begun: Begun
) -> None:  # fmt: skip
    first, by = begun.people[0], ("--by", begun.county)
    answer = shouwang.ask("volunteers", "gone", first, *by, "--reason", "died")
    assert (answer["handed"], answer["searched"]) == ([], begun.cases[:2])
    assert "find" in {each["kind"] for each in shouwang.ask("check-in", "list", "--case", begun.cases[0])}
    assert "no longer serving" in shouwang.do("volunteers", "list")
    again = shouwang("case", "bind", begun.cases[0], first, "--role", "companion", *by)
    assert (again.code, "not serving" in again.sentence) == (1, True)
    clean(shouwang)


def test_a_successor_named_takes_over_at_once_and_what_may_not_be_is_said(shouwang: Shouwang, begun: Begun) -> None:
    first, _, man, _ = begun.people
    boy, by = begun.cases[2], ("--by", begun.county)
    shouwang.do("case", "bind", boy, first, "--role", "companion", *by)
    said = shouwang("volunteers", "gone", first, *by, "--reason", "died", "--to", man)
    assert said.code == 1
    assert said.out.count(f"cannot be taken over by {man}") == 2
    assert (ties(shouwang, boy), ties(shouwang, begun.cases[0])) == ([man], [])
    clean(shouwang)


def test_a_stand_in_hears_while_the_volunteer_is_away(shouwang: Shouwang, begun: Begun) -> None:
    first, second, man, _ = begun.people
    days = ("--from", "2026-09-25", "--until", "2026-10-10")
    for nobody, code in ((man, 1), (begun.county, 2), (first, 2)):
        assert shouwang("volunteers", "away", first, *days, "--stand-in", nobody).code == code
    assert "2 case(s)" in shouwang.do("volunteers", "away", first, *days, "--stand-in", second)
    clean(shouwang)


def test_a_member_of_a_team_is_bound_and_released_and_the_empty_place_is_a_duty(
    shouwang: Shouwang, begun: Begun
) -> None:  # fmt: skip
    case, teacher, by = begun.cases[3], begun.people[3], ("--by", begun.county)
    bind = ("case", "bind", case, teacher, *by, "--role")
    assert "bound to the case as teacher" in shouwang.do(*bind, "teacher")
    assert (shouwang(*bind, "teacher").code, shouwang(*bind, "captain").code) == (1, 2)
    release = ("case", "release", case, teacher, "--role", "teacher", *by, "--reason", "ill")
    shouwang.do(*release)
    assert "fill_teacher" in {each["kind"] for each in shouwang.ask("check-in", "list", "--case", case)}
    assert shouwang(*release).code == 1
    clean(shouwang)


def test_a_case_is_taken_over_by_the_unit_it_moves_to_or_stays(shouwang: Shouwang, begun: Begun) -> None:
    case, other = begun.cases[:2]
    ask = ("--to", THERE, "--by", begun.county, "--reason", "family-moved")
    answer = ("--by", begun.there, "--reason", "no-room")
    for each in (case, other):
        assert each in shouwang.do("case", "transfer", each, *ask)
    assert shouwang("case", "transfer", case, *ask).code == 1
    neither = shouwang("case", "transfer-answer", case, *answer)
    assert (neither.code, "--decline" in neither.sentence) == (2, True)
    shouwang.do("case", "transfer-answer", case, "--accept", *answer)
    shouwang.do("case", "transfer-answer", other, "--decline", *answer)
    counties = {each["case"]: each["county"] for each in shouwang.ask("case", "list")}
    assert (counties[case], counties[other]) == ("371311", "371302")
    clean(shouwang)


@pytest.mark.parametrize("to", ["371311", "999999999"])
def test_a_case_moves_only_to_where_a_child_can_live(shouwang: Shouwang, begun: Begun, to: str) -> None:
    said = shouwang("case", "transfer", begun.cases[0], "--to", to, "--by", begun.county, "--reason", "family-moved")
    assert (said.code, "units tree" in said.sentence) == (2, True)


def test_a_township_goes_to_another_county_with_all_its_cases(shouwang: Shouwang, begun: Begun) -> None:
    move = ("units", "move", HERE, "--by", begun.city, "--to")
    for place, code in (("3713", 2), ("371302", 1)):
        assert shouwang(*move, place).code == code
    assert shouwang("units", "move", "371302", "--by", begun.city, "--to", "371311").code == 2
    assert "4 case(s)" in shouwang.do(*move, "371311")
    assert {each["county"] for each in shouwang.ask("case", "list")} == {"371311"}
    below = {each["unit"]: each["cases"] for each in shouwang.ask("units", "tree", "371311")}
    assert (below["371311"], below[HERE]) == (4, 4)
    assert "兰山区" in shouwang.do("units", "tree")
    clean(shouwang)


def test_cases_that_could_not_follow_their_township_are_named_and_follow_later(
    shouwang: Shouwang, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = ("units", "move", HERE, "--by", begun.city, "--to", "371311")
    poison = begun.cases[0]

    def failing(text: str) -> Case:
        case = read_state(text)
        if case.id == poison:
            raise ValueError(poison)
        return case

    with monkeypatch.context() as damaged:
        damaged.setattr(writing, "read_state", failing)
        said = shouwang(*move)
    assert said.code == 1
    assert f"set aside for an hour: {poison}. " in said.out
    assert "3 case(s) went along" in said.out
    assert "1 case(s) went along" in shouwang.do(*move)
    assert {each["county"] for each in shouwang.ask("case", "list")} == {"371311"}
    clean(shouwang)
