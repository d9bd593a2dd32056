"""Reading programme files: all their mistakes at once, or the programme; a broken file never starts."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Final, NamedTuple

from domain.programme.check import check_parts
from domain.programme.check_course import check_course
from domain.programme.check_ladders import check_ladders
from domain.programme.check_owners import check_owners
from domain.programme.mistakes import Finding, Mistake, Path, ProgrammeBroken, found
from domain.programme.references import references
from domain.programme.schema import Programme
from domain.programme.settings import Filled, fill
from domain.programme.shape import Shaped, shape, touches
from domain.programme.source import MOST_BYTES, Place, Source, read_source
from domain.programme.spelling import correct_keys

__all__ = ["Mistake", "ProgrammeBroken", "load_programmes", "read_programme", "shipped_programmes"]

UNNAMED = "programme.yaml"

_HIDING: Final = {
    "unknown-key",
    "no-such",
    "no-such-near",
    "raised-by-nobody",
    "raised-by-nobody-near",
    "never-refused",
    "never-lapses",
}
"""Mistakes after which the course of a case cannot be judged: each would only be told once more."""

_OF_DESKS: Final = {"no-desk", "climbs-over", "climbs-past-the-top", "climbs-elsewhere", "climbs-from-the-top"}
"""What can be said about climbs only when every role is known."""


def read_programme(path_or_text: FilePath | str, file: str = UNNAMED) -> Programme | tuple[Mistake, ...]:
    """The programme a file (a path) or a text (a str) holds, or every mistake in it, in the order of its lines.

    ``file`` names a text in its mistakes.
    """
    if isinstance(path_or_text, str):
        return _read_text(path_or_text, file)
    text = _text_of(path_or_text)
    return (text,) if isinstance(text, Mistake) else _read_text(text, str(path_or_text))


def shipped_programmes() -> Mapping[str, Programme]:
    """The programmes that come with the project, by name; ProgrammeBroken with the mistakes of all."""
    return load_programmes()


def load_programmes(folder: FilePath | None = None) -> Mapping[str, Programme]:
    """The shipped programmes and those of an office's folder, by name (``linyi-1204@1``).

    ProgrammeBroken carries every mistake of every file, among them two files that say different things under one
    name and version.
    """
    programmes: dict[str, Programme] = {}
    mistakes: list[Mistake] = []
    for name, text in (*_shipped(), *_in_folder(folder)):
        read = text if isinstance(text, Mistake) else _read_text(text, name)
        if isinstance(read, Programme):
            before = programmes.setdefault(read.name, read)
            if before != read:
                mistakes.append(_other_content(read, name, text))
        else:
            mistakes += (read,) if isinstance(read, Mistake) else read
    if mistakes:
        raise ProgrammeBroken(tuple(mistakes))
    return programmes


def _shipped() -> Iterator[tuple[str, str | Mistake]]:
    folder = files("domain.programmes")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            yield entry.name, entry.read_text(encoding="utf-8")


def _in_folder(folder: FilePath | None) -> Iterator[tuple[str, str | Mistake]]:
    if folder is not None and folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix in {".yaml", ".yml"}:
                yield str(path), _text_of(path)


def _other_content(programme: Programme, file: str, text: str | Mistake) -> Mistake:
    source = read_source(text, file) if isinstance(text, str) else Source(file)
    return source.mistake(found(("version",), "same-version", name=programme.name, next=programme.version + 1))


def _text_of(path: FilePath) -> str | Mistake:
    """The file's text, or the mistake that keeps it from being read."""
    source = Source(str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        return source.mistake(found((), "no-file", said=error.strerror or type(error).__name__))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(raw) > MOST_BYTES:
            return source.mistake(found((), "too-big", most=f"{MOST_BYTES:,}"))
        return source.mistake(found((), "not-utf-8"), Place((raw.count(b"\n", 0, error.start) + 1, 1)))


def _read_text(text: str, file: str) -> Programme | tuple[Mistake, ...]:
    source = read_source(text.removeprefix("\ufeff"), file)
    if not source.readable:
        return tuple(sorted(set(source.mistakes)))
    read = _Read(source, fill(source.data), {})
    programme, findings = read.looked_through()
    mistakes = {*source.mistakes, *(read.mistake(each) for each in findings)}
    if programme is None or mistakes:
        return tuple(sorted(mistakes))
    return programme


class _Read(NamedTuple):
    """A file while it is looked through."""

    source: Source
    filled: Filled
    renamed: dict[Path, Path]

    def looked_through(self) -> tuple[Programme | None, list[Finding]]:
        """The programme if it could be shaped, and everything found wrong."""
        data = self.filled.data
        found_in_data = [*correct_keys(data, self.renamed), *references(data)]
        findings = [each for each in found_in_data if not touches(each.path, self.filled.unknown)]
        findings += self.filled.findings
        shaped = shape(data, self.filled.unknown)
        findings += shaped.findings
        if shaped.programme is not None:
            hidden = shaped.damaged or _HIDING & {each.problem for each in findings}
            findings += _of_rules(shaped.programme, shaped, whole=not hidden)
        return shaped.programme, findings

    def mistake(self, finding: Finding) -> Mistake:
        """A finding where its author wrote it: at the setting a value came from, at the key as it was spelt."""
        path = finding.path
        for length in range(len(path), 0, -1):
            name = self.filled.borrowed.get(self._spelt(path[:length]))
            if name is not None:
                return self.source.mistake(finding._replace(path=("settings", name, "value")))
        return self.source.mistake(finding._replace(path=self._spelt(path)))

    def _spelt(self, path: Path) -> Path:
        for length in range(len(path), 0, -1):
            written = self.renamed.get(path[:length])
            if written is not None:
                return self._spelt((*written, *path[length:]))
        return path


def _of_rules(programme: Programme, shaped: Shaped, *, whole: bool) -> Iterator[Finding]:
    """What the rules find outside damaged parts; the course of a case is judged only when nothing is missing."""
    no_desks = any(path[0] == "roles" for path in shaped.damaged)
    for rules in (check_parts, check_ladders, check_owners):
        for finding in rules(programme):
            unsure = no_desks and finding.problem in _OF_DESKS
            if not unsure and not touches(finding.path, shaped.damaged):
                yield finding
    if whole:
        yield from check_course(programme)
