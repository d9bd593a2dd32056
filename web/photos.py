"""Pictures as they come from phones, made anew: upright, smaller, without where and with what they were taken."""

import struct
from enum import StrEnum
from io import BytesIO
from threading import BoundedSemaphore
from typing import Final

from PIL import Image, ImageOps

LONGEST_SIDE: Final = 1600
QUALITY: Final = 80
FORMATS: Final = ("JPEG", "PNG", "WEBP")

MOST_PIXELS: Final = 80_000_000
"""Of a JPEG, which is unpacked at a fraction of its size."""

MOST_PIXELS_OF_OTHERS: Final = 24_000_000
"""Of a format that has to be unpacked whole: a small file may hold a picture that fills the memory."""

_HEIC: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypavif")
_BRAND: Final = slice(4, 12)
_UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, struct.error, MemoryError,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow raises for broken files; it has no error of its own for all of them."""

_AT_ONCE: Final = BoundedSemaphore(2)


class NoPhoto(StrEnum):
    """Why a file is not kept as a picture."""

    HEIC = "heic"
    BROKEN = "broken"
    TOO_LARGE = "too-large"


def photo_of(body: bytes) -> bytes | NoPhoto:
    """The picture as a JPEG of at most 1600 pixels a side, or why there is none. Only two are unpacked at once."""
    if body[_BRAND] in _HEIC:
        return NoPhoto.HEIC
    try:
        with _AT_ONCE, Image.open(BytesIO(body), formats=FORMATS) as image:
            return _made_anew(image)
    except _UNREADABLE:
        return NoPhoto.BROKEN


def _made_anew(image: Image.Image) -> bytes | NoPhoto:
    most = MOST_PIXELS if image.format == "JPEG" else MOST_PIXELS_OF_OTHERS
    if image.width * image.height > most:
        return NoPhoto.TOO_LARGE
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Drawn on a new sheet: whatever the file said besides the picture stays behind.
    clean = Image.new("RGB", upright.size, "white")
    seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    clean.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
