"""``shouwang simulate`` as ops type it: what it says, what it refuses, how it is stopped and goes on."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, text
from support.command_line import COMMAND, Said, Shouwang
from support.lives import digest
from support.small_programme import SMALL

from domain.store.install import open_install

SIZE: Final = ("--children", 3, "--volunteers", 6, "--years", 1)
QUICK: Final = "machine: {round_every: 20}\nfamilies: {survey_days: 5}\n"
SECONDS_TO_STOP: Final = 60


@pytest.fixture
def shouwang(tmp_path: Path) -> Shouwang:
    (tmp_path / "quick.yaml").write_text(QUICK, encoding="utf-8")
    return Shouwang(tmp_path / "data", now="2026-03-02T09:00:00+08:00")


def simulated(shouwang: Shouwang, *words: object) -> Said:
    return shouwang("simulate", "linyi-1204@1", *SIZE, "--behaviour", shouwang.data.parent / "quick.yaml", *words)


def test_a_year_is_lived_proved_and_drawn(shouwang: Shouwang) -> None:
    said = simulated(shouwang, "--json")
    assert said.code == 0, said.err
    answer = said.answer
    assert answer["clean"] is True
    assert answer["cases"] == 3
    assert answer["begin"] == "2026-03-02"
    assert answer["duties"]["met"] > 20
    assert Path(answer["page"]).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_given_again_it_tells_the_same_and_lives_nothing_twice(shouwang: Shouwang) -> None:
    first = simulated(shouwang, "--json").answer
    assert simulated(shouwang, "--json").answer == first


def test_another_plan_in_the_same_folder_is_refused(shouwang: Shouwang) -> None:
    simulated(shouwang)
    said = simulated(shouwang, "--seed", 2)
    assert said.code == 2
    assert "seed" in said.sentence


def test_an_office_with_people_in_it_is_never_touched(shouwang: Shouwang) -> None:
    shouwang("demo", "fill", "--children", 2, "--volunteers", 3, "--months", 1)
    store = open_install(shouwang.data)
    before = digest(store)
    said = simulated(shouwang)
    assert said.code == 2
    assert "--data" in said.sentence
    assert digest(store) == before


def test_an_install_with_channels_to_the_outside_is_refused(shouwang: Shouwang) -> None:
    shouwang.data.mkdir()
    channel = '[[channels]]\nname = "mail"\nurl = "swmail://mail.example.org/?from=a"\n'
    (shouwang.data / "settings.toml").write_text(channel, encoding="utf-8")
    assert simulated(shouwang).code == 2


def test_before_the_programme_begins_there_is_nothing_to_live_through(shouwang: Shouwang) -> None:
    said = simulated(shouwang, "--now", "2025-12-31T12:00:00+08:00")
    assert (said.code, "begins on 2026-01-01" in said.sentence) == (2, True)


def test_a_programme_nobody_knows_and_a_broken_behaviour_are_told(shouwang: Shouwang) -> None:
    said = shouwang("simulate", "nowhere", *SIZE)
    assert (said.code, "linyi-1204@1" in said.sentence) == (2, True)
    broken = shouwang.data.parent / "broken.yaml"
    broken.write_text("helpers: {ill: often}\nfoo: 1\n", encoding="utf-8")
    said = shouwang("simulate", "linyi-1204", *SIZE, "--behaviour", broken)
    assert said.code == 2
    assert len(said.err.splitlines()) == 2


def test_a_programme_file_of_ones_own_is_tried_as_it_stands(shouwang: Shouwang) -> None:
    file = shouwang.data.parent / "mine.yaml"
    file.write_text(SMALL, encoding="utf-8")
    said = shouwang("simulate", file, *SIZE, "--behaviour", shouwang.data.parent / "quick.yaml", "--json")
    assert said.code == 0, said.err
    assert said.answer["programme"] == "small@1"
    assert said.answer["duties"]["met"] > 0


def test_another_database_takes_it_all(shouwang: Shouwang, postgres_url: str) -> None:
    assert simulated(shouwang, "--database", postgres_url).code == 0
    with create_engine(postgres_url).connect() as connection:
        assert (connection.execute(text("SELECT count(*) FROM journal")).scalar() or 0) > 50
    assert not (shouwang.data / "shouwang.db").exists()


STEADY: Final = "machine: {round_every: 4}\nfamilies: {survey_days: 5}\n"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A command that lives long enough to be stopped."""
    file = tmp_path_factory.mktemp("steady") / "steady.yaml"
    file.write_text(STEADY, encoding="utf-8")
    size = ["--children", "3", "--volunteers", "6", "--years", "1", "--seed", "5"]
    return ["simulate", "linyi-1204@1", *size, "--behaviour", str(file)]


@pytest.fixture(scope="module")
def never_stopped(words: list[str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The journal of that command when nobody stops it."""
    folder = tmp_path_factory.mktemp("whole")
    assert Shouwang(folder, now="2026-01-01T09:00:00+08:00")(*words).code == 0
    return digest(open_install(folder))


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_it_goes_on_to_the_same_journal(
    words: list[str], never_stopped: str, tmp_path: Path, by: signal.Signals
) -> None:
    begun = subprocess.Popen([COMMAND, *words, "--data", tmp_path], stderr=subprocess.PIPE, env=_quiet())
    _wait_for_facts(tmp_path, begun)
    begun.send_signal(by)
    _, said = begun.communicate(timeout=SECONDS_TO_STOP)
    if by is not signal.SIGKILL:
        assert begun.returncode == 1, said
        assert "Traceback" not in said.decode()
    assert digest(open_install(tmp_path)) != never_stopped
    assert Shouwang(tmp_path, now="2026-01-01T09:00:00+08:00")(*words).code == 0
    assert digest(open_install(tmp_path)) == never_stopped


def _quiet() -> dict[str, str]:
    return {**os.environ, "SHOUWANG_LANGUAGE": "en"}


def _wait_for_facts(data: Path, process: subprocess.Popen[bytes]) -> None:
    """Until something has been lived, and not yet all of it."""
    until = time.monotonic() + SECONDS_TO_STOP
    while time.monotonic() < until and process.poll() is None:
        if (data / "simulation.json").exists() and (data / "shouwang.db").exists():
            with create_engine(f"sqlite:///{data / 'shouwang.db'}").connect() as connection:
                if (connection.execute(text("SELECT count(*) FROM journal")).scalar() or 0) > 60:
                    return
        time.sleep(0.1)
    raise AssertionError(json.dumps({"ended": process.poll()}))
