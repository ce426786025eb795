"""Which processes a person asks about: by pid, by a FIFO's path, or by a part of the command."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from ipcviz.errors import UsageError
from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.native import File, Key
from ipcviz.observers.kernel.procfs import parse_command, read
from ipcviz.observers.survey.scan import Scan
from ipcviz.why.unseen import hidden_by_proc

_NAMED_AT_MOST = 5


class Chosen(Struct):
    """What was asked about: these processes, and whoever has one of these FIFOs open or waits to
    open it. `gone`: paths at which nothing stands; those of whom the path was found elsewhere."""

    pids: set[int] = field(default_factory=set)
    fifos: dict[Key, str] = field(default_factory=dict)
    gone: dict[str, set[int]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """The paths of FIFOs that somebody has open or waits for."""

    def add_opening(self, opening: Iterable[tuple[int, Key | None, str]]) -> None:
        """Add those who wait to open one of the FIFOs, or what stood at its path before."""
        for pid, key, path in opening:
            if key in self.fifos or path in self.fifos.values():
                self.pids.add(pid)
                self.used.add(path if key is None else self.fifos.get(key, path))

    def notes(self, scan: Scan) -> Iterator[str]:
        """What is to be said of paths that lead to nobody: a sentence each."""
        for path in self.fifos.values():
            if path not in self.used:
                yield f"Nobody has {path} open, or waits to open it; {_named(path, scan)}."
        for path in self.gone:
            yield f"Nothing stands at {path}; {_named(path, scan)}."


def choose(words: Sequence[str], scan: Scan) -> Chosen:
    """Find what each word means. Raises UsageError where one means nothing."""
    chosen = Chosen()
    for word in words:
        if not word:
            raise UsageError("an empty argument names nobody; expected a pid, a FIFO or a pattern.")
        if word.isascii() and word.isdecimal():
            chosen.pids.add(_pid(word, scan))
            continue
        file = _file(word)
        if file is not None and file.is_fifo:
            _add_fifo(file, word, chosen, scan)
        elif file is not None and "/" in word:
            expected = "expected a FIFO, a pid or a part of a command line"
            raise UsageError(f"{word} is {file.kind}; {expected}.")
        else:
            _add_matching(word, chosen, scan)
    return chosen


def _pid(word: str, scan: Scan) -> int:
    pid = int(word)
    if pid == os.getpid():
        raise UsageError(f"{pid} is ipcviz itself.")
    if pid in scan.processes:
        return pid
    if os.path.exists(f"/proc/{pid}"):
        raise UsageError(f"{pid} is a thread, of the kernel or of another process.")
    hidden = ", or it is hidden from you" if hidden_by_proc() else ""
    raise UsageError(f"there is no process {pid}{hidden}.")


def _file(word: str) -> File | None:
    """What stands at a path; null where nothing does. Raises UsageError where one may not look."""
    try:
        return native.identify(word)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if "/" not in word:
            return None
        raise UsageError(f"{word}: {error.strerror}.") from None


def _add_fifo(file: File, word: str, chosen: Chosen, scan: Scan) -> None:
    path = os.path.abspath(word)
    chosen.fifos[file.key] = path
    holders = scan.holders(file.key) - {os.getpid()}
    if holders:
        chosen.pids |= holders
        chosen.used.add(path)


def _add_matching(word: str, chosen: Chosen, scan: Scan) -> None:
    """Those with the word in their name or command line, else, of a path, with its last part."""
    found = {pid for pid in _others(scan) if word in _command(pid) or word in _name(pid, scan)}
    if not found and "/" in word:
        found = naming(word, scan)
        chosen.gone[word] = found
    if not found:
        raise UsageError(f'no process has "{word}" in its name or its command line.')
    chosen.pids |= found


def naming(path: str, scan: Scan) -> set[int]:
    """Those whose command line names a path, be it as seen from the directory they work in."""
    wanted = os.path.abspath(path)
    return {pid for pid in _others(scan) if wanted in _paths(pid, os.path.basename(wanted))}


def _paths(pid: int, last: str) -> Iterator[str]:
    """Each path with this last part that a process names."""
    words = (word.strip(_AROUND_PATHS) for word in _command(pid).replace("=", " ").split())
    for word in words:
        if os.path.basename(word) == last:
            with contextlib.suppress(OSError):
                base = "/" if word.startswith("/") else os.readlink(f"/proc/{pid}/cwd")
                yield os.path.normpath(os.path.join(base, word))


_AROUND_PATHS = "'\"()<>|&;,"
"""What stands beside a path in a shell's command, or in a program's text."""


def _named(path: str, scan: Scan) -> str:
    pids = sorted(naming(path, scan))
    if not pids:
        return "no command line names it"
    told = [f"{_name(pid, scan)} (pid {pid})" for pid in pids[:_NAMED_AT_MOST]]
    more = [f"{len(pids) - _NAMED_AT_MOST} more"] if len(pids) > _NAMED_AT_MOST else []
    return f"it is named in the command line of {', '.join([*told, *more])}"


def _others(scan: Scan) -> Iterator[int]:
    """Everybody but ipcviz and who started it: they name what they have it look for."""
    return iter(scan.processes.keys() - {os.getpid(), *scan.ancestors(os.getpid())})


def _name(pid: int, scan: Scan) -> str:
    return scan.processes[pid].name


def _command(pid: int) -> str:
    """A process's command line in one text; empty where it has gone."""
    try:
        return " ".join(parse_command(read(f"/proc/{pid}/cmdline", 1 << 16)))
    except OSError:
        return ""
