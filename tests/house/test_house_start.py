"""A light command starts quickly: it loads none of what only heavy ones need."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from deployments.cli.commands import SERVES, build

ROOT: Final = Path(__file__).parents[2]
HEAVY: Final = (
    "scipy", "numpy", "apprise", "alembic", "psycopg", "jinja2", "prefect", "opencc", "pypinyin",
    "deployments.demo.past", "deployments.simulate.years", "deployments.benchmarks.round",
)  # fmt: skip
ASK: Final = """
import sys
from deployments.cli import run
code = run(sys.argv[1:])
sys.stderr.write(" ".join(sorted(set({heavy!r}) & set(sys.modules))))
sys.exit(code)
"""


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    """What a command line says in a process of its own, and on the error output what heavy things it loaded."""
    command = [sys.executable, "-c", ASK.format(heavy=HEAVY), *words]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("command", ["", "overdue", "why", "case guardian", "volunteers leaving", "units move"])
def test_help_is_given_without_loading_what_it_does_not_need(command: str) -> None:
    said = asked(*command.split(), "--help")
    assert (said.returncode, said.stderr) == (0, "")
    assert "shouwang" in said.stdout


def test_an_open_install_is_asked_without_it_too(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "office"), "--now", "2026-09-01T10:00:00+08:00", "--language", "en")
    sheet = ROOT / "tests" / "samples" / "survey-clean.xlsx"
    assert asked("survey", "import", str(sheet), *data).returncode == 0
    said = asked("overdue", *data)
    assert (said.returncode, said.stderr) == (0, ""), said


def test_every_module_of_commands_is_wanted_by_words_that_exist() -> None:
    folder = ROOT / "deployments" / "cli"
    assert set(SERVES) == {file.stem for file in folder.glob("*_commands.py")}
    first = {name for name in build() if not name.startswith("-")}
    assert {word for words in SERVES.values() for word in words} == first
