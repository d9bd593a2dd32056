"""The programmes of Yunnan and Zixi as an office there tries them: an empty install, own sheets, one case helped."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from support.command_line import Shouwang
from support.far_office import assert_sound, bind, case_of, open_kinds, refused
from support.office import answer, do, duty_of

from domain.ids import CaseId, PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.lists import open_duties
from domain.store.rounds import run_round
from domain.store.store import Store

MORNING = datetime(2026, 9, 1, 2, tzinfo=UTC)
SIX = ("county_cadre", "township_cadre", "village_cadre", "teacher", "guardian", "neighbour")


def take_in(folder: Path, programme: str, sheets: Mapping[str, Callable[[Path], Path]]) -> tuple[dict[str, str], Any]:
    """What was said of each sheet taken in, and everybody who may help."""
    shouwang = Shouwang(folder / "install", now=MORNING.isoformat())
    said = {
        group: shouwang(group, "import", make(folder / f"{group}.xlsx"), "--programme", programme).out
        for group, make in sheets.items()
    }
    return said, shouwang.ask("volunteers", "list")


def first_with(store: Store, kind: str) -> CaseId:
    """The first case in which a duty of a kind is open."""
    with reading(store.engine) as connection:
        return next(each.case for each in open_duties(connection, MORNING) if each.kind == kind)


def pay(store: Store, case: CaseId, by: PersonId, account: str) -> c.AnswerDuty:
    """A thousand yuan to an account."""
    number = duty_of(store, case, "aid_payment")
    return c.AnswerDuty(case=case, duty=number, by=by, answers={"yuan": 1000}, notes={"account": account})


def test_row_1_yunnans_sheets_come_in_by_kind_every_refused_row_says_why_and_a_child_is_helped(tmp_path: Path) -> None:
    sheets = {
        "survey": yunnan_survey, "units": yunnan_units, "coordinators": yunnan_desks, "volunteers": yunnan_roster
    }  # fmt: skip
    said, roster = take_in(tmp_path, "yunnan-three-year", sheets)
    assert "row 5  Refused  Already 16 or over" in said["survey"]
    assert "row 8  Refused  Not yet 60" in said["survey"]
    assert "Accepted 5" in said["survey"]
    assert "row 4  Refused" in said["units"]
    store = open_install(tmp_path / "install")
    kinds = {case_of(store, first_with(store, kind)).kind for kind in ("proxy_roll", "set_up_site", "find_guardian")}
    assert kinds == {"school", "site", "left_behind_child"}
    case = first_with(store, "find_county_cadre")
    helpers = {each["kind"]: PersonId(each["person"]) for each in roster}
    by = helpers["county_cadre"]
    for role in SIX:
        bind(store, case, role, helpers[role], by, MORNING)
    assert case_of(store, case).stage is Stage.CHECK_IN
    answer(store, case, "screening", by, MORNING, wellbeing="well")
    answer(store, case, "needs_list", by, MORNING, needed=("company",), hardship=True, one_to_one=False)
    answer(store, case, "aid_request", by, MORNING, requested=True)
    answer(store, case, "aid_approval", by, MORNING, approved=True)
    assert refused(store, pay(store, case, by, "6228480860099999990"), MORNING) == "not-guardians-account"
    do(store, pay(store, case, by, "6228480860012345671"), MORNING)
    answer(store, case, "aid_receipt", by, MORNING, received=True)
    do(store, c.CloseCase(case=case, by=by, reason="parents-came-home"), MORNING)
    run_round(store, MORNING)
    assert_sound(store, MORNING)


def test_row_3_zixis_sheets_come_in_and_a_pupil_has_a_lead_and_helpers_with_the_handbook(tmp_path: Path) -> None:
    sheets = {"units": zixi_units, "coordinators": zixi_desks, "survey": zixi_survey, "volunteers": zixi_roster}
    said, roster = take_in(tmp_path, "zixi-five-elders", sheets)
    assert "Accepted 4" in said["units"]
    assert "Accepted 4" in said["coordinators"]
    assert "row 4  Refused" in said["survey"]
    assert "Still missing" in said["volunteers"]
    store = open_install(tmp_path / "install")
    elders = [PersonId(each["person"]) for each in roster if each["kind"] == "elder"]
    unsigned = next(PersonId(each["person"]) for each in roster if each["kind"] == "cadre")
    by, pupil, committee = elders[2], first_with(store, "find_lead"), first_with(store, "weekly_note")
    bind(store, pupil, "lead", elders[0], by, MORNING)
    bind(store, pupil, "helpers", elders[1], by, MORNING)
    without = c.Bind(case=pupil, role="helpers", person=unsigned, by=by)
    assert refused(store, without, MORNING) == "paper-missing"
    assert case_of(store, committee).kind == "committee"
    assert {"weekly_note", "monthly_meeting", "help_day", "yearly_assessment"} <= open_kinds(store, committee)
    answer(store, committee, "weekly_note", by, MORNING, activities=2, children=30)
    answer(store, pupil, "first_visit", elders[0], MORNING, needs_help=False)
    do(store, c.CloseCase(case=pupil, by=by, reason="family-well"), MORNING)
    run_round(store, MORNING)
    assert_sound(store, MORNING)
