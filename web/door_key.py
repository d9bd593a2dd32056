"""The password a monitor reads the measures with: made at first start, kept in the data folder for its owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = Path("keys") / "console.password"
USER: Final = "ops"

_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 4
_IN_A_GROUP: Final = 4


def console_password(folder: Path) -> str:
    """The password of the install in ``folder``: sixteen signs nobody mistakes for others (79 bits), in groups.

    So long that guessing needs no counting of attempts. Delete the file and start again for another one.
    """
    file = folder / FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(file, _fresh())
    return file.read_text(encoding="ascii").strip()


def _fresh() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _write_once(file: Path, text: str) -> None:
    # Linked into place whole: of two that start at once, both read the same password.
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"{text}\n")
    try:
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
