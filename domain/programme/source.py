"""A YAML file as plain text and places: YAML 1.2 without its traps, no alias, no tag, nothing executed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from domain.programme.mistakes import Finding, Mistake, Path, dotted

MOST_BYTES: Final = 1_000_000
MOST_VALUES: Final = 50_000
MOST_DEPTH: Final = 20
_NOTHING: Final = {"", "~", "null", "Null", "NULL"}
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(tuple[int, int]):
    """Line and column, both counted from 1."""

    __slots__ = ()


@dataclass
class Source:
    """What a file says. Every scalar is text, an empty one None: the schema decides what it should be.

    ``removals`` are the places of a written-out ``~`` or ``null``; ``origin`` is where everything is told that stands
    nowhere in the file.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    readable: bool = True
    removals: set[Path] = field(default_factory=set)
    origin: Place = field(default_factory=lambda: Place((1, 1)))

    def place(self, path: Path) -> Place:
        """Where a path stands; where it is not written, the nearest that holds it."""
        while path:
            if path in self.keys:
                return self.keys[path]
            if path in self.values:
                return self.values[path]
            path = path[:-1]
        return self.origin

    def mistake(self, finding: Finding, at: Place | None = None) -> Mistake:
        """A finding with its place in this file."""
        line, column = at or self.place(finding.path)
        values = tuple(sorted(finding.values.items()))
        return Mistake(self.file, line, column, dotted(finding.path), finding.problem, values)

    def add(self, path: Path, problem: str, at: Place | None = None, **values: str) -> None:
        """Note a mistake of the file itself."""
        self.mistakes.append(self.mistake(Finding(path, problem, values), at))


def read_source(text: str, file: str) -> Source:
    """The file's values and places; with ``readable`` false when it could not be read to its end."""
    source = Source(file)
    if not _may_be_read(text, source):
        source.readable = False
        return source
    try:
        _Builder(source).build(yaml.parse(text, Loader=_FAST))
    except yaml.YAMLError:
        _explain(source, text)
    except _TooMuch as limit:
        source.add((), str(limit), limit.at)
        source.readable = False
    return source


def _may_be_read(text: str, source: Source) -> bool:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        source.add((), "yaml-control", Place((text.count("\n", 0, error.start) + 1, 1)))
        return False
    if size > MOST_BYTES:
        source.add((), "too-big", most=f"{MOST_BYTES:,}")
    return size <= MOST_BYTES


class _TooMuch(Exception):
    def __init__(self, problem: str, at: Place) -> None:
        super().__init__(problem)
        self.at = at


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    path: Path
    into: Any
    key: str | None = None
    skips: bool = False


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.open: list[_Open] = []
        self.count = 0
        self.documents = 0

    def build(self, events: Iterator[Event]) -> None:
        for event in events:
            match event:
                case DocumentStartEvent():
                    self.documents += 1
                    if self.documents == 2:
                        self.source.add((), "second-document", _place(event))
                case ScalarEvent() | AliasEvent() | CollectionStartEvent() if self.documents == 1:
                    self._start(event)
                case CollectionEndEvent() if self.documents == 1:
                    self.open.pop()
        if not self.documents:
            self.source.add((), "empty-file")
            self.source.readable = False

    def _start(self, event: ScalarEvent | AliasEvent | CollectionStartEvent) -> None:
        self.count += 1
        if self.count > MOST_VALUES or len(self.open) > MOST_DEPTH:
            raise _TooMuch("too-many" if self.count > MOST_VALUES else "too-deep", _place(event))
        top = self.open[-1] if self.open else None
        if top is not None and isinstance(top.into, dict) and top.key is None:
            self._key(top, event)
            return
        path = self._path(top)
        self._refuse_magic(path, event)
        value = _value(event)
        if value is None and isinstance(event, ScalarEvent) and event.value:
            self.source.removals.add(path)
        self._put(top, path, value, event)
        if isinstance(event, CollectionStartEvent):
            self.open.append(_Open(path, value))

    def _path(self, top: _Open | None) -> Path:
        if top is None:
            return ()
        return (*top.path, len(top.into) if isinstance(top.into, list) else top.key or "")

    def _put(self, top: _Open | None, path: Path, value: Any, event: Event) -> None:
        if top is None:
            self._put_root(value, event)
            return
        if isinstance(top.into, list):
            top.into.append(value)
        elif not top.skips:
            top.into[top.key] = value
        if not top.skips:
            self.source.values[path] = _place(event)
        top.key, top.skips = None, False

    def _put_root(self, value: Any, event: Event) -> None:
        if isinstance(value, dict):
            self.source.data = value
            return
        self.source.readable = False
        self.source.add((), "empty-file" if value is None else "not-a-mapping", _place(event))

    def _key(self, top: _Open, event: ScalarEvent | AliasEvent | CollectionStartEvent) -> None:
        at = _place(event)
        if not isinstance(event, ScalarEvent):
            self.source.add(top.path, "key-not-a-word", at)
            top.key, top.skips = "", True
            if isinstance(event, CollectionStartEvent):
                self.open.append(_Open((*top.path, ""), _value(event)))
            return
        path = (*top.path, event.value)
        if event.value == "<<" and event.implicit[0]:
            self.source.add(path, "alias", at)
        elif event.value in top.into:
            self.source.add(path, "written-twice", at, name=event.value, line=str(self.source.keys[path][0]))
        else:
            self._refuse_magic(path, event)
            self.source.keys[path] = at
            top.key = event.value
            return
        top.key, top.skips = event.value, True

    def _refuse_magic(self, path: Path, event: ScalarEvent | AliasEvent | CollectionStartEvent) -> None:
        if event.anchor is not None:
            self.source.add(path, "alias", _place(event))
        if getattr(event, "tag", None) is not None and event.tag != "!":  # type: ignore[union-attr]
            self.source.add(path, "tag", _place(event), tag=str(event.tag))  # type: ignore[union-attr]


def _value(event: ScalarEvent | AliasEvent | CollectionStartEvent) -> Any:
    if isinstance(event, ScalarEvent):
        return None if not event.style and event.value in _NOTHING else event.value
    if isinstance(event, AliasEvent):
        return None
    return {} if isinstance(event, MappingStartEvent) else []


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place((mark.line + 1, mark.column + 1)) if mark else Place((1, 1))


_PROBLEMS: Final[Mapping[str, str]] = {
    "mapping values are not allowed": "yaml-colon-inside",
    "could not find expected ':'": "yaml-no-colon",
    "expected <block end>": "yaml-indent",
    "unexpected end of stream": "yaml-not-closed",
    "expected ',' or": "yaml-not-closed",
    "<stream end>": "yaml-not-closed",
    "cannot start any token": "yaml-strange-start",
    "special characters are not allowed": "yaml-control",
}
"""A part of PyYAML's message → our problem."""


def _explain(source: Source, text: str) -> None:
    """Say what keeps the file from being read, as the pure parser words it; its own first mistakes stay."""
    source.readable = False
    tabs = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r" *\t", line)]
    for number in tabs:
        source.add((), "yaml-tab", Place((number, 1)))
    if tabs:
        return
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        source.add((), "yaml-control", Place((line, 1)))
    except yaml.MarkedYAMLError as error:
        _explain_marked(source, text, error)


def _explain_marked(source: Source, text: str, error: yaml.MarkedYAMLError) -> None:
    said = f"{error.problem or ''} {error.context or ''}"
    problem = next((ours for theirs, ours in _PROBLEMS.items() if theirs in said), "yaml-broken")
    mark = error.problem_mark or error.context_mark
    if problem == "yaml-not-closed":
        mark = error.context_mark or mark
    lines = text.rstrip().splitlines()
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if line > len(lines):
        line, column = max(1, len(lines)), 1
    wide = next((n for n in (line, line - 1) if 0 < n <= len(lines) and _wide_colon(lines[n - 1])), None)
    if wide is not None:
        problem, line, column = "yaml-wide-colon", wide, lines[wide - 1].index("：") + 1
    source.add((), problem, Place((line, column)), said=said.strip())


def _wide_colon(line: str) -> bool:
    return re.match(r"\s*[-{ ]*[\w-]+：", line) is not None
