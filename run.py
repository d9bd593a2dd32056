#!/usr/bin/env python3
"""One command for everything: makes .venv beside itself, installs what the lock says, runs what was asked.

python3 run.py up --demo     start Shouwang with a made-up city; all other words go to ``shouwang`` as well
python3 run.py test [...]    the tests; what follows goes to pytest
python3 run.py check         lint, format, types, import contracts
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TOOLS = VENV / "bin"
PYTHON = TOOLS / "python"
STAMP = VENV / "installed.json"
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
LINES_SHOWN_OF_A_FAILURE = 25
SIGNS_OF_A_BAD_NETWORK = ("timeout", "timed out", "connection", "name resolution", "incompleteread")


def main(words: list[str]) -> int:
    """Prepare, then become the program that was asked for; returns only what ``check`` found."""
    use_a_new_enough_python(words)
    for_developers = words[:1] in (["test"], ["check"])
    with one_at_a_time():
        prepare(TEST_LOCK if for_developers else RUN_LOCK)
    if not for_developers:
        become([str(TOOLS / "shouwang"), *words])
    os.chdir(ROOT)
    if words[0] == "test":
        become([str(PYTHON), "-m", "pytest", *workers(words[1:]), *words[1:]])
    return check()


def use_a_new_enough_python(words: list[str]) -> None:
    """Start over with a newer Python when this one is too old and another is at hand."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        newer = shutil.which(name)
        if newer and subprocess.call([newer, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            become([newer, str(ROOT / "run.py"), *words])
    this = "{}.{}".format(*sys.version_info[:2])
    stop(f"Python 3.11 or newer is needed; this is {this}.", f"需要 Python 3.11 或更新版本，当前是 {this}。")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait while another run.py of this folder prepares."""
    if os.name != "posix":
        stop("On Windows, run this inside WSL.", "在 Windows 上请在 WSL 中运行。")
    import fcntl

    with (ROOT / "run.py").open("rb") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def prepare(lock: Path) -> None:
    """Bring .venv to what the lock and pyproject.toml say; at once when it already is."""
    wanted = {"place": place(), "project": project(), lock.name: digest(lock.read_bytes())}
    have = read_stamp()
    if wanted.items() <= have.items():
        return
    if have.get("place") != wanted["place"]:
        make_venv()
        have = {"place": wanted["place"]}
    # What follows may be cut short, so nothing counts as installed until it is.
    write_stamp({"place": wanted["place"]})
    if have.get(lock.name) != wanted[lock.name]:
        install_packages(lock)
    install_this_folder()
    lay_out_prefect()
    # The lock for tests holds all of the lock for running, in the same versions.
    write_stamp({**have, **wanted, RUN_LOCK.name: digest(RUN_LOCK.read_bytes())})
    tell("Ready", "准备好了")


def read_stamp() -> dict[str, str]:
    """What was installed into .venv; nothing when that is not known or its Python has gone."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8"))) if PYTHON.exists() else {}
    except (OSError, ValueError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Remember what is in .venv."""
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def place() -> str:
    """A virtual environment stays usable only with its Python and in its folder."""
    return "{}.{} {}".format(*sys.version_info[:2], VENV)


def project() -> str:
    """Changes when this folder itself is to be installed anew, and not with a checker's settings."""
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return digest(json.dumps([told["build-system"], told["project"], told["tool"]["hatch"]]).encode())


def digest(content: bytes) -> str:
    """What tells one content from another."""
    return hashlib.sha256(content).hexdigest()


def make_venv() -> None:
    """A fresh .venv; with pip in it when this Python can put it there. What a link leads to is somebody else's."""
    if VENV.is_symlink():
        stop(
            f"{VENV} is a link to another folder, which would be emptied. Remove the link and run this again.",
            f"{VENV} 是指向别处的链接，继续会清空那个文件夹。请删除这个链接，再运行一次。",
        )
    tell("Making .venv (the first time only)", "正在建立 .venv（只在第一次）")
    pip = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    if subprocess.call([sys.executable, "-m", "venv", "--clear", *pip, str(VENV)]):
        stop_without_venv()


def stop_without_venv() -> None:
    """Say which piece of Python the system left out."""
    stop(
        "This Python cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv",
        "这个 Python 不能建立虚拟环境。Debian 或 Ubuntu 上请先安装：apt install python3-venv",
    )


def install_packages(lock: Path) -> None:
    """Everything in the lock, each file checked against its hash."""
    total = sum(line[:1].isalnum() for line in lock.read_text(encoding="utf-8").splitlines())
    tell(f"Installing {total} packages (a minute or two)", f"正在安装 {total} 个依赖包（约一两分钟）")
    run_pip(["--require-hashes", "--no-compile", "-r", str(lock)], total)
    # pip compiles on one core; left out, the user would wait for it at the first start.
    subprocess.call([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", "-x", "/tests?/", str(VENV / "lib")])


def install_this_folder() -> None:
    """The project as it lies here, so that a changed file counts at once."""
    run_pip(["--no-build-isolation", "--editable", str(ROOT)], 0)


def lay_out_prefect() -> None:
    """Prefect's empty database, made once here instead of at the first start of every install; not vital."""
    subprocess.call(
        [str(PYTHON), "-m", "deployments.prefect.fresh"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def run_pip(words: list[str], total: int) -> None:
    """Run ``pip install``, and once more when the network failed it."""
    command = [*pip(), "install", "--no-deps", "--disable-pip-version-check", *words]
    failed, said = watched(command, total)
    if failed and any(sign in "\n".join(said).lower() for sign in SIGNS_OF_A_BAD_NETWORK):
        tell("The network failed; trying once more", "网络中断，再试一次")
        failed, said = watched(command, total)
    if failed:
        print("\n".join(said[-LINES_SHOWN_OF_A_FAILURE:]), file=sys.stderr)
        stop("Installing failed; the reason stands above.", "安装失败，原因见上。")


def pip() -> list[str]:
    """The pip inside .venv, or the system's own working on .venv."""
    inside = [str(PYTHON), "-m", "pip"]
    outside = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    for command in (inside, outside):
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
            return command
    stop_without_venv()
    return []


def watched(command: list[str], total: int) -> tuple[int, list[str]]:
    """Run it, counting what it fetches where somebody looks on; its exit code and all it said."""
    shown = total and sys.stderr.isatty()
    # With PIP_USER set, pip would install past .venv.
    env = {**os.environ, "PIP_USER": "0", "PYTHONUTF8": "1"}
    out = subprocess.PIPE
    run = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env, encoding="utf-8")
    said: list[str] = []
    fetched = 0
    for line in run.stdout or ():
        said.append(line.rstrip())
        fetched += line.startswith("Collecting ")
        if shown:
            print(f"\r  {fetched}/{total} ", end="", file=sys.stderr, flush=True)
    if shown:
        print("\r", end="", file=sys.stderr)
    return run.wait(), said


def workers(words: list[str]) -> list[str]:
    """Two workers for whole folders of tests; none for single files, the debugger, or when pytest is told."""
    told = any(word.startswith(("-n", "--numprocesses", "--pdb", "--co", "-h", "--help")) for word in words)
    single = any(".py" in word for word in words)
    return [] if told or single or (os.cpu_count() or 1) < 2 else ["-n", "2"]


def check() -> int:
    """Every checker in turn, so that one run shows all there is to mend."""
    failed = False
    for words in ("ruff check .", "ruff format --check .", "mypy --strict", "lint-imports"):
        print(f"$ {words}", flush=True)
        tool, *rest = words.split()
        failed |= subprocess.call([str(TOOLS / tool), *rest]) != 0
    return int(failed)


def become(command: list[str]) -> None:
    """Hand this process over, so that exit codes and signals are the program's own."""
    sys.stdout.flush()
    os.execv(command[0], command)


def tell(english: str, chinese: str) -> None:
    """One line each, on the error stream: what the program prints stays clean."""
    print(f"· {english}\n· {chinese}", file=sys.stderr, flush=True)


def stop(english: str, chinese: str) -> None:
    """Say why not, and end."""
    print(f"{english}\n{chinese}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
