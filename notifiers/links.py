"""Signed links: who may answer which duty, and until when. They need no table and give nothing away but ids."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData

from domain.ids import DutyId, PersonId

_SALT: Final = b"shouwang answer link"
_STOP_SALT: Final = b"shouwang no more mail"
_PARTS: Final = 3


class LinkRefusal(StrEnum):
    """Why a link or a short code opens nothing."""

    EXPIRED = "expired"
    TAMPERED = "tampered"


class LinkClaim(NamedTuple):
    """What a good link says: this person may answer this duty."""

    person: PersonId
    duty: DutyId
    expires: datetime


def link_token(key: bytes, person: PersonId, duty: DutyId, expires: datetime) -> str:
    """A token for a URL: letters, digits, ``-``, ``_`` and one dot, never at its beginning.

    The expiry is part of what is signed, so that reading needs no clock of its own. itsdangerous' URL serializer is
    not used because it sometimes compresses, and a path that begins with a dot is refused by many proxies.
    """
    payload = json.dumps([person, duty, int(expires.timestamp())], separators=(",", ":"))
    return _signer(key).sign(base64_encode(payload)).decode("ascii")


def stop_token(key: bytes, person: PersonId, reach: str) -> str:
    """A token that says only this: whoever brings it may say that this person wants no more mail (or the like)."""
    payload = json.dumps([person, reach], separators=(",", ":"))
    return _signer(key, _STOP_SALT).sign(base64_encode(payload)).decode("ascii")


def read_stop_token(key: bytes, token: str) -> tuple[PersonId, str] | None:
    """Whose wish it is and what about; nothing where the token is not ours. It does not run out: mails are kept."""
    try:
        person, reach = json.loads(base64_decode(_signer(key, _STOP_SALT).unsign(token)))
    except (BadSignature, BadData, ValueError):
        return None
    return PersonId(str(person)), str(reach)


def read_token(key: bytes, token: str, now: datetime) -> LinkClaim | LinkRefusal:
    """What a token says at a moment, or why it says nothing."""
    try:
        parts = json.loads(base64_decode(_signer(key).unsign(token)))
    except (BadSignature, BadData, ValueError):
        return LinkRefusal.TAMPERED
    claim = _claim(parts)
    return claim if claim.expires > now else LinkRefusal.EXPIRED


def _claim(parts: Sequence[str | int]) -> LinkClaim:
    person, duty, expires = parts[:_PARTS]
    return LinkClaim(PersonId(str(person)), DutyId(str(duty)), datetime.fromtimestamp(int(expires), UTC))


@lru_cache(maxsize=8)
def _signer(key: bytes, salt: bytes = _SALT) -> Signer:
    """The key that salt and key come to is worked out once, not for each link of each mail."""
    own = Signer(key, salt=salt, digest_method=hashlib.sha256).derive_key()
    return Signer(own, salt=salt, key_derivation="none", digest_method=hashlib.sha256)
