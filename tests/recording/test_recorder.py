"""Recordings as real runs make them: `ipcviz run --record FILE`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from headless_run import ipcviz
from ipcviz import events
from ipcviz.recording.reader import read
from ipcviz.recording.recorder import Recorder
from recording.told import RUN, STOP

MINE = """
format = 1
id = "mine"
title = "Mine"
[roles.one]
command = ["sh", "-c", '''{script}''']
observe = "kernel"
[[steps]]
do = "start one"
[[steps]]
do = "wait all exited"
"""


def own(folder: Path, script: str) -> str:
    """A scenario of one role, a shell script."""
    file = folder / "mine.toml"
    file.write_text(MINE.format(script=script))
    return str(file)


def record(folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ipcviz("run", own(folder, script), "--headless", "--json", *arguments)
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def test_it_has_the_lines_that_are_printed_and_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    done = record(tmp_path, "echo hello", "--record", str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    assert file.read_bytes() == done.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [event.seq for event in read(file)] == list(range(len(done.stdout.splitlines())))


@pytest.mark.parametrize("before", [b"", events.encode(RUN) + b"\n"])
def test_an_older_recording_and_an_empty_file_are_replaced(tmp_path: Path, before: bytes) -> None:
    file = tmp_path / "run.jsonl"
    file.write_bytes(before)
    file.chmod(0o644)
    done = record(tmp_path, "true", "--record", str(file))
    assert file.read_bytes() == done.stdout
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("notes", "a file that is no recording is there, and stays; choose another name"),
        ("fifo", "expected a plain file, or none, there."),
        ("link", "expected a plain file, or none, there."),
        (".", "expected a plain file, or none, there."),
        ("nowhere/run", "cannot be written: No such file or directory."),
        ("notes/run", "cannot be written: Not a directory."),
    ],
)
def test_what_cannot_be_recorded_to_is_refused_before_anything_runs(
    tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "notes").write_text("mine\n")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("run")
    done = record(tmp_path, "true", "--record", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"ipcviz: --record {tmp_path / name}: {sentence}")
    assert (tmp_path / "notes").read_text() == "mine\n"
    assert not (tmp_path / "run").exists()


def test_a_kill_loses_the_last_second_at_most(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    mine = own(tmp_path, "while echo tick; do sleep 0.1; done")
    command = ipcviz("run", mine, "--headless", "--json", "--record", str(file))
    told: list[tuple[float, str]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            told.append((time.monotonic(), line))
            if told[-1][0] > told[0][0] + 1.6:
                break
        killed = time.monotonic()
        run.send_signal(signal.SIGKILL)
    due = [line for t, line in told if t < killed - 1]
    assert sum('"tick"' in line for line in due) > 2
    kept = list(read(file))
    assert len(kept) >= len(due)
    assert [events.encode(event).decode() + "\n" for event in kept][: len(due)] == due


def test_a_full_disk_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    mine = own(tmp_path, "i=0; while [ $i -lt 500 ]; do echo $i; i=$((i+1)); done")
    command = ipcviz("run", mine, "--headless", "--json", "--record", str(file))
    limited = ["sh", "-c", 'ulimit -f 16; exec "$@"', "sh", *command]  # 8 KiB, or 16
    done = subprocess.run(limited, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stderr.decode() == f"ipcviz: recording to {file} ended: File too large.\n"
    lines = done.stdout.splitlines(keepends=True)
    assert json.loads(lines[-1])["type"] == "summary"
    kept = [events.encode(event) + b"\n" for event in read(file)]
    assert 0 < len(kept) < len(lines)
    assert lines[: len(kept)] == kept


def test_each_further_run_gets_the_next_free_name(tmp_path: Path) -> None:
    (tmp_path / "run-2.jsonl").write_text("mine\n")
    said: list[str] = []

    async def runs() -> None:
        recorder = Recorder(tmp_path / "run.jsonl", said.append)
        for event in (RUN, STOP, RUN, STOP, STOP, RUN):
            recorder.hear(event)
        recorder.close()

    asyncio.run(runs())
    assert list(read(tmp_path / "run.jsonl")) == [RUN, STOP]
    assert list(read(tmp_path / "run-3.jsonl")) == [RUN, STOP, STOP]
    assert list(read(tmp_path / "run-4.jsonl")) == [RUN]
    assert (tmp_path / "run-2.jsonl").read_text() == "mine\n"
    assert said == []


def test_a_further_run_that_cannot_be_recorded_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    said: list[str] = []

    async def runs() -> None:
        recorder = Recorder(folder / "run.jsonl", said.append)
        recorder.hear(RUN)
        (folder / "run.jsonl").unlink()
        folder.rmdir()
        recorder.hear(RUN)
        recorder.hear(STOP)
        recorder.close()

    asyncio.run(runs())
    assert said == [f"not recorded beside {folder / 'run.jsonl'}: No such file or directory."]
