"""A filling that was killed is told as what it is; no half city is shown as a whole one."""

import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from support.command_line import COMMAND, Shouwang

PATIENCE: Final = 60.0


def cases_in(folder: Path) -> int:
    """How many cases stand in the database of a folder; none while there is no such table yet."""
    if not (folder / "shouwang.db").exists():
        return 0
    with closing(sqlite3.connect(folder / "shouwang.db")) as database:
        try:
            return int(database.execute("SELECT count(*) FROM snapshot").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def killed_while_filling(folder: Path) -> None:
    """Begin to fill, and be killed as soon as there are children."""
    words = ("demo", "fill", "--children", "60", "--volunteers", "90", "--months", "24", "--data", str(folder))
    with subprocess.Popen([COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as filling:
        until = time.monotonic() + PATIENCE
        while cases_in(folder) < 5 and time.monotonic() < until and filling.poll() is None:
            time.sleep(0.02)
        filling.kill()
    assert cases_in(folder) > 0


@pytest.fixture(scope="module")
def broken_off(tmp_path_factory: pytest.TempPathFactory) -> Shouwang:
    """An install whose filling was killed."""
    shouwang = Shouwang(tmp_path_factory.mktemp("broken-off") / "office")
    killed_while_filling(shouwang.data)
    return shouwang


@pytest.mark.parametrize("words", [("demo", "fill"), ("up", "--demo")], ids=" ".join)
def test_what_is_half_filled_is_neither_filled_on_nor_started_as_a_demo(
    broken_off: Shouwang, words: tuple[str, ...]
) -> None:
    said = broken_off(*words)
    assert said.code == 2
    assert f"Remove the folder {broken_off.data}" in said.sentence


def test_what_was_filled_to_its_end_bears_no_mark(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office")
    shouwang.do("demo", "fill", "--children", 6, "--volunteers", 9, "--months", 1)
    assert not (shouwang.data / "demo-unfinished").exists()
    assert "Remove" not in shouwang("demo", "fill").sentence
