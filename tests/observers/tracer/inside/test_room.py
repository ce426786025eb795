"""Buffers, rings and files of sites: what they hold is told, and what finds no room is counted."""

from __future__ import annotations

import os
from pathlib import Path

from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from observers.tracer.inside.running import Told, asked, ring_directory, run, stepwise
from waiting import wait_until

STEPS = {
    "file.write('text é')": 7,
    "file.buffer.write(b'12345')": 5,
    "print('a line', file=file)": 7,
    "file.flush()": 0,
    "file.writelines(['x' * 3000, 'y' * 3000, 'z' * 3000])": 9000,
    "file.write('x' * 10_000)": 10_000,
    "file.reconfigure(encoding='utf-16', newline='\\r\\n')": 0,
    "file.write('\\n')": 4,
    "file.buffer.write(memoryview(b'x' * 100))": 100,
    "file.flush(); file.write('more'); file.buffer.raw.write(b'past them')": 8 + 9,
    "file.close()": 0,
}
"""What is done to a file, and how many bytes it accepts."""


def test_what_buffers_hold_is_told_until_it_is_flushed() -> None:
    code = "import fcntl, os, sys, termios\nr, w = os.pipe()\nfile = open(w, 'w')\n"
    for step in STEPS:
        code += f"sys.stdin.readline()\n{step}\n"
        code += "queued = fcntl.ioctl(r, termios.FIONREAD, bytes(4))\n"
        code += "print(int.from_bytes(queued, 'little'), flush=True)\n"
    with ring_directory() as rings, stepwise(code, rings) as (child, recorded):
        accepted, held = 0, 0
        for step, size in STEPS.items():
            accepted += size
            queued = int(asked(child, b""))
            recorded.read()
            held = {site.fd: size for site, size in recorded.sites.buffered()}.get(4, held)
            assert (step, held) == (step, accepted - queued)
        assert held == 0


def test_what_finds_no_room_is_counted_to_the_call_and_byte() -> None:
    calls = 40_000
    ran = run(
        "import os, sys\n"
        "r, w = os.pipe()\n"
        f"for i in range({calls}):\n"
        "    os.write(w, b'x' * (i % 97)); os.read(r, 200) if i % 97 else None\n"
    )
    assert ran.process.returncode == 0
    for kind in Kind.READ, Kind.WRITE:
        kept = [one.result for one in ran.told if one.kind == kind]
        lost, lost_bytes = ran.unrecorded[kind]
        assert len(kept) > 1000
        assert sum(kept) + lost_bytes == sum(i % 97 for i in range(calls))
        expected = calls if kind == Kind.WRITE else sum(i % 97 > 0 for i in range(calls))
        assert len(kept) + lost == expected


def test_recording_goes_on_once_the_records_were_read() -> None:
    code = (
        "import os, sys\n"
        "r, w = os.pipe()\n"
        "for line in sys.stdin:\n"
        "    for _ in range(int(line)): os.write(w, b'x'); os.read(r, 1)\n"
        "    print(flush=True)\n"
    )
    with ring_directory() as rings, stepwise(code, rings) as (child, recorded):
        asked(child, b"20000")
        kept = len(recorded.read())
        lost = sum(one.calls for one in recorded.sites.unrecorded())
        assert kept < 20_000 < lost
        asked(child, b"10")
        told: list[Told] = []
        kinds = [Kind.READ, *[Kind.WRITE, Kind.READ] * 10, Kind.WRITE]

        def all_is_recorded() -> bool:
            recorded.read_into(told)
            # The answer that ended the flood may be recorded, too.
            newest = sorted(told, key=lambda one: one.number)[-len(kinds) :]
            return [one.kind for one in newest] == kinds

        wait_until(all_is_recorded, "all is recorded")


def test_a_fifo_opened_again_and_again_does_not_fill_the_sites(tmp_path: Path) -> None:
    path = tmp_path / "f"
    os.mkfifo(path)
    ran = run(
        "import os, sys\n"
        "keep = os.open(sys.argv[1], os.O_RDWR)\n"
        "for _ in range(3000):\n"
        "    with open(sys.argv[1], 'w') as file: file.write('x')\n"
        "    os.read(keep, 1)\n",
        str(path),
    )
    assert ran.process.returncode == 0
    assert ran.sites_files == 1
