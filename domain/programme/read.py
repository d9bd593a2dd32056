"""Reading programme files: all their mistakes at once, or the programme; a broken file never starts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Final, NamedTuple

from domain.programme.check import check_parts
from domain.programme.check_changes import check_changes
from domain.programme.check_course import check_course
from domain.programme.check_kinds import check_kinds
from domain.programme.check_ladders import check_ladders
from domain.programme.check_messages import check_messages
from domain.programme.check_owners import check_owners
from domain.programme.check_roles import check_roles
from domain.programme.check_telling import check_telling
from domain.programme.check_times import check_times
from domain.programme.extending import extended
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
    "not-a-helper",
}
"""Mistakes after which the course of a case cannot be judged: each would only be told once more."""

_OF_DESKS: Final = {"no-desk", "climbs-over", "climbs-past-the-top", "climbs-elsewhere", "climbs-from-the-top"}
"""What can be said about climbs only when every role is known."""


def read_programme(
    path_or_text: FilePath | str, file: str = UNNAMED, beside: FilePath | None = None
) -> Programme | tuple[Mistake, ...]:
    """The programme a file (a path) or a text (a str) holds, or every mistake in it, in the order of its lines.

    ``file`` names a text in its mistakes. What builds upon another programme finds it among those that ship, those in
    the file's own folder and those in the folder ``beside``.
    """
    if isinstance(path_or_text, str):
        text: str | Mistake = path_or_text
    else:
        file, text = str(path_or_text), _text_of(path_or_text)
    if isinstance(text, Mistake):
        return (text,)
    own = path_or_text.parent if isinstance(path_or_text, FilePath) else None
    shelf = Shelf(lambda: (*_shipped(), *_in_folder(own), *_in_folder(beside)))
    return shelf.read(_source_of(text, file))


def shipped_programmes() -> Mapping[str, Programme]:
    """The programmes that come with the project, by name; ProgrammeBroken with the mistakes of all."""
    return load_programmes()


def load_programmes(folder: FilePath | None = None) -> Mapping[str, Programme]:
    """The shipped programmes and those of an office's folder, by name (``linyi-1204@1``).

    ProgrammeBroken carries every mistake of every file, among them two files that say different things under one
    name and version.
    """
    return dict(_loaded(texts_at_hand(folder)))


def texts_at_hand(folder: FilePath | None) -> tuple[tuple[str, str | Mistake], ...]:
    """What the shipped files and those of an office's folder say, by their names, or why one cannot be read."""
    return (*_shipped(), *_in_folder(folder))


@lru_cache(maxsize=8)
def _loaded(texts: tuple[tuple[str, str | Mistake], ...]) -> Mapping[str, Programme]:
    programmes: dict[str, Programme] = {}
    mistakes: list[Mistake] = []
    shelf = Shelf(lambda: texts)
    for each in shelf.sources():
        read = shelf.read(each) if isinstance(each, Source) else (each,)
        if isinstance(read, Programme):
            before = programmes.setdefault(read.name, read)
            if before != read and isinstance(each, Source):
                mistakes.append(_other_content(read, each))
        else:
            mistakes += read
    if mistakes:
        raise ProgrammeBroken(tuple(mistakes))
    return programmes


class Shelf:
    """The programme files at hand: each is read when it is first asked for, and once."""

    def __init__(self, files: Callable[[], Iterable[tuple[str, str | Mistake]]]) -> None:
        self._list = files
        self._sources: dict[str, Source | Mistake] = {}
        self._read: dict[int, _Result] = {}
        self._open: list[str] = []

    @cached_property
    def _files(self) -> dict[str, str | Mistake]:
        """The text of each file, or why it cannot be read."""
        return dict(self._list())

    def sources(self, mentioning: str = "") -> Iterator[Source | Mistake]:
        """What each file says by itself; of those alone in whose text something stands."""
        for name, text in self._files.items():
            if isinstance(text, Mistake) or mentioning in text:
                if name not in self._sources:
                    self._sources[name] = text if isinstance(text, Mistake) else _source_of(text, name)
                yield self._sources[name]

    def read(self, source: Source) -> Programme | tuple[Mistake, ...]:
        """The programme a file holds together with what it builds upon, or every mistake in it."""
        result = self._result(source)
        return result.mistakes if result.mistakes or result.programme is None else result.programme

    def _result(self, source: Source) -> "_Result":
        known = self._read.get(id(source))
        if known is None:
            self._open.append(_named(source))
            known = self._read[id(source)] = _result_of(extended(source, self._find) if source.readable else source)
            self._open.pop()
        return known

    def _find(self, name: str) -> Source | str:
        """What a programme says in full, or the problem that keeps it from being built upon."""
        if name in self._open:
            return "extends-circle"
        for source in self.sources(name.partition("@")[0]):
            if isinstance(source, Source) and _named(source) == name:
                result = self._result(source)
                return "extends-broken" if result.mistakes else result.source
        return "extends-nothing"


class _Result(NamedTuple):
    """What came of a file: all it says, the programme, or its mistakes."""

    source: Source
    programme: Programme | None
    mistakes: tuple[Mistake, ...]


def _named(source: Source) -> str:
    return f"{source.data.get('programme')}@{source.data.get('version')}"


def _source_of(text: str, file: str) -> Source:
    return read_source(text.removeprefix("\ufeff"), file)


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


def _other_content(programme: Programme, source: Source) -> Mistake:
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


def _result_of(source: Source) -> _Result:
    if not source.readable:
        return _Result(source, None, tuple(sorted(set(source.mistakes))))
    read = _Read(source, fill(source.data), {})
    programme, findings = read.looked_through()
    mistakes = {*source.mistakes, *(read.mistake(each) for each in findings)}
    return _Result(source, programme, tuple(sorted(mistakes)))


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
    parts = (check_parts, check_times, check_telling, check_messages, check_kinds, check_ladders, check_owners)
    for rules in parts:
        for finding in rules(programme):
            unsure = no_desks and finding.problem in _OF_DESKS
            if not unsure and not touches(finding.path, shaped.damaged):
                yield finding
    if whole:
        for rules in (check_roles, check_changes, check_course):
            yield from rules(programme)
