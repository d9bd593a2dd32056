"""``run.py`` sets itself up once, then steps aside: words, exit codes and signals are the program's own."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PRETENDED: Final = """#!/bin/sh
echo "words: $*"
echo "folder: $(pwd)"
case "$1" in
  wait) trap 'echo stopped; exit 7' TERM; echo waiting; while :; do sleep 0.05; done ;;
  fail) exit 3 ;;
esac
"""


def loaded(path: Path) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("run_of_a_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder as after a clone: run.py, its locks, nothing made yet; with a blank in its name."""
    folder = tmp_path / "my clone"
    folder.mkdir()
    for name in ("run.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "requirements.lock").write_text("nowhere-to-be-found==1.0 --hash=sha256:" + "0" * 64 + "\n")
    shutil.copy(folder / "requirements.lock", folder / "requirements-test.lock")
    return folder


@pytest.fixture
def ready(clone: Path) -> Path:
    """The same after its set-up, with a small program in Shouwang's place."""
    venv.create(clone / ".venv", with_pip=False)
    program = clone / ".venv" / "bin" / "shouwang"
    program.write_text(PRETENDED, encoding="utf-8")
    program.chmod(0o755)
    run = loaded(clone / "run.py")
    locks = {lock.name: run.digest(lock.read_bytes()) for lock in (run.RUN_LOCK, run.TEST_LOCK)}
    run.write_stamp({"place": run.place(), "project": run.project(), **locks})
    return clone


def started(folder: Path, *words: str, **also: str) -> subprocess.Popen[str]:
    """``python3 run.py …`` from another folder, offline, so that nothing but the clone itself can answer."""
    env = {**os.environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, **also}
    command = [sys.executable, str(folder / "run.py"), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder.parent, env=env, stdout=pipe, stderr=pipe, text=True)


def test_words_and_the_exit_code_pass_through_untouched(ready: Path) -> None:
    run = started(ready, "fail", "--now", "2026-03-01 08:00")
    out, err = run.communicate()
    assert out == f"words: fail --now 2026-03-01 08:00\nfolder: {ready.parent}\n"
    assert err == ""
    assert run.returncode == 3


def test_a_signal_reaches_the_program(ready: Path) -> None:
    run = started(ready, "wait")
    assert run.stdout is not None
    assert [run.stdout.readline() for _ in range(3)][-1] == "waiting\n"
    run.send_signal(signal.SIGTERM)
    assert run.communicate()[0] == "stopped\n"
    assert run.returncode == 7


def test_what_cannot_be_installed_is_said_and_tried_again_next_time(clone: Path) -> None:
    runs = [started(clone, "up"), started(clone, "up")]
    said = [run.communicate()[1] for run in runs]
    for err in said:
        assert "nowhere-to-be-found" in err
        assert "Installing failed" in err
        assert "安装失败" in err
        assert "Traceback" not in err
    assert [run.returncode for run in runs] == [2, 2]
    assert sum("Making .venv" in err for err in said) == 1


def test_a_changed_lock_is_installed_and_other_settings_are_not(ready: Path) -> None:
    settings = ready / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("\nline-length = ", "\nindent-width = "), encoding="utf-8")
    assert settings.read_text(encoding="utf-8") != text
    assert started(ready, "status").wait() == 0
    with (ready / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("another==2.0 --hash=sha256:" + "1" * 64 + "\n")
    assert started(ready, "status").wait() == 2


def test_an_environment_that_was_moved_is_made_anew(ready: Path) -> None:
    moved = ready.rename(ready.with_name("moved"))
    run = started(moved, "status")
    assert "Making .venv" in run.communicate()[1]
    assert run.returncode == 2


def test_a_python_that_is_too_old_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = loaded(ROOT / "run.py")
    monkeypatch.setattr(run, "OLDEST_PYTHON", (9, 0))
    monkeypatch.setattr(run, "NEWER_PYTHONS", ())
    with pytest.raises(SystemExit) as end:
        run.use_a_new_enough_python(["up"])
    assert end.value.code == 2
    assert "3.11" in capsys.readouterr().err


def test_a_newer_python_at_hand_takes_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = loaded(ROOT / "run.py")
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\nexit 0\n")
    newer.chmod(0o755)
    became: list[list[str]] = []
    monkeypatch.setattr(run, "OLDEST_PYTHON", (9, 0))
    monkeypatch.setattr(run, "become", became.append)
    monkeypatch.setattr(run, "stop", lambda *_: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    run.use_a_new_enough_python(["up", "--demo"])
    assert became == [[str(newer), str(ROOT / "run.py"), "up", "--demo"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["-n", "2"]),
        (["tests/stories"], ["-n", "2"]),
        (["tests/house/test_house.py"], []),
        (["-n0"], []),
        (["--pdb"], []),
    ],
)
def test_whole_folders_of_tests_run_two_at_a_time(
    words: list[str], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert loaded(ROOT / "run.py").workers(words) == expected


def test_a_folder_that_dot_venv_only_links_to_is_left_as_it_is(clone: Path, tmp_path: Path) -> None:
    others = tmp_path / "somebody else's"
    others.mkdir()
    (others / "kept").touch()
    (clone / ".venv").symlink_to(others)
    done = subprocess.run([sys.executable, clone / "run.py", "up"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "is a link to another folder" in done.stdout + done.stderr
    assert (others / "kept").exists()
