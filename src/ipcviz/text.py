"""Text for a person: cleaning what others wrote, and words for times and sizes."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, modes
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC: titles, links
    r"|\x1b[ -/]*[0-~]"  # the two-character ones
)
# What moves the cursor, reorders a line or takes no room: never a glyph of its own.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)

_LONGEST_NAME = 48

_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def clean(text: str) -> str:
    """One line of foreign text, safe to draw: escape sequences are taken out, tabs become
    spaces, and every other control or reordering character becomes a visible one."""
    if text.isascii() and text.isprintable():
        return text  # as nearly all are, at a tenth of the time
    return _UNSEEN.sub(_picture, _SEQUENCE.sub("", text).expandtabs(8))


def readable(data: bytes) -> str:
    """Bytes as text for a person: those that are not UTF-8 stand as \\xNN."""
    return data.decode("utf-8", "backslashreplace")


def escaped(data: bytes) -> str:
    """Bytes as text that tells each of them: as `readable`, but a backslash that stood before
    xNN in the data itself is \\x5c."""
    if b"\\x" in data:
        data = _ESCAPE.sub(rb"\\x5cx\1", data)
    return readable(data)


def unescaped(text: str) -> bytes:
    """The bytes that `escaped` made the text of."""
    data = text.encode("utf-8", "replace")
    if b"\\x" not in data:
        return data
    return _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), data)


def file_name(path: str) -> str:
    """The last part of a path, cut where it is so long that it could only disturb."""
    name = path.rpartition("/")[2]
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def duration(nanoseconds: int) -> str:
    """A span of time with about three digits and its unit: `41 us`, `6.15 s`, `2 min 5 s`."""
    seconds = nanoseconds / 1e9
    if seconds < 0.001:
        return f"{nanoseconds / 1e3:.0f} us"
    if seconds < 1:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 10:
        return f"{seconds:.2f} s"
    return elapsed(nanoseconds)


def elapsed(nanoseconds: int) -> str:
    """A wait that goes on, in whole seconds: `0 s`, `41 s`, `2 min 5 s`, `3 h 2 min`."""
    seconds = nanoseconds // 1_000_000_000
    if seconds < 120:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 120:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def clock(nanoseconds: int) -> str:
    """The age of the run as `MM:SS`, or `H:MM:SS`."""
    minutes, seconds = divmod(nanoseconds // 1_000_000_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def bytes_text(count: int) -> str:
    """A number of bytes, exact below 10,000: `104 B`, `64.0 KiB`."""
    if count < 10_000:
        return f"{count} B"
    return f"{count / 1024:.1f} KiB" if count < 1 << 20 else f"{count / (1 << 20):.1f} MiB"
