"""Programs run with and without the tracer, and what they recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from ipcviz.observers.tracer.injection import traced
from ipcviz.observers.tracer.process import ALL
from ipcviz.observers.tracer.ring import Record, Ring
from ipcviz.observers.tracer.sites import Site, Sites

PROGRAMS = Path(__file__).with_name("programs")


def environment(rings: Path | None) -> dict[str, str]:
    """Without a variable that changes Python; with the tracer if there is where to record."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return bare if rings is None else traced(bare, rings)


class Told(NamedTuple):
    """A record, by what its site is."""

    record: Record
    site: Site

    @property
    def kind(self) -> int:
        return self.site.kind

    @property
    def number(self) -> int:
        return self.record[7]

    @property
    def result(self) -> int:
        return self.record[2]

    @property
    def errno(self) -> int:
        return self.record[4]

    @property
    def contents(self) -> bytes:
        """What was read or written, as far as it is kept; of other calls what is told of them."""
        if self.kind in (Kind.READ, Kind.WRITE):
            return self.record[5][: max(0, self.result)]
        return self.record[5].rstrip(b"\0")


class Recorded:
    """What one process has recorded, read as ipcviz does."""

    def __init__(self, rings: Path, pid: int) -> None:
        self._rings, self._pid = rings, pid
        self.sites = Sites()
        self._files: set[Path] = set()
        self.threads: dict[int, Ring] = {}

    def find(self) -> bool:
        """Look for files of it, and say whether there is a ring."""
        for path in sorted(self._rings.glob(f"{self._pid}.*")):
            if path in self._files or path.suffix == ".new":
                continue
            self._files.add(path)
            if path.suffix == ".sites":
                self.sites.add(path)
            elif path.suffix == ".ring":
                self.threads[int(path.name.split(".")[1])] = Ring(path)
        return bool(self.threads)

    def read(self) -> list[Told]:
        """The records that are new, of all threads, thread by thread."""
        self.find()
        records = [record for ring in self.threads.values() for record in ring.drain(ALL)]
        self.sites.read()
        told = []
        for record in records:
            site = self.sites.get(record[3])
            assert site is not None, record
            told.append(Told(record, site))
        return told

    def read_into(self, told: list[Told]) -> int:
        """Add the records that are new, and say how many there are now."""
        told += self.read()
        return len(told)

    def close(self) -> None:
        """Let go of the files."""
        for path in self._files:
            if path.suffix == ".sites":
                self.sites.let_go(path)
        for ring in self.threads.values():
            ring.close()


@contextmanager
def ring_directory() -> Iterator[Path]:
    """A directory in memory, as the tracer needs one."""
    rings = Path(tempfile.mkdtemp(prefix="ipcviz-test-", dir="/dev/shm"))
    try:
        yield rings
    finally:
        shutil.rmtree(rings)


class Ran(NamedTuple):
    """How a program ended, and what it recorded."""

    process: subprocess.CompletedProcess[bytes]
    pid: int
    threads: int
    sites_files: int
    told: list[Told]
    others: dict[int, list[Told]]
    buffers: dict[int, int]
    unrecorded: dict[int, tuple[int, int]]


def run(code: str, *arguments: str, python: str = sys.executable, input: bytes = b"") -> Ran:
    """Run a traced program to its end. `told` is what its own process recorded, `others` by pid;
    `buffers`: bytes held at the end by descriptor; `unrecorded`: calls and bytes by kind."""
    with ring_directory() as rings:
        child = subprocess.Popen(
            [python, "-c", code, *arguments],
            env=environment(rings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output, errors = child.communicate(input, timeout=60)
        ended = subprocess.CompletedProcess(child.args, child.returncode, output, errors)
        told: dict[int, list[Told]] = {}
        threads = len(list(rings.glob(f"{child.pid}.*.ring")))
        sites_files = len(list(rings.glob(f"{child.pid}.*.sites")))
        buffers: dict[int, int] = {}
        unrecorded: dict[int, tuple[int, int]] = {}
        for pid in {int(path.name.split(".")[0]) for path in rings.iterdir()}:
            recorded = Recorded(rings, pid)
            told[pid] = recorded.read()
            if pid == child.pid:
                buffers = {site.fd: size for site, size in recorded.sites.buffered()}
                for site, calls, size in recorded.sites.unrecorded():
                    before = unrecorded.get(site.kind, (0, 0))
                    unrecorded[site.kind] = before[0] + calls, before[1] + size
            recorded.close()
        own = told.pop(child.pid, [])
        return Ran(ended, child.pid, threads, sites_files, own, told, buffers, unrecorded)


@contextmanager
def stepwise(code: str, rings: Path) -> Iterator[tuple[subprocess.Popen[bytes], Recorded]]:
    """A traced program that goes on by a step for every line it is sent."""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(rings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        recorded = Recorded(rings, child.pid)
        yield child, recorded
        recorded.close()
    assert child.returncode == 0


def asked(child: subprocess.Popen[bytes], line: bytes) -> bytes:
    """What the program answers to a line."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line + b"\n")
    child.stdin.flush()
    return child.stdout.readline()


def shown(told: list[Told]) -> list[tuple[str, int, int, int, bytes]]:
    """The calls: name, descriptor, line, result, contents."""
    return [
        (layout.NAMES[one.kind], one.site.fd, one.site.line, one.result, one.contents)
        for one in told
        if one.kind != Kind.HANDLER
    ]
