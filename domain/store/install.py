"""Opening an install: a data folder with its database, keys, programmes and settings."""

from functools import lru_cache
from pathlib import Path

from domain.programme.kept import kept_programmes
from domain.programme.office_calendar import BY_HAND, CalendarFiles, load_calendars
from domain.programme.read import ProgrammeBroken
from domain.settings import Settings, read_settings
from domain.store.engine import open_engine, reading
from domain.store.lists_people import check_key
from domain.store.migrating import migrate
from domain.store.naming import make_findable
from domain.store.refolding import bring_up_to_date
from domain.store.sealing import Seal, master_key
from domain.store.store import Store

KEY_FILE = Path("keys") / "master.key"
PROGRAMMES = "programmes"
CALENDAR = BY_HAND
KEPT = Path("cache") / "programmes"


def open_install(folder: Path, database_url: str = "") -> Store:
    """The store of the install in ``folder``, made and migrated where needed; in another database where one is named.

    ProgrammeBroken carries every mistake of the programme files or the office's calendar; CannotUnseal says that the
    master key is not the one that the people here were sealed with; WrittenByNewer that a newer version made the data.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = read_settings(folder)
    engine = open_engine(database_url or settings.database_url)
    migrate(engine)
    programmes = kept_programmes(folder / PROGRAMMES, folder / KEPT)
    calendar = load_calendars(folder)
    if isinstance(calendar, tuple):
        raise ProgrammeBroken(calendar)
    store = Store(engine, programmes, CalendarFiles(folder, calendar), Seal(master_key(folder / KEY_FILE)))
    with reading(engine) as connection:
        check_key(connection, store)
    bring_up_to_date(store)
    make_findable(store)
    return store


@lru_cache
def install_at(folder: str) -> tuple[Store, Settings]:
    """The open install of a folder, opened once in a process."""
    path = Path(folder)
    return open_install(path), read_settings(path)
