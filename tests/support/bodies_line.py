"""The command line over an install under the programme about more than children."""

from pathlib import Path

from support.bodies_programme import TEXT
from support.command_line import COORDINATORS, Shouwang

TOWNSHIP = "371302002"


def bodies_line(data: Path) -> Shouwang:
    """An install with that programme and somebody at the desks of city, county and township."""
    (data / "programmes").mkdir(parents=True)
    (data / "programmes" / "bodies.yaml").write_text(TEXT, encoding="utf-8")
    (data / "settings.toml").write_text('programme = "bodies"\n', encoding="utf-8")
    shouwang = Shouwang(data)
    sheet = data.with_name(f"{data.name}-coordinators.csv")
    sheet.write_text(COORDINATORS, encoding="utf-8")
    shouwang.do("coordinators", "import", sheet)
    return shouwang
