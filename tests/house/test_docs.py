"""What the READMEs say is so: commands, settings, links, exit codes; and the Chinese twin says the same."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest
import xlsxwriter
from cyclopts import App

from deployments.cli.commands import build
from deployments.cli.where import BAD_INPUT, DONE, FINDINGS
from domain.settings import ChannelSetting, Settings
from notifiers.channels import PLUGINS, open_channel
from notifiers.settings import telling

ROOT: Final = Path(__file__).parents[2]
READMES: Final = ("README.md", "README.zh-CN.md")
EVERYWHERE: Final = sorted(
    path for path in ROOT.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
OURS: Final = ("test", "check")
"""Words ``run.py`` answers itself; all others go to the command line."""

NOW: Final = "2026-11-22T01:00:00Z"
COORDINATORS: Final = (
    ("姓名", "单位区划代码", "联系电话", "电子邮箱", "职务"),
    ("王建国", "3713", "13805390001", "wang@example.org", "市关爱团"),
    ("李秀英", "371302", "13805390002", "li@example.org", "兰山区分会"),
)


def read(document: str) -> str:
    """A document's text."""
    return (ROOT / document).read_text(encoding="utf-8")


def fences(text: str) -> list[tuple[str, str]]:
    """Blocks of code: language and content."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    """What stands in the blocks of one language."""
    return [content for named, content in fences(text) if named == language]


def prose(text: str) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def rows(text: str) -> list[list[str]]:
    """Every row of every table, headings too, lines between left out."""
    lines = [line for line in prose(text).splitlines() if line.startswith("|") and not re.match(r"[|\s:-]+$", line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def headings(text: str) -> list[str]:
    """Headings with their signs."""
    return re.findall(r"^#+ .+$", prose(text), flags=re.MULTILINE)


def uncommented(code: str) -> list[str]:
    """Lines without what a reader is told beside them."""
    return [re.sub(r"(^|\s+)# .*$", "", line).strip() for line in code.splitlines()]


def links(text: str) -> list[str]:
    """Where a document's links lead."""
    return re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(text))


def commands(app: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """Every command that does something, by its full name."""
    for name in app:
        if name.startswith("-"):
            continue
        below = app[name]
        if below.default_command is not None:
            yield " ".join((*path, name)), below
        yield from commands(below, (*path, name))


@lru_cache
def command_line() -> App:
    """The whole command line."""
    return build()


@lru_cache
def known() -> dict[str, App]:
    """Every command by its full name."""
    return dict(commands(command_line()))


def told(document: str) -> dict[str, str]:
    """The table of commands: each command's name, and all its row says."""
    found = {}
    for cells in rows(document):
        words = re.match(r"`((?:[a-z][a-z-]* ?)+)", cells[0])
        name = words[1].strip() if words else ""
        if name in known():
            found[name] = " ".join(cells)
    return found


@pytest.mark.parametrize("readme", READMES)
def test_every_command_has_its_row(readme: str) -> None:
    assert known().keys() - told(read(readme)).keys() == set()


@pytest.mark.parametrize("readme", READMES)
def test_a_row_names_only_options_its_command_has(readme: str) -> None:
    wrong = {}
    for name, row in told(read(readme)).items():
        has = {option for argument in known()[name].assemble_argument_collection() for option in argument.names}
        wrong[name] = set(re.findall(r"--[a-z][a-z-]*", row)) - has
    assert {name: options for name, options in wrong.items() if options} == {}


@pytest.mark.parametrize("readme", READMES)
def test_every_example_is_a_command_line_that_is_understood(readme: str) -> None:
    app, seen = command_line(), 0
    for line in (line for block in blocks(read(readme), "sh") for line in uncommented(block)):
        words = re.findall(r'"[^"]*"|\S+', line)
        if words[:2] != ["python3", "run.py"] or words[2] in OURS:
            continue
        app.parse_args([word.strip('"') for word in words[2:]], exit_on_error=False, print_error=False)
        seen += 1
    assert seen > 10


def first_steps() -> list[list[str]]:
    """The commands below that heading, between where the folder is named and the one that never ends."""
    lines = [line.split() for line in uncommented(blocks(read("README.md").split("\n## First steps")[1], "sh")[0])]
    assert lines[0][0] == "export"
    assert lines[-1] == ["python3", "run.py", "up"]
    return [line[2:] for line in lines[1:-1]]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the three sheets the README speaks of; commands are given in it."""
    shutil.copy(ROOT / "tests" / "samples" / "survey-clean.xlsx", tmp_path / "survey.xlsx")
    shutil.copy(ROOT / "tests" / "samples" / "volunteers.xlsx", tmp_path)
    with xlsxwriter.Workbook(tmp_path / "coordinators.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(COORDINATORS):
            sheet.write_row(number, 0, row)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOUWANG_DATA", str(tmp_path / "our-city"))
    return tmp_path


def given(*words: str) -> object:
    """The exit code of a command line."""
    return command_line()(words, exit_on_error=False, print_error=False, result_action="return_value")


def test_the_first_steps_can_be_taken_as_they_are_written(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in first_steps():
        assert given(*words, "--now", NOW) == DONE, words
    assert (office / "answer.xlsx").exists()
    capsys.readouterr()
    given("check-in", "list", "--unit", "371302", "--now", NOW)
    assert re.search(r"^371302-\d{5}/\d+  首次见面  .*p\d{9}$", capsys.readouterr().out, flags=re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_the_settings_shown_are_all_there_are_and_are_accepted(readme: str) -> None:
    shown: dict[str, Any] = tomllib.loads("\n".join(blocks(read(readme), "toml")))
    assert shown.keys() == Settings.model_fields.keys()
    assert {key for channel in shown["channels"] for key in channel} == ChannelSetting.model_fields.keys()
    for channel in telling(Settings(**shown)).channels:
        with open_channel(channel.url) as opened:
            assert opened.url().startswith(channel.url.split("://")[0])


def test_every_setting_and_every_kind_of_channel_are_explained() -> None:
    text = read("deployments/README.md")
    explained = {cells[0].strip("`"): cells for cells in rows(text)}
    assert Settings.model_fields.keys() - explained.keys() == set()
    assert ChannelSetting.model_fields.keys() - explained.keys() == set()
    assert [scheme for scheme in PLUGINS if f"`{scheme}`" not in explained["url"][1]] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_exit_codes_are_those_of_the_command_line(readme: str) -> None:
    codes = {cells[0] for cells in rows(read(readme)) if cells[0].isdigit()}
    assert codes == {str(code) for code in (DONE, FINDINGS, BAD_INPUT)}


@pytest.mark.parametrize("document", EVERYWHERE, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    lost = []
    for link in links(document.read_text(encoding="utf-8")):
        place, _, part = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        if "://" in link:
            continue
        if not target.exists() or (part and part not in anchors(target)):
            lost.append(link)
    assert lost == []


def anchors(document: Path) -> set[str]:
    """Where a link into a document may lead."""
    titles = (heading.lstrip("# ").lower() for heading in headings(document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def test_the_twin_has_the_same_headings_in_the_same_places() -> None:
    english, chinese = ([len(heading.split()[0]) for heading in headings(read(readme))] for readme in READMES)
    assert english == chinese


def test_the_twin_has_the_same_blocks_of_code() -> None:
    english, chinese = (fences(read(readme)) for readme in READMES)
    assert [language for language, _ in english] == [language for language, _ in chinese]
    for (language, one), (_, other) in zip(english, chinese, strict=True):
        if language != "mermaid":
            assert uncommented(one) == uncommented(other)


def test_the_twin_has_the_same_tables() -> None:
    english, chinese = (rows(read(readme)) for readme in READMES)
    assert [len(cells) for cells in english] == [len(cells) for cells in chinese]
    for one, other in zip(english, chinese, strict=True):
        if one[0].startswith("`"):
            assert one[0] == other[0]
        assert sorted(re.findall(r"--[a-z-]+", " ".join(one))) == sorted(re.findall(r"--[a-z-]+", " ".join(other)))


def test_the_twin_leads_to_the_same_places() -> None:
    english, chinese = ([link for link in links(read(readme)) if link not in READMES] for readme in READMES)
    assert sorted(english) == sorted(chinese)


def test_the_twin_has_as_many_points_in_each_list() -> None:
    english, chinese = (re.findall(r"^(\d+\.|-) ", read(readme), flags=re.MULTILINE) for readme in READMES)
    assert english == chinese
