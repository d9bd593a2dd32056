"""Whatever a user may get wrong is one clear sentence and an exit code, and changes nothing."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from support.command_line import COMMAND, ROSTER, SURVEY, Shouwang

from domain.store import engine


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An install with children, volunteers and coordinators."""
    return Shouwang(tmp_path_factory.mktemp("cli") / "office").fill().data


@pytest.fixture
def shouwang(filled: Path, tmp_path: Path) -> Shouwang:
    """A copy of it."""
    return Shouwang(Path(shutil.copytree(filled, tmp_path / "office")))


CASE = "371302-00001"

UNKNOWN = (
    (("case", "show", "371302-99999"), "371302-99999"),
    (("case", "risk", "371302-99999", "high", "--by", "BY"), "371302-99999"),
    (("case", "risk", CASE, "purple", "--by", "BY"), "purple"),
    (("case", "excuse", f"{CASE}/99", "--by", "BY", "--reason", "ill"), "99"),
    (("case", "excuse", CASE, "--by", "BY", "--reason", "ill"), "CASE/NUMBER"),
    (("case", "reassign", CASE, "--to", "p999", "--by", "BY", "--reason", "ill", "--role", "king"), "king"),
    (("pair", "propose", "9999"), "9999"),
    (("pair", "propose", "3713", "--programme", "nothing"), "linyi-1204@1"),
    (("pair", "accept", "--by", "BY"), "--unit"),
    (("pair", "answer"), "--unit"),
    (("pair", "list", "9999"), "9999"),
    (("overdue", "9999"), "9999"),
    (("findings", "9999"), "9999"),
    (("round", "--county", "9999"), "9999"),
    (("check-in", "list", "--unit", "9999"), "9999"),
    (("check-in", "list", "--case", "9999"), "9999"),
    (("check-in", "list", "--person", "p999"), "p999"),
    (("check-in", "answer", "nonsense", "--by", "BY"), "CASE/NUMBER"),
    (("check-in", "answer", f"{CASE}/1", "nonsense", "--by", "BY"), "QUESTION=ANSWER"),
    (("desks", "seat", "9999", "BY"), "9999"),
    (("desks", "seat", "371302", "p999"), "p999"),
    (("desks", "unseat", "371302003", "BY"), "371302003"),
    (("messages", "show", "n77"), "n77"),
    (("messages", "show", "hello"), "hello"),
    (("why", "n77"), "n77"),
    (("why", f"{CASE}/77"), f"{CASE}/77"),
    (("programmes", "check"), "FILE"),
    (("demo", "fill"), "--data"),
)


def test_what_is_not_there_is_named_and_nothing_changes(filled: Path) -> None:
    shouwang = Shouwang(filled)
    by, before = shouwang.desk("371302"), shouwang.ask("case", "list")
    for words, told in UNKNOWN:
        said = shouwang(*(by if word == "BY" else word for word in words))
        assert (words, said.code) == (words, 2)
        assert told in said.sentence
    assert shouwang.ask("case", "list") == before


USAGE = (
    (("nonsense",), "nonsense"),
    (("survey",), "check"),
    (("survey", "check"), "FILE"),
    (("overdue", "--nonsense"), "--nonsense"),
    (("case", "excuse", f"{CASE}/1", "--reason", "ill"), "--by"),
    (("overdue", "--now", "yesterday"), "2026-09-01T08:00"),
    (("overdue", "--now", ""), "2026-09-01T08:00"),
    (("overdue", "--now", "0001-01-01"), "2000"),
    (("round", "--now", "9999-12-31T23:00-10:00"), "2199"),
    (("desks", "away", "p1", "--since", "x", "--until", "2026-01-01", "--stand-in", "p2"), "2026-09-01"),
    (("case", "list", "--stage", "asleep"), "follow-up"),
    (("messages", "list", "--state", "lost"), "doubtful"),
    (("messages", "list", "--most", "many"), "number"),
)


def test_a_command_written_wrongly_is_told_how_to_be_written(filled: Path) -> None:
    for words, told in USAGE:
        said = Shouwang(filled)(*words)
        assert (words, said.code, said.out) == (words, 2, "")
        assert told in said.sentence


def test_mistakes_are_told_in_the_language_of_the_install(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('language = "en"\n', encoding="utf-8")
    for language, told in (("zh", "没有“nonsense”这个命令"), ("en", "There is no command")):
        assert told in Shouwang(tmp_path, language=language)("nonsense").sentence
    said = subprocess.run(
        [COMMAND, "overdue", f"--data={tmp_path}", "--x"], capture_output=True, text=True, check=False
    )
    assert "There is no option" in said.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (b'language = "fr"\n', "language"),
        (b"colour = 1\n", "colour"),
        (b"= broken", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'database_url = "nonsense"', "database"),
        (b'database_url = "mysql://nobody@127.0.0.1:1/x"', "PostgreSQL"),
        (b'database_url = "postgresql+psycopg://nobody@127.0.0.1:1/x"', "database"),
        (b'database_url = "sqlite:////no/such/folder/x.db"', "database"),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, settings: bytes, told: str) -> None:
    (tmp_path / "settings.toml").write_bytes(settings)
    said = Shouwang(tmp_path)("overdue")
    assert said.code == 2
    assert told in said.sentence


def test_a_channel_that_does_not_exist_is_told_before_anything_is_sent(shouwang: Shouwang) -> None:
    (shouwang.data / "settings.toml").write_text('[[channels]]\nname = "mail"\nurl = "pigeon://x"\n', encoding="utf-8")
    said = shouwang("deliver")
    assert said.code == 2
    assert "swmail://" in said.sentence


@pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null", f"{SURVEY}/inside"])
def test_a_folder_that_cannot_be_used_is_told(place: str) -> None:
    said = Shouwang(Path(place))("overdue")
    assert said.code == 2
    assert place in said.sentence


def test_a_broken_programme_file_never_starts(tmp_path: Path) -> None:
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "own.yaml").write_text("programme: own\nversion: one\n", encoding="utf-8")
    for words in (("up",), ("round",), ("survey", "import", SURVEY)):
        said = Shouwang(tmp_path)(*words)
        assert said.code == 2
        assert all("own.yaml" in line for line in said.err.splitlines())
        assert "Traceback" not in said.err


def test_programme_files_are_checked_together_and_every_mistake_is_told(tmp_path: Path) -> None:
    good = Path(__file__).parents[2] / "domain" / "programmes" / "linyi-1204.yaml"
    broken = tmp_path / "broken.yaml"
    broken.write_text(good.read_text(encoding="utf-8").replace("owed_by: companion", "owed_by: compannion"), "utf-8")
    shouwang = Shouwang(tmp_path / "office")
    assert "no mistakes" in shouwang.do("programmes", "check", good)
    said = shouwang("programmes", "check", good, broken, tmp_path / "nowhere.yaml", "--json")
    assert said.code == 2
    assert {Path(each["file"]).name for each in said.answer["mistakes"]} == {"broken.yaml", "nowhere.yaml"}
    assert all(each["line"] and each["why"] for each in said.answer["mistakes"])
    assert not shouwang.data.exists()


def test_with_another_master_key_nothing_is_read_and_nobody_is_taken_in_twice(shouwang: Shouwang) -> None:
    key = shouwang.data / "keys" / "master.key"
    mine = key.read_bytes()
    other = Shouwang(shouwang.data.with_name("other"))
    other.do("volunteers", "import", ROSTER)
    for wrong in ((other.data / "keys" / "master.key").read_bytes(), b"short", b"!", b""):
        key.write_bytes(wrong)
        for words in (("survey", "import", SURVEY), ("deliver",), ("pair", "propose", "3713")):
            said = shouwang(*words)
            assert said.code == 2
            assert "master key" in said.sentence
    key.write_bytes(mine)
    assert len(shouwang.ask("case", "list")) == 60


def test_a_lost_master_key_is_noticed(shouwang: Shouwang) -> None:
    (shouwang.data / "keys" / "master.key").unlink()
    assert "master key" in shouwang("survey", "import", SURVEY).sentence


def test_a_database_that_others_hold_is_told(shouwang: Shouwang, monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = tuple("busy_timeout=50" if each.startswith("busy") else each for each in engine.PRAGMAS)
    monkeypatch.setattr(engine, "PRAGMAS", hasty)
    with closing(sqlite3.connect(shouwang.data / "shouwang.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        said = shouwang("round")
    assert said.code == 2
    assert "database" in said.sentence
    assert shouwang("round").code == 0


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "shouwang.db").write_bytes(os.urandom(9000))
    said = Shouwang(tmp_path)("overdue")
    assert said.code == 2
    assert "database" in said.sentence
