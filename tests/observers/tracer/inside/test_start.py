"""The tracer starts, or says why not; the program runs on in any case."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from observers.tracer.inside.running import environment, ring_directory, run


def test_the_programs_own_sitecustomize_is_run(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('of the user')\nvalue = 5\n")
    with ring_directory() as rings:
        env = environment(rings)
        env["PYTHONPATH"] += os.pathsep + str(tmp_path)
        code = "import sitecustomize, sys; print(sitecustomize.value, sys.path[1])"
        ran = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        assert ran.stdout == f"of the user\n5 {tmp_path}\n"
        assert list(rings.glob("*.ring"))


def test_a_program_without_a_place_to_record_runs_on(tmp_path: Path) -> None:
    env = environment(tmp_path / "gone")
    ran = subprocess.run([sys.executable, "-c", "print(5)"], env=env, capture_output=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"5\n", b"")


def test_a_program_whose_place_to_record_goes_away_runs_on() -> None:
    code = (
        "import os, shutil, sys, threading\n"
        "r, w = os.pipe()\n"
        "file = open(w, 'w')\n"
        "shutil.rmtree(sys.argv[1])\n"
        "thread = threading.Thread(target=os.write, args=(w, b'thread '))\n"
        "thread.start(); thread.join()\n"
        "print('parent', file=file, flush=True)\n"
        "if os.fork() == 0:\n"
        "    print('child', file=file, flush=True); os._exit(0)\n"
        "os.wait()\n"
        "print(os.read(r, 100))\n"
    )
    with ring_directory() as rings:
        command = [sys.executable, "-c", code, str(rings / "below")]
        (rings / "below").mkdir()
        env = environment(rings / "below")
        ran = subprocess.run(command, env=env, capture_output=True)
    assert (ran.stderr, ran.stdout) == (b"", b"b'thread parent\\nchild\\n'\n")


def test_a_program_says_why_it_is_not_traced() -> None:
    with ring_directory() as rings:
        command = ["prlimit", "--fsize=4096", sys.executable, "-c", "print(5)"]
        child = subprocess.Popen(
            command, env=environment(rings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert child.communicate() == (b"5\n", b"")
        assert "File too large" in (rings / f"{child.pid}.why").read_text()


def test_a_thread_without_room_to_record_runs_on() -> None:
    code = (
        "import os, resource, signal, sys, threading\n"
        "r, w = os.pipe()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "thread = threading.Thread(target=os.write, args=(w, b'thread '))\n"
        "thread.start(); thread.join()\n"
        "if os.fork() == 0:\n"
        "    os.write(w, b'child'); os._exit(0)\n"
        "os.wait()\n"
        "print(os.read(r, 100))\n"
    )
    check_runs_on(code, b"b'thread child'\n")


def test_a_program_that_forbids_to_open_runs_on() -> None:
    code = (
        "import os, sys\n"
        "r, w = os.pipe()\n"
        "def hook(event, args):\n"
        "    if event == 'open': raise RuntimeError\n"
        "sys.addaudithook(hook)\n"
        "if os.fork() == 0:\n"
        "    os.write(w, b'child'); os._exit(0)\n"
        "os.wait()\n"
        "print(os.read(r, 100))\n"
    )
    check_runs_on(code, b"b'child'\n")


def check_runs_on(code: str, printed: bytes) -> None:
    """A traced program prints this, and no error."""
    ran = run(code).process
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, b"", printed)
