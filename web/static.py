"""Style sheets and scripts, each at an address that changes with its content: a browser fetches it once, for good."""

import gzip
import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER: Final = Path(__file__).parent / "static"
KINDS: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class Kept(NamedTuple):
    """A file as it is sent: plain and packed, and the digest of its content in its address."""

    content: bytes
    packed: bytes
    kind: str
    digest: str


def static_address(name: str) -> str:
    """Where a file of ``web/static`` is found, below the site's root; KeyError where there is none of this name."""
    return f"/static/{_files()[name].digest}/{name}"


async def static(request: Request) -> Response:
    """One file; 404 for what is not there, and for the address of an older content."""
    kept = _files().get(request.path_params["name"])
    if kept is None or kept.digest != request.path_params["digest"]:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = {**_FOR_GOOD, "Content-Encoding": "gzip"}
        return Response(kept.packed, media_type=kept.kind, headers=packed)
    return Response(kept.content, media_type=kept.kind, headers=_FOR_GOOD)


@lru_cache
def _files() -> dict[str, Kept]:
    return {file.name: _kept(file) for file in sorted(FOLDER.iterdir()) if file.suffix in KINDS}


def _kept(file: Path) -> Kept:
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Kept(content, gzip.compress(content, 9, mtime=0), KINDS[file.suffix], digest)
