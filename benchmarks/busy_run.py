"""The app while two programs talk as quickly as 2,000 hooks a second, for ten seconds; then while
three threads and a forked process write into one FIFO as quickly as they can.

Told are how long keys take, how many frames are drawn, what of a core and how much memory ipcviz
takes, and whether every call and byte was either recorded or counted as dropped.
"""

from __future__ import annotations

import json
import os
import select
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from terminal import spawn


class Part(NamedTuple):
    """A scenario, by its folder, how often each of its channels is written to, and bounds: of
    the slowest key, in seconds, and of frames a second."""

    folder: str
    writes: dict[str, int]
    slowest_key: float
    frames: float


PARTS = (
    Part("busy", {"requests": 20_000, "replies": 20_000}, 0.100, 10.0),
    # ipcviz has to share two processors with six threads that are never at rest: how long it waits
    # for one of them is more of the slowest key's time than all that it does.
    Part("flood", {"requests": 1_200_000}, 0.600, 5.0),
)
PROCESSOR = 100.0
"""Bound: percent of a core."""
MEMORY = 400.0
"""Bound: MiB. The events, rows and messages that are kept are limited in number."""
WITHIN = 60.0
COLUMNS, ROWS = 120, 40
_CAN_HOLD_BACK, _YES, _FRAME_ENDS = b"\x1b[?2026$p", b"\x1b[?2026;2$y", b"\x1b[?2026l"
_FOCUS = "┏".encode()
"""Painted when the focus goes to another pane, and at no other time."""


class Window:
    """The app on a pseudo-terminal that is only read, not drawn."""

    def __init__(self, command: list[str]) -> None:
        self.pid, self._terminal = spawn(command, COLUMNS, ROWS)
        self.frames: list[float] = []

    def press(self, key: bytes) -> float:
        """Press a key; when it was pressed."""
        os.write(self._terminal, key)
        return time.perf_counter()

    def read(self, seconds: float) -> bytes:
        """What is painted within so many seconds, up to the end of the first piece of it."""
        readable, _, _ = select.select([self._terminal], [], [], max(0.0, seconds))
        if not readable:
            return b""
        painted = os.read(self._terminal, 1 << 20)
        if _CAN_HOLD_BACK in painted:
            os.write(self._terminal, _YES)
        self.frames += [time.perf_counter()] * painted.count(_FRAME_ENDS)
        return painted

    def wait_for(self, text: bytes) -> float:
        """Wait until the text is painted; when it was."""
        painted, deadline = b"", time.perf_counter() + WITHIN
        while text not in painted:
            painted = painted[-len(text) :] + self.read(deadline - time.perf_counter())
            if time.perf_counter() > deadline:
                sys.exit(f"{text!r} was not painted within {WITHIN} s")
        return time.perf_counter()

    def close(self) -> None:
        """Quit the app."""
        self.press(b"\x11")
        while select.select([self._terminal], [], [], 0)[0] or not self._ended():
            try:
                self.read(0.1)
            except OSError:  # nobody has the terminal open any more
                break
        os.close(self._terminal)

    def _ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def main() -> None:
    """Print every figure beside its bound; exit 1 if one is broken."""
    kept = [play(part) for part in PARTS]
    sys.exit(not all(kept))


def play(part: Part) -> bool:
    """Run one part and print its figures: whether all bounds are kept."""
    print(f"{part.folder}:")
    scenario = Path(__file__).with_name(part.folder) / "scenario.toml"
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder, "run.jsonl")
        command = [sys.executable, "-m", "ipcviz", "run", str(scenario), "--record", str(recording)]
        window = Window(command)
        try:
            figures = measure(window, part)
        finally:
            window.close()
            os.waitpid(window.pid, 0)
        return account(recording, part.writes) and figures


def measure(window: Window, part: Part) -> bool:
    """Start both programs, press tab now and then until they end, and print the figures."""
    window.wait_for(b"start main")
    window.press(b"wm")
    window.wait_for(b"requests")
    began, spent = time.perf_counter(), _processor_time(window.pid)
    keys = []
    while time.perf_counter() - began < 10:
        pressed = window.press(b"\t")
        keys.append(window.wait_for(_FOCUS) - pressed)
        pause = time.perf_counter() + 0.3
        while time.perf_counter() < pause:
            window.read(pause - time.perf_counter())
    took = time.perf_counter() - began
    percent = 100 * (_processor_time(window.pid) - spent) / took
    frames = sum(one >= began for one in window.frames) / took
    memory = _most_memory(window.pid)
    print(
        f"{len(keys)} keys, answered within {max(keys) * 1000:.0f} ms, median "
        f"{statistics.median(keys) * 1000:.0f} ms; bound {part.slowest_key * 1000:.0f} ms"
    )
    print(f"{frames:.1f} frames a second, at least {part.frames:.0f}")
    print(f"{percent:.0f} % of a core, bound {PROCESSOR:.0f} %")
    print(f"{memory:.0f} MiB of memory at most, bound {MEMORY:.0f} MiB")
    return (
        max(keys) <= part.slowest_key
        and frames >= part.frames
        and percent <= PROCESSOR
        and memory <= MEMORY
    )


def account(recording: Path, writes: dict[str, int]) -> bool:
    """Print how many calls and bytes were recorded, and how many were counted as dropped."""
    calls: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    dropped = 0
    with recording.open() as file:
        for event in map(json.loads, file):
            which = event.get("call", ""), event.get("channel", "")
            if event["type"] == "call.return":
                calls[which] += event.get("result", 0) > 0
                sizes[which] += event.get("result", 0)
            elif event["type"] == "dropped" and event["what"] == "calls":
                calls[which] += event["count"]
                sizes[which] += event["bytes"]
                dropped += event["count"]
    complete = True
    for channel, count in writes.items():
        written, read = ("write", channel), ("read", channel)
        print(
            f"{channel}: {calls[written]} writes of {sizes[written]} bytes, "
            f"{calls[read]} reads of {sizes[read]} bytes"
        )
        complete &= calls[written] == count and sizes[written] == sizes[read]
    print(f"{dropped} calls of these were counted, not recorded")
    return complete


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _most_memory(pid: int) -> float:
    """The most that it has had in memory, in MiB (proc_pid_status(5), VmHWM)."""
    (line,) = (
        one
        for one in Path(f"/proc/{pid}/status").read_text().splitlines()
        if one.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
