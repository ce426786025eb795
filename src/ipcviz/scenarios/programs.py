"""What must be right about the programs of a scenario: that they are there and can be started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ipcviz.scenarios import placeholders
from ipcviz.scenarios.mistakes import KeyPath, Mistake, did_you_mean
from ipcviz.scenarios.schema import Role, Scenario

PYTHON = "{python}"
"""Stands for the interpreter that runs ipcviz."""


def check(scenario: Scenario, directory: Path) -> Iterator[Mistake]:
    """Every mistake in the commands of a scenario whose file stands in `directory`."""
    known = _known_placeholders(scenario)
    for name, role in scenario.roles.items():
        if role.command is None:
            continue
        path = ("roles", name, "command")
        for index, argument in enumerate(role.command):
            yield from _check_placeholders((*path, index), argument, known - {f"{name}.pid"})
        home = directory / role.cwd
        if not role.command:
            yield Mistake(path, "expected a program and its arguments")
        elif not home.is_dir():
            yield Mistake(("roles", name, "cwd"), f'there is no directory "{role.cwd}"')
        else:
            yield from _check_program(path, role, home)


def _known_placeholders(scenario: Scenario) -> set[str]:
    return {"python", "dir", *scenario.channels, *(f"{role}.pid" for role in scenario.roles)}


def _check_placeholders(path: KeyPath, argument: str, known: set[str]) -> Iterator[Mistake]:
    try:
        names = placeholders.names(argument)
    except ValueError as error:
        yield Mistake(path, str(error))
        return
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            yield Mistake(path, f"unknown placeholder {{{name}}}{near} ({{{{ is a brace)")


def _check_program(path: KeyPath, role: Role, home: Path) -> Iterator[Mistake]:
    assert role.command
    program, *arguments = role.command
    script = arguments[0] if arguments else ""
    if program == PYTHON:
        if script.endswith(".py") and "{" not in script and not (home / script).is_file():
            yield Mistake((*path, 1), f'there is no script "{script}" in {home}')
    elif "{" not in program and not _can_be_started(program, role, home):
        where = f"in {home}" if "/" in program else "on the PATH"
        yield Mistake((*path, 0), f'there is no program "{program}" {where}')


def _can_be_started(program: str, role: Role, home: Path) -> bool:
    if "/" in program:
        # Absolute: which() takes a name without a slash, as "./program" may become, for one to
        # look for on the PATH.
        return shutil.which((home / program).absolute()) is not None
    search = role.environment.get("PATH", os.environ.get("PATH", os.defpath))
    return shutil.which(program, path=search) is not None
