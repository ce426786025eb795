"""Random traffic between two programs: the plan that both of them and the test make from a seed."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field

MOST = 1_000_000
"""Bytes of the largest payload."""


@dataclass(frozen=True)
class Burst:
    """What one program writes before it listens: `writes` are the bytes of each write, and the
    pauses before them are in seconds. The other reads it with `reads` as the sizes to ask for."""

    writes: tuple[bytes, ...]
    pauses: tuple[float, ...]
    reads: tuple[int, ...]

    @property
    def data(self) -> bytes:
        """All of it."""
        return b"".join(self.writes)


@dataclass(frozen=True)
class Voice:
    """One of several that write into the first channel at once: a thread of `main`, or a process
    that it forks. Each of its `lines` is one write, says whose it is, and is never torn apart."""

    forked: bool
    lines: tuple[bytes, ...]
    pauses: tuple[float, ...]


@dataclass(frozen=True)
class Plan:
    """Bursts by turns: the first, the third, ... by `main`, the others by `worker`. Then, with
    some seeds, a crowd."""

    seed: int
    names: tuple[str, str] = field(init=False)
    framings: tuple[str, str] = field(init=False)
    buffered: bool = field(init=False)
    """By open() and its buffers, or by os.write and os.read."""
    bursts: tuple[Burst, ...] = field(init=False)
    crowd: tuple[Voice, ...] = field(init=False)

    def __post_init__(self) -> None:
        choose = random.Random(self.seed)
        first, second = _name(choose), _name(choose)
        while second == first:
            second = _name(choose)
        values = {
            "names": (first, second),
            "framings": (choose.choice(("line", "raw")), choose.choice(("line", "raw"))),
            "buffered": choose.random() < 0.3,
            "bursts": tuple(_burst(choose) for _ in range(2 * choose.randint(1, 6))),
            "crowd": _crowd(choose),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def writes(self, channel: int) -> list[bytes]:
        """Every write to the first (0) or second (1) channel, in order."""
        return [data for burst in self.bursts[channel::2] for data in burst.writes]


def _crowd(choose: random.Random) -> tuple[Voice, ...]:
    if choose.random() < 0.5:
        return ()
    # The first is forked while there is no thread yet, as a process of several must not be.
    kinds = [True, *sorted((choose.random() < 0.5 for _ in range(3)), reverse=True)]
    return tuple(_voice(choose, who, forked) for who, forked in enumerate(kinds))


def _voice(choose: random.Random, who: int, forked: bool) -> Voice:
    count = choose.randint(1, 150)
    lines = tuple(
        b"%d %d %s\n" % (who, number, b"x" * choose.choice((0, 20, choose.randint(0, 4000))))
        for number in range(count)
    )
    return Voice(forked, lines, tuple(choose.choice((0, 0, 0.001)) for _ in lines))


def _name(choose: random.Random) -> str:
    letters = string.ascii_letters + string.digits + "_-"
    return choose.choice(string.ascii_letters) + "".join(
        choose.choices(letters, k=choose.randint(1, 20))
    )


def _burst(choose: random.Random) -> Burst:
    payloads = [_payload(choose) for _ in range(choose.randint(1, 5))]
    writes = tuple(_cut(choose, payloads))
    size = sum(map(len, writes))
    pauses = tuple(choose.choice((0, 0, 0, 0.001, 0.004)) for _ in writes)
    return Burst(writes, pauses, tuple(_sizes(choose, size)))


def _payload(choose: random.Random) -> bytes:
    size = choose.choice((1, choose.randint(2, 200), choose.randint(200, 9_000)))
    if choose.random() < 0.04:
        size = choose.randint(60_000, MOST)
    if choose.random() < 0.5:
        return choose.randbytes(size)
    return "".join(choose.choices('abc{}:\\x0"é€\n', k=max(1, size // 2))).encode()


def _cut(choose: random.Random, payloads: list[bytes]) -> list[bytes]:
    """Each payload by one write, by several, or together with the next."""
    writes: list[bytes] = []
    together = False
    for payload in payloads:
        if together:
            writes[-1] += payload
        elif len(payload) > 1 and choose.random() < 0.3:
            at = choose.randint(1, len(payload) - 1)
            writes += [payload[:at], payload[at:]]
        else:
            writes.append(payload)
        together = choose.random() < 0.3
    return writes


def _sizes(choose: random.Random, size: int) -> list[int]:
    """How much each read asks for at most: enough of them for the whole burst in any case."""
    if size > 20_000:
        return [65_536] * 4
    return [choose.choice((1 + size // 3, size, 4096, 65_536)) for _ in range(4)]
