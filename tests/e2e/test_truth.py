"""What ipcviz holds to be true against what /proc says, at many moments of random actions."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterator

import pytest

from e2e import kernel_truth
from e2e.acting import act_at_random
from e2e.kernel_truth import Truth, truth
from ipcviz.errors import ControlError
from ipcviz.model import Role
from ipcviz.scenarios import catalog
from ipcviz.session import Session
from ipcviz.supervisor.guardian import Guardian

ACTIONS = 12
NEXT_LOOK = 0.1
"""Seconds within which ipcviz must know of a change."""
RUNS = [
    (file.parent.name, variant)
    for file in catalog.builtin()
    for variant in (None, *catalog.load(file).scenario.variants)
]
SEEDS = (1, 2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "variant"), RUNS)
def test_states_and_gauges_are_what_the_kernel_says(
    name: str, variant: str | None, seed: int
) -> None:
    choice = random.Random(f"{name} {variant} {seed}")
    assert asyncio.run(moments_compared(name, variant, choice)) > ACTIONS


async def moments_compared(name: str, variant: str | None, choice: random.Random) -> int:
    """Do things at random; how many states and gauges were compared and right."""
    guardian = Guardian.start(terminal=False)
    compared = 0
    try:
        async with Session(catalog.load(name, variant), guardian) as session:
            for _ in range(ACTIONS):
                with contextlib.suppress(ControlError):
                    await act_at_random(session, choice)
                await asyncio.sleep(choice.uniform(0, NEXT_LOOK))
                compared += await agreed_by_the_next_look(session)
    finally:
        guardian.farewell()
    return compared


async def agreed_by_the_next_look(session: Session) -> int:
    """Compare again and again until nothing is wrong that was wrong all the time. What the
    programs do goes on meanwhile, so that a fresh difference is no mistake until NEXT_LOOK."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + NEXT_LOOK
    standing: set[str] | None = None
    while True:
        count, wrong = compare(session)
        standing = wrong if standing is None else standing & wrong
        if not standing:
            return count
        assert loop.time() < deadline, standing
        await asyncio.sleep(0.01)


def compare(session: Session) -> tuple[int, set[str]]:
    """How many roles and pipes were compared, and in words where they differ."""
    found = [*compared_roles(session), *compared_gauges(session)]
    return len(found), {words for words in found if words}


def compared_roles(session: Session) -> Iterator[str]:
    """For every role that has a process the difference, or ""."""
    for role in session.model.roles.values():
        if role.process is None:
            continue
        before = truth(role.process.pid)
        try:
            right = agrees(role, before, session)
        except OSError:  # it ended while it was compared
            continue
        if before == truth(role.process.pid):
            yield "" if right else f"{role.name}: {role.process.telling}, but {before}"


def agrees(role: Role, real: Truth | None, session: Session) -> bool:
    """Whether the state, the call, and what it is on are what the kernel says."""
    state, process = role.state, role.process
    assert process is not None
    if real is None:
        return state == "exited"
    if real.letter == "R" or (real.letter == "S" and real.call is None):
        return state == "running"
    if real.letter != "S":
        return state == {"T": "stopped", "Z": "zombie"}.get(real.letter)
    telling = process.telling
    if real.call == "read" and real.arguments[0] == 0:
        return state == "ready"
    if state != "blocked" or telling is None or telling.call != real.call:
        return False
    path = str(session.supervisor.channel_paths.get(telling.channel or ""))
    match real.call:
        case "read":
            return path == kernel_truth.opened(process.pid, real.arguments[0])
        case "open":
            return path == kernel_truth.text_at(process.pid, real.arguments[1])
        case "wait":
            return [wanted.pids for wanted in telling.waits_for] == [(real.arguments[0],)]
    return True


def compared_gauges(session: Session) -> Iterator[str]:
    """For every pipe the differences in who holds it and what it holds, or ""."""
    roles = session.model.roles.values()
    living = [role.process.pid for role in roles if role.process is not None and role.running]
    for name, path in session.supervisor.channel_paths.items():
        channel = session.model.channels[name]
        held = {}
        queued = None
        for pid in living:
            with contextlib.suppress(OSError):
                held.update({(pid, fd): mode for fd, mode in kernel_truth.descriptors(pid, path)})
        with contextlib.suppress(OSError, StopIteration):
            queued = kernel_truth.queued(*next(iter(held)))
        shown = {(one.pid, one.fd): one.mode for one in (*channel.readers, *channel.writers)}
        shown = {one: mode for one, mode in shown.items() if one[0] in living}
        right = shown == held and (not held or channel.queued == queued)
        yield "" if right else f"{name}: {shown}, {channel.queued} B, but {held}, {queued} B"
