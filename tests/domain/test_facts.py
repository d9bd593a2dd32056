"""Facts outlive the software: what was ever written is read, and none of them has room for a name."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Literal, NewType, get_args, get_origin, get_type_hints

import msgspec
import pytest
from support.samples import SAMPLES

from domain import facts as f
from domain.ids import PersonId

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


def test_an_older_version_is_brought_up_to_date_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        ("case-closed", 1): lambda old: old | {"reason": old.pop("why")},
        ("case-closed", 2): lambda old: old | {"reason": f"{old['reason']}-indeed"},
    }
    monkeypatch.setattr(f, "VERSIONS", {"case-closed": 3})
    monkeypatch.setattr(f, "UPCASTERS", steps)
    written_long_ago = '{"fact":"case-closed","by":"p000000004","why":"moved-away"}'
    assert f.read_fact("case-closed", 1, written_long_ago) == f.CaseClosed(
        by=PersonId("p000000004"), reason="moved-away-indeed"
    )


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
