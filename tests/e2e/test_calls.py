"""Every call of real traced programs is told: what it was, where, when, and with which contents."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from headless_run import Event, Told, ipcviz, run_headless
from ipcviz.text import unescaped
from leftovers import rings_of
from waiting import wait_until

CHANNELS = """
format = 1
id = "calls"
title = "Calls"
[channels.a]
kind = "fifo"
from = "main"
to = "worker"
[channels.b]
kind = "fifo"
from = "worker"
to = "main"
"""

MAIN = """\
import os, sys
write = os.open(sys.argv[1], os.O_WRONLY)
read = os.open(sys.argv[2], os.O_RDONLY)
for number in range(int(sys.argv[3])):
    os.write(write, b"ask %d\\n" % number)
    os.read(read, 100)
"""
WORKER = """\
import os, sys
read = os.open(sys.argv[1], os.O_RDONLY)
write = os.open(sys.argv[2], os.O_WRONLY)
while data := os.read(read, 100):
    os.write(write, b"answer to " + data)
"""


def scenario(folder: Path, rounds: int, more: str = "") -> Path:
    """Two programs: one asks so often, the other answers."""
    (folder / "main.py").write_text(MAIN)
    (folder / "worker.py").write_text(WORKER)
    file = folder / "scenario.toml"
    file.write_text(
        CHANNELS
        + "[roles.main]\n"
        + f'command = ["{{python}}", "main.py", "{{a}}", "{{b}}", "{rounds}"]\n'
        + "[roles.worker]\n"
        + 'command = ["{python}", "worker.py", "{a}", "{b}"]\n'
        + more
    )
    return file


def calls(told: Told, call: str, channel: str) -> list[Event]:
    """The returns of a call on a channel, in the order in which they were told."""
    return [
        event
        for event in told.of_type("call.return")
        if event["call"] == call and event.get("channel") == channel
    ]


def check_order(told: Told, channel: str) -> None:
    """Every message: written before it was read, and each call begins before it ends."""
    for write, read in zip(
        calls(told, "write", channel), calls(told, "read", channel), strict=False
    ):
        assert write["data"] == read["data"]
        assert write["began"] <= write["t"]
        assert write["began"] <= read["t"]


def test_every_call_is_told_with_its_line_and_contents(tmp_path: Path) -> None:
    file = scenario(tmp_path, 300)
    told = run_headless(
        str(file), "--script", "start main; start worker; wait all exited", "--timeout", "60"
    )
    assert told.code == 0, told.stderr
    asked = [f"ask {number}\n" for number in range(300)]
    answered = [f"answer to {text}" for text in asked]
    for channel, data in (("a", asked), ("b", answered)):
        assert [event["data"] for event in calls(told, "write", channel)] == data
        read = [event["data"] for event in calls(told, "read", channel)]
        assert read == ([*data, ""] if channel == "a" else data)
        assert [event["call"] for event in calls(told, "open", channel)] == ["open", "open"]
        check_order(told, channel)
    assert told.of_type("dropped") == []
    places = {
        (event["role"], event["call"], Path(event["file"]).name, event["line"])
        for event in told.of_type("call.return")
    }
    assert {
        ("main", "open", "main.py", 2),
        ("main", "write", "main.py", 5),
        ("main", "read", "main.py", 6),
        ("worker", "open", "worker.py", 2),
        ("worker", "read", "worker.py", 4),
        ("worker", "write", "worker.py", 5),
    } <= places
    assert {(one["role"], one["loaded"]) for one in told.of_type("process.observe")} == {
        ("main", True),
        ("worker", True),
    }


def test_every_call_is_told_however_fast_they_follow(tmp_path: Path) -> None:
    """Two processes that talk as fast as they can. Their rings have room for all of it."""
    told = run_headless(
        str(scenario(tmp_path, 3000)), "--script", "start main; start worker; wait all exited"
    )
    assert told.code == 0, told.stderr
    returns = [event for event in told.of_type("call.return") if "channel" in event]
    counts = Counter((one["role"], one["call"], one["channel"]) for one in returns)
    assert {key: count for key, count in counts.items() if count > 2} == {
        ("main", "write", "a"): 3000,
        ("main", "read", "b"): 3000,
        ("worker", "read", "a"): 3001,
        ("worker", "write", "b"): 3000,
    }
    assert told.of_type("dropped") == []
    times = [event["t"] for event in told.events if not event.get("late")]
    assert times == sorted(times)


def test_fifty_requests_and_their_replies() -> None:
    script = "start provider; wait main ready; fire 50; finish provider; wait all exited"
    told = run_headless("fork-provider", "--script", script)
    assert told.code == 0, told.stderr
    requests, replies = (
        calls(told, "write", "main_to_worker"),
        calls(told, "write", "worker_to_main"),
    )
    assert (len(requests), len(replies)) == (50, 50)
    for request, reply in zip(requests, replies, strict=True):
        assert json.loads(request["data"])["hook"]["name"] == "formatMessage"
        assert json.loads(reply["data"])["exitStatus"] == 0
        assert request["result"] == len(unescaped(request["data"]))
        assert (request["role"], reply["role"]) == ("main", "worker")
        assert request["began"] <= reply["began"]
    for channel in ("main_to_worker", "worker_to_main"):
        written = [event["data"] for event in calls(told, "write", channel)]
        assert "".join(event["data"] for event in calls(told, "read", channel)) == "".join(written)
    session = told.events[0]
    assert session["hooks"] == {"request": "main_to_worker", "reply": "worker_to_main"}
    assert session["actions"][0]["text"].startswith("formatMessage")
    assert {fork["child"] for fork in told.of_type("process.fork")} == {
        event["pid"] for event in told.of_type("process.start") if event["role"] != "provider"
    }
    (kill,) = calls_of(told, "provider", "kill")
    (sent,) = [event for event in told.of_type("signal.send") if event["source"] == "tracer"]
    assert (sent["signal"], sent["t"]) == ("SIGTERM", kill["began"])


def calls_of(told: Told, role: str, call: str) -> list[Event]:
    """The returns of a role's call."""
    return [
        event
        for event in told.of_type("call.return")
        if event["role"] == role and event["call"] == call
    ]


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_program_leaves_whole_records(tmp_path: Path, seed: int) -> None:
    pause = random.Random(seed).uniform(0.1, 0.25)
    file = scenario(tmp_path, 1_000_000, 'exits = ["SIGKILL", "SIGPIPE", 1]\n')
    script = f"start main; start worker; sleep {pause:.3f}; kill worker; kill main"
    told = run_headless(str(file), "--script", script)
    for channel, text in (("a", "ask {}\n"), ("b", "answer to ask {}\n")):
        for call in ("write", "read"):
            done = [event["data"] for event in calls(told, call, channel) if event.get("data")]
            if told.of_type("dropped"):
                assert all(data.endswith("\n") for data in done)
            else:
                assert done == [text.format(number) for number in range(len(done))]
    ended: set[int] = set()
    for event in told.events:
        if event["type"] == "process.exit":
            ended.add(event["pid"])
        assert not (event["type"].startswith("call.") and event["pid"] in ended)


NOT_TRACED = {
    "shell": (["sh", "-c", "read line"], "not a Python program"),
    "isolated": (["{python}", "-I", "-c", "input()"], "Python was started with -I"),
    "no-site": (["{python}", "-BS", "-c", "input()"], "Python was started with -S"),
    "no-environment": (["{python}", "-X", "dev", "-E", "-c", "input()"], "started with -E"),
    "bare": (["env", "-i", "{python}", "-c", "input()"], "without the environment that loads"),
    "left-alone": (["{python}", "-c", "input()"], "as its scenario asks"),
    "traced": (["{python}", "-c", "input()"], None),
}


def test_who_is_not_traced_is_told_so_and_why(tmp_path: Path) -> None:
    lines = [line for line in CHANNELS.splitlines() if not line.startswith(("[", "kind", "from"))]
    lines = [line for line in lines if not line.startswith("to")]
    for role, (command, _) in NOT_TRACED.items():
        lines += [f"[roles.{role}]", f"command = {json.dumps(command)}"]
        if role in ("left-alone", "traced"):
            lines.append(f'observe = "{"kernel" if role == "left-alone" else "tracer"}"')
    file = tmp_path / "scenario.toml"
    file.write_text("\n".join(lines))
    steps = [f"start {role}; wait {role} ready" for role in NOT_TRACED]
    steps += ["sleep 0.2", *(f"finish {role}" for role in NOT_TRACED)]
    told = run_headless(str(file), "--script", "; ".join(steps))
    observed = {event["role"]: event for event in told.of_type("process.observe")}
    for role, (_, why) in NOT_TRACED.items():
        assert observed[role]["loaded"] == (why is None), observed[role]
        assert (why or "") in observed[role].get("why", "")


RUNS_ANOTHER = """\
import os, sys
read, write = os.pipe2(0)
for number in range(20):
    os.write(write, b"before %d" % number)
os.execv(sys.executable, [sys.executable, "after.py", str(read), str(write)])
"""
AFTER = """\
import os, sys
read, write = map(int, sys.argv[1:])
os.write(write, b"after")
os.read(read, 4096)
os.execvp("sleep", ["sleep", "0.8"])
"""


def test_each_program_of_a_process_is_told_with_its_own_lines(tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text(RUNS_ANOTHER)
    (tmp_path / "after.py").write_text(AFTER)
    file = tmp_path / "scenario.toml"
    file.write_text(
        'format = 1\nid = "exec"\ntitle = "Exec"\n'
        '[roles.main]\ncommand = ["{python}", "before.py"]\n'
    )
    told = run_headless(str(file), "--script", "start main; wait main exited")
    assert told.code == 0, told.stderr
    places = [
        (Path(event["file"]).name, event["line"], event["data"])
        for event in told.of_type("call.return")
        if event["call"] in ("read", "write")
    ]
    before = [f"before {number}" for number in range(20)]
    assert places == [
        *[("before.py", 4, text) for text in before],
        ("after.py", 3, "after"),
        ("after.py", 4, "".join(before) + "after"),
    ]
    observed = [(one["loaded"], one.get("why")) for one in told.of_type("process.observe")]
    assert observed[0] == (True, None)
    assert observed[-1] == (False, "not a Python program")


@pytest.mark.parametrize("way", ["its end", "SIGINT", "SIGKILL"])
def test_nothing_stays_in_shared_memory(tmp_path: Path, way: str) -> None:
    file = scenario(tmp_path, 10)
    script = "start main; start worker; " + ("wait all exited" if way == "its end" else "sleep 60")
    command = ipcviz("run", str(file), "--headless", "--json", "--script", script)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if json.loads(line)["type"] == "process.observe":
                break
        rings = rings_of(run.pid)
        assert [ring.stat().st_mode & 0o777 for ring in rings] in ([0o700], [])
        if way != "its end":
            assert rings
            run.send_signal(getattr(signal, way))
        run.communicate(timeout=20)
    wait_until(lambda: not rings_of(run.pid), "no ring is left")
