"""Does to a run what a person with quick fingers might do."""

from __future__ import annotations

import random

from ipcviz.session import Session


async def act_at_random(session: Session, choice: random.Random) -> None:
    """One start, restart, action, pause or kill. Raises ControlError where it cannot be now."""
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
