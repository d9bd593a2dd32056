"""Programmes kept from the last reading are the very ones the files say, and never older than the files."""

from pathlib import Path

import pytest

from domain.programme import kept
from domain.programme.kept import kept_programmes
from domain.programme.read import ProgrammeBroken, load_programmes
from domain.store.install import open_install


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An office's folder of programmes."""
    folder = tmp_path / "programmes"
    folder.mkdir()
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where programmes are kept."""
    return tmp_path / "cache" / "programmes"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Each time that the files are read through."""
    seen: list[Path | None] = []

    def counted(folder: Path | None = None) -> object:
        seen.append(folder)
        return load_programmes(folder)

    monkeypatch.setattr(kept, "load_programmes", counted)
    return seen


def shipped(name: str = "linyi-1204.yaml") -> str:
    """The text of a shipped programme."""
    return (Path(kept.__file__).parents[1] / "programmes" / name).read_text(encoding="utf-8")


def renamed(version: int = 1) -> str:
    """Linyi's programme under a name of the office's own."""
    text = shipped().replace("programme: linyi-1204\n", "programme: own-city\n")
    return text.replace("\nversion: 1\n", f"\nversion: {version}\n")


def test_the_second_reading_answers_the_same_without_reading(
    own: Path, place: Path, readings: list[Path | None]
) -> None:
    first = kept_programmes(own, place)
    assert kept_programmes(own, place) == first == load_programmes(own)
    assert list(kept_programmes(own, place)) == list(first)
    assert len(readings) == 1


def test_a_file_that_was_added_changed_or_taken_away_is_seen_at_once(
    own: Path, place: Path, readings: list[Path | None]
) -> None:
    file = own / "own.yaml"
    kept_programmes(own, place)
    for text, known in ((renamed(), "own-city@1"), (renamed(2), "own-city@2")):
        file.write_text(text, encoding="utf-8")
        assert known in kept_programmes(own, place)
    file.unlink()
    assert not [name for name in kept_programmes(own, place) if name.startswith("own-city")]
    assert len(readings) == 4


def test_a_file_that_was_broken_since_never_starts(own: Path, place: Path) -> None:
    kept_programmes(own, place)
    (own / "own.yaml").write_text("programme: own\nversion: one\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ProgrammeBroken):
            kept_programmes(own, place)


def test_a_damaged_keeping_is_read_anew(own: Path, place: Path, readings: list[Path | None]) -> None:
    first = kept_programmes(own, place)
    for damage in (b"", b"[{}]", b"\xff"):
        (file,) = place.parent.iterdir()
        file.write_bytes(damage)
        assert kept_programmes(own, place) == first
    assert len(readings) == 4


def test_other_software_reads_anew(
    own: Path, place: Path, readings: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_programmes(own, place)
    monkeypatch.setattr(kept, "_reading", lambda: b"another version")
    kept_programmes(own, place)
    assert len(readings) == 2
    assert len(list(place.parent.iterdir())) == 1


def test_a_place_that_cannot_be_written_does_no_harm(own: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    assert kept_programmes(own, tmp_path / "cache" / "programmes") == load_programmes(own)


def test_an_install_keeps_its_programmes_and_goes_on_with_them(tmp_path: Path, readings: list[Path | None]) -> None:
    first = open_install(tmp_path / "office")
    again = open_install(tmp_path / "office")
    assert again.programmes == first.programmes
    assert len(readings) == 1
    first.engine.dispose()
    again.engine.dispose()
