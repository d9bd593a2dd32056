"""Makes ``divisions.txt.gz`` from the unpacked npm package: ``python -m domain.places.pack package/dist``."""

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).with_name("divisions.txt.gz")


def packed(folder: Path) -> bytes:
    """One line a division down to the county, a county's townships (last three digits and name) behind it."""
    townships: dict[str, list[str]] = defaultdict(list)
    for street in sorted(_rows(folder, "streets"), key=lambda row: row["code"]):
        townships[street["areaCode"]].append(street["code"][6:] + street["name"])
    above = [row["code"] + row["name"] for level in ("provinces", "cities") for row in _rows(folder, level)]
    counties = ["\t".join([row["code"] + row["name"], *townships[row["code"]]]) for row in _rows(folder, "areas")]
    text = "\n".join(sorted(above + counties))
    return gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)


def _rows(folder: Path, level: str) -> list[dict[str, str]]:
    with (folder / f"{level}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    TARGET.write_bytes(packed(Path(sys.argv[1])))
