"""Text that a spreadsheet must not take for a formula."""

from typing import Final

SIGNS: Final = tuple("=+-@＝＋－＠")


def harmless(text: str) -> str:
    """A spreadsheet takes text that begins so for a formula."""
    return "'" + text if text.lstrip().startswith(SIGNS) else text
