"""What somebody typed to find a person, kept in an address that nobody else can read."""

import base64
import binascii
from typing import Final

from domain.rules.access import Viewer
from domain.store.sealing import CannotUnseal
from domain.store.store import Store

LONGEST: Final = 40


def kept(store: Store, viewer: Viewer, words: str) -> str:
    """Words as they may stand in an address: a child's name never does."""
    return base64.urlsafe_b64encode(store.seal.lock(words.encode(), _place(viewer))).decode().rstrip("=")


def typed(store: Store, viewer: Viewer, address: str) -> str:
    """The words again; none where this is no such address, or somebody else's."""
    try:
        sealed = base64.urlsafe_b64decode(address + "=" * (-len(address) % 4))
        return store.seal.unlock(sealed, _place(viewer)).decode()
    except (binascii.Error, CannotUnseal, ValueError):
        return ""


def _place(viewer: Viewer) -> str:
    return f"console/words/{viewer.login}"
