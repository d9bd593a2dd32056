"""The programmes of Yunnan and Zixi as a coordinator there would try them: an empty install, own sheets, commands."""

from collections.abc import Callable
from pathlib import Path

from samples.programme_sheets import (
    yunnan_desks,
    yunnan_roster,
    yunnan_survey,
    yunnan_units,
    zixi_desks,
    zixi_roster,
    zixi_survey,
    zixi_units,
)
from support.command_line import Said, Shouwang

SIX = ("county_cadre", "township_cadre", "village_cadre", "teacher", "guardian", "neighbour")
MORNING = "2026-09-01T10:00:00+08:00"


def take_in(shouwang: Shouwang, group: str, make: Callable[[Path], Path], programme: str) -> Said:
    """A sheet of the office's own, checked and then imported: both say the same of every row."""
    sheet = make(shouwang.data.with_name(f"{group}.xlsx"))
    checked = shouwang(group, "check", sheet, "--programme", programme)
    imported = shouwang(group, "import", sheet, "--programme", programme)
    assert imported.out.startswith(checked.out.rstrip())
    assert imported.code == checked.code
    return imported


def test_row_1_yunnans_sheets_come_in_by_kind_every_refused_row_says_why_and_a_child_is_helped_to_the_end(
    tmp_path: Path,
) -> None:
    shouwang = Shouwang(tmp_path / "install", now=MORNING)
    survey, units, desks, roster = (
        take_in(shouwang, group, make, "yunnan-three-year")
        for group, make in (
            ("survey", yunnan_survey), ("units", yunnan_units), ("coordinators", yunnan_desks),
            ("volunteers", yunnan_roster),
        )
    )  # fmt: skip
    assert "row 5  Refused  Already 16 or over" in survey.out
    assert "row 8  Refused  Not yet 60" in survey.out
    assert "Accepted 5" in survey.out
    assert "row 4  Refused" in units.out
    assert (desks.code, roster.code) == (0, 0)
    cases = {each["case"]: each for each in shouwang.ask("case", "list")}
    assert len(cases) == 7
    case = next(
        str(each["case"]) for each in shouwang.ask("check-in", "list") if each["kind"] == "find_county_cadre"
    )  # fmt: skip
    by = shouwang.desk("530621103")
    helpers = {each["kind"]: each["person"] for each in shouwang.ask("volunteers", "list")}
    for role in SIX:
        shouwang.do("case", "bind", case, helpers[role], "--role", role, "--by", by)
    assert "check-in" in shouwang.do("case", "list", "--stage", "check-in")
    give(shouwang, case, by, screening=["wellbeing=well"])
    give(shouwang, case, by, needs_list=["needed=company,tutoring", "hardship=yes", "one_to_one=no"])
    give(shouwang, case, by, aid_request=["requested=yes"])
    give(shouwang, case, by, aid_approval=["approved=yes"])
    number = duty_number(shouwang, case, "aid_payment")
    paid = ("yuan=1000", "--by", by)
    assert shouwang("check-in", "answer", number, "account=6228480860099999990", *paid).code == 1
    shouwang.do("check-in", "answer", number, "account=6228480860012345671", *paid)
    give(shouwang, case, by, aid_receipt=["received=yes"])
    shouwang.do("round")
    shouwang.do("case", "close", case, "--by", by, "--reason", "parents-came-home")
    assert shouwang("audit").code == 0


def test_zixis_sheets_come_in_and_a_pupil_has_a_lead_and_helpers_with_the_handbook(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "install", now=MORNING)
    units, desks, survey, roster = (
        take_in(shouwang, group, make, "zixi-five-elders")
        for group, make in (
            ("units", zixi_units), ("coordinators", zixi_desks), ("survey", zixi_survey), ("volunteers", zixi_roster)
        )
    )  # fmt: skip
    assert (units.code, desks.code) == (0, 0)
    assert "row 4  Refused" in survey.out
    assert "Still missing" in roster.out
    due = shouwang.ask("check-in", "list")
    committee = next(str(each["case"]) for each in due if each["kind"] == "weekly_note")
    pupil = next(str(each["case"]) for each in due if each["kind"] == "find_lead")
    by = shouwang.desk("361028100")
    helpers = [each for each in shouwang.ask("volunteers", "list")]
    signed = [each["person"] for each in helpers if each["kind"] == "elder"]
    unsigned = next(each["person"] for each in helpers if each["kind"] == "cadre")
    shouwang.do("case", "bind", pupil, signed[0], "--role", "lead", "--by", by)
    shouwang.do("case", "bind", pupil, signed[1], "--role", "helpers", "--by", by)
    assert shouwang("case", "bind", pupil, unsigned, "--role", "helpers", "--by", by).code == 1
    give(shouwang, pupil, signed[0], first_visit=["needs_help=no"])
    give(shouwang, committee, by, weekly_note=["activities=2", "children=30"])
    shouwang.do("round")
    shouwang.do("case", "close", pupil, "--by", by, "--reason", "family-well")
    assert shouwang("audit").code == 0


def duty_number(shouwang: Shouwang, case: str, kind: str) -> str:
    """The id of a case's open duty of a kind."""
    return next(str(each["id"]) for each in shouwang.ask("check-in", "list", "--case", case) if each["kind"] == kind)


def give(shouwang: Shouwang, case: str, by: str, **answers: list[str]) -> None:
    """Answer one open duty of a case."""
    for kind, given in answers.items():
        shouwang.do("check-in", "answer", duty_number(shouwang, case, kind), *given, "--by", by)
