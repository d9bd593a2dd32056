"""Requests to Tencent Cloud with signature v3, TC3-HMAC-SHA256 (cloud.tencent.com, "签名方法 v3")."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import httpx

ALGORITHM: Final = "TC3-HMAC-SHA256"
JSON: Final = "application/json; charset=utf-8"


def tencent_request(
    address: str,
    operation: tuple[str, str],
    place: tuple[str, str],
    fields: Mapping[str, Any],
    key: tuple[str, str],
    now: datetime,
) -> httpx.Request:
    """One signed call. ``operation`` is its name and version, ``place`` service and region, ``key`` id and secret."""
    url = httpx.URL(address)
    body = json.dumps(fields, ensure_ascii=False).encode()
    signed = {"content-type": JSON, "host": url.netloc.decode("ascii"), "x-tc-action": operation[0].lower()}
    scope = f"{now.astimezone(UTC):%Y-%m-%d}/{place[0]}/tc3_request"
    request = canonical_request("POST", url.path, "", signed, body)
    proof = signature(request, scope, int(now.timestamp()), key[1])
    login = f"{ALGORITHM} Credential={key[0]}/{scope}, SignedHeaders={';'.join(sorted(signed))}, Signature={proof}"
    headers = signed | {
        "authorization": login,
        "x-tc-action": operation[0],
        "x-tc-version": operation[1],
        "x-tc-region": place[1],
        "x-tc-timestamp": str(int(now.timestamp())),
        "accept-encoding": "identity",
        "user-agent": "shouwang",
    }
    return httpx.Request("POST", address, headers=headers, content=body)


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """What is signed of a request; the values of ``headers`` are already in lower case."""
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    return "\n".join((method, path or "/", query, lines, ";".join(sorted(headers)), sha256(body).hexdigest()))


def signature(request: str, scope: str, timestamp: int, secret: str) -> str:
    """The proof; ``scope`` is day in UTC, service and ``tc3_request``, each a step in deriving the signing key."""
    text = f"{ALGORITHM}\n{timestamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for step in scope.split("/"):
        key = _mac(key, step)
    return _mac(key, text).hex()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), sha256).digest()
