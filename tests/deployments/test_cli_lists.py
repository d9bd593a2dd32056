"""Lists, messages and reasons on the command line, on both databases; and the installed command itself."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.command_line import COMMAND, SURVEY, TWO_MONTHS_ON, Shouwang, process

from deployments.cli.where import Where

READ = (
    ("case", "list"), ("volunteers", "list"), ("desks", "list"), ("pair", "list"), ("check-in", "list"), ("overdue",),
    ("findings",), ("messages", "list"), ("messages", "show", "n1"), ("why", "n1"), ("programmes", "list"), ("audit",),
)  # fmt: skip


def test_two_months_of_an_office_on_the_command_line(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWANG_DATABASE_URL", database_url)
    shouwang = Shouwang(tmp_path / "office").fill()
    shouwang.pair("371302")
    later = Shouwang(shouwang.data, now=TWO_MONTHS_ON)
    case = str(later.duty("first_visit")["case"])
    later.do("round")
    later.do("deliver")
    everything_read_is_json_and_words(later, case)
    messages_tell_what_was_sent_to_whom(later, case)
    lists_show_names_of_units_beside_their_ids(later)
    assert later("audit").code == 0


def everything_read_is_json_and_words(shouwang: Shouwang, case: str) -> None:
    """Every read command answers in JSON, and in words."""
    spoken = Shouwang(shouwang.data, shouwang.now, "zh")
    for words in (*READ, ("case", "show", case), ("why", f"{case}/1"), ("check-in", "list", "--case", case)):
        said = shouwang(*words, "--json")
        assert said.code in (0, 1), (words, said)
        json.loads(said.out)
        assert spoken(*words).out, words


def messages_tell_what_was_sent_to_whom(shouwang: Shouwang, case: str) -> None:
    """Messages are found by case and person, and each leads to its reasons."""
    found = shouwang.ask("messages", "list", "--case", case)
    assert found
    assert {each["state"] for each in found} == {"sent"}
    first = found[0]
    assert any(cause["duty"].startswith(f"{case}/") for cause in first["causes"])
    to_one = shouwang.ask("messages", "list", "--person", first["person"])
    assert {each["person"] for each in to_one} == {first["person"]}
    assert shouwang.ask("messages", "show", str(first["id"])) == first
    assert first["person"] in shouwang.do("why", first["why"])
    assert shouwang.ask("messages", "list", "--state", "failed") == []
    assert len(shouwang.ask("messages", "list", "--most", "2")) == 2


def lists_show_names_of_units_beside_their_ids(shouwang: Shouwang) -> None:
    """A coordinator reads names of places, not only their codes."""
    for words in (("overdue", "371302"), ("findings", "371302")):
        said, answer = shouwang(*words), shouwang.ask(*words)
        assert said.code == 1
        assert all(each["unit_name"] and each["unit_name"] in said.out for each in answer)


def test_cases_are_found_by_unit_and_by_stage(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office")
    shouwang.do("survey", "import", SURVEY)
    cases = shouwang.ask("case", "list")
    assert len(cases) == 60
    one = cases[0]
    assert one["next_moment"]
    assert one["open_duties"] > 0
    assert [each["case"] for each in shouwang.ask("case", "list", "--unit", one["unit"])].count(one["case"]) == 1
    assert shouwang.ask("case", "list", "--stage", "pairing") == cases
    assert shouwang.ask("case", "list", "--stage", "closed") == []
    assert one["case"] in shouwang.do("case", "list", "--unit", "3713")


def test_volunteers_are_found_by_unit_with_their_room_and_papers_and_no_name(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office").fill()
    everybody = shouwang.ask("volunteers", "list")
    some = shouwang.ask("volunteers", "list", "--unit", "371302")
    assert 0 < len(some) < len(everybody)
    assert {each["unit"][:6] for each in some} == {"371302"}
    assert set(some[0]) == {
        "person", "kind", "unit", "sex", "load", "capacity", "serving", "serves_until", "skills", "papers", "unit_name",
    }  # fmt: skip


def test_the_installed_command_answers_as_a_process(tmp_path: Path) -> None:
    data = tmp_path / "office"
    taken = process("survey", "import", SURVEY, "--data", data, "--json", SHOUWANG_LANGUAGE="en")
    assert (taken.code, taken.answer["imported"]["new"]) == (0, 60)
    late = process("overdue", "--now", "2027-03-01", SHOUWANG_DATA=str(data))
    assert late.code == 1
    assert "逾期" in late.out
    assert (data / "keys" / "master.key").stat().st_mode & 0o077 == 0


def test_a_listener_that_has_heard_enough_is_no_mistake(tmp_path: Path) -> None:
    words = (COMMAND, "programmes", "list", "--data", tmp_path / "office")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as told:
        assert told.stdout is not None
        assert told.stderr is not None
        told.stdout.close()
        assert told.stderr.read() == b""
    assert told.returncode == 0


def test_a_moment_of_prefects_own_kind_is_told_in_json_as_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    class DateTime(datetime):
        """A moment as Prefect hands it out."""

    Where(json=True).show([DateTime(2026, 9, 1, 2, tzinfo=UTC)], "")
    assert json.loads(capsys.readouterr().out) == ["2026-09-01T02:00:00Z"]


def test_a_desk_that_no_programme_in_use_has_is_not_missed(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office")
    shouwang.ask("survey", "import", SURVEY)
    missed = {each["unit"].rpartition(" ")[2] for each in shouwang.ask("findings")}
    assert {"3713", "371302"} <= missed
    assert not {unit for unit in missed if len(unit) < 4 or "-" in unit}
