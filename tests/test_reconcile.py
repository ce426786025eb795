from __future__ import annotations

from ipcviz import events
from ipcviz.events import Difference
from ipcviz.reconcile import LASTS, Reconciler
from model.telling import SECOND, Run, at

MAIN, WORKER, CAT = 1, 2, 9


class Compared(Run):
    """A run whose main and worker are traced, blocked in reads of `replies` unless told otherwise,
    and hold both ends of `requests`; CAT is a process that is not traced."""

    def __init__(self) -> None:
        super().__init__()
        self.reconciler = Reconciler(self.log, self.model)
        for role, pid in (("main", MAIN), ("worker", WORKER)):
            self.start(0, role, pid)
            self.reads(0, pid, "replies")
        self.trace(0, MAIN, WORKER)
        self.fill(0, "requests", 0, both=(MAIN, WORKER))

    def compare(self, seconds: float, queued: int | None, agreed: bool = True) -> list[Difference]:
        """The differences that one look told."""
        before = len(self.log.events)
        self.reconciler.compare(agreed, {"requests": queued}, at(seconds))
        return [event for event in self.log.events[before:] if isinstance(event, Difference)]

    def figures(self) -> tuple[int, int, int, int]:
        account = self.model.channels["requests"].account
        return account.written, account.read, account.discarded, account.queued


def test_nothing_is_told_where_both_agree() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    assert run.compare(2, 6) == []
    run.takes(3, WORKER, "requests", "hello\n")
    assert run.compare(4, 0) == []


def test_nothing_can_be_said_unless_all_stood_still_and_the_kernel_answered() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    assert run.compare(2, 3, agreed=False) == []
    assert run.compare(2, None) == []
    run.state(3, MAIN, "running")
    assert run.compare(4, 3) == []
    run.state(5, MAIN, "stopped")
    assert run.compare(6, 3) == []


def test_a_pipe_of_which_no_call_was_told_is_the_kernels_alone() -> None:
    assert Compared().compare(1, 100) == []


def test_a_writer_that_is_still_in_its_write_has_put_in_a_part() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    run.enters(2, MAIN, "write", "requests")
    run.waits(2, MAIN, "write", "requests", "space")
    (told,) = run.compare(3, 106)
    assert (told.pid, told.counted_as, told.bytes) == (MAIN, "written", 100)
    assert told.what == "100 B in requests are from main, which is still in that write"
    assert run.compare(4, 106) == []
    run.writes(5, MAIN, "requests", "x" * 199 + "\n", began=2)
    assert run.figures() == (206, 0, 0, 206)
    run.reads(5, MAIN, "replies")
    assert run.compare(6, 206) == []


def test_a_process_that_was_killed_in_a_write_has_put_in_what_the_kernel_counts() -> None:
    run = Compared()
    run.enters(1, MAIN, "write", "requests")
    run.exit(2, MAIN, signal="SIGKILL")
    run.fill(2, "requests", 5, both=(WORKER,))
    (told,) = run.compare(3, 5)
    assert (told.pid, told.role, told.counted_as, told.bytes) == (MAIN, "main", "written", 5)
    assert run.figures() == (5, 0, 0, 5)


def test_a_process_that_was_killed_in_a_short_read_has_taken_what_is_gone() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    run.exit(2, WORKER, signal="SIGKILL")
    run.fill(2, "requests", 0, both=(MAIN,))
    (told,) = run.compare(3, 0)
    assert (told.pid, told.counted_as, told.bytes) == (WORKER, "read", 6)
    assert [one.reader for one in run.model.fresh] == [WORKER]
    assert run.figures() == (6, 6, 0, 0)


def test_a_zombie_that_nobody_waited_for_counts_as_ended() -> None:
    run = Compared()
    run.enters(1, MAIN, "write", "requests")
    run.state(2, MAIN, "zombie")
    run.fill(2, "requests", 5, both=(WORKER,))
    (told,) = run.compare(3, 5)
    assert told.pid == MAIN
    (read,) = run.takes(4, WORKER, "requests", "dead\n")
    assert read.writer == MAIN


def test_an_untraced_process_wrote_or_read_the_rest() -> None:
    run = Compared()
    run.tell(events.ProcessStart(t=0, pid=CAT, ppid=1, command=("/bin/cat",)))
    run.fill(1, "requests", 0, both=(MAIN,), write=(CAT,))
    run.returns(1, MAIN, "open", "requests", 3)
    assert run.compare(1.5, 4) == []  # it may be traced
    run.trace(1.5, CAT, why="not a Python program")
    (told,) = run.compare(2, 4)
    assert (told.pid, told.counted_as, told.bytes) == (CAT, "written", 4)
    assert told.what == "4 B in requests are from cat 9, whose calls are not told"
    run.fill(3, "requests", 4, both=(MAIN,), read=(CAT,))
    (told,) = run.compare(4, 1)
    assert (told.pid, told.counted_as, told.bytes) == (CAT, "read", 3)
    assert run.figures() == (4, 3, 0, 1)


def test_an_untraced_process_that_has_ended_since_may_have_read() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    assert run.compare(1.5, 6) == []
    run.tell(events.ProcessStart(t=at(2), pid=CAT, ppid=1, command=("/bin/cat",)))
    run.exit(3, CAT, code=0)
    (told,) = run.compare(4, 0)
    assert (told.pid, told.counted_as) == (CAT, "read")


def test_what_went_while_somebody_held_the_pipe_was_read_by_a_call_that_was_not_recorded() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    (told,) = run.compare(2, 0)
    assert (told.pid, told.counted_as, told.bytes) == (None, "read", 6)
    assert told.what == "6 B of requests were read by a call that was not recorded"
    assert [(one.read, one.latency) for one in run.model.fresh] == [(2 * SECOND, None)]
    assert run.figures() == (6, 6, 0, 0)


def test_the_one_process_that_could_have_called_is_named() -> None:
    run = Compared()
    run.fill(0, "requests", 0, write=(MAIN,), read=(WORKER,))
    run.returns(0, MAIN, "open", "requests", 3)
    (told,) = run.compare(1, 6)
    assert told.what == "6 B in requests are from main, by a call that was not recorded"
    assert run.figures() == (6, 0, 0, 6)
    (told,) = run.compare(2, 2)
    assert told.what == "4 B of requests were read by worker, by a call that was not recorded"
    (read,) = run.model.fresh
    assert (read.writer, read.reader, read.latency) == (MAIN, WORKER, None)
    assert run.figures() == (6, 4, 0, 2)


def test_what_lay_in_a_pipe_that_nobody_held_for_a_moment_was_discarded() -> None:
    run = Compared()
    run.writes(1, MAIN, "requests", "hello\n")
    run.fill(2, "requests", 0)
    assert run.compare(2, 0) == []
    run.fill(3, "requests", 0, both=(MAIN, WORKER))
    assert run.compare(3, 0) == []
    assert run.figures() == (6, 0, 6, 0)


def test_what_is_recorded_until_the_look_is_told_before_they_are_compared() -> None:
    run = Compared()
    run.returns(0.5, MAIN, "open", "requests", 3)
    write = events.CallReturn(
        t=at(1), pid=MAIN, call="write", channel="requests", began=0, result=2, data="a\n"
    )
    later = events.CallReturn(
        t=at(3), pid=WORKER, call="read", channel="requests", began=0, result=2, data="a\n"
    )

    class Recorded:
        waiting = [write, later]  # noqa: RUF012

        def until(self, moment: int) -> list[events.Event]:
            told = [event for event in self.waiting if event.t <= moment]
            self.waiting = [event for event in self.waiting if event.t > moment]
            return list(told)

        def before(self, event: events.Event) -> list[events.Event]:
            return self.until(event.t)

    run.log.merge(Recorded())
    assert run.compare(2, 2) == []
    assert run.figures() == (2, 0, 0, 2)


def test_a_call_that_contradicts_the_kernel_for_long_is_told_once() -> None:
    run = Compared()
    lasts = LASTS / SECOND
    run.enters(1, WORKER, "read", "requests")
    run.waits(1, WORKER, "write", "replies", "space")
    assert run.compare(2, 0) == []
    assert run.compare(2 + lasts / 2, 0) == []
    (told,) = run.compare(2 + lasts, 0)
    assert (
        told.what == "worker recorded that it is in read, and the kernel says that it is in write"
    )
    assert (told.pid, told.tid, told.counted_as) == (WORKER, WORKER, None)
    assert run.compare(4 + lasts, 0) == []


def test_a_thread_that_is_slow_to_record_contradicts_nothing() -> None:
    run = Compared()
    run.enters(1, WORKER, "read", "requests")
    run.state(2, WORKER, "running")
    assert run.compare(2, 0) == []
    run.returns(2.4, WORKER, "read", "requests", 0, began=1)
    assert run.compare(5, 0) == []


def test_a_handler_may_do_what_it_likes_inside_of_a_call() -> None:
    run = Compared()
    run.enters(1, WORKER, "read", "requests")
    run.handles(2, WORKER, "SIGUSR1", took=None)
    run.state(2, WORKER, "running")
    assert run.compare(3, 0) == run.compare(9, 0) == []
