"""Time from left to right: which moment stands in which cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ipcviz.text import clock

_SECOND = 1_000_000_000
_MINUTE = 60
_STEPS = (1, 2, 5, 10, 15, 30, *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 360, 720)))
"""Seconds between two figures of an axis, from one second on."""
_BETWEEN = 4
"""Cells at least between the end of a figure and the next one."""


@dataclass(frozen=True)
class Scale:
    """The `span` nanoseconds from `start` on, over `width` cells."""

    start: int
    span: int
    width: int

    @property
    def end(self) -> int:
        """The first moment that is no longer on it."""
        return self.start + self.span

    @property
    def text(self) -> str:
        """From when to when it reaches, to about a hundredth of that."""
        step: int = 10 ** (len(str(self.span)) - 3)
        ends = (figure(t // step * step, step) for t in (self.start, self.end))
        return " to ".join(ends)

    def cell(self, t: int) -> int:
        """The cell in which this moment stands; beyond the edges where it is not on the scale."""
        return (t - self.start) * self.width // self.span

    def begin(self, cell: int) -> int:
        """The first moment of a cell."""
        return self.start - (-self.span * cell // self.width)

    def middle(self, cell: int) -> int:
        """The moment in the middle of a cell."""
        return self.start + self.span * (2 * cell + 1) // (2 * self.width)

    def figures(self) -> Iterator[tuple[int, str]]:
        """The round figures of an axis: in which cell each begins, and its text."""
        step = next(step for step in _steps() if self._room_for(step))
        for number in range(-(-self.start // step), self.end // step + 1):
            t = number * step
            cell = self.cell(t)
            text = figure(t, step)
            if cell + len(text) < self.width:
                yield cell, text

    def _room_for(self, step: int) -> bool:
        """Whether figures so far apart do not touch."""
        longest = max(len(figure(t, step)) for t in (self.start, self.end))
        return step * self.width >= (longest + _BETWEEN) * self.span


def figure(t: int, step: int) -> str:
    """A moment, as exactly as a step of an axis wants it: `0.25 s`, `12 s`, `02:30`."""
    minutes = step >= _MINUTE * _SECOND or (step >= _SECOND and t >= 2 * _MINUTE * _SECOND)
    if minutes:
        return clock(t)
    decimals = 0
    while step * 10**decimals % _SECOND:
        decimals += 1
    return f"{t / _SECOND:.{decimals}f} s"


def _steps() -> Iterator[int]:
    """Round spans of time, ever longer."""
    power = 1
    while power < _SECOND:
        yield from (power, 2 * power, 5 * power)
        power *= 10
    yield from (step * _SECOND for step in _STEPS)
    days = 1
    while True:
        yield days * 24 * 60 * _MINUTE * _SECOND
        days *= 2
