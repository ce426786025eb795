"""Makes the FIFOs of a run; starts, signals, feeds and reaps its processes; ends them all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ipcviz import events
from ipcviz.errors import ControlError, StartError
from ipcviz.log import Log
from ipcviz.scenarios import signals
from ipcviz.scenarios.placeholders import fill
from ipcviz.scenarios.schema import Loaded
from ipcviz.supervisor import directory, ending, fifos, pidfd
from ipcviz.supervisor.child import Child
from ipcviz.supervisor.descendants import children, descendants, is_below
from ipcviz.supervisor.guardian import SESSION_VARIABLE, Guardian
from ipcviz.supervisor.reaping import Ended, reap
from ipcviz.supervisor.spawn import Spawned, close_inherited_on_exec, spawn

_PR_SET_CHILD_SUBREAPER = 36


class Supervisor:
    """The processes and FIFOs of one run. It lives on one asyncio loop in the main thread.

    channel_paths: where each channel's FIFO is.
    standard_pipes: the inode of every pipe that is some program's standard stream, and of which:
        `stdin`, `stdout` or `stderr`.
    rings: the directory in which traced programs record their calls.
    """

    def __init__(
        self,
        loaded: Loaded,
        log: Log,
        session_id: str,
        guardian: Guardian,
        traced: Callable[[Mapping[str, str], Path], Mapping[str, str]] | None = None,
    ) -> None:
        """`traced` gives a program's environment such that it records its calls in a directory;
        without it none does."""
        self._scenario = loaded.scenario
        self._base = loaded.file.absolute().parent
        self._log = log
        self._session_id = session_id
        self._guardian = guardian
        self._folder = directory.private_directory(os.environ) / session_id
        self.channel_paths = fifos.paths(self._scenario.channels, self._base, self._folder)
        self.rings = directory.rings_directory(self._folder)
        self._traced = traced
        self._undo = contextlib.ExitStack()
        self.standard_pipes: dict[int, str] = {}
        self._started: list[Child] = []
        self._strangers: frozenset[int] = frozenset()
        self._closing: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Make the private directory and the FIFOs. Raises UsageError where that cannot be."""
        with contextlib.ExitStack() as undo:
            # The guardian first, so that nothing is left if ipcviz is killed just after making it.
            self._guardian.watch(self._session_id, self._folder, rings=self.rings)
            undo.callback(self._guardian.forget, self._session_id)
            for folder in (self._folder, self.rings):
                directory.make(folder)
                undo.callback(directory.remove, folder)
            missing = fifos.missing(self.channel_paths)
            declared = [path for path in missing.values() if path.parent != self._folder]
            self._guardian.watch(self._session_id, self._folder, declared, self.rings)
            for name, path in missing.items():
                fifos.make(name, path)
                undo.callback(self._remove_fifo, name, path)
            self._undo = undo.pop_all()
        _adopt_orphans()
        close_inherited_on_exec()
        # The guardian, and what ran already when ipcviz took the place of a shell by exec.
        self._strangers = frozenset(children(os.getpid()))
        for name, path in self.channel_paths.items():
            self._log.append(
                events.ChannelCreate(
                    t=self._log.now(),
                    source="ipcviz",
                    channel=name,
                    kind="fifo",
                    path=str(path),
                    inode=path.stat().st_ino,
                )
            )

    @property
    def children(self) -> Mapping[int, str]:
        """The processes that ipcviz started and has not reaped, by pid, and the role of each."""
        return {child.pid: child.role for child in self._started if child.running}

    def running(self, role: str) -> bool:
        """Whether the process that ipcviz started for this role has not been reaped."""
        return role in self.children.values()

    def start(self, role: str) -> int:
        """Start a role's program; its pid.

        Raises StartError if it runs already, is started by another role, or does not start.
        """
        command = self._command(role)
        declared = self._scenario.roles[role]
        environment: Mapping[str, str] = {
            **os.environ,
            **declared.environment,
            SESSION_VARIABLE: self._session_id,
        }
        if self._traced is not None and declared.observe != "kernel":
            environment = self._traced(environment, self.rings)
        try:
            spawned = spawn(command, self._base / declared.cwd, environment)
        except StartError as error:
            raise StartError(f"{role} does not start: {error}") from error
        self._note_pipes(spawned)
        self._log.append(
            events.ProcessStart(
                t=self._log.now(),
                source="ipcviz",
                pid=spawned.pid,
                role=role,
                ppid=os.getpid(),
                command=command,
            )
        )
        for earlier in self._started:
            if earlier.role == role:  # what it left behind is not fed any more
                earlier.stdin.close()
        self._started.append(Child(role, spawned, self._log))
        return spawned.pid

    def signal(self, pid: int, signum: int) -> None:
        """Send a process of the run a signal.

        Raises ProcessLookupError if it has ended or is none of this run, PermissionError if it
        belongs to another user by now.
        """
        t = self._log.now()
        self._send(pid, signum)
        self._log.append(
            events.SignalSend(t=t, source="ipcviz", signal=signals.name(signum), to=pid)
        )

    def write_line(self, role: str, text: str) -> None:
        """Write a line to the role's standard input: of a role that another started, to the one
        that it has from there. Raises ControlError if nobody reads it."""
        try:
            self._fed(role).stdin.write(text.encode("utf-8", "surrogateescape") + b"\n")
        except BrokenPipeError:
            raise ControlError(f"nobody reads the standard input of {role} any more.") from None

    def finish(self, role: str) -> None:
        """Close the role's standard input, after what is not written yet."""
        self._fed(role).stdin.finish()

    def reap(self, pid: int) -> Ended | None:
        """How a process ended that lost its parent and is our child therefore; it is reaped.

        None if it lives, is no child of ours, or is one that we started: those are reaped, and
        told in the log, by themselves.
        """
        if pid in self.children or pid in self._strangers:
            return None
        try:
            return reap(os.P_PID, pid)
        except ChildProcessError:
            return None

    async def close(self) -> None:
        """End and reap every process of the run, and remove its FIFOs and its directory.

        Calling it again does nothing. Raises ControlError, when everything else is done, if a
        process does not end or something cannot be removed.
        """
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        left = await ending.end(self._remaining, self._send_if_possible)
        for child in self._started:
            child.close()
        self._log.catch_up()  # while the rings are there
        try:
            self._undo.close()
        except OSError as error:
            raise ControlError(f"{error.filename} cannot be removed: {error.strerror}.") from error
        if left:
            pids = ", ".join(map(str, left))
            raise ControlError(f"killed, but not ended within {ending.DEADLINE:.0f} s: {pids}.")

    def _command(self, role: str) -> tuple[str, ...]:
        declared = self._scenario.roles[role]
        if self._closing is not None:
            raise StartError(f"{role} does not start: the run ends.")
        if self.running(role):
            raise StartError(f"{role} runs already.")
        if declared.command is None:
            raise StartError(f"{role} is started by {declared.started_by}, not by ipcviz.")
        values = {
            "python": sys.executable,
            "dir": str(self._folder),
            **{name: str(path) for name, path in self.channel_paths.items()},
            **{f"{running}.pid": str(pid) for pid, running in self.children.items()},
        }
        try:
            return tuple(fill(argument, values) for argument in declared.command)
        except KeyError as missing:
            other = str(missing.args[0]).removesuffix(".pid")
            raise StartError(f"{role} needs the pid of {other}, which does not run.") from None

    def _note_pipes(self, spawned: Spawned) -> None:
        for stream, end in zip(("stdin", "stdout", "stderr"), spawned[1:], strict=True):
            self.standard_pipes[os.fstat(end).st_ino] = stream

    def _fed(self, role: str) -> Child:
        starter = self._scenario.first_starter(role)
        for child in reversed(self._started):
            if child.role == starter:
                return child
        raise ControlError(f"{starter} is not started.")

    def _send(self, pid: int, signum: int) -> None:
        for child in self._started:
            if child.pid == pid and child.running:
                child.send(signum)
                return
        with pidfd.opened(pid) as fd:
            # Asked after opening: if it lives when the signal is sent, it was this process that
            # descends from us, and not an earlier one of the same pid.
            if not is_below(pid, os.getpid(), self._strangers):
                raise ProcessLookupError(f"{pid} is no process of this run")
            pidfd.send(fd, signum)

    def _send_if_possible(self, pid: int, signum: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            self.signal(pid, signum)

    def _remaining(self) -> list[int]:
        for pid in children(os.getpid()):
            self.reap(pid)
        return descendants(os.getpid(), self._strangers)

    def _remove_fifo(self, channel: str, path: Path) -> None:
        fifos.remove(path)
        self._log.append(events.ChannelRemove(t=self._log.now(), source="ipcviz", channel=channel))


def _adopt_orphans() -> None:
    """Become the parent of every descendant whose own has ended. PR_SET_CHILD_SUBREAPER(2const).

    Where ipcviz was started with SIGCHLD ignored, the kernel would reap them all unseen."""
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
