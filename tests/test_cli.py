"""The command line: what it answers, with which exit code, in which stream."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from headless_run import environment, ipcviz
from ipcviz.diagnoses.rules import RULES
from ipcviz.scenarios import catalog

IDS = [file.parent.name for file in catalog.builtin()]


def answer(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ipcviz(*arguments), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_list_names_every_scenario() -> None:
    done = answer("list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == IDS
    assert done.returncode == 0


def test_list_as_json_is_one_array() -> None:
    listed = json.loads(answer("list", "--json").stdout)
    assert [one["id"] for one in listed] == IDS
    assert set(listed[0]) == {"id", "title", "chapter", "teaches", "raises", "variants"}


@pytest.mark.parametrize("name", IDS)
def test_show_tells_what_a_scenario_is(name: str) -> None:
    done = answer("show", name)
    headings = ("Programs", "Pipes", "Keys", "Steps", "Variants", "References")
    assert set(headings) - set(done.stdout.splitlines()) <= {"Variants"}
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_show_tells_what_may_be_found() -> None:
    _, _, findings = answer("show", "signals").stdout.partition("\nFindings\n")
    rules = [line.split()[:2] for line in findings.partition("\n\n")[0].splitlines()]
    assert ["deadlock", "error:"] in rules
    assert ["self-held-end", "perhaps;"] in rules


def test_the_help_of_run_tells_every_rule_and_the_exit_codes() -> None:
    told = answer("run", "--help").stdout
    assert {f"{rule.name}  " in told for rule in RULES} == {True}
    assert "3 there was a finding that --fail-on names" in " ".join(told.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["run", "basic-man-first", "--headless"],
            'there is no scenario "basic-man-first"; did you mean "basic-main-first"?',
        ),
        (["show", "nowhere.toml"], "nowhere.toml: there is no such file"),
        (
            ["run", "signals", "--variant", "work-in-handle", "--headless"],
            'there is no variant "work-in-handle"; did you mean "work-in-handler"?',
        ),
        (["run", "signals", "--json"], "--json goes with --headless"),
        (
            ["run", "signals", "--headless", "--script", "start wrker"],
            '"start wrker": there is no role "wrker"; did you mean "worker"?',
        ),
        (
            ["run", "signals", "--headless", "--script", "expect zomby"],
            '"expect zomby": there is no rule "zomby"; did you mean "zombie"?',
        ),
        (
            ["run", "signals", "--headless", "--fail-on", "zombie,zomby"],
            '--fail-on: there is no rule "zomby"; did you mean "zombie"? Expected error, warning,',
        ),
        (
            ["run", "signals", "--headless", "--fail-on", "info"],
            'there is no rule "info". Expected error, warning, or names of rules with commas '
            f"between them: {', '.join(rule.name for rule in RULES)}.",
        ),
        (["run", "signals", "--headless", "--fail-on", ""], 'there is no rule "".'),
        (["run", "signals", "--headless", "--timeout", "soon"], "'soon' is not a valid"),
        (["run", "signals", "--headless", "--timeout", "inf"], "inf is not in the range"),
        (
            ["run", "signals", "--headless", "--jsn"],
            "No such option '--jsn'. Did you mean '--json'?",
        ),
        (["lst"], "No such command 'lst'"),
    ],
)
def test_a_mistake_is_answered_by_a_sentence(arguments: list[str], sentence: str) -> None:
    done = answer(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["run", "signals"]])
def test_without_a_terminal_the_screen_is_refused(arguments: list[str]) -> None:
    done = answer(*arguments)
    assert done.returncode == 2
    assert done.stderr == (
        "ipcviz: the screen needs a terminal, and standard input is not one; "
        "without one use: ipcviz run SCENARIO --headless\n"
    )


def test_every_mistake_of_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\nid = "mine"\ntitel = "Mine"\n[roles.main]\ncommand = "main.py"\n'
        '[variants.other]\nraises = ["zomby"]\n'
    )
    done = answer("run", str(file), "--headless")
    assert done.returncode == 2
    assert f'{file}:3: titel: unknown key; did you mean "title"?' in done.stderr
    assert f"{file}:5: roles.main.command: expected an array" in done.stderr
    assert f'{file}:7: variants.other.raises[0]: there is no rule "zomby"; did you' in done.stderr


def test_a_reader_that_goes_away_ends_the_run_quietly() -> None:
    command = ipcviz("run", "basic-main-first", "--headless", "--json")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.readline()
        run.stdout.close()
        assert (run.wait(timeout=20), run.stderr.read()) == (141, b"")


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("ipcviz run basic-m", "plain,basic-main-first"),
        ("ipcviz run mine/gre", "file,mine/gre"),
        ("ipcviz run signals --fail-on zom", "plain,zombie"),
        ("ipcviz run signals --fail-on zombie,warn", "plain,zombie,warning"),
    ],
)
def test_the_shell_completes_ids_files_and_rules(words: str, completed: str) -> None:
    variables = environment(
        _IPCVIZ_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
    )
    done = subprocess.run(ipcviz(), env=variables, capture_output=True, text=True, check=False)
    assert completed in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        ("ipcviz list >&-", 0, ""),
        ("ipcviz list >/dev/full", 1, "ipcviz: No space left on device.\n"),
        ("ipcviz --version >/dev/full", 1, "ipcviz: No space left on device.\n"),
        (
            "ipcviz run signals --headless >/dev/full",
            1,
            "ipcviz: standard output cannot be written: No space left on device.\n",
        ),
        ("ipcviz run signals --headless >&-", 0, ""),
        (
            "ipcviz <&-",
            2,
            "ipcviz: the screen needs a terminal, and standard input is not one; "
            "without one use: ipcviz run SCENARIO --headless\n",
        ),
    ],
)
def test_closed_and_full_streams_are_no_reason_for_a_traceback(
    command: str, code: int, sentence: str
) -> None:
    program = shlex.join(ipcviz())
    shell = ["sh", "-c", command.replace("ipcviz", program, 1)]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, sentence)
