"""A run without a screen: its exit code, its events, its text."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from headless_run import ipcviz, run_headless

MINE = """
format = 1
id = "mine"
title = "Mine"
[roles.one]
command = {command}
{more}
"""


def own(folder: Path, command: list[str], more: str = "") -> str:
    """A scenario of one role, which runs this command."""
    file = folder / "mine.toml"
    file.write_text(MINE.format(command=str(command).replace("'", '"'), more=more))
    return str(file)


def test_a_role_that_ends_as_it_should_not_makes_it_1(tmp_path: Path) -> None:
    told = run_headless(own(tmp_path, ["false"]), "--script", "start one; wait all exited")
    assert told.code == 1
    assert told.stderr == "ipcviz: one ended with exit 1; expected 0.\n"
    assert told.summary["roles"]["one"]["exit"] == 1


def test_exits_says_how_a_role_may_end(tmp_path: Path) -> None:
    mine = own(tmp_path, ["sh", "-c", "kill -TERM $$"], 'exits = [3, "TERM"]')
    told = run_headless(mine, "--script", "start one; wait all exited")
    assert (told.code, told.summary["roles"]["one"]["exit"]) == (0, "SIGTERM")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("start one; start one", 'step 2, "start one": one runs already.'),
        ("signal one USR1", 'step 1, "signal one USR1": one is not started.'),
        (
            "start one; wait one exited; kill one",
            'step 3, "kill one": one has ended.',
        ),
    ],
)
def test_a_step_that_cannot_be_done_makes_it_1(tmp_path: Path, script: str, sentence: str) -> None:
    told = run_headless(own(tmp_path, ["true"]), "--script", script)
    assert told.code == 1
    assert sentence in told.stderr
    assert [step["ok"] for step in told.of_type("step")][-1] is False


def test_what_runs_after_the_last_step_is_ended_and_that_is_no_failure(tmp_path: Path) -> None:
    told = run_headless(
        own(tmp_path, ["sleep", "1000"]), "--script", "start one; wait one sleeping"
    )
    assert told.code == 0
    role = told.summary["roles"]["one"]
    assert (role["state"], role["exit"]) == ("sleeping", None)
    with pytest.raises(ProcessLookupError):
        os.kill(role["pid"], 0)


def test_the_timeout_ends_the_run(tmp_path: Path) -> None:
    mine = own(tmp_path, ["sleep", "1000"])
    told = run_headless(mine, "--script", "start one; wait all exited", "--timeout", "0.5")
    assert told.code == 4
    assert told.summary["roles"]["one"]["state"] == "sleeping"


def test_signals_pause_and_resume_by_steps(tmp_path: Path) -> None:
    script = "start one; wait one sleeping; pause one; wait one stopped; resume one; "
    script += "wait one sleeping; signal one INT; wait one exited"
    told = run_headless(own(tmp_path, ["sleep", "1000"]), "--script", script)
    assert told.code == 0, told.stderr
    sent = [event["signal"] for event in told.of_type("signal.send")]
    assert sent[:3] == ["SIGSTOP", "SIGCONT", "SIGINT"]


def test_every_line_is_an_event_in_order(tmp_path: Path) -> None:
    told = run_headless(own(tmp_path, ["true"]), "--script", "start one; wait all exited")
    assert told.events[0]["type"] == "session"
    assert [event["seq"] for event in told.events] == list(range(len(told.events)))
    assert told.summary["type"] == "summary"


def test_the_text_tells_who_did_what_and_how_it_ended(tmp_path: Path) -> None:
    mine = own(tmp_path, ["sh", "-c", "echo hello"])
    command = ipcviz("run", mine, "--headless", "--script", "start one; wait all exited")
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["one", "●", "sh"] in [line[1:] for line in lines]
    assert ["one", "›", "hello"] in [line[1:] for line in lines]
    assert ["one", "✓", "exit", "0"] in [line[1:] for line in lines]
    assert any(line[:4] == ["one", "exited", "exit", "0"] for line in lines)


def test_hostile_output_reaches_the_text_clean(tmp_path: Path) -> None:
    script = r"printf '\033]0;title\007\033[31mred\033[0m [bold]\377\rback\n'"
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\nid = "mine"\ntitle = "Mine"\n[roles.one]\n'
        f"""command = ["sh", "-c", '''{script}''']\n"""
    )
    steps = "start one; wait all exited"
    command = ipcviz("run", str(file), "--headless", "--script", steps)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert b"\x1b" not in done.stdout
    assert b"\r" not in done.stdout
    assert "› red [bold]\\xff␍back" in done.stdout.decode()


def test_a_locale_without_the_marks_gets_letters(tmp_path: Path) -> None:
    mine = own(tmp_path, ["true"])
    command = ipcviz("run", mine, "--headless", "--script", "start one; wait all exited")
    variables = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, env=variables, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_what_took_the_place_of_a_fifo_stays(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\nid = "mine"\ntitle = "Mine"\n[roles.one]\n'
        """command = ["sh", "-c", 'rm "$1"; mkdir -p "$1/inside"', "sh", "{pipe}"]\n"""
        '[channels.pipe]\nkind = "fifo"\nfrom = "one"\nto = "one"\npath = "sub/pipe"\n'
    )
    told = run_headless(str(file), "--script", "start one; wait all exited")
    assert told.code == 0, told.stderr
    assert (tmp_path / "sub" / "pipe" / "inside").is_dir()


def test_a_private_directory_that_a_program_spoilt_is_removed(tmp_path: Path) -> None:
    script = 'chmod 0500 "$1"; mkdir "$1/inside"; true'
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\nid = "mine"\ntitle = "Mine"\n[roles.one]\n'
        f"""command = ["sh", "-c", '{script}', "sh", "{{dir}}"]\n"""
    )
    told = run_headless(str(file), "--script", "start one; wait all exited")
    folder = Path(told.of_type("process.start")[0]["command"][-1])
    assert told.code == 0, told.stderr
    assert not folder.exists()


def test_programs_that_only_start_and_end_were_never_stopped(tmp_path: Path) -> None:
    mine = own(tmp_path, ["sh", "-c", "true; true"])
    script = "; ".join(["start one; wait one exited"] * 20)
    told = run_headless(mine, "--script", script)
    assert told.code == 0, told.stderr
    assert not told.of_type("process.stop")
