"""Imports go one way, and the linter that keeps it so is known to notice."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("domain", "flows", "notifiers", "web", "deployments")
BREACHES: Final = {
    "domain/ids.py": ("domain.facts", "apprise", "sqlalchemy"),
    "domain/places/__init__.py": ("domain.sheets",),
    "notifiers/__init__.py": ("flows",),
    "web/__init__.py": ("flows", "prefect"),
    "flows/__init__.py": ("deployments", "sqlite3"),
}
"""Imports that must not be: at least one for each contract."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the linter says of the packages in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy in which each contract is broken."""
    copy = tmp_path_factory.mktemp("broken")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for module, imports in BREACHES.items():
        with (copy / module).open("a", encoding="utf-8") as file:
            file.writelines(f"\nimport {wrong}" for wrong in imports)
    said = lint(copy)
    assert said.returncode == 1, said.stdout + said.stderr
    return said.stdout


def test_the_import_contracts_hold() -> None:
    said = lint(ROOT)
    assert said.returncode == 0, said.stdout + said.stderr


def test_each_contract_notices_when_it_is_broken(broken: str) -> None:
    assert " KEPT" not in broken
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8").count("[[tool.importlinter.contracts]]")
    assert broken.count(" BROKEN") == contracts > 0


def test_every_folder_of_code_is_a_package_because_the_linter_sees_no_other() -> None:
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    ("module", "wrong"), [(module, wrong) for module, imports in BREACHES.items() for wrong in imports]
)
def test_the_linter_names_the_import_that_should_not_be(broken: str, module: str, wrong: str) -> None:
    importer = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert f"{importer} -> {wrong} (l." in broken
