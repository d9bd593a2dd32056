"""What the house promises about its own files: locks without hosts, one clock, short, explained modules."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("domain", "flows", "notifiers", "web", "deployments")
FOLDERS: Final = (*PACKAGES, "tests")
LOCKS: Final = ("requirements.lock", "requirements-test.lock")
MOST_LINES: Final = 400


def modules() -> list[Path]:
    """Every Python file of the project."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted([*inside, ROOT / "run.py"])


def name(path: Path) -> str:
    """As one would write it in a message."""
    return str(path.relative_to(ROOT))


def locked(lock: str) -> list[Requirement]:
    """What a lock pins, one requirement for each version of each package."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [Requirement(line.split("--hash")[0]) for line in text.splitlines() if line.strip()]


def pinned(lock: str) -> set[str]:
    """Name, version and when it counts."""
    return {f"{one.name}{one.specifier} {one.marker or ''}" for one in locked(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_place_on_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(?!hash=sha256:)\S+)|\s@\s", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_in_a_lock_is_pinned_and_has_a_hash(lock: str) -> None:
    entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert [line for line in entries if not re.match(r"[\w.-]+==\S+.*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_both_locks_agree() -> None:
    assert pinned("requirements.lock") <= pinned("requirements-test.lock")


def test_the_locks_answer_what_the_project_asks_for() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = told["dependency-groups"]
    running = [*told["project"]["dependencies"], *groups["build"]]
    assert unanswered(running, "requirements.lock") == []
    assert unanswered([*running, *groups["test"]], "requirements-test.lock") == []


def unanswered(asked: list[str], lock: str) -> list[str]:
    """Dependencies that the lock leaves out or holds in a version that does not fit."""
    held: dict[str, list[str]] = {}
    for one in locked(lock):
        held.setdefault(plain(one.name), []).extend(pin.version for pin in one.specifier)
    wanted = [Requirement(one) for one in asked]
    return [
        str(one)
        for one in wanted
        if not held.get(plain(one.name)) or not all(map(one.specifier.contains, held[plain(one.name)]))
    ]


def plain(package: str) -> str:
    """A package's name as every tool may write it."""
    return re.sub(r"[-_.]+", "-", package).lower()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_says_what_each_folder_is(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [folder for folder in FOLDERS if f"{folder}/" not in text] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_gives_the_two_commands(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert "python3 run.py up --demo" in text
    assert "python3 run.py test" in text


def test_ci_calls_the_readmes_test_command() -> None:
    assert "\npython3 run.py test " in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_only_one_module_looks_at_the_clock() -> None:
    looks = {name(path) for path in modules() for _ in looks_at_the_clock(path)}
    assert looks == {"domain/clock.py"}


def looks_at_the_clock(path: Path) -> Iterator[int]:
    """The lines where a module reads the time of day, also where a linter was told to look away."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).split(".")[-1].lower()
            if (owner, node.attr) in CLOCKS or node.attr in {"utcnow", "localtime", "gmtime"}:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if alias.name in {"time", "time_ns"})


CLOCKS: Final = {
    (owner, attribute)
    for owner in ("datetime", "date", "dt", "func", "time", "pendulum")
    for attribute in ("now", "today", "time", "time_ns", "current_timestamp")
}


def test_the_search_for_clocks_finds_each_way_to_read_one(tmp_path: Path) -> None:
    ways = ("datetime.now(UTC)", "date.today()", "time.time()", "dt.datetime.now()", "sa.func.now()")
    module = tmp_path / "late.py"
    module.write_text("from time import time\n" + "\n".join(f"x = {way}" for way in ways), encoding="utf-8")
    assert sorted(looks_at_the_clock(module)) == [1, 2, 3, 4, 5, 6]


def test_every_module_says_in_one_line_what_it_is() -> None:
    assert [name(path) for path in modules() if not says_what_it_is(path)] == []


def says_what_it_is(path: Path) -> bool:
    """A first line that stands alone and ends as a sentence does."""
    first, _, rest = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")
    return first.endswith((".", "?", "!", "``")) and (not rest or rest.startswith("\n"))


def test_no_module_has_grown_too_long_to_read() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_test_is_left_out() -> None:
    left_out = re.compile(r"pytest\.(mark\.)?" + r"(skip|skipif|xfail|importorskip)\b")
    assert [name(path) for path in modules() if left_out.search(path.read_text(encoding="utf-8"))] == []


def test_a_built_package_carries_all_its_data(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    files = {name(path) for folder in PACKAGES for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert {path for path in files if "__pycache__" not in path} - carried == set()
