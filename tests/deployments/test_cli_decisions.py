"""What coordinators and volunteers do on the command line, from proposals to a closed case."""

import shutil
from pathlib import Path

import pytest
from support.command_line import TWO_MONTHS_ON, Shouwang

from domain.ids import CaseId
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.journal import snapshot_of


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An install in which one county's children are paired."""
    shouwang = Shouwang(tmp_path_factory.mktemp("cli") / "office").fill()
    shouwang.pair("371302")
    return shouwang.data


@pytest.fixture
def shouwang(paired: Path, tmp_path: Path) -> Shouwang:
    """A copy of it."""
    return Shouwang(Path(shutil.copytree(paired, tmp_path / "office")))


@pytest.fixture
def by(shouwang: Shouwang) -> str:
    """The county's coordinator."""
    return shouwang.desk("371302")


def test_accepted_proposals_become_pairs_that_owe_a_first_visit(shouwang: Shouwang) -> None:
    cases = shouwang.ask("case", "list", "--unit", "371302")
    assert {case["stage"] for case in cases} == {"check-in"}
    assert all(case["helpers"] for case in cases)
    visits = [each for each in shouwang.ask("check-in", "list", "--unit", "371302") if each["kind"] == "first_visit"]
    assert {each["case"] for each in visits} == {case["case"] for case in cases}


def test_a_declined_proposal_leaves_the_child_free_for_another(shouwang: Shouwang, by: str) -> None:
    first = shouwang.ask("pair", "propose", "371311")["proposals"][0]
    shouwang.do("pair", "decline", first["case"], "--by", by, "--reason", "too-far")
    assert first["case"] not in {each["case"] for each in shouwang.ask("pair", "list", "371311")}
    again = shouwang.ask("pair", "propose", "371311")["proposals"]
    assert first["person"] not in {each["person"] for each in again if each["case"] == first["case"]}


def test_proposals_say_why(shouwang: Shouwang) -> None:
    answer = shouwang.ask("pair", "propose", "371311")
    assert all(each["why"] for each in [*answer["proposals"], *answer["left_over"]])
    waiting = shouwang.ask("pair", "list")
    assert {each["approved"] for each in waiting} == {False}


def test_a_volunteer_may_say_no(shouwang: Shouwang, by: str) -> None:
    shouwang("pair", "propose", "371311")
    shouwang.do("pair", "accept", "--unit", "371311", "--by", by)
    shouwang.do("pair", "answer", "--unit", "371311", "--no")
    assert {case["stage"] for case in shouwang.ask("case", "list", "--unit", "371311")} == {"pairing"}


def test_only_the_volunteer_asked_may_answer(shouwang: Shouwang, by: str) -> None:
    case = shouwang.ask("pair", "propose", "371311")["proposals"][0]["case"]
    shouwang.do("pair", "accept", case, "--by", by)
    said = shouwang("pair", "answer", case, "--by", by)
    assert said.code == 1
    assert "Only the volunteer" in said.sentence


def test_a_refusal_on_the_command_line_names_the_command_that_helps(shouwang: Shouwang) -> None:
    case = shouwang.duty("first_visit")["case"]
    said = shouwang("check-in", "answer", f"{case}/999", "needs_help=no", "--by", "p000000001")
    assert "See its duties with: case show" in said.sentence


def test_without_answers_the_questions_are_shown_and_nothing_changes(shouwang: Shouwang) -> None:
    duty = shouwang.duty("first_visit")
    shown = shouwang.do("check-in", "answer", duty["id"], "--by", duty["owed_by"])
    assert "* needs_help: Is help needed? [yes/no]" in shown
    assert duty["id"] in shown
    assert shouwang.duty("first_visit") == duty


def test_a_duty_that_is_answered_is_done_and_answering_twice_is_kindly_refused(shouwang: Shouwang) -> None:
    duty = shouwang.duty("first_visit")
    said = shouwang.do("check-in", "answer", duty["id"], "needs_help=no", "--by", duty["owed_by"])
    assert "First visit" in said
    again = shouwang("check-in", "answer", duty["id"], "needs_help=no", "--by", duty["owed_by"])
    assert again.code == 1
    assert "Thank you" in again.sentence


@pytest.mark.parametrize(
    ("language", "given", "told"),
    [
        ("en", ["needs_help=perhaps"], "Is help needed?"),
        ("zh", ["needs_help=perhaps"], "是否需要帮助"),
        ("zh", ["note=一切都好"], "是否需要帮助"),
        ("en", ["colour=red"], "colour"),
    ],
)
def test_a_wrong_answer_names_its_question(shouwang: Shouwang, language: str, given: list[str], told: str) -> None:
    duty = shouwang.duty("first_visit")
    said = Shouwang(shouwang.data, language=language)("check-in", "answer", duty["id"], *given, "--by", duty["owed_by"])
    assert said.code == 1
    assert told in said.sentence
    assert shouwang.duty("first_visit") == duty


def test_free_words_of_an_answer_are_kept_sealed(shouwang: Shouwang) -> None:
    duty = shouwang.duty("first_visit")
    said = shouwang.do("check-in", "answer", duty["id"], "needs_help=no", "note=隔壁的张奶奶", "--by", duty["owed_by"])
    kept = b"".join(file.read_bytes() for file in shouwang.data.glob("shouwang.db*"))
    assert "张奶奶" not in said + shouwang.do("case", "show", duty["case"])
    assert "张奶奶".encode() not in kept


def test_a_coordinator_acknowledges_what_has_climbed(shouwang: Shouwang, by: str) -> None:
    shouwang.do("round", "--now", TWO_MONTHS_ON)
    late = shouwang("overdue", "371302", "--json", "--now", TWO_MONTHS_ON)
    assert late.code == 1
    climbed = next(each for each in late.answer if each["climbed_to"])
    said = shouwang("case", "acknowledge", climbed["id"], "--by", by, "--now", TWO_MONTHS_ON)
    assert said.code == 0, said
    again = shouwang("case", "acknowledge", climbed["id"], "--by", by, "--now", TWO_MONTHS_ON)
    assert again.code == 1
    assert "already" in again.sentence


def test_a_coordinator_excuses_changes_risk_reassigns_lets_go_closes_and_reopens(shouwang: Shouwang, by: str) -> None:
    duty = shouwang.duty("first_visit")
    case = str(duty["case"])
    other = _somebody_with_room(shouwang, case)
    for words in (
        ("excuse", duty["id"], "--reason", "moved-away"), ("risk", case, "high"),
        ("reassign", case, "--to", other, "--reason", "ill"), ("end-tie", case, "--reason", "ill"),
        ("close", case, "--reason", "established"), ("reopen", case, "--reason", "returned"),
    ):  # fmt: skip
        assert case in shouwang.do("case", *words, "--by", by)
    shown = shouwang.ask("case", "show", case)
    assert shown["risk"] == "high"
    assert len(shown["story"]) > 10
    assert shouwang("audit").code == 0


def _somebody_with_room(shouwang: Shouwang, case: str) -> str:
    """A woman of the county with all papers, room, and no tie to this case."""
    tied = {tie["person"] for tie in shouwang.ask("case", "show", case)["ties"]}
    return next(
        str(each["person"])
        for each in shouwang.ask("volunteers", "list")
        if each["sex"] == "female" and each["load"] < each["capacity"] and len(each["papers"]) == 3
        and each["person"] not in tied
    )  # fmt: skip


def test_a_case_is_handed_only_to_somebody_on_the_roster(shouwang: Shouwang, by: str) -> None:
    case = str(shouwang.duty("first_visit")["case"])
    said = shouwang("case", "reassign", case, "--to", "p999999999", "--by", by, "--reason", "ill")
    assert said.code == 2
    assert "p999999999" in said.sentence


@pytest.mark.parametrize("nobody", ["p999999999", "somebody"])
def test_nobody_unknown_decides(shouwang: Shouwang, nobody: str) -> None:
    duty = shouwang.duty("first_visit")
    for words in (
        ("case", "excuse", duty["id"], "--reason", "ill"), ("check-in", "answer", duty["id"], "needs_help=no"),
        ("case", "close", duty["case"], "--reason", "ill"), ("pair", "propose", "371311"),
    ):  # fmt: skip
        said = shouwang(*words, "--by", nobody)
        assert said.code == 2
        assert "volunteers list" in said.sentence
    assert shouwang.duty("first_visit") == duty
    assert shouwang.ask("pair", "list") == []


def test_a_child_decides_nothing(shouwang: Shouwang) -> None:
    case = str(shouwang.duty("first_visit")["case"])
    child = subject_of(shouwang, case)
    said = shouwang("case", "risk", case, "high", "--by", child)
    assert said.code == 2
    assert child in said.sentence


def subject_of(shouwang: Shouwang, case: str) -> str:
    """Whose case it is."""
    with reading(open_install(shouwang.data).engine) as connection:
        found = snapshot_of(connection, CaseId(case))
    assert found is not None
    return found.subject


def test_a_desk_is_taken_left_and_stood_in_for(shouwang: Shouwang, by: str) -> None:
    city = shouwang.desk("3713")
    assert "金雀山街道" in shouwang.do("desks", "seat", "371302003", by)
    assert shouwang.desk("371302003") == by
    shouwang.do("desks", "unseat", "371302003", by)
    assert (shouwang("desks", "unseat", "371302003", by)).code == 2
    days = ("--since", "2026-10-01", "--until", "2026-10-08")
    assert city in shouwang.do("desks", "away", by, *days, "--stand-in", city)
    assert shouwang("desks", "away", by, *days, "--stand-in", by).code == 2
    backwards = ("--since", "2026-10-08", "--until", "2026-10-01")
    assert shouwang("desks", "away", by, *backwards, "--stand-in", city).code == 2
