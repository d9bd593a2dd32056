"""Pictures that stand inside a page."""

import io

from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """A square picture a telephone reads, as SVG without a word of style in it."""
    # Few pages need it, and it takes a while to load.
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", scale=4, border=4, xmldecl=False, svgns=False, light="#fff", svgclass="qr", lineclass=None,
        omitsize=False,
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())
