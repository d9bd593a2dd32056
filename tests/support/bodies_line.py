"""The command line over an install under the programme about more than children."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from support.bodies_programme import TEXT
from support.command_line import COORDINATORS, Shouwang

TOWNSHIP: Final = "371302002"
DESKS: Final = {"3713": "p000000001", "371302": "p000000002", TOWNSHIP: "p000000003"}
"""Who sits where."""

BY: Final = ("--by", DESKS[TOWNSHIP])


def bodies_line(data: Path) -> Shouwang:
    """An install with that programme and somebody at the desks of city, county and township."""
    shutil.copytree(Path(_made().name) / "office", data)
    return Shouwang(data)


@cache
def _made() -> "TemporaryDirectory[str]":
    """Made once, copied for every test; gone with the process."""
    folder: TemporaryDirectory[str] = TemporaryDirectory(prefix="shouwang-bodies-")
    data = Path(folder.name) / "office"
    (data / "programmes").mkdir(parents=True)
    (data / "programmes" / "bodies.yaml").write_text(TEXT, encoding="utf-8")
    (data / "settings.toml").write_text('programme = "bodies"\n', encoding="utf-8")
    sheet = Path(folder.name) / "coordinators.csv"
    sheet.write_text(COORDINATORS, encoding="utf-8")
    shouwang = Shouwang(data)
    shouwang.do("coordinators", "import", sheet)
    assert {unit: shouwang.desk(unit) for unit in DESKS} == DESKS
    return folder
