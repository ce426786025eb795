"""What ipcviz holds to be true against what /proc says, at many moments of random actions."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest

from e2e import kernel_truth
from e2e.kernel_truth import Truth, truth
from ipcviz.errors import ControlError
from ipcviz.model import Role
from ipcviz.scenarios import catalog
from ipcviz.session import Session
from ipcviz.supervisor.guardian import Guardian

ACTIONS = 12
NEXT_LOOK = 0.1
"""Seconds within which ipcviz must know of a change."""
IDS = [file.parent.name for file in catalog.builtin()]
SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", IDS)
def test_states_and_gauges_are_what_the_kernel_says(name: str, seed: int) -> None:
    assert asyncio.run(moments_compared(name, random.Random(f"{name} {seed}"))) > ACTIONS


async def moments_compared(name: str, choice: random.Random) -> int:
    guardian = Guardian.start(terminal=False)
    compared = 0
    try:
        async with Session(catalog.load(name), guardian) as session:
            for _ in range(ACTIONS):
                with contextlib.suppress(ControlError):
                    await act_at_random(session, choice)
                await asyncio.sleep(NEXT_LOOK + choice.uniform(0, 0.05))
                compared += compare_roles(session) + compare_gauges(session)
    finally:
        guardian.farewell()
    return compared


async def act_at_random(session: Session, choice: random.Random) -> None:
    scenario = session.loaded.scenario
    startable = [name for name, role in scenario.roles.items() if role.started_by is None]
    what = choice.choice(("start", "start", "act", "act", "act", "pause", "kill", "restart"))
    living = [role.process for role in session.model.roles.values() if role.running]
    pids = [process.pid for process in living if process is not None]
    if what == "start":
        session.controls.start(choice.choice(startable))
    elif what == "restart":
        await session.restart(choice.choice(startable))
    elif what == "act" and scenario.actions:
        session.controls.act(choice.choice(list(scenario.actions)))
    elif what == "pause" and pids:
        session.controls.toggle_pause(choice.choice(pids))
    elif what == "kill" and pids:
        session.controls.kill(choice.choice(pids))


def compare_roles(session: Session) -> int:
    """Compare every role that has a process; how many were compared."""
    compared = 0
    for role in session.model.roles.values():
        if role.process is None:
            continue
        before = truth(role.process.pid)
        shown = as_truth(role)
        if before == truth(role.process.pid):
            assert agrees(shown, before, session, role), f"{role.name}: {shown}, but {before}"
            compared += 1
    return compared


def as_truth(role: Role) -> tuple[str, str | None]:
    """The state and the call that are shown for a role."""
    telling = role.process.telling if role.process is not None else None
    call = telling.call if telling is not None and isinstance(telling.call, str) else None
    return role.state, call


def agrees(shown: tuple[str, str | None], real: Truth | None, session: Session, role: Role) -> bool:
    state, call = shown
    if real is None:
        return state == "exited"
    if real.letter == "R" or (real.letter == "S" and real.call is None):
        return state == "running"
    if real.letter != "S":
        return state == {"T": "stopped", "Z": "zombie"}[real.letter]
    assert role.process is not None
    if real.call == "read":
        target = kernel_truth.opened(role.process.pid, real.argument)
        telling = role.process.telling
        channel = telling.channel if telling is not None else None
        if real.argument == 0:
            return state == "ready"
        paths = session.supervisor.channel_paths
        return (state, call) == ("blocked", "read") and str(paths.get(channel or "")) == target
    return (state, call) == ("blocked", real.call)


def compare_gauges(session: Session) -> int:
    """Compare every pipe that somebody holds; how many were compared."""
    compared = 0
    living = [role.process.pid for role in session.model.roles.values() if role.process]
    for name, path in session.supervisor.channel_paths.items():
        channel = session.model.channels[name]
        held = {}
        for pid in living:
            with contextlib.suppress(OSError):
                held.update({(pid, fd): mode for fd, mode in kernel_truth.descriptors(pid, path)})
        shown = {(one.pid, one.fd): one.mode for one in (*channel.readers, *channel.writers)}
        assert {one: mode for one, mode in shown.items() if one[0] in living} == held
        if held:
            pid, fd = next(iter(held))
            assert channel.queued == kernel_truth.queued(pid, fd)
            compared += 1
    return compared
