"""Pictures as phones make them, drawn for tests: with a place, lying on their side, as something else than they say."""

from io import BytesIO
from typing import Final

from PIL import Image

GPS_IFD: Final = 0x8825
ORIENTATION: Final = 0x0112
MAKER: Final = 0x010F
SECRET: Final = "SecretPhoneMaker"


def jpeg(width: int = 2400, height: int = 1800, *, turned: int = 1, comment: bytes = b"at the ford of the Yi") -> bytes:
    """A picture, red on the left and blue on the right, with where it was taken in it."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = turned, SECRET
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (35.0, 3.0, 1.0), 3: "E", 4: (118.0, 20.0, 1.0)})
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=comment, quality=90)
    return out.getvalue()


def png(mode: str = "RGBA", size: tuple[int, int] = (300, 200)) -> bytes:
    """A see-through or otherwise odd picture."""
    out = BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def heic() -> bytes:
    """The beginning of what some phones write instead."""
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 200
