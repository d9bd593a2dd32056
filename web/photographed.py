"""Pictures that come with an answer: which duties take some, and what is said of one that cannot be kept."""

from collections.abc import Sequence

from domain.programme.schema import Helper
from domain.rules.ways import Way
from domain.words import say
from web.asked import Asked
from web.photos import NoPhoto, photo_of

Photo = bytes | NoPhoto


def takes_photos(asked: Asked) -> bool:
    """Whether pictures may come with the answer: only where a helper reports in person."""
    duty, kind = asked.duty, asked.kind
    if duty is None or kind is None or not kind.asks or asked.way is not Way.FORM:
        return False
    return isinstance(asked.programme.roles[asked.reader.role(duty)], Helper)


def taken(files: Sequence[bytes]) -> list[Photo]:
    """Each file made anew, or why it is no picture."""
    return [photo_of(file) for file in files]


def photo_problems(photos: Sequence[Photo], language: str) -> dict[str, str]:
    """One sentence of the first picture that cannot be kept."""
    wrong = ((number, why) for number, why in enumerate(photos, 1) if isinstance(why, NoPhoto))
    number, why = next(wrong, (0, None))
    return {"photo": say(language, f"web.photo-{why.value}", number=number)} if why else {}
