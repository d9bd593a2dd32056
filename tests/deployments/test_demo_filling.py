"""A made-up city filled in through the engine: lively on first sight, clean in the audit, no name outside the seal."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest
from cyclopts import App
from sqlalchemy import select
from support.databases import postgres_database
from support.programmes import FILE, linyi

from deployments.cli import demo_commands, demo_filling
from deployments.cli.where import BadInput, Where
from deployments.demo.filling import CannotFill, Filled, fill, is_empty
from deployments.demo.people import People
from deployments.demo.population import people_of
from domain.places import ancestors, children
from domain.programme.schema import Stage
from domain.rules.answers import check_answers, consequences
from domain.rules.made_up import Form, Mood
from domain.settings import FILE as SETTINGS
from domain.settings import ChannelSetting, Settings, read_settings
from domain.store import lists, signals
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.lists import OpenDuty
from domain.store.pairs import proposals, unpaired_cases
from domain.store.store import Store
from domain.words import LANGUAGES, say, sentences

pytestmark = pytest.mark.xdist_group("demo-filling")

NOW: Final = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
TODAY: Final = date(2026, 11, 24)
BEGIN: Final = date(2026, 8, 24)
CHILDREN, VOLUNTEERS, MONTHS, SEED = 40, 60, 3, 1


@dataclass(frozen=True)
class Town:
    """An install that was filled, and what filling it said."""

    folder: Path
    store: Store
    settings: Settings
    filled: Filled


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town in a SQLite database."""
    return town_in(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_port: int) -> Iterator[Town]:
    """The same town in a PostgreSQL database."""
    folder = tmp_path_factory.mktemp("demo")
    with postgres_database(postgres_port) as url:
        (folder / SETTINGS).write_text(f'database_url = "{url}"\n', encoding="utf-8")
        town = town_in(folder)
        yield town
        town.store.engine.dispose()


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def town(request: pytest.FixtureRequest) -> Town:
    """The town on each database."""
    found: Town = request.getfixturevalue(request.param)
    return found


def town_in(folder: Path) -> Town:
    store, settings = open_install(folder), read_settings(folder)
    filled = fill(
        store, settings, children=CHILDREN, volunteers=VOLUNTEERS, months=MONTHS, seed=SEED, now=NOW
    )  # fmt: skip
    return Town(folder, store, settings, filled)


def open_duties(town: Town) -> list[OpenDuty]:
    with reading(town.store.engine) as connection:
        return lists.open_duties(connection, NOW)


# What is seen at once


def test_on_first_sight_duties_are_due_some_are_late_and_some_have_climbed(town: Town) -> None:
    duties = open_duties(town)
    assert any(TODAY <= duty.due_on <= TODAY + timedelta(days=7) for duty in duties)
    assert any(duty.overdue and duty.climbed_to is None for duty in duties)
    assert any(duty.overdue and duty.climbed_to is not None for duty in duties)


def test_on_first_sight_somebody_needs_help_today(town: Town) -> None:
    programme = linyi()
    urgent = [
        duty for duty in open_duties(town) if programme.ladders[programme.duties[duty.kind].ladder].rungs[0].urgent
    ]
    assert 1 <= len(urgent) <= 3


def test_on_first_sight_proposals_wait_and_some_children_have_nobody(town: Town) -> None:
    with reading(town.store.engine) as connection:
        assert proposals(connection, linyi())
        assert any(case.proposal is None for case in unpaired_cases(connection, linyi()))


def test_most_children_are_accompanied_and_every_answer_is_on_record(town: Town) -> None:
    with reading(town.store.engine) as connection:
        stages = list(connection.scalars(select(t.snapshot.c.stage)))
        names = list(connection.scalars(select(t.journal.c.name)))
    assert town.filled.cases == len(stages)
    assert CHILDREN - 3 <= len(stages) <= CHILDREN
    accompanied = (Stage.CHECK_IN.value, Stage.ESCALATION.value, Stage.FOLLOW_UP.value)
    assert sum(stage in accompanied for stage in stages) >= CHILDREN // 2
    assert town.filled.facts == len(names)
    assert {"tie-begun", "proposal-declined", "duty-met", "duty-acknowledged", "risk-changed", "tie-ended"} <= {*names}


# That it is the engine's own


def test_the_audit_finds_nothing_broken_and_no_case_was_set_aside(town: Town) -> None:
    report = audit_report(town.store, NOW)
    assert report.clean, report.breaches
    assert town.filled.set_aside == 0


def test_the_same_seed_and_moment_make_the_same_journal_on_either_database(on_sqlite: Town, on_postgres: Town) -> None:
    assert journal(on_sqlite.store) == journal(on_postgres.store)
    assert on_sqlite.filled == on_postgres.filled


def journal(store: Store) -> list[tuple[object, ...]]:
    with reading(store.engine) as connection:
        rows = connection.execute(select(t.journal)).mappings().all()
    return [tuple(row.values()) for row in sorted(rows, key=lambda row: (row["case"], row["position"]))]


def test_messages_went_out_day_by_day_and_none_is_left_for_later(town: Town) -> None:
    files = list((town.folder / "spool").glob("*/*.eml"))
    assert len(files) == town.filled.messages > CHILDREN
    days = sorted({date.fromisoformat(file.parent.name) for file in files})
    assert BEGIN <= days[0] < BEGIN + timedelta(days=21)
    assert days[-1] <= TODAY
    assert len(days) > 30
    with reading(town.store.engine) as connection:
        assert set(connection.scalars(select(t.nudge.c.state))) <= {"sent", "moot"}


def test_only_what_happened_today_is_left_to_be_relayed(town: Town) -> None:
    with reading(town.store.engine) as connection:
        fresh = signals.waiting(connection, NOW, 10_000)
    assert fresh
    assert all(signal.created_at.date() == TODAY for signal in fresh)


# Nobody's name


def test_no_name_stands_in_any_table(town: Town, private: tuple[str, ...]) -> None:
    with reading(town.store.engine) as connection:
        rows = [row for table in t.metadata.sorted_tables for row in connection.execute(select(table))]
    everything = "\n".join(str(tuple(row)) for row in rows)
    assert "case-opened" in everything
    assert not [name for name in private if name in everything]


def test_no_name_stands_in_the_bytes_of_the_database(on_sqlite: Town, private: tuple[str, ...]) -> None:
    files = [file for file in on_sqlite.folder.iterdir() if file.name.startswith("shouwang.db")]
    everything = b"".join(file.read_bytes() for file in files)
    assert b"case-opened" in everything
    assert not [name for name in private if name.encode() in everything]


def test_messages_name_nobody_and_numbers_stand_only_where_they_are_addressed(
    town: Town, private: tuple[str, ...]
) -> None:
    messages = [file.read_text(encoding="utf-8") for file in (town.folder / "spool").glob("*/*.eml")]
    lines = [line for message in messages for line in message.splitlines() if not line.startswith("To: ")]
    everything = "\n".join(lines)
    assert not [name for name in private if name in everything]


@pytest.fixture(scope="module")
def private() -> tuple[str, ...]:
    """Names, ID numbers, telephones and mail addresses of everybody, but for words that are public anyway."""
    people = people_of(children=CHILDREN, volunteers=VOLUNTEERS, seed=SEED, area="3713", on=BEGIN)
    names = {one.name for one in people.children} | {child.guardian.name for child in people.children}
    names |= {one.name for one in people.volunteers} | {one.name for one in people.coordinators}
    said = public(people)
    kept = sorted(name for name in names if name not in said)
    assert len(kept) > 0.95 * len(names)
    numbers = {one.id_number for one in people.children} | {one.id_number for one in people.volunteers}
    phones = {one.phone for one in people.volunteers} | {one.phone for one in people.coordinators}
    return (*kept, *sorted(numbers), *sorted(phones), *sorted(one.email for one in people.volunteers if one.email))


def public(people: People) -> str:
    """What anybody may read: the programme, the sentences, the names of places."""
    places = [*ancestors("3713"), *(below for county in children("3713") for below in (county, *children(county.code)))]
    spoken = [json.dumps(sentences(area, "zh"), ensure_ascii=False) for area in ("messages", "demo")]
    villages = [child.home.village for child in people.children]
    return "\n".join([FILE.read_text(encoding="utf-8"), *spoken, *(place.name for place in places), *villages])


# What is not filled


def test_an_install_with_somebody_in_it_is_not_filled(on_sqlite: Town) -> None:
    before = journal(on_sqlite.store)
    with pytest.raises(CannotFill) as refused:
        fill(on_sqlite.store, on_sqlite.settings, children=5, volunteers=5, months=1, now=NOW)
    assert all(say(language, f"demo.{refused.value.key}") for language in LANGUAGES)
    assert journal(on_sqlite.store) == before
    assert demo_filling.fill_demo(Where(data=on_sqlite.folder, now=NOW)) is None


def test_an_install_whose_messages_would_leave_the_house_is_not_filled(tmp_path: Path) -> None:
    store = open_install(tmp_path)
    mail = Settings(channels=[ChannelSetting(name="mail", url="swmail://mail.example.org")])
    with pytest.raises(CannotFill, match="not-only-spool"):
        fill(store, mail, children=5, volunteers=5, months=1, now=NOW)
    assert is_empty(store)


def test_the_command_fills_an_install_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["demo", "fill", "--children", "6", "--volunteers", "9", "--months", "1", "--data", str(tmp_path)]
    words += ["--now", NOW.isoformat(), "--json"]
    assert command(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert 0 < told["cases"] <= 6
    with reading(open_install(tmp_path).engine) as connection:
        assert lists.open_duties(connection, NOW)
    with pytest.raises(BadInput, match="--data"):
        command(words)


def command(words: list[str]) -> object:
    app = App()
    demo_commands.add(app)
    return app(words, exit_on_error=False, print_error=False, result_action="return_value")


# Forms


@pytest.mark.parametrize("kind", [kind for kind, duty in linyi().duties.items() if duty.asks])
def test_made_up_answers_fit_the_form_whatever_it_asks(kind: str) -> None:
    form = Form(linyi(), linyi().duties[kind], "low")
    for mood in Mood:
        for number in range(30):
            given = form.fill_in(mood, TODAY, Random(number), ("words",))
            check_answers(form.kind, given.answers, given.notes)


@pytest.mark.parametrize("kind", [kind for kind, duty in linyi().duties.items() if duty.opens.every])
def test_who_has_nothing_to_tell_raises_nothing_and_who_cries_for_help_raises_something(kind: str) -> None:
    form = Form(linyi(), linyi().duties[kind], "low")
    for number in range(30):
        well = form.fill_in(Mood.WELL, TODAY, Random(number), ("words",)).answers
        assert not [each for each in consequences(form.kind, well) if each.raises]
        if form.can_cry:
            cry = form.fill_in(Mood.URGENT, TODAY, Random(number), ("words",)).answers
            assert [each for each in consequences(form.kind, cry) if each.raises]
