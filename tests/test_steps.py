"""Playing the steps of a scenario with a session over real processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ipcviz import events
from ipcviz.errors import ControlError
from ipcviz.scenarios import catalog
from ipcviz.scenarios.steps import parse_script
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.supervisor.guardian import Guardian

SCENARIO = """
format = 1
id = "mine"
title = "Mine"
[roles.one]
command = ["sleep", "1000"]
[roles.two]
command = ["cat"]
exits = [0, "INT"]
[roles.three]
command = ["sh", "-c", "true & exec sleep 1000"] # which does not wait for what the shell began
[actions.say]
key = "x"
label = "say hello"
write_line = { to = "two", text = "hello" }
[[steps]]
do = "start one"
say = "One."
[[steps]]
do = "start two"
"""


def with_session(
    folder: Path, use: Callable[[Session], Awaitable[None]], script: str | None = None
) -> None:
    """Open a session on SCENARIO, use it, and end everything. `script`: other steps."""
    file = folder / "mine.toml"
    file.write_text(SCENARIO)

    lines = [Line(command) for command in parse_script(script)] if script is not None else None

    async def main() -> None:
        guardian = Guardian.start(terminal=False)
        try:
            async with Session(catalog.load(str(file)), guardian, lines) as session:
                await use(session)
        finally:
            guardian.farewell()

    asyncio.run(main())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def test_steps_are_taken_one_after_the_other(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        assert session.steps.upcoming is not None
        assert session.steps.upcoming.say == "One."
        await session.steps.take()
        assert session.model.roles["one"].running
        assert not session.model.roles["two"].running
        await session.steps.take()
        assert session.steps.upcoming is None
        await session.steps.take()
        assert session.steps.position == 2

    with_session(tmp_path, use)


def test_a_play_goes_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipcviz.steps.READING", (0.01, 0.0))

    async def use(session: Session) -> None:
        await session.steps.play()
        assert session.steps.upcoming is None
        assert not session.steps.playing

    with_session(tmp_path, use)


def test_a_play_that_is_held_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcviz.steps.READING", (0.05, 0.0))

    async def use(session: Session) -> None:
        play = asyncio.create_task(session.steps.play())
        await until(lambda: session.steps.position == 1)
        session.steps.hold()
        await play
        assert session.steps.position == 1
        await session.steps.play()
        assert session.steps.position == 2

    with_session(tmp_path, use)


def test_a_restart_ends_what_runs_and_starts_it_anew(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        await session.restart("one")
        first = session.model.roles["one"].process
        await session.restart("one")
        second = session.model.roles["one"].process
        assert first is not None
        assert second is not None
        assert first.exit is not None
        assert first.exit.signal == "SIGKILL"
        assert second.pid != first.pid
        assert second.alive

    with_session(tmp_path, use)


def test_a_step_that_a_person_took_by_hand_is_taken(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        await session.restart("two")
        assert session.steps.position == 0
        await session.restart("one")
        assert session.steps.position == 1

    with_session(tmp_path, use)


def test_an_action_reaches_its_role(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        with pytest.raises(ControlError, match=r"two is not started\."):
            session.controls.act("say")
        session.controls.start("two")
        session.controls.act("say")
        output = session.model.roles["two"].output
        await until(lambda: ("stdout", "hello") in output)
        session.controls.finish("two")
        await until(lambda: session.model.roles["two"].state == "exited")
        assert not session.model.roles["two"].failed

    with_session(tmp_path, use)


def test_pausing_again_lets_it_go_on(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        session.controls.start("one")
        role = session.model.roles["one"]
        await until(lambda: role.state == "sleeping")
        assert role.process is not None
        session.controls.toggle_pause(role.process.pid)
        await until(lambda: role.state == "stopped")
        session.controls.toggle_pause(role.process.pid)
        await until(lambda: role.state == "sleeping")

    with_session(tmp_path, use)


def test_a_reset_begins_anew(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        session.controls.start("one")
        process = session.model.roles["one"].process
        await session.reset()
        assert process is not None
        assert not Path(f"/proc/{process.pid}").exists()
        assert session.model.roles["one"].state == "not started"
        assert session.log.events[0].seq == 0
        session.controls.start("one")

    with_session(tmp_path, use)


def test_expect_waits_until_it_is_found_and_expect_no_until_it_would_have_been(
    tmp_path: Path,
) -> None:
    async def use(session: Session) -> None:
        for _ in range(3):
            await session.steps.take()
        assert [one.rule for one in session.model.gravest_findings] == ["zombie"]
        with pytest.raises(ControlError, match=r"zombie was found: \w+ \(pid \d+\) has ended"):
            await session.steps.take()
        told = [event for event in session.log.events if isinstance(event, events.Step)]
        assert [event.ok for event in told] == [True, True, True, False]

    with_session(tmp_path, use, "start three; expect no zombie; expect zombie; expect no zombie")


def test_what_is_not_found_in_time_is_a_step_that_did_not_come_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcviz.steps.FOUND_WITHIN", 0.1)

    async def use(session: Session) -> None:
        with pytest.raises(ControlError, match=r"^fifo-removed was not found .* s; nothing was\.$"):
            await session.steps.take()
        await session.steps.take()
        await until(lambda: bool(session.model.findings))
        with pytest.raises(ControlError, match=r"^fifo-removed was not .* s; found: zombie\.$"):
            await session.steps.take()

    with_session(tmp_path, use, "expect fifo-removed; start three; expect fifo-removed")
