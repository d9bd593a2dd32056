"""The office's own identity provider (OpenID Connect Core 1.0): what it is asked, and what of its answer is believed.

Authorization code with PKCE (RFC 7636), state and nonce. Nothing an ID token says counts before its signature, issuer,
audience and times have been verified with the provider's own keys.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import httpx

from domain.settings import Settings

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384")
"""Signatures with a key pair only: with ``none`` or a shared secret anybody could sign."""

SCOPE: Final = "openid profile email"
SECONDS: Final = 10.0
MOST_BYTES: Final = 256 * 1024
LEEWAY: Final = 60
"""Seconds two clocks may differ."""

LONGEST_SUBJECT: Final = 120
_KNOWN_FOR: Final = timedelta(hours=1)


class NotBelieved(StrEnum):
    """Why nobody is signed in by what a provider answered."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """The provider itself says no: cancelled, a code used twice, a wrong client secret."""
    FORGED = "forged"
    """Signature, issuer, audience, times, nonce or state are not what they have to be."""


class Distrust(Exception):
    """What a provider answered is not believed."""

    def __init__(self, why: NotBelieved) -> None:
        super().__init__(why.value)
        self.why = why


class Asked(NamedTuple):
    """What was sent with somebody to the provider, kept in the browser's own signed cookie meanwhile."""

    state: str
    nonce: str
    verifier: str
    back: str


class Vouched(NamedTuple):
    """Whom a provider vouches for. ``names``: what the sign-in may be called, the surest first."""

    subject: str
    names: tuple[str, ...]


def new_question(back: str) -> Asked:
    """Fresh secrets for one sign-in."""
    return Asked(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), back)


@dataclass
class Provider:
    """The provider of an install. What it says of itself is kept for an hour; a key nobody knows is asked for anew."""

    issuer: str
    client: str
    secret: str
    transport: httpx.BaseTransport | None = None
    _about: Mapping[str, Any] = field(default_factory=dict)
    _keys: Any = None
    _read_at: datetime | None = None
    _turn: Lock = field(default_factory=Lock)

    def address(self, asked: Asked, redirect: str, now: datetime) -> str:
        """Where somebody is sent to sign in; Distrust."""
        digest = hashlib.sha256(asked.verifier.encode()).digest()
        question = {
            "response_type": "code", "client_id": self.client, "redirect_uri": redirect, "scope": SCOPE,
            "state": asked.state, "nonce": asked.nonce, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        there = str(self._known(now)["authorization_endpoint"])
        return f"{there}{'&' if '?' in there else '?'}{urlencode(question)}"

    def vouched(self, asked: Asked, code: str, redirect: str, now: datetime) -> Vouched:
        """Whom the provider vouches for with a code that is good once; Distrust."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "client_id": self.client,
            "code_verifier": asked.verifier,
        }  # fmt: skip
        if self.secret:
            form["client_secret"] = self.secret
        token = self._call("POST", str(self._known(now)["token_endpoint"]), form).get("id_token")
        if not isinstance(token, str):
            raise Distrust(NotBelieved.REFUSED)
        claims = self._verified(token, now)
        if not secrets.compare_digest(str(claims.get("nonce", "")), asked.nonce):
            raise Distrust(NotBelieved.FORGED)
        return Vouched(f"{self.issuer} {claims['sub']}", _names(claims))

    def _verified(self, token: str, now: datetime) -> Mapping[str, Any]:
        """What a token says, once all of it is as it has to be (OpenID Connect Core 1.0 §3.1.3.7)."""
        claims = self._signed(token, now)
        subject = claims.get("sub")
        known = isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT
        if known and claims.get("iss") == self.issuer and self._is_meant(claims) and _is_of_now(claims, now):
            return claims
        raise Distrust(NotBelieved.FORGED)

    def _is_meant(self, claims: Mapping[str, Any]) -> bool:
        """Whether a token is for this install, and not for another client of the same provider."""
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        meant = claims.get("azp", self.client if len(audiences) == 1 else None)
        return self.client in audiences and meant == self.client

    def _signed(self, token: str, now: datetime) -> Mapping[str, Any]:
        """What a token says once its signature is right; with keys read anew where it was made with a new one."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        for again in (False, True):
            try:
                return jwt.decode(token, self._key_set(now, again=again), algorithms=list(ALGORITHMS)).claims
            except (JoseError, ValueError, KeyError, TypeError):
                continue
        raise Distrust(NotBelieved.FORGED)

    def _key_set(self, now: datetime, *, again: bool) -> Any:
        from joserfc.jwk import KeySet

        about = self._known(now)
        with self._turn:
            if self._keys is None or again:
                self._keys = KeySet.import_key_set(self._call("GET", str(about["jwks_uri"])))  # type: ignore[arg-type]
            return self._keys

    def _known(self, now: datetime) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0 §4)."""
        with self._turn:
            if self._read_at is None or now - self._read_at > _KNOWN_FOR:
                about = self._call("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if about.get("issuer") != self.issuer or not all(isinstance(about.get(key), str) for key in wanted):
                    raise Distrust(NotBelieved.FORGED)
                self._about, self._keys, self._read_at = about, None, now
            return self._about

    def _call(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise Distrust(NotBelieved.FORGED)
        try:
            with httpx.Client(timeout=SECONDS, transport=self.transport, trust_env=False) as client:
                answered = client.request(method, url, data=form)
            said = answered.json() if len(answered.content) <= MOST_BYTES else None
        except (httpx.HTTPError, ValueError):
            raise Distrust(NotBelieved.UNREACHABLE) from None
        if answered.status_code >= 500:
            raise Distrust(NotBelieved.UNREACHABLE)
        if answered.status_code != 200 or not isinstance(said, dict):
            raise Distrust(NotBelieved.REFUSED)
        return said


def provider_of(settings: Settings) -> Provider | None:
    """The provider an office has set up; nothing where it has none."""
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())


def _is_of_now(claims: Mapping[str, Any], now: datetime) -> bool:
    """Whether a token holds at this moment, as far as two clocks may differ."""
    ends, made, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    here = now.timestamp()
    if not (isinstance(ends, int | float) and isinstance(made, int | float) and isinstance(begins, int | float)):
        return False
    return ends > here - LEEWAY and max(made, begins) < here + LEEWAY


def _names(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """What the sign-in may be called: an address the provider has verified, or the name within the office."""
    email = claims.get("email") if claims.get("email_verified") is True else None
    found = (claims.get("preferred_username"), email)
    return tuple(name for name in found if isinstance(name, str) and name.strip())
