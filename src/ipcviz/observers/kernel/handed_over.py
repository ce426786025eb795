"""Descriptors that were handed to a program on purpose: their numbers are told to it in words."""

from __future__ import annotations

import re

from ipcviz.observers.kernel.procfs import read

_MOST = 1 << 17
"""Bytes of an environment that are read."""
_COUNTS = re.compile(rb"(?:^|\0)(?:SHLVL|LS_COLORS)=[^\0]*")
"""Variables of nearly every environment whose small numbers are no descriptors."""
_NUMBER = re.compile(rb"(?<![\w.])\d{1,6}(?![\w.])")
"""A whole number: not the 3 of python3, of 3.11, or of 13."""


class HandedOver:
    """The whole numbers in the arguments and the environment of a process, as of `--fd 3` or of
    make's MAKEFLAGS. Both are read when they are first asked for, once for each program."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._command: tuple[str, ...] = ()
        self._numbers: frozenset[int] = frozenset()

    def names(self, fd: int, command: tuple[str, ...]) -> bool:
        """Whether a descriptor's number is among them. `command`: what the process runs now. Where
        its environment cannot be read, its arguments alone answer."""
        if command != self._command:
            self._command, self._numbers = command, self._read(command)
        return fd in self._numbers

    def _read(self, command: tuple[str, ...]) -> frozenset[int]:
        try:
            environment = _COUNTS.sub(b"", read(f"/proc/{self._pid}/environ", _MOST))
        except OSError:
            environment = b""
        text = "\0".join(command).encode(errors="surrogateescape") + b"\0" + environment
        return frozenset(map(int, _NUMBER.findall(text)))
