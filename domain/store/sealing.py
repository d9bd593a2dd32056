"""Sealing what identifies a person: a key for each, wrapped by the office's master key; blind digests for look-ups."""

import base64
import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12
_KEY_BYTES: Final = 32


class CannotUnseal(Exception):
    """The key does not fit: another master key, or a damaged or swapped row."""


class Seal:
    """The office's master key at work. AES-256-GCM; the associated data is where the value stands."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY_BYTES:
            raise CannotUnseal("a master key has 32 bytes")
        self._wrap = AESGCM(_derived(master, b"wrap"))
        self._blind = _derived(master, b"blind index")
        self._own = AESGCM(_derived(master, b"office"))
        self.signing_key: Final = _derived(master, b"links")

    def new_key(self, person: str) -> bytes:
        """A fresh data key for a person, wrapped."""
        return _encrypt(self._wrap, os.urandom(_KEY_BYTES), f"person/data_key/{person}")

    def seal(self, wrapped: bytes, plain: bytes, place: str) -> bytes:
        """A value sealed with a person's data key; ``place`` is table/column/row."""
        return _encrypt(self._unwrap(wrapped, _owner(place)), plain, place)

    def unseal(self, wrapped: bytes, sealed: bytes, place: str) -> bytes:
        """The value again; CannotUnseal when key, value and place do not belong together."""
        return _decrypt(self._unwrap(wrapped, _owner(place)), sealed, place)

    def lock(self, plain: bytes, place: str) -> bytes:
        """A value that is no known person's, sealed with a key of the office."""
        return _encrypt(self._own, plain, place)

    def unlock(self, sealed: bytes, place: str) -> bytes:
        """The value again; CannotUnseal where it does not stand in its place."""
        return _decrypt(self._own, sealed, place)

    def blind(self, what: str, value: str) -> str:
        """A digest that is equal for equal values and says nothing else; ``what`` keeps kinds of values apart."""
        digest = hmac.digest(self._blind, f"{what}\0{value}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode()

    def _unwrap(self, wrapped: bytes, person: str) -> AESGCM:
        return AESGCM(_decrypt(self._wrap, wrapped, f"person/data_key/{person}"))


def _owner(place: str) -> str:
    return place.rsplit("/", 1)[-1]


def _derived(master: bytes, purpose: bytes) -> bytes:
    return hmac.new(master, b"shouwang " + purpose, hashlib.sha256).digest()


def _encrypt(key: AESGCM, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + key.encrypt(nonce, plain, place.encode())


def _decrypt(key: AESGCM, sealed: bytes, place: str) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except InvalidTag:
        raise CannotUnseal(place) from None


def master_key(file: Path) -> bytes:
    """The office's master key, made at first use (mode 0600)."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(os.urandom(_KEY_BYTES)))
    return base64.b64decode(file.read_bytes())
