"""Facts outlive the software: what the first version wrote, every later one reads."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.people import identities, people_of
from domain.store.rounds import run_round

FIRST_VERSION = Path(__file__).parents[1] / "samples" / "first-version"
LEFT_AT = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_an_install_of_the_first_version_opens_passes_the_audit_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "install"
    (folder / "keys").mkdir(parents=True)
    shutil.copy(FIRST_VERSION / "first.sqlite", folder / "shouwang.db")
    shutil.copy(FIRST_VERSION / "key-of-made-up-people.txt", folder / "keys" / "master.key")
    store = open_install(folder)
    before = audit_report(store, LEFT_AT)
    assert before.breaches == []
    with reading(store.engine) as connection:
        written = connection.scalar(select(func.count()).select_from(t.journal)) or 0
        people = identities(connection, store.seal, people_of(connection, "child"))
    assert written > 200
    assert all(identity.name for identity in people.values())
    later = LEFT_AT + timedelta(days=400)
    run_round(store, later)
    with reading(store.engine) as connection:
        assert (connection.scalar(select(func.count()).select_from(t.journal)) or 0) > written
    assert audit_report(store, later).breaches == []
