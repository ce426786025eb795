"""What each role did when: stretches of one state in one call, back to back."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from ipcviz.events import State

BLINK = 100_000_000
"""Nanoseconds. A wait that was left and entered again within this time, in the same call on the
same thing, is told as one: a handler ran, or one of many messages came through."""
KEPT = 50_000
"""Stretches of one role that are kept; the oldest go first."""


@dataclass(frozen=True)
class Segment:
    """From `t` on the role is in this state: one of events.STATE_NAMES, `failed` or `killed`.
    `wait` is what the kernel said of it, where it sleeps."""

    t: int
    state: str
    call: str = ""
    wait: State | None = None

    @property
    def waits(self) -> bool:
        """It waits for somebody: a process, a person."""
        return self.state in ("blocked", "ready")

    def same_as(self, other: Segment) -> bool:
        """The same state in the same call on the same thing, whenever."""
        return (self.state, self.call) == (other.state, other.call)


class Lifeline:
    """The stretches of one role, oldest first."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._anew: list[int] = []
        """When a wait began anew that is told as one with the wait before."""
        self._errors: list[int] = []
        """When an error was found about it, and when none was any more, by turns."""

    @property
    def last(self) -> Segment | None:
        """The stretch that is still open."""
        return self.segments[-1] if self.segments else None

    def enter(self, segment: Segment) -> None:
        """Begin a new stretch; not before the one that it ends, however late it is told."""
        if self.last is not None and segment.t < self.last.t:
            segment = replace(segment, t=self.last.t)
        self.segments.append(segment)
        if len(self.segments) > KEPT + KEPT // 10:
            del self.segments[: KEPT // 10]

    def rejoin(self, segment: Segment) -> Segment | None:
        """Where the role is back, within BLINK, in the wait it had just left: forget the stretch
        between, and give it back."""
        if len(self.segments) < 2 or not segment.waits:
            return None
        wait, between = self.segments[-2:]
        if between.state != "running" or not wait.same_as(segment):
            return None
        return self.segments.pop() if segment.t - between.t <= BLINK else None

    def wait_anew(self, t: int) -> None:
        """The wait that is still open has ended and begun again meanwhile: at `t`, the last."""
        if self.last is not None and t > max(self.last.t, self._anew[-1] if self._anew else 0):
            self._anew.append(t)
            if len(self._anew) > KEPT + KEPT // 10:
                del self._anew[: KEPT // 10]

    def since(self, t: int) -> int:
        """When what the role does at `t` began: of waits that are told as one, the last."""
        index = bisect_right(self._anew, t) - 1
        segment = self.at(t)
        began = segment.t if segment is not None else t
        return max(began, self._anew[index]) if index >= 0 else began

    def find_error(self, t: int, found: bool) -> None:
        """From `t` on there is an error about what it does, or none."""
        if found != self._has_error(len(self._errors)):
            self._errors.append(t)
            if len(self._errors) > KEPT + KEPT // 10:
                del self._errors[: KEPT // 10]  # an even number: it ends with the same turn

    def is_stuck(self, t: int) -> bool:
        """Whether it waits at `t` and there is an error about that. One that runs may be in error
        too, but not stuck."""
        segment = self.at(t) if self._has_error(bisect_right(self._errors, t)) else None
        return segment is not None and segment.state == "blocked"

    def leave_out_last(self) -> None:
        """Forget the stretch that is still open: it was too short to count."""
        last = self.segments.pop()
        if self.last is None or self.last.state != "running":
            self.segments.append(Segment(last.t, "running"))

    def antedate(self, t: int, earlier: int) -> None:
        """Let the stretch that begins at `t` begin earlier, if nothing else did meanwhile."""
        index = self._index(t)
        if index >= 0 and self.segments[index].t == t:
            before = self.segments[index - 1].t if index else earlier
            self.segments[index] = replace(self.segments[index], t=max(earlier, before))

    def at(self, t: int) -> Segment | None:
        """The stretch that holds `t`; null before the role's first start."""
        index = self._index(t)
        return self.segments[index] if index >= 0 else None

    def lasted(self, t: int, now: int) -> int:
        """How long the stretch around `t` lasted, or has lasted by `now`, in nanoseconds."""
        index = self._index(t)
        if index < 0:
            return 0
        end = self.segments[index + 1].t if index + 1 < len(self.segments) else now
        return end - self.segments[index].t

    @staticmethod
    def _has_error(turns: int) -> bool:
        return turns % 2 == 1

    def _index(self, t: int) -> int:
        return bisect_right(self.segments, t, key=lambda segment: segment.t) - 1
