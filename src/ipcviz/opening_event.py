"""The first event of a run: what is run, as views and readers of a recording need to know it."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

import ipcviz
from ipcviz import events
from ipcviz.scenarios.schema import Loaded, Scenario


def opening_event(
    loaded: Loaded, role_keys: Mapping[str, str | None], paths: Mapping[str, Path], t: int
) -> events.Session:
    """Describe the run that begins. `role_keys`: the key of each role, if it has one. `paths`:
    where each channel's FIFO is. `t`: now, in nanoseconds since the run began."""
    scenario = loaded.scenario
    return events.Session(
        t=t,
        source="ipcviz",
        format=events.FORMAT,
        version=ipcviz.__version__,
        scenario=scenario.id,
        title=scenario.title,
        variant=loaded.variant,
        variants=tuple(scenario.variants),
        observers=("kernel", "tracer"),
        kernel=platform.release(),
        channels=tuple(_channels(scenario, paths)),
        roles=tuple(_roles(loaded, role_keys)),
        hooks=_hooks(scenario),
        actions=tuple(_actions(scenario)),
    )


def _channels(scenario: Scenario, paths: Mapping[str, Path]) -> Iterator[events.ChannelInfo]:
    for name, channel in scenario.channels.items():
        yield events.ChannelInfo(
            name=name,
            writer=channel.writer,
            reader=channel.reader,
            path=str(paths[name]),
            messages=channel.messages,
            private=channel.path is None,
        )


def _roles(loaded: Loaded, role_keys: Mapping[str, str | None]) -> Iterator[events.RoleInfo]:
    for name, role in loaded.scenario.roles.items():
        yield events.RoleInfo(
            name=name,
            key=role_keys.get(name),
            started_by=role.started_by,
            program=_program(loaded, name),
            exits=role.exits,
        )


def _hooks(scenario: Scenario) -> events.HooksInfo | None:
    hooks = scenario.hooks
    if hooks is None:
        return None
    return events.HooksInfo(request=hooks.request, reply=hooks.reply, match=hooks.match)


def _actions(scenario: Scenario) -> Iterator[events.ActionInfo]:
    for name, action in scenario.actions.items():
        yield events.ActionInfo(
            name=name,
            key=action.key,
            label=action.label,
            does=action.does,
            role=action.role,
            text=action.write_line.text if action.write_line is not None else None,
        )


def _program(loaded: Loaded, name: str) -> str | None:
    """The file that a role's program was written in: the first argument that is a file beside
    the scenario, or the file that its `match` names; else that of the role that starts it, which
    a fork without exec goes on running."""
    role = loaded.scenario.roles[name]
    folder = loaded.file.parent / role.cwd
    words = role.command if role.command is not None else (role.match or "",)
    for word in words:
        path = folder / word
        if word and Path(word).suffix and path.is_file():
            return str(path)
    return _program(loaded, role.started_by) if role.started_by is not None else None
