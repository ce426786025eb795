"""A process that runs a supervisor, for tests that start it oddly or kill it.

Run as a program it starts one role with a shell script, tells about itself in lines of JSON, and
waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tty
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

RAW = "raw"
"""An argument: put the terminal into raw mode, as an app does."""


class Host:
    """A host that runs, as its tester sees it."""

    def __init__(self, process: subprocess.Popen[bytes], about: dict[str, Any]) -> None:
        self._process = process
        self.pid: int = process.pid
        self.session_id: str = about["session"]
        self.child: int = about["child"]
        self.guardian: int = about["guardian"]
        self.fifos = [Path(path) for path in about["fifos"]]

    def exit(self) -> Any:
        """How the role ended; waits for it."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def kill(self) -> None:
        """Kill the host so that it cannot clean up."""
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def hosted(
    script: str,
    *arguments: str,
    ignored: Set[signal.Signals] = frozenset(),
    blocked: Set[signal.Signals] = frozenset(),
    terminal: int | None = None,
) -> Iterator[Host]:
    """A host whose role runs this script. It is started with these signals ignored and blocked,
    and with this terminal as standard error. On leaving it ends in good order."""

    def prepare() -> None:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    command = [sys.executable, "-m", "supervisor.host", script, *arguments]
    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        preexec_fn=prepare,
        restore_signals=False,
        close_fds=False,
    ) as process:
        assert process.stdout is not None
        try:
            yield Host(process, json.loads(process.stdout.readline()))
        finally:
            if process.poll() is None:
                process.communicate(timeout=10)  # the end of its input is its sign to end


async def host(script: str, declared: str | None, raw: bool) -> None:
    """Run the role until standard input ends."""
    from ipcviz import events
    from ipcviz.log import Log
    from ipcviz.scenarios.schema import Channel
    from ipcviz.supervisor.guardian import Guardian
    from ipcviz.supervisor.supervisor import Supervisor
    from supervisor.running import scenario, shell

    channels = {"private": Channel(kind="fifo", writer="main", reader="main")}
    if declared is not None:
        channels["declared"] = Channel(kind="fifo", writer="main", reader="main", path=declared)
    guardian = Guardian.start(terminal=os.isatty(2))
    if raw:
        tty.setraw(2)
    session_id = f"host-{secrets.token_hex(6)}"
    log = Log()
    loaded = scenario(Path.cwd() / "scenario.toml", {"main": shell(script)}, channels)
    supervisor = Supervisor(loaded, log, session_id, guardian)

    def heard(event: events.Event) -> None:
        if isinstance(event, events.ProcessExit):
            known = {"code": event.code, "signal": event.signal}
            tell({name: value for name, value in known.items() if value is not None})

    def tell(what: object) -> None:
        print(json.dumps(what), flush=True)

    supervisor.open()
    log.listen(heard)
    child = supervisor.start("main")
    fifos = [str(path) for path in supervisor.channel_paths.values()]
    tell({"session": session_id, "child": child, "guardian": guardian.pid, "fifos": fifos})
    await asyncio.to_thread(sys.stdin.read)
    await supervisor.close()
    guardian.farewell()


if __name__ == "__main__":
    words = sys.argv[2:]
    paths = [word for word in words if word != RAW]
    asyncio.run(host(sys.argv[1], paths[0] if paths else None, RAW in words))
