"""A process that ipcviz started: signalled, reaped, fed and listened to."""

from __future__ import annotations

import asyncio
import os

from ipcviz import events
from ipcviz.log import Log
from ipcviz.supervisor import pidfd
from ipcviz.supervisor.input import StandardInput
from ipcviz.supervisor.output import Allowance, OutputStream
from ipcviz.supervisor.reaping import reap
from ipcviz.supervisor.spawn import Spawned


class Child:
    """A role's process. That it ended is learnt from its pidfd, never from the end of its
    output, which its own children may hold open for hours."""

    def __init__(self, role: str, spawned: Spawned, log: Log) -> None:
        self.role = role
        self.pid = spawned.pid
        self.running = True
        """Not reaped yet."""
        self.stdin = StandardInput(spawned.stdin)
        self._log = log
        # Nobody but us reaps it, so that the pid is its own until then.
        self._pidfd = os.pidfd_open(spawned.pid)
        allowance = Allowance(asyncio.get_running_loop().time())
        self._outputs = [
            OutputStream(spawned.stdout, "stdout", self.pid, role, log, allowance),
            OutputStream(spawned.stderr, "stderr", self.pid, role, log, allowance),
        ]
        asyncio.get_running_loop().add_reader(self._pidfd, self._reap)

    def send(self, signum: int) -> None:
        """Send the process a signal. Raises ProcessLookupError if it has ended."""
        if not self.running:
            raise ProcessLookupError("the process has ended")
        pidfd.send(self._pidfd, signum)

    def close(self) -> None:
        """Let go of it, reaped or not; what is in its output now is told first."""
        if self.running:
            self._release()
        self.stdin.close()
        for output in self._outputs:
            output.drain()
            output.close()

    def _reap(self) -> None:
        ended = reap(os.P_PIDFD, self._pidfd)
        if ended is None:  # a debugger has not let it go yet
            return
        self._release()
        for output in self._outputs:
            output.drain()
        self._log.append(
            events.ProcessExit(
                t=self._log.now(),
                source="ipcviz",
                pid=self.pid,
                role=self.role,
                code=ended.code,
                signal=ended.signal,
            )
        )

    def _release(self) -> None:
        self.running = False
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
