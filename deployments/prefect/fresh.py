"""A fresh database for Prefect's server, copied from one made before: ``python -m deployments.prefect.fresh`` makes it.

Prefect brings an empty database through all its 110 migrations, which takes 8 s at the first start of every install.
Once per installed version is enough.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

DATABASE: Final = "prefect.db"


def template() -> Path:
    """Where the migrated, empty database of this Prefect is kept: beside the packages it belongs to."""
    return Path(sys.prefix) / "share" / "shouwang" / f"prefect-{version('prefect')}.db"


def lay_out(home: Path) -> None:
    """Give a new install its database; without a template the server makes it, slowly."""
    if not (home / DATABASE).exists() and template().exists():
        copy(template(), home / DATABASE)


def make_template() -> None:
    """Let Prefect make its database in a folder of no importance, and keep it; where we may not write, do without."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PREFECT_HOME"] = folder
        asyncio.run(migrated())
        database = Path(folder) / DATABASE
        if not database.with_name(f"{DATABASE}-wal").exists():  # else part of it still stands elsewhere
            keep(database)


async def migrated() -> None:
    """An empty database of today's shape, written out whole."""
    from prefect.server.database import provide_database_interface

    database = provide_database_interface()
    await database.create_db()
    await (await database.engine()).dispose()


def keep(database: Path) -> None:
    """Make ``database`` the template."""
    try:
        template().parent.mkdir(parents=True, exist_ok=True)
        copy(database, template())
    except OSError:
        print(f"not kept: {template()}", file=sys.stderr)  # noqa: T201


def copy(source: Path, target: Path) -> None:
    """Whole or not at all."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copyfile(source, draft)
    draft.chmod(0o600)
    draft.replace(target)


if __name__ == "__main__":
    make_template()
