"""A programme file that builds upon another: it says only what differs, and ``~`` takes something out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from domain.programme.mistakes import Finding, Path, found
from domain.programme.references import ANY
from domain.programme.settings import copied
from domain.programme.source import Source
from domain.programme.spans import read_length, rough_days
from domain.programme.spelling import nearest

KEY: Final = "extends"

Find = Callable[[str], Source | str]
"""A programme's name and version → what it says in full, or the problem that keeps it from being built upon."""

_OWN: Final = ("title", "area")
"""What a programme of another name says for itself."""

_INSTEAD: Final[Mapping[Path, tuple[frozenset[str], ...]]] = {
    ("roles", ANY): tuple(map(frozenset, (["desk"], ["tie"], ["proposal"]))),
    ("times_of_year", ANY): tuple(map(frozenset, (["begins", "ends"], ["around"]))),
    ("duties", ANY, "opens"): tuple(
        frozenset([way]) for way in ("after", "every", "yearly", "rule", "age", "paper", "ending")
    ),
    ("duties", ANY, "opens", ANY): tuple(map(frozenset, (["by_risk"], ["by_life", "otherwise"]))),
}
"""Where one way of saying a thing takes the place of another, with all that belonged to it."""


def extended(source: Source, find: Find) -> Source:
    """What a file says in full: what it builds upon, with what it says itself; a file by itself as it is.

    Mistakes are told in this file, at the nearest thing that is written in it: the other one is sound by itself.
    """
    if KEY not in source.data:
        return source
    name = source.data[KEY]
    base = find(name) if isinstance(name, str) else "extends-form"
    if isinstance(base, str):
        source.add((KEY,), base, name=str(name))
        return replace(source, readable=False)
    own = {key: value for key, value in source.data.items() if key != KEY}
    merging = _Merging(source.removals)
    data = merging.merged(base.data, own, ())
    for finding in (*merging.findings, *_says_for_itself(own, base.data, name), *_settings(own, base.data)):
        source.mistakes.append(source.mistake(finding))
    return replace(source, data=_in_order(data), origin=source.place((KEY,)))


class _Merging:
    def __init__(self, removals: set[Path]) -> None:
        self.removals = removals
        self.findings: list[Finding] = []

    def merged(self, base: Any, own: Any, path: Path) -> Any:
        """What is said in full at a place: mappings key by key, anything else as it is written last."""
        if not _goes_together(base, own, path):
            return copied(own)
        full = copied(base)
        for key, value in own.items():
            here = (*path, key)
            if value is None and here in self.removals:
                self._remove(full, here)
            else:
                full[key] = self.merged(full[key], value, here) if key in full else copied(value)
        return full

    def _remove(self, full: dict[str, Any], path: Path) -> None:
        name = str(path[-1])
        if name in full:
            del full[name]
            return
        near = nearest(name, full)
        problem = "removes-nothing-near" if near else "removes-nothing"
        self.findings.append(found(path, problem, name=name, near=near, known=", ".join(full) or "-"))


def _goes_together(base: Any, own: Any, path: Path) -> bool:
    """Whether two things are merged key by key. A setting's name is one value, and so is another way of saying it."""
    if not isinstance(base, dict) or not isinstance(own, dict) or _is_value(base) or _is_value(own):
        return False
    ways = next((ways for pattern, ways in _INSTEAD.items() if _is_at(path, pattern)), ())
    said = [{place for place, way in enumerate(ways) if way & each.keys()} for each in (base, own)]
    return not (said[0] and said[1] and said[0].isdisjoint(said[1]))


def _is_value(mapping: dict[str, Any]) -> bool:
    return list(mapping) == ["setting"] and isinstance(mapping["setting"], str)


def _is_at(path: Path, pattern: Path) -> bool:
    return len(path) == len(pattern) and all(step in {ANY, here} for here, step in zip(path, pattern, strict=True))


def _says_for_itself(own: Mapping[str, Any], base: Mapping[str, Any], name: str) -> list[Finding]:
    """Its own name and version; where the name is another one, its own title and place too."""
    findings = [found((), "missing", name=key) for key in ("programme", "version") if key not in own]
    if own.get("programme", base.get("programme")) != base.get("programme"):
        findings += [found((KEY,), "extends-own", key=key, name=name) for key in _OWN if key not in own]
    return findings


def _settings(own: Mapping[str, Any], base: Mapping[str, Any]) -> list[Finding]:
    """Another value has another source."""
    written, before = own.get("settings"), base.get("settings")
    if not isinstance(written, dict) or not isinstance(before, dict):
        return []
    return [
        found(("settings", key, "value"), "setting-source", name=key)
        for key, setting in written.items()
        if key in before and isinstance(setting, dict) and "value" in setting and "source" not in setting
    ]


def _in_order(data: dict[str, Any]) -> dict[str, Any]:
    """Parts of life youngest first: one that is added in between cannot be written in its place."""
    life = data.get("life")
    try:
        ages = {key: rough_days(read_length(part["from_age"])) for key, part in life.items()}  # type: ignore[union-attr]
    except (AttributeError, KeyError, TypeError, ValueError):
        return data
    return {**data, "life": {key: data["life"][key] for key in sorted(ages, key=ages.__getitem__)}}
