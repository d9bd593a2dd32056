"""An identity provider on loopback (OpenID Connect Core 1.0): signs with RSA, checks PKCE, and lies where told to."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT: Final = "shouwang"
SECRET: Final = "between us two"


@lru_cache
def key(name: str) -> RSAKey:
    """A key pair of the provider's, or of somebody who would like to be it."""
    return RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"}, private=name != "")


@dataclass
class Peer:
    """The provider. ``claims``: who signs in; ``lies``: what it says wrongly; ``signs_with``: whose key it uses."""

    issuer: str = ""
    now: datetime | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    signs_with: str = "own"
    knows: str = "own"
    refuses: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def about(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        """The public key everybody may verify with."""
        return {"keys": [key(self.knows).as_dict(private=False)]}

    def authorized(self, question: dict[str, str]) -> str:
        """Where somebody who has signed in is sent back to."""
        if self.refuses:
            return f"{question['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': question['state']})}"
        code = secrets.token_urlsafe(8)
        self.codes[code] = question
        return f"{question['redirect_uri']}?{urlencode({'code': code, 'state': question['state']})}"

    def token(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """An ID token for a code that is good once, to who knows its secret and its verifier."""
        question = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = question is not None and given.get("client_secret") == SECRET
        if question is None or not known or question["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        assert self.now is not None
        at = int(self.now.timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": question["nonce"], "sub": "s-1",
        }  # fmt: skip
        said = {name: value for name, value in {**claims, **self.claims, **self.lies}.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, said, key(self.signs_with))
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextmanager
def provider(now: datetime) -> Iterator[Peer]:
    """One that runs meanwhile."""
    peer = Peer(now=now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Discovery, keys, and signing in without a question."""
            parts = urlsplit(self.path)
            peer.asked.append(parts.path)
            if parts.path == "/authorize":
                question = {name: some[0] for name, some in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", peer.authorized(question))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.answer(200, peer.keys() if parts.path == "/keys" else peer.about())

        def do_POST(self) -> None:
            """A code for a token."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            peer.asked.append("/token")
            self.answer(*peer.token({name: some[0] for name, some in parse_qs(body).items()}))

        def answer(self, status: int, said: dict[str, Any]) -> None:
            """Answer in JSON."""
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    peer.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        running.join()
