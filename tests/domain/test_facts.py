"""Facts outlive the software: what was ever written is read, and none of them has room for a name."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal, NewType, get_args, get_origin, get_type_hints

import msgspec
import pytest
from support.samples import SAMPLES

from domain import facts as f
from domain.case import Case, fold
from domain.ids import CaseId, PersonId
from domain.programme.schema import Stage

GOLDEN: Final = Path(__file__).with_name("golden")
FILES: Final = sorted(GOLDEN.glob("*.json"))

KEYS: Final = frozenset({
    "kind", "because", "about", "risk", "before", "programme", "climbed_to", "reason", "name", "role", "paper", "stage",
    "why", "answers", "papers",
})  # fmt: skip
"""The fields of plain text there are: each holds keys of the programme, which ``decide`` sees to."""

NAMES: Final = [str(fact.__struct_config__.tag) for fact in f.FACTS]
PLAIN: Final = frozenset({int, bool, date, datetime, type(None)})


def test_every_fact_has_a_golden_sample_of_every_version() -> None:
    wanted = {f"{name}.v{version}.json" for name in NAMES for version in range(1, f.version_of(name) + 1)}
    assert {file.name for file in FILES} == wanted


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_any_version_wrote_is_read_today(file: Path) -> None:
    name, _, version = file.stem.rpartition(".v")
    fact = f.read_fact(name, int(version), file.read_text(encoding="utf-8"))
    assert f.stored_name(fact) == name
    if int(version) == f.version_of(name):
        assert fact == SAMPLES[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_written_today_is_what_the_sample_says(name: str) -> None:
    sample = GOLDEN / f"{name}.v{f.version_of(name)}.json"
    assert json.loads(f.write_fact(SAMPLES[name])) == json.loads(sample.read_text(encoding="utf-8"))


def test_the_samples_leave_no_field_out() -> None:
    for name, fact in SAMPLES.items():
        written = json.loads(f.write_fact(fact))
        assert set(written) == {"fact", *fact.__struct_fields__}, name


def test_no_two_facts_share_a_stored_name() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(name == name.lower() and len(name) <= 40 for name in NAMES)


def test_every_fact_is_known_to_the_union_and_to_the_samples() -> None:
    assert set(NAMES) == set(SAMPLES)


def test_a_fact_cannot_be_changed() -> None:
    for fact in SAMPLES.values():
        with pytest.raises(AttributeError):
            setattr(fact, fact.__struct_fields__[0], None)


def test_no_fact_has_a_field_for_names_or_free_words() -> None:
    for fact in f.FACTS:
        for field, hint in get_type_hints(fact).items():
            for part in _parts(hint):
                assert part in PLAIN or isinstance(part, NewType) or (part is str and field in KEYS), (
                    fact,
                    field,
                    part,
                )


def test_a_name_nobody_knows_is_loud() -> None:
    with pytest.raises(f.UnknownFact):
        f.read_fact("child-adopted", 1, '{"fact":"child-adopted"}')


def test_a_version_nobody_knows_is_loud() -> None:
    body = f.write_fact(f.CaseAdmitted(by=None))
    for version in (0, 3):
        with pytest.raises(f.UnknownFact):
            f.read_fact("case-admitted", version, body)


CHAIN: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    ("case-closed", 1): lambda old: {**old, "reason": old.pop("why")},
    ("case-closed", 2): lambda old: {**old, "reason": "-".join(old["reason"])},
    ("case-closed", 3): lambda old: {"fact": old["fact"], "by": old["who"]["person"], "reason": old["reason"]},
}
"""Made up: in version 2 the reason got its name, in 3 it became one key, in 4 who closed it is the person alone."""

LONG_AGO: Final = {
    1: '{"fact":"case-closed","who":{"person":"p000000004"},"why":["moved","away"]}',
    2: '{"fact":"case-closed","who":{"person":"p000000004"},"reason":["moved","away"]}',
    3: '{"fact":"case-closed","who":{"person":"p000000004"},"reason":"moved-away"}',
    4: '{"fact":"case-closed","by":"p000000004","reason":"moved-away"}',
}


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closing of a case as if it had been written in four versions."""
    monkeypatch.setattr(f, "VERSIONS", {"case-closed": 4})
    monkeypatch.setattr(f, "UPCASTERS", CHAIN)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("version", LONG_AGO)
def test_every_older_version_is_brought_up_to_date_step_by_step(version: int) -> None:
    closed = f.CaseClosed(by=PersonId("p000000004"), reason="moved-away")
    assert f.read_fact("case-closed", version, LONG_AGO[version]) == closed
    assert json.loads(f.write_fact(closed)) == json.loads(LONG_AGO[4])


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("version", [-1, 0, 5])
def test_a_version_outside_the_chain_is_loud(version: int) -> None:
    with pytest.raises(f.UnknownFact):
        f.read_fact("case-closed", version, LONG_AGO[4])


@pytest.mark.usefixtures("chain")
def test_a_body_that_is_not_of_the_version_it_says_is_loud() -> None:
    with pytest.raises((f.UnknownFact, KeyError)):
        f.read_fact("case-closed", 3, LONG_AGO[1])


def test_a_chain_with_a_step_missing_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f, "VERSIONS", {"case-closed": 4})
    monkeypatch.setattr(f, "UPCASTERS", {step: cast for step, cast in CHAIN.items() if step[1] != 2})
    assert isinstance(f.read_fact("case-closed", 3, LONG_AGO[3]), f.CaseClosed)
    for version in (1, 2):
        with pytest.raises(f.UnknownFact):
            f.read_fact("case-closed", version, LONG_AGO[version])


def test_every_step_between_versions_has_its_upcaster() -> None:
    wanted = {(name, version) for name, newest in f.VERSIONS.items() for version in range(1, newest)}
    assert set(f.UPCASTERS) == wanted
    assert set(f.VERSIONS) <= set(NAMES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_left_unsaid_long_ago_means_what_it_meant_then(file: Path) -> None:
    name, _, version = file.stem.rpartition(".v")
    written = json.loads(file.read_text(encoding="utf-8"))
    read = json.loads(f.write_fact(f.read_fact(name, int(version), file.read_text(encoding="utf-8"))))
    assert {key: read.get(key) for key in written} == written, "what was written is still said"
    added = {key: value for key, value in read.items() if key not in written}
    assert added == {}, "what came later is what a fact says that does not mention it"


def test_a_case_of_many_versions_is_the_case_of_todays() -> None:
    old, new = _life(lambda _: 1), _life(f.version_of)
    assert old == new
    assert old.base is Stage.CHECK_IN


def _life(version: Callable[[str], int]) -> Case:
    """A short life read from golden samples of these versions."""
    lines = [_sample(name, version(name)) for name in ("case-opened", "case-admitted", "tie-begun")]
    lines[1] = msgspec.structs.replace(lines[1], into="pairing")
    lines[2] = msgspec.structs.replace(lines[2], pairs=True, serves_until=None)
    at = datetime(2026, 9, 1, 1, tzinfo=UTC)
    return fold(
        f.Recorded(
            case=CaseId("371302-00001"), position=position, fact=fact, at=at, recorded_at=at, actor=None,
            programme="linyi-1204@1",
        )
        for position, fact in enumerate(lines, 1)
    )  # fmt: skip


def _sample(name: str, version: int) -> f.Fact:
    return f.read_fact(name, version, (GOLDEN / f"{name}.v{version}.json").read_text(encoding="utf-8"))


def test_a_moment_is_read_as_it_was_written() -> None:
    at = datetime(2026, 10, 8, 16, tzinfo=UTC)
    seen = f.DutyAcknowledged(duty=1, by=PersonId("p000000004"), until=at)
    again = f.read_fact("duty-acknowledged", 1, f.write_fact(seen))
    assert isinstance(again, f.DutyAcknowledged)
    assert again.until == at


def test_a_body_that_is_no_json_is_loud() -> None:
    with pytest.raises((f.UnknownFact, msgspec.DecodeError)):
        f.read_fact("case-admitted", 1, '{"fact":"case-ad')


def _parts(hint: object) -> set[object]:
    """The plain types a field may hold; written-out choices are safe."""
    if get_origin(hint) is Literal or hint is Ellipsis:
        return set()
    if get_origin(hint) in {tuple, Mapping} or get_args(hint):
        return {part for inner in get_args(hint) for part in _parts(inner)}
    return {hint}
