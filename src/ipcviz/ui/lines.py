"""Lines of text, put together piece by piece, cut and padded by cells."""

from __future__ import annotations

from textual.content import Content

from ipcviz.text import clean
from ipcviz.ui.tones import CHIP

Piece = str | Content | tuple[str, str]
"""A text, styled or with its style. Texts of others must have gone through `foreign`."""


def line(*pieces: Piece) -> Content:
    """The pieces, one after the other."""
    return Content.assemble(*pieces)


def foreign(text: str, style: str = "") -> Content:
    """A text that others wrote, cleaned of all that could act on the terminal."""
    return Content.styled(clean(text), style)


def fit(content: Content, width: int) -> Content:
    """The content in exactly `width` cells, with an ellipsis where it was cut."""
    if width <= 0:
        return Content("")
    return content.truncate(width, ellipsis=True, pad=True)


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` at the left, `right` at the right edge. Where both do not fit, `left` is cut."""
    if right.cell_length == 0:
        return fit(left, width)
    room = width - right.cell_length - 1
    return line(fit(left, room), " ", right) if room > 0 else fit(right, width)


def band(content: Content, style: str, width: int) -> Content:
    """The content on a coloured band over the whole width."""
    return fit(content, width).stylize_before(style)


def rule(title: str, width: int) -> Content:
    """A section's title, followed by a line up to the right edge."""
    dashes = max(0, width - Content(title).cell_length - 1)
    return fit(line((title, "$quiet"), " ", ("─" * dashes, "$frame")), width)


def chip(key: str) -> Content:
    """A key, as something to press."""
    return Content.styled(f" {key} ", CHIP)


def wrapped(content: Content, width: int) -> list[Content]:
    """The content in lines of at most `width` cells."""
    return [one.rstrip() for one in content.wrap(max(1, width))]
