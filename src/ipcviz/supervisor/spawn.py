"""Starts one process, in a state that owes nothing to how ipcviz itself was started."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ipcviz.errors import StartError


class Spawned(NamedTuple):
    """A process just started, and our ends of the pipes that are its standard streams."""

    pid: int
    stdin: int
    stdout: int
    stderr: int


def close_inherited_on_exec() -> None:
    """Let nothing that ipcviz inherited above standard error reach the programs it starts."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            with contextlib.suppress(OSError):  # the descriptor that listed the directory
                os.set_inheritable(int(name), False)


def spawn(command: tuple[str, ...], cwd: Path, environment: Mapping[str, str]) -> Spawned:
    """Start a program in a process group of its own, with default signal dispositions, an empty
    signal mask and no descriptors but its standard streams, which are pipes.

    A name without a slash is looked for in the environment's PATH. Raises StartError, with a
    sentence, where it does not start.
    """
    with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
        try:
            ends = [_pipe(stream, theirs, ours) for stream in range(3)]
            with _working_directory(cwd):
                pid = os.posix_spawn(
                    _find(command[0], environment),
                    command,
                    environment,
                    file_actions=[
                        (os.POSIX_SPAWN_DUP2, end, stream) for stream, (end, _) in enumerate(ends)
                    ],
                    setpgroup=0,
                    setsigmask=(),
                    setsigdef=signal.valid_signals(),
                )
        except (OSError, ValueError) as error:
            raise StartError(_why(error, command[0], cwd)) from error
        ours.pop_all()
    return Spawned(pid, *(end for _, end in ends))


def _pipe(stream: int, theirs: contextlib.ExitStack, ours: contextlib.ExitStack) -> tuple[int, int]:
    """The program's end of a pipe for this standard stream, and ours, which never waits."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    end, our_end = (writing, reading) if stream else (reading, writing)
    theirs.callback(os.close, end)
    ours.callback(os.close, our_end)
    os.set_blocking(our_end, False)
    return end, our_end


@contextlib.contextmanager
def _working_directory(path: Path) -> Iterator[None]:
    # By descriptor, since ours may have been removed and then has no path to return to.
    before = os.open(".", os.O_PATH | os.O_CLOEXEC)
    try:
        try:
            os.chdir(path)
        except OSError as error:
            raise StartError(f"its working directory {path}: {error.strerror}.") from error
        yield
    finally:
        os.fchdir(before)
        os.close(before)


def _find(program: str, environment: Mapping[str, str]) -> str:
    if "/" in program:
        return program
    import shutil

    found = shutil.which(program, path=environment.get("PATH", os.defpath))
    if found is None:
        raise FileNotFoundError(errno.ENOENT, "not found in PATH")
    return found


def _why(error: OSError | ValueError, program: str, cwd: Path) -> str:
    if isinstance(error, ValueError):
        return f"its command or environment cannot be passed to a program: {error}."
    if error.errno == errno.ENOENT and "/" in program:
        if Path(cwd, program).exists():
            return f"{program} is there, but the interpreter that its first line names is not."
        return f"{program} is not there."
    if error.errno == errno.ENOENT:
        return f"{program} is not found in PATH."
    if error.errno == errno.EACCES:
        return f"{program} is not executable (chmod +x?)."
    if error.errno == errno.ENOEXEC:
        return f"{program} is no program that the kernel can run; does its #! line miss?"
    return f"{program}: {error.strerror}."
