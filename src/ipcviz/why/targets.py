"""Which processes a person asks about: by pid, by a FIFO's path, or by a part of the command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from ipcviz.errors import UsageError
from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.procfs import parse_command, read
from ipcviz.observers.survey.related import ancestors
from ipcviz.observers.survey.scan import Scanned


class Chosen(Struct):
    """What was asked about: these processes, and whoever waits to open these FIFOs."""

    pids: set[int] = set()
    fifos: dict[Key, str] = {}
    notes: list[str] = []


def choose(words: Sequence[str], scanned: Mapping[int, Scanned]) -> Chosen:
    """Find what each word means. Raises UsageError where one means nothing."""
    chosen = Chosen(set(), {}, [])
    for word in words:
        if word.isdecimal():
            chosen.pids.add(_pid(word, scanned))
        elif "/" in word or os.path.lexists(word):
            _add_fifo(word, scanned, chosen)
        else:
            chosen.pids |= _matching(word, scanned)
    return chosen


def _pid(word: str, scanned: Mapping[int, Scanned]) -> int:
    pid = int(word)
    if pid in scanned:
        return pid
    if pid == os.getpid():
        raise UsageError("that is ipcviz itself.")
    if os.path.exists(f"/proc/{pid}"):
        raise UsageError(f"{pid} is a thread of the kernel, or of another process.")
    raise UsageError(f"there is no process {pid}.")


def _add_fifo(path: str, scanned: Mapping[int, Scanned], chosen: Chosen) -> None:
    try:
        file = native.identify(path)
    except FileNotFoundError:
        matching = naming(path, scanned)
        if not matching:
            raise UsageError(f"there is no {path}, and no process names it.") from None
        chosen.pids |= matching
        chosen.notes.append(f"There is no {path}; processes that name it are told.")
        return
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    if not file.is_fifo:
        expected = "expected a FIFO, a pid or a part of a command"
        raise UsageError(f"{path} is {file.kind}; {expected}.")
    chosen.fifos[file.key] = os.path.abspath(path)
    for one in scanned.values():
        if any(key == file.key for key, _, _ in one.ends.values()):
            chosen.pids.add(one.pid)


def _matching(word: str, scanned: Mapping[int, Scanned]) -> set[int]:
    """Those with the word in their name or command line, but for who runs ipcviz."""
    apart = set(ancestors_of_ipcviz(scanned))
    found = {
        pid
        for pid, one in scanned.items()
        if pid not in apart and (word in one.name or word in command_of(pid))
    }
    if not found:
        raise UsageError(f'no process has "{word}" in its name or its command line.')
    return found


def naming(path: str, scanned: Mapping[int, Scanned]) -> set[int]:
    """Those whose command line names a path, or its last part, but for who runs ipcviz."""
    apart = set(ancestors_of_ipcviz(scanned))
    last = os.path.basename(path)
    return {
        pid
        for pid in scanned
        if pid not in apart and any(os.path.basename(part) == last for part in _words(pid))
    }


def ancestors_of_ipcviz(scanned: Mapping[int, Scanned]) -> Iterable[int]:
    """Whoever started ipcviz, and above: they name what they have it look for."""
    parent = os.getppid()
    yield parent
    yield from ancestors(parent, scanned)


def command_of(pid: int) -> str:
    """A process's command line in one text; empty where it has gone."""
    return " ".join(_arguments(pid))


def _words(pid: int) -> list[str]:
    return [word for part in _arguments(pid) for word in part.replace("=", " ").split()]


def _arguments(pid: int) -> tuple[str, ...]:
    try:
        return parse_command(read(f"/proc/{pid}/cmdline", 1 << 16))
    except OSError:
        return ()
