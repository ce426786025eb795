"""What the README says holds. Its section on running by hand is tested in e2e/test_by_hand.py."""

from __future__ import annotations

import re
from pathlib import Path

from headless_run import run_headless
from ipcviz import cli
from ipcviz.diagnoses.rules import RULES
from ipcviz.scenarios import catalog
from ipcviz.ui.commands import APP, MENU, RUN

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_it_names_every_command_and_no_other() -> None:
    described = set(re.findall(r"^    ipcviz ([a-z]+)", README, re.MULTILINE))
    assert described == set(cli.commands.commands)


def test_it_names_every_option_and_no_other() -> None:
    offered = {
        name
        for command in cli.commands.commands.values()
        for option in command.params
        for name in option.opts
        if name.startswith("--")
    }
    described = set(re.findall(r"(--[a-z][a-z-]*)", README))
    assert described - {"--help"} == offered


def test_it_names_every_scenario() -> None:
    ids = {file.parent.name for file in catalog.builtin()}
    assert ids <= set(re.findall(r"^\| ([a-z-]+) \|", README, re.MULTILINE))


def test_it_tells_every_rule_as_the_rule_itself_does() -> None:
    told = set(re.findall(r"^\| (\S+) \| (\w+) \| (.+) \|$", README, re.MULTILINE))
    expected = {
        (rule.name, rule.severity, " ".join((rule.__doc__ or "").split())) for rule in RULES
    }
    assert expected <= told


def test_it_names_every_key_of_the_app_and_no_other() -> None:
    table = README.split("## Keys")[1].split("## ")[0]
    described = {
        key for row in re.findall(r"^\| (\S.*?) \|", table, re.MULTILINE) for key in row.split()
    }
    of_programs = {"m", "w", "p", "f", "…"}
    of_textual = {"tab"}
    keys = {command.key_text.replace("^", "ctrl+") for command in (*RUN, *MENU, *APP)}
    assert described - {"key", "---", "?"} == (keys - {"?"}) | of_programs | of_textual


def test_its_scenario_runs(tmp_path: Path) -> None:
    (written,) = re.findall(r"```toml\n(.+?)```", README, re.DOTALL)
    file = tmp_path / "greeting.toml"
    file.write_text(written)
    told = run_headless(str(file))
    assert told.code == 0, told.stderr
    assert ("reader", "open", "words") in told.waits()
