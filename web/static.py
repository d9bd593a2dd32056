"""Scripts and style sheets of our own, each at an address with its digest: kept by browsers for good, never stale."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER: Final = Path(__file__).parent / "static"
KINDS: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json", ".png": "image/png", ".woff2": "font/woff2",
}  # fmt: skip
FOR_GOOD: Final = "public, max-age=31536000, immutable"
WORKER: Final = "worker.js"
"""Served at ``/sw.js`` instead, together with what it needs: a worker may not be told to load a new address."""

_DIGEST_SIGNS: Final = 16


class Asset(NamedTuple):
    """One file as it is served; ``packed`` is nothing where packing does not help."""

    digest: str
    kind: str
    body: bytes
    packed: bytes | None


@lru_cache
def assets() -> Mapping[str, Asset]:
    """Every file in ``web/static/``, by name; read once."""
    files = (path for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS)
    return {path.name: asset(path.read_bytes(), KINDS[path.suffix]) for path in files}


def asset(body: bytes, kind: str) -> Asset:
    """Some bytes as they are served."""
    packed = gzip.compress(body, 9, mtime=0)
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST_SIGNS]
    return Asset(digest, kind, body, packed if len(packed) < len(body) else None)


def static_address(name: str) -> str:
    """The path of a file below the pages' root; a KeyError for one that is not there."""
    return f"/static/{assets()[name].digest}/{name}"


async def static(request: Request) -> Response:
    """One file; a digest that is not its own is 404: nobody keeps the wrong file for good."""
    found = assets().get(request.path_params["name"])
    if found is None or found.digest != request.path_params["digest"]:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return sent(request, found, FOR_GOOD)


def sent(request: Request, what: Asset, cached: str) -> Response:
    """An asset, packed for who understands that."""
    headers = {"Cache-Control": cached, "Vary": "Accept-Encoding", "ETag": f'"{what.digest}"'}
    understands = [part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")]
    if what.packed is not None and "gzip" in understands:
        return Response(what.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=what.kind)
    return Response(what.body, headers=headers, media_type=what.kind)


@lru_cache
def _worker() -> Asset:
    parts = (assets()[name].body for name in ("keeping.js", WORKER))
    return asset(b"\n".join(parts), KINDS[".js"])


async def worker(request: Request) -> Response:
    """The service worker: asked for anew each time, so that a newer one is never held up by a cache."""
    return sent(request, _worker(), "no-cache")
