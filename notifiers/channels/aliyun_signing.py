"""Requests to Aliyun with signature V3, ACS3-HMAC-SHA256 (help.aliyun.com, "V3版本请求体&签名机制")."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import httpx

ALGORITHM: Final = "ACS3-HMAC-SHA256"
NO_BODY: Final = sha256(b"").hexdigest()


def aliyun_request(
    address: str,
    operation: tuple[str, str],
    parameters: Mapping[str, str],
    key: tuple[str, str],
    now: datetime,
    nonce: str,
) -> httpx.Request:
    """One signed call. ``operation`` is its name and version, ``key`` the AccessKey's id and secret.

    Parameters stand in the query, as Aliyun's own description of these calls says; there is no body.
    """
    url = httpx.URL(address)
    query = canonical_query(parameters)
    headers = {
        "host": url.netloc.decode("ascii"),
        "x-acs-action": operation[0],
        "x-acs-content-sha256": NO_BODY,
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": operation[1],
    }
    proof = signature("POST", url.path, query, headers, NO_BODY, key[1])
    login = f"{ALGORITHM} Credential={key[0]},SignedHeaders={';'.join(sorted(headers))},Signature={proof}"
    told = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "shouwang"}
    return httpx.Request("POST", f"{address}?{query}", headers=headers | told | {"authorization": login})


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted by name, everything but letters, digits and ``-_.~`` percent-encoded."""
    return "&".join(f"{quote(name, safe='~')}={quote(parameters[name], safe='~')}" for name in sorted(parameters))


def signature(method: str, path: str, query: str, headers: Mapping[str, str], digest: str, secret: str) -> str:
    """The proof that whoever knows the secret has written these headers, this query and a body of this digest."""
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = "\n".join((method, path or "/", query, lines, ";".join(sorted(headers)), digest))
    text = f"{ALGORITHM}\n{sha256(request.encode()).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), sha256).hexdigest()
