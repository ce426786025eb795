"""What a sleeping thread waits for: one class a kind of wait.

A wait is made once for each sleep, from the call and its arguments; what it means is asked anew
at each look, since who holds an end of a pipe, or which child lives, can change meanwhile.
"""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from ipcviz.events import State, Wanted
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.paths import Lead
from ipcviz.observers.kernel.scene import Scene
from ipcviz.scenarios import signals

SIGNALS = [number for number in range(1, 65) if number not in (32, 33)]
"""All but the two that the C library keeps to itself, and sets as it likes (nptl(7))."""


Among = Literal["any", "pid", "group", "newest"]
"""Which children a wait is for."""


class Wait(Protocol):
    """One sleep."""

    @property
    def name(self) -> str | None:
        """The call's exact name, null where unknown."""
        ...

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """What it means in this scene, with `t` still 0; neither thread nor call are named."""
        ...

    def intact(self) -> bool:
        """Whether the path that it came by, if any, still leads where it waits."""
        ...

    def awaited(self) -> tuple[Key, Lead] | None:
        """The pipe that it waits for without holding an end of it, and its path."""
        ...


class SimpleWait(Struct, frozen=True, kw_only=True):
    """A wait that hangs on no path. `limit`: of a timed one its seconds, where they are known."""

    name: str | None
    timed: bool = False
    limit: float | None = None

    def intact(self) -> bool:
        """It came by no path."""
        return True

    def awaited(self) -> tuple[Key, Lead] | None:
        """It waits for no pipe that it does not hold."""
        return None

    def blocked(
        self,
        on: str | None,
        waits_for: tuple[Wanted, ...] = (),
        releasers: tuple[int, ...] | None = None,
    ) -> State:
        """Blocked in this call."""
        return State(
            t=0,
            state="blocked",
            on=on,
            timed=self.timed,
            limit=self.limit,
            waits_for=waits_for,
            releasers=releasers,
        )


class Stopped(SimpleWait, frozen=True, kw_only=True):
    """Held by the freezer of its cgroup, wherever it was: to a reader it is stopped."""

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Stopped, in no call."""
        return State(t=0, state="stopped", on="the freezer of its control group (cgroups(7))")


class Ending(SimpleWait, frozen=True, kw_only=True):
    """In exit(2): sleeps while the kernel takes back what it had, which no process can hold up."""

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Running, until it has ended."""
        return State(t=0, state="running")


class TimerWait(SimpleWait, frozen=True, kw_only=True):
    """Waits for time to pass, and for nothing else."""

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Sleeping."""
        return State(t=0, state="sleeping", timed=True, limit=self.limit)


class OtherWait(SimpleWait, frozen=True, kw_only=True):
    """Waits for something that can only be put in words."""

    on: str | None = None

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked, on what the words say; who could end it is not known."""
        return self.blocked(self.on)


class LockWait(SimpleWait, frozen=True, kw_only=True):
    """In futex(2). A private futex is a lock among the threads of one process. `ending`: it stands
    for the end of this thread of the process (pthread_join(3)). Any other may be shared with other
    processes."""

    address: int
    private: bool
    ending: int | None = None

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked; unless others share the futex its own process alone can end it."""
        among_its_own = self.private or self.ending is not None
        if self.ending is not None:
            on = f"the end of its thread {self.ending}"
        else:
            on = f"a lock {'among its own threads' if self.private else 'in shared memory'}"
        return self.blocked(
            on, (Wanted(lock=hex(self.address)),), (look.pid,) if among_its_own else None
        )


class SignalWait(SimpleWait, frozen=True, kw_only=True):
    """In pause(2) or its kin: waits for a signal of `mask`; where that is null, for any that the
    process catches and does not block."""

    mask: int | None = None

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked on a signal."""
        mask = self.mask
        if mask is None and look.signals is not None:
            mask = look.signals.caught & ~look.signals.blocked
        return self.blocked(
            "a signal", tuple(Wanted(signal=name) for name in signal_names(mask or 0))
        )


def signal_names(mask: int) -> tuple[str, ...]:
    """The signals of a mask, by name."""
    return tuple(signals.name(number) for number in SIGNALS if mask >> (number - 1) & 1)


class ChildWait(SimpleWait, frozen=True, kw_only=True):
    """In wait4(2), waitid(2) or vfork(2). `among`: any child, the one of this id, those of this
    process group, or the newest."""

    among: Among
    id: int = 0

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked on the children that match and live. Where one has ended already, the wait is
        about to be over, and it hangs on nobody."""
        children = self._matching(scene.children(look.pid), look)
        pids = tuple(sorted(child.pid for child in children if not child.ended))
        waits_for = (Wanted(pids=pids),) if pids else ()
        known = bool(pids) and not any(child.ended for child in children)
        return self.blocked("a child" if not pids else None, waits_for, pids if known else None)

    def _matching(self, children: list[ProcessLook], look: ProcessLook) -> list[ProcessLook]:
        if self.among == "pid":
            return [child for child in children if child.pid == self.id]
        if self.among == "group":
            group = self.id or look.main.stat.group
            return [child for child in children if child.main.stat.group == group]
        if self.among == "newest":
            return sorted(children, key=lambda child: (child.process.start, child.pid))[-1:]
        return children
