"""The command line as a user types it, in this process: what it said, and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from deployments.cli import run

SAMPLES: Final = Path(__file__).parents[1] / "samples"
SURVEY, MESSY, ROSTER = (SAMPLES / name for name in ("survey-clean.xlsx", "survey-messy.xlsx", "volunteers.xlsx"))
COORDINATORS: Final = "姓名,手机,单位\n张三,13905390001,临沂市\n李四,13905390002,兰山区\n王五,13905390003,银雀山街道\n"
DAY_ONE: Final = "2026-09-01T10:00:00+08:00"
TWO_MONTHS_ON: Final = "2026-11-01T10:00:00+08:00"
COMMAND: Final = Path(sys.executable).with_name("shouwang")


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """Its answer in JSON."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one sentence of a mistake: one line, no traceback."""
        assert self.err.endswith("\n"), self
        assert len(self.err.splitlines()) == 1, self.err
        assert "Traceback" not in self.err + self.out
        return self.err.strip()


@dataclass(frozen=True)
class Shouwang:
    """The command line over one install, at one moment unless a command says another."""

    data: Path
    now: str = DAY_ONE
    language: str = "en"

    def __call__(self, *words: object) -> Said:
        """Run a command."""
        given = [str(word) for word in words]
        shared = (("--data", str(self.data)), ("--now", self.now), ("--language", self.language))
        given += [part for option, value in shared if option not in given for part in (option, value)]
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(given)
        return Said(code, out.getvalue(), err.getvalue())

    def ask(self, *words: object) -> Any:
        """A command's answer in JSON; it must be an answer."""
        said = self(*words, "--json")
        assert said.err == "", said
        return said.answer

    def do(self, *words: object) -> str:
        """A command that must be done without anything to look into; what it said."""
        said = self(*words)
        assert (said.code, said.err) == (0, ""), said
        return said.out

    def fill(self) -> "Shouwang":
        """Take in the sample sheets and three coordinators."""
        sheet = self.data.with_name(f"{self.data.name}-coordinators.csv")
        sheet.write_text(COORDINATORS, encoding="utf-8")
        self.do("survey", "import", SURVEY)
        self.do("volunteers", "import", ROSTER)
        self.do("coordinators", "import", sheet)
        return self

    def desk(self, unit: str) -> str:
        """Who sits at a unit's desk."""
        return next(str(row["person"]) for row in self.ask("desks", "list") if row["unit"] == unit and row["person"])

    def pair(self, unit: str) -> None:
        """Propose, agree and accept for all children of a unit."""
        self("pair", "propose", unit)
        self.do("pair", "accept", "--unit", unit, "--by", self.desk("371302"))
        self.do("pair", "answer", "--unit", unit)

    def duty(self, kind: str, unit: str = "371302") -> Mapping[str, Any]:
        """The first open duty of a kind in a unit."""
        return next(each for each in self.ask("check-in", "list", "--unit", unit) if each["kind"] == kind)


def process(*words: object, **environment: str) -> Said:
    """The installed command, as a process."""
    done = subprocess.run(
        [COMMAND, *map(str, words)], capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)
