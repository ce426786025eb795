"""What one look saw: every thread's state, and what is in every pipe."""

from __future__ import annotations

import signal

from msgspec import Struct, structs

from ipcviz.events import Fill, State, Wanted
from ipcviz.observers.kernel.accepted import remember_awaited
from ipcviz.observers.kernel.calls import family
from ipcviz.observers.kernel.channels import Channels
from ipcviz.observers.kernel.cut import ProcessLook, ThreadLook, look_at, times_run
from ipcviz.observers.kernel.decode import decode
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.paths import Lead
from ipcviz.observers.kernel.process import Process, Thread
from ipcviz.observers.kernel.procfs import tracer_of
from ipcviz.observers.kernel.scene import Scene
from ipcviz.observers.kernel.signal_sets import blocked_by
from ipcviz.observers.kernel.waits import ChildWait, Wait

_STOPPED, _TRACED, _ENDED = "tT", "t", "ZX"
"""Letters of a thread's state: stopped by a signal or a tracer, by a tracer, a zombie or beyond."""

_UNINTERRUPTIBLE = "D"
_DEVICE = "the disk or another device"

_SIGCHLD = 1 << (signal.SIGCHLD - 1)
_IN_A_CALL, _OVER = ("ready", "sleeping", "blocked"), ("zombie", "exited")


class Seen(Struct):
    """A thread and its state, with `t` still 0; `call` is the exact name of what it sleeps in."""

    look: ProcessLook
    thread: ThreadLook
    state: State
    call: str | None


class Sleep(Struct, frozen=True):
    """What a thread waits for since it last ran. `intact`: whether the wait's path was."""

    times_run: bytes
    call: bytes | None
    wait: Wait
    intact: bool


class View(Struct):
    """One look. `pipes`: those that are held or waited for, with what leads to them. `agreed`:
    everything held at one moment."""

    looks: list[ProcessLook] = []
    fills: list[Fill] = []
    states: list[Seen] = []
    sleeps: dict[Thread, Sleep] = {}
    pipes: dict[Key, Lead] = {}
    agreed: bool = False


def see(processes: list[Process], channels: Channels, before: View) -> View:
    """Read everything of these processes, once; `before` spares to decode a sleep again."""
    looks = [look for process in processes if (look := look_at(process)) is not None]
    for look in looks:
        if look.ended and look.descriptors is not None:
            look.process.exit_code = look.main.stat.exit_code
    sleeps = {
        one.thread: _sleep(look, one, before)
        for look in looks
        for one in look.threads
        if one.asleep
    }
    scene = Scene(looks, channels.names)
    awaited = (sleep.wait.awaited() for sleep in sleeps.values())
    pipes = dict(filter(None, awaited)) | scene.ends.leads
    channels.learn(pipes)
    states = [
        Seen(look, one, state, sleep.wait.name if sleep is not None else None)
        for look in looks
        for one in look.threads
        for sleep in (sleeps.get(one.thread),)
        if (state := _state(scene, look, one, sleep)) is not None
    ]
    fills = channels.measure(scene.ends, {one.pid: one.pidfd for one in processes})
    return View(looks, fills, states, sleeps, pipes)


def _sleep(look: ProcessLook, one: ThreadLook, before: View) -> Sleep:
    """What a thread waits for: decoded once for each sleep, since its memory may change."""
    runs, known = times_run(one.runs), before.sleeps.get(one.thread)
    if known is not None and (known.times_run, known.call) == (runs, one.call):
        wait = known.wait
    else:
        wait = decode(look.pid, one.thread.tid, one.thread.restarted(one.call))
        remember_awaited(look, one, wait)
    return Sleep(runs, one.call, wait, wait.intact())


def _state(scene: Scene, look: ProcessLook, one: ThreadLook, sleep: Sleep | None) -> State | None:
    """A thread's state; null for one that says nothing beside the process's own, and for a child
    that ipcviz itself is about to reap."""
    if one.stat.state in _ENDED:
        if one is not look.main or (look.ended and look.process.own):
            return None
        return State(t=0, state="zombie" if look.ended else "exited")
    if one.stat.state in _STOPPED:
        return _stopped(look)
    if sleep is None:
        return State(t=0, state="running")
    state = sleep.wait.state(scene, look)
    if one.stat.state == _UNINTERRUPTIBLE and one.call is not None:
        state = _on_a_device(sleep.wait, state)
    if isinstance(state.releasers, tuple) and _woken_by_children(look, one):
        children = (child.pid for child in scene.children(look.pid) if not child.ended)
        pids = tuple(sorted({*state.releasers, *children}))
        state = structs.replace(state, releasers=pids)
    return state


def _stopped(look: ProcessLook) -> State:
    """Stopped by a signal, or held by who traces it (ptrace(2))."""
    tracer = tracer_of(look.pid) if look.main.stat.state == _TRACED else 0
    if not tracer:
        return State(t=0, state="stopped")
    return State(
        t=0, state="stopped", on="a tracer, by ptrace(2)", waits_for=(Wanted(pids=(tracer,)),)
    )


def _on_a_device(wait: Wait, state: State) -> State:
    """What no signal interrupts, but for the wait in vfork(2), is for a device or a file system."""
    if state.state != "blocked" or isinstance(wait, ChildWait):
        return state
    return structs.replace(state, on=f"{_DEVICE}, for {state.on}" if state.on else _DEVICE)


def _woken_by_children(look: ProcessLook, one: ThreadLook) -> bool:
    """Whether the end of a child interrupts this thread: its process handles SIGCHLD, and it does
    not block it."""
    if look.signals is None or not look.signals.caught & _SIGCHLD:
        return False
    try:
        return not blocked_by(one.thread, one.runs) & _SIGCHLD
    except (OSError, ValueError):
        return True


def final(seen: Seen) -> State:
    """The state as it can be told once everything was read again: a thread that ran meanwhile
    is running, whatever it was seen to sleep in."""
    state = State(t=0, state="running") if seen.thread.ran else seen.state
    if seen.thread.call is None and state.state not in _OVER:
        state = structs.replace(state, call=None)
    elif state.state in _IN_A_CALL:
        call = family(seen.call) if seen.call is not None else None
        state = structs.replace(state, call=call, syscall=seen.call if seen.call != call else None)
    return structs.replace(
        state,
        source="kernel",
        pid=seen.look.pid,
        tid=seen.thread.thread.tid,
        role=seen.look.process.role,
        agreed=seen.look.agreed,
    )
