from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.scenarios import catalog
from ipcviz.scenarios.load import load
from scenarios.writing import GOOD, mistakes, write


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("[]", ": expected a program and its arguments"),
        ("['no-such-program']", '[0]: there is no program "no-such-program" on the PATH'),
        ("['./run']", '[0]: there is no program "./run" in '),
        ("['{python}', 'run.py']", '[1]: there is no script "run.py" in '),
        (
            "['true', '{aks}']",
            '[1]: unknown placeholder {aks}; did you mean "ask"? ({{ is a brace)',
        ),
        ("['true', '{third.pid}']", "[1]: unknown placeholder {third.pid}"),
        ("['true', '{']", "[1]: a { that is not closed; write {{ for a brace"),
    ],
)
def test_a_command_that_cannot_be_run_is_told(tmp_path: Path, command: str, complaint: str) -> None:
    (told,) = mistakes(write(tmp_path, f"{GOOD}[roles.third]\ncommand = {command}\n"))
    assert told.startswith(f"16: roles.third.command{complaint}")


@pytest.mark.parametrize(
    "command", ["['{python}', '-c', 'pass']", "['true', '{asker.pid}{dir}{{}}']", "['{ask}']"]
)
def test_a_command_with_placeholders_is_let_through(tmp_path: Path, command: str) -> None:
    assert load(write(tmp_path, f"{GOOD}[roles.third]\ncommand = {command}\n"))


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = mistakes(write(tmp_path, GOOD + "cwd = 'nowhere'\n"))
    assert told == ['15: roles.teller.cwd: there is no directory "nowhere"']


def test_a_program_is_looked_for_where_the_role_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    program = home / "run"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for role in ('command = ["./run"]', f'command = ["run"]\nenvironment = {{ PATH = "{home}" }}'):
        load(write(tmp_path, f'{GOOD}[roles.third]\ncwd = "home"\n{role}\n'))


def test_a_program_beside_the_file_is_found_from_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "fill"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "mine.toml"
    file.write_text('format = 1\nid = "x"\ntitle = "X"\n[roles.one]\ncommand = ["./fill"]\n')
    monkeypatch.chdir(tmp_path)
    assert catalog.load("mine.toml").scenario.roles["one"].command == ("./fill",)
