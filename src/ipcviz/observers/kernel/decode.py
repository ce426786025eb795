"""From a sleeping thread to what it waits for: the call, its arguments, and wchan's word."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable

from msgspec import Struct

from ipcviz.observers.kernel import calls
from ipcviz.observers.kernel.calls import signed
from ipcviz.observers.kernel.limits import seconds_at, seconds_until
from ipcviz.observers.kernel.locks import FileLockWait
from ipcviz.observers.kernel.opening import open_wait
from ipcviz.observers.kernel.polls import DescriptorWait, poll_wait
from ipcviz.observers.kernel.procfs import is_32_bit, memory, wchan
from ipcviz.observers.kernel.waits import (
    Among,
    ChildWait,
    Ending,
    LockWait,
    OtherWait,
    SignalWait,
    Stopped,
    TimerWait,
    Wait,
)

_FREEZERS = ("do_freezer_trap", "get_signal", "__refrigerator")
"""Where the two kinds of freezers hold a thread; the first may be inlined into its caller, which
sleeps nowhere else."""
_VETOES = {"seccomp_do_user_notification": "a supervisor that decides on this call (seccomp)"}
_RESTARTED = {"nanosleep": "nanosleep", "futex": "futex", "poll": "poll"}
"""A call that was stopped and continued shows as restart_syscall(2), with its arguments; a piece
of the name of the kernel function that it sleeps in tells which it was."""
_NO_PERMISSION = "not readable: no permission to see its calls"
_BEYOND_32_BITS = 1 << 32
"""Of a 64-bit program hardly a stack lies below this."""
_CLONE_VFORK = 0x4000
_TIMER_ABSTIME = 1
_FUTEX_WAIT, _FUTEX_PRIVATE, _FUTEX_CLOCK_REALTIME = 0, 128, 256
_FUTEX_TIMEOUT_AT = {"futex": 3, "futex_waitv": 3, "futex_wait": 4}
_LOCKING = {fcntl.F_SETLKW, 38}
"""F_SETLKW and F_OFD_SETLKW (fcntl(2))."""
_WAITID: dict[int, Among] = {0: "any", 1: "pid", 2: "group"}
"""P_ALL, P_PID and P_PGID (waitid(2)); 3 is P_PIDFD."""
_P_PIDFD = 3

_ON = {
    "msgrcv": "a System V message queue",
    "msgsnd": "a System V message queue",
    "semop": "a System V semaphore",
    "semtimedop": "a System V semaphore",
    "mq_timedsend": "a POSIX message queue",
    "mq_timedreceive": "a POSIX message queue",
    "io_getevents": "asynchronous input and output",
    "io_pgetevents": "asynchronous input and output",
    "io_uring_enter": "io_uring",
    "restart_syscall": "a call that goes on after it was stopped",
}


class Call(Struct, frozen=True):
    """A sleeping thread: the call's exact name, its arguments, and the kernel function."""

    pid: int
    tid: int
    name: str
    args: list[int]
    wchan: str


def decode(pid: int, tid: int, call: bytes | None) -> Wait:
    """What a sleeping thread waits for. `call` is the text of its `syscall` file: the number,
    six arguments and the stack pointer, or -1 where it sleeps outside of any call; null where
    that may not be read."""
    where = wchan(pid, tid)
    if where in _FREEZERS:
        return Stopped(name=None)
    if call is None:
        return OtherWait(name=None, on=_NO_PERMISSION)
    number, *numbers = call.split()
    if len(numbers) < 7:
        return OtherWait(name=None, on="a page of memory")
    if int(numbers[6], 16) < _BEYOND_32_BITS and is_32_bit(pid):
        return OtherWait(name=None, on="a call of a 32-bit program, whose numbers are not known")
    name = calls.NAMES.get(int(number), f"syscall {int(number)}")
    if name == "restart_syscall":
        name = next((known for part, known in _RESTARTED.items() if part in where), name)
    if where in _VETOES:
        return OtherWait(name=name, on=_VETOES[where])
    args = [int(argument, 16) for argument in numbers[:6]]
    found = Call(pid, tid, name, args, where)
    return _DECODERS.get(calls.family(name), _other)(found)


def _other(call: Call) -> Wait:
    return OtherWait(name=call.name, on=_ON.get(call.name))


def _open(call: Call) -> Wait:
    return open_wait(call.pid, call.tid, call.name, call.args, call.wchan)


def _read(call: Call) -> Wait:
    return DescriptorWait(name=call.name, wishes=((signed(call.args[0]), "data"),))


def _write(call: Call) -> Wait:
    return DescriptorWait(name=call.name, wishes=((signed(call.args[0]), "space"),))


def _copy(call: Call) -> Wait:
    """From one descriptor to another: it may wait on either."""
    source, sink = (1, 0) if call.name == "sendfile" else (0, 2)
    sink = 1 if call.name == "tee" else sink
    return DescriptorWait(
        name=call.name,
        wishes=((signed(call.args[source]), "data"), (signed(call.args[sink]), "space")),
    )


def _poll(call: Call) -> Wait:
    return poll_wait(call.pid, call.name, call.args)


def _sleep(call: Call) -> Wait:
    if call.name == "nanosleep":
        limit = seconds_at(call.pid, call.args[0])
    elif call.args[1] & _TIMER_ABSTIME:
        limit = seconds_until(call.pid, call.args[2], call.args[0])
    else:
        limit = seconds_at(call.pid, call.args[2])
    return TimerWait(name=call.name, timed=True, limit=limit)


def _wait(call: Call) -> Wait:
    args = call.args
    if call.name in ("vfork", "clone", "clone3"):
        return _vfork(call)
    if call.name == "waitid":
        among = _WAITID.get(args[0])
        if args[0] == _P_PIDFD or among is None:
            return DescriptorWait(name=call.name, wishes=((signed(args[1]), "data"),))
        return ChildWait(name=call.name, among=among, id=signed(args[1]))
    who = signed(args[0])
    if who == -1:
        return ChildWait(name=call.name, among="any")
    return ChildWait(name=call.name, among="pid" if who > 0 else "group", id=abs(who))


def _vfork(call: Call) -> Wait:
    """vfork(2), by whichever call it was made: until the child runs another program or ends."""
    flags = _CLONE_VFORK if call.name == "vfork" else call.args[0]
    if call.name == "clone3":
        flags = int.from_bytes(memory(call.pid, call.args[0], 8), "little")
    if flags & _CLONE_VFORK:
        return ChildWait(name=call.name, among="newest")
    return OtherWait(name=call.name)


def _futex(call: Call) -> Wait:
    private = call.name == "futex" and bool(call.args[1] & _FUTEX_PRIVATE)
    ending = None if private else _ending(call)
    timeout = call.args[_FUTEX_TIMEOUT_AT[call.name]]
    limit = _futex_limit(call, timeout) if timeout else None
    return LockWait(
        name=call.name,
        timed=timeout != 0,
        limit=limit,
        address=call.args[0],
        private=private,
        ending=ending,
    )


def _ending(call: Call) -> int | None:
    """The thread for whose end a futex stands: it holds the thread's id until the kernel clears it
    (set_tid_address(2))."""
    tid = signed(call.args[2])
    if call.name != "futex" or tid <= 0 or not os.path.exists(f"/proc/{call.pid}/task/{tid}"):
        return None
    return tid


def _futex_limit(call: Call, timeout: int) -> float | None:
    """A length of time for FUTEX_WAIT alone, else a point in time (futex(2))."""
    if call.name != "futex":
        return seconds_until(call.pid, timeout, call.args[-1 if call.name == "futex_wait" else -2])
    if call.args[1] & 127 == _FUTEX_WAIT:
        return seconds_at(call.pid, timeout)
    by_realtime = call.args[1] & _FUTEX_CLOCK_REALTIME
    return seconds_until(
        call.pid, timeout, time.CLOCK_REALTIME if by_realtime else time.CLOCK_MONOTONIC
    )


def _pause(call: Call) -> Wait:
    if call.name != "rt_sigtimedwait":
        return SignalWait(name=call.name)
    mask = int.from_bytes(memory(call.pid, call.args[0], 8), "little")
    limit = seconds_at(call.pid, call.args[2])
    return SignalWait(name=call.name, timed=call.args[2] != 0, limit=limit, mask=mask)


def _exit(call: Call) -> Wait:
    return Ending(name=call.name)


def _lock(call: Call) -> Wait:
    """flock(2) and fcntl(2); the other commands of fcntl do not wait."""
    if call.name == "fcntl" and call.args[1] not in _LOCKING:
        return OtherWait(name=call.name)
    return FileLockWait(name=call.name, fd=signed(call.args[0]))


_DECODERS: dict[str, Callable[[Call], Wait]] = {
    "open": _open,
    "read": _read,
    "write": _write,
    "poll": _poll,
    "sleep": _sleep,
    "wait": _wait,
    "futex": _futex,
    "pause": _pause,
    "lock": _lock,
    "exit": _exit,
    "splice": _copy,
    "tee": _copy,
    "sendfile": _copy,
    "accept": _read,
    "accept4": _read,
    "recvfrom": _read,
    "recvmsg": _read,
    "recvmmsg": _read,
    "connect": _write,
    "sendto": _write,
    "sendmsg": _write,
    "sendmmsg": _write,
    "vmsplice": _write,
}
