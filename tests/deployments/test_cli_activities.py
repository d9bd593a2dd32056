"""Camps on the command line: planned, invited to, shown, put off, called off; and urgent matters first."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from samples.sheets import an_id
from support.bodies_line import BY, TOWNSHIP, bodies_line
from support.command_line import Shouwang

DAY = "2026-10-06"


@pytest.fixture
def shouwang(tmp_path: Path) -> Shouwang:
    """An install with two children in it."""
    line = bodies_line(tmp_path / "office")
    for year, name in ((2014, "王小雨"), (2016, "王小雪")):
        line.do(
            "case", "open", "--kind", "orphan", "--unit", TOWNSHIP, "--name", name, "--id-number",
            an_id(date(year, 4, 2), "女"), "--guardian", "王建国", "--phone", "13805390001", *BY,
        )  # fmt: skip
    return line


def plan(shouwang: Shouwang, *more: str) -> str:
    camp = ("--kind", "camp", "--unit", TOWNSHIP, "--name", "暑期夏令营", "--on", DAY, *BY)
    return str(shouwang.ask("activity", "plan", *camp, *more)["activity"])


def show(shouwang: Shouwang, camp: str) -> Any:
    return shouwang.ask("activity", "show", camp)


def test_a_camp_is_planned_invited_to_and_shown(shouwang: Shouwang) -> None:
    camp = plan(shouwang)
    shouwang.do("activity", "invite", camp, "--unit", "371302", "--kind", "orphan", *BY)
    first, second = show(shouwang, camp)["cases"]
    shouwang.do("check-in", "answer", first["duties"][0]["duty"], "agrees=yes", *BY)
    shouwang.do("check-in", "answer", second["duties"][0]["duty"], "agrees=no", *BY)
    found = show(shouwang, camp)
    assert (found["invited"], found["on"], found["name"]) == (2, DAY, "暑期夏令营")
    assert {each["kind"]: each["came"] for each in found["duties"]} == {
        "camp_consent": {"met": 1, "refused": 1}, "camp_attendance": {"open": 1},
    }  # fmt: skip
    assert found["duties"][0]["answers"] == {"agrees": {"yes": 1, "no": 1}}
    said = shouwang("activity", "show", camp, "--language", "zh").out
    assert "监护人同意：完成 1、不同意 1" in said
    assert "王小雨" not in said


def test_activities_are_listed_by_unit_and_year(shouwang: Shouwang) -> None:
    camp = plan(shouwang)
    (listed,) = shouwang.ask("activity", "list", "--unit", "371302", "--year", "2026")
    assert (listed["activity"], listed["on"], listed["invited"]) == (camp, DAY, 0)
    assert shouwang.ask("activity", "list", "--year", "2027") == []
    assert "There are no such activities." in shouwang.do("activity", "list", "--year", "2027")


def test_some_may_be_invited_by_number_and_nobody_twice(shouwang: Shouwang) -> None:
    camp, case = plan(shouwang), shouwang.ask("case", "list")[0]["case"]
    shouwang.do("activity", "invite", camp, case, *BY)
    again = shouwang("activity", "invite", camp, case, *BY)
    assert (again.code, "already invited" in again.sentence) == (1, True)
    shouwang.do("activity", "invite", camp, "--unit", "3713", "--kind", "orphan", *BY)
    assert show(shouwang, camp)["invited"] == 2
    assert "Nothing is waiting" in shouwang.do("activity", "invite", camp, "--unit", "3713", "--kind", "orphan", *BY)


def test_put_off_and_called_off(shouwang: Shouwang) -> None:
    camp = plan(shouwang)
    shouwang.do("activity", "invite", camp, "--unit", "3713", "--kind", "orphan", *BY)
    shouwang.do("activity", "put-off", camp, "--on", "2026-10-20", *BY)
    assert [each["on"] for each in show(shouwang, camp)["cases"]] == ["2026-10-20"] * 2
    shouwang.do("activity", "call-off", camp, *BY)
    found = show(shouwang, camp)
    assert (found["called_off"], found["duties"][0]["came"]) == (True, {"excused": 2})
    over = shouwang("activity", "invite", camp, "--unit", "3713", "--kind", "orphan", *BY)
    assert over.code == 1
    assert over.sentence
    assert shouwang.ask("audit")["clean"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("plan", "--kind", "picnic", "--unit", TOWNSHIP, "--name", "x", "--on", DAY), 2, "no activity"),
        (("plan", "--kind", "camp", "--unit", "110101", "--name", "x", "--on", DAY), 2, "area"),
        (("plan", "--kind", "camp", "--unit", TOWNSHIP, "--name", "x", "--on", "2026-08-01"), 1, "is over"),
        (("plan", "--kind", "camp", "--unit", TOWNSHIP, "--name", "x", "--on", "soon"), 2, "day"),
        (("invite", "371302-00001", "371302-00002"), 2, "no activity"),
        (("invite", "CAMP"), 2, "Name the cases"),
        (("invite", "CAMP", "--unit", TOWNSHIP), 2, "Name the cases"),
        (("invite", "CAMP", "--unit", TOWNSHIP, "--kind", "orphans"), 2, "no kind"),
        (("invite", "CAMP", "371302-09999"), 2, "371302-09999"),
        (("put-off", "CAMP", "--on", DAY), 1, "already invited"),
        (("call-off", "371302-09999"), 2, "no activity"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    shouwang: Shouwang, words: tuple[str, ...], code: int, told: str
) -> None:
    camp = plan(shouwang)
    said = shouwang("activity", *[camp if word == "CAMP" else word for word in words], *BY)
    assert said.code == code
    assert told in said.sentence
    assert [each["activity"] for each in shouwang.ask("activity", "list")] == [camp]


def test_urgent_cases_and_duties_stand_first(shouwang: Shouwang) -> None:
    plain, urgent = (each["case"] for each in shouwang.ask("case", "list"))
    shouwang.do("case", "risk", urgent, "high", *BY)
    listed = shouwang.ask("case", "list")
    assert [(each["case"], each["urgent"]) for each in listed] == [(urgent, True), (plain, False)]
    late = shouwang("overdue", "--now", "2026-10-01T10:00:00+08:00", "--json").answer
    assert [(each["case"], each["urgent"]) for each in late] == [(urgent, True), (plain, False)]
    assert "【急】" in shouwang("overdue", "--now", "2026-10-01T10:00:00+08:00", "--language", "zh").out
