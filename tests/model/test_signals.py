from __future__ import annotations

from typing import Any

from ipcviz import events
from ipcviz.model.channel.message import SENDS_KEPT, SignalFlight
from model.telling import SECOND, Run, at

MAIN, WORKER = 1, 2


def traced() -> Run:
    run = Run()
    for role, pid in (("main", MAIN), ("worker", WORKER)):
        run.start(0, role, pid)
    run.trace(0, MAIN, WORKER)
    return run


def sends(run: Run, seconds: float, signal: str = "SIGUSR1") -> SignalFlight:
    run.signal(seconds, signal, WORKER, by=MAIN)
    (flight,) = run.model.fresh_signals
    return flight


def delivers(run: Run, seconds: float, signal: str = "SIGUSR1") -> tuple[SignalFlight, ...]:
    run.tell(events.SignalDeliver(t=at(seconds), pid=WORKER, signal=signal))
    return run.model.fresh_signals


def shows(run: Run, seconds: float, **sets: Any) -> tuple[SignalFlight, ...]:
    run.tell(events.Signals(t=at(seconds), pid=WORKER, **sets))
    return run.model.fresh_signals


def test_a_signal_goes_from_its_send_to_its_handler() -> None:
    run = traced()
    sent = sends(run, 1)
    assert (sent.signal, sent.sender, sent.to, sent.delivered) == ("SIGUSR1", MAIN, WORKER, None)
    (delivered,) = delivers(run, 2)
    assert (delivered.sent, delivered.delivered, delivered.merged) == ((SECOND,), 2 * SECOND, 0)
    assert delivers(run, 3) == ()


def test_sends_merge_while_a_signal_is_pending() -> None:
    run = traced()
    sends(run, 1)
    assert sends(run, 2).times == 2
    (pending,) = shows(run, 3, pending=("SIGUSR1",), blocked=("SIGUSR1",))
    assert pending.pending
    assert shows(run, 3.5, pending=("SIGUSR1",)) == ()
    (delivered,) = delivers(run, 4)
    assert (delivered.sent, delivered.merged) == ((SECOND, 2 * SECOND), 1)


def test_real_time_signals_queue() -> None:
    run = traced()
    sends(run, 1, "SIGRTMIN+1")
    assert sends(run, 2, "SIGRTMIN+1").sent == (2 * SECOND,)
    assert [one.sent for one in delivers(run, 3, "SIGRTMIN+1")] == [(SECOND,)]
    assert [one.sent for one in delivers(run, 4, "SIGRTMIN+1")] == [(2 * SECOND,)]


def test_real_time_signals_that_the_kernel_keeps_back_no_more_were_all_delivered() -> None:
    run = traced()
    for seconds in (1, 2, 3):
        sends(run, seconds, "SIGRTMIN+1")
    assert len(shows(run, 4, pending=("SIGRTMIN+1",))) == 3
    assert len(delivers(run, 5, "SIGRTMIN+1")) == 1  # its handler runs once for all three
    assert [one.delivered for one in shows(run, 6)] == [6 * SECOND, 6 * SECOND]
    run.exit(7, WORKER)
    assert run.model.fresh_signals == ()


def test_times_of_sends_are_kept_up_to_a_bound_and_counted_beyond() -> None:
    run = traced()
    for number in range(SENDS_KEPT + 5):
        sends(run, 1 + number / 1000)
    (delivered,) = delivers(run, 9)
    assert (len(delivered.sent), delivered.merged) == (SENDS_KEPT, SENDS_KEPT + 4)


def test_ipcviz_has_no_pid_as_a_sender_and_an_ignored_signal_comes_to_nothing() -> None:
    run = traced()
    shows(run, 1, ignored=("SIGUSR1",))
    run.signal(2, "SIGUSR1", WORKER)
    run.signal(3, "SIGUSR1", WORKER)
    (flight,) = run.model.fresh_signals
    assert (flight.sender, flight.times) == (None, 1)


def test_the_signal_that_ends_a_process_is_delivered_and_others_are_lost() -> None:
    run = traced()
    sends(run, 1, "SIGUSR1")
    sends(run, 2, "SIGKILL")
    run.exit(3, WORKER, signal="SIGKILL")
    killed, lost = run.model.fresh_signals
    assert (killed.signal, killed.delivered, killed.lost) == ("SIGKILL", 3 * SECOND, None)
    assert (lost.signal, lost.delivered, lost.lost) == ("SIGUSR1", None, 3 * SECOND)
    assert sends(run, 4).lost == 4 * SECOND


def test_a_signal_that_could_not_be_sent_says_why() -> None:
    run = traced()
    run.tell(events.SignalSend(t=SECOND, pid=MAIN, signal="SIGUSR1", to=99, error="ESRCH"))
    (flight,) = run.model.fresh_signals
    assert flight.error == "ESRCH"


def test_a_stop_and_a_continue_are_deliveries() -> None:
    run = traced()
    sends(run, 1, "SIGSTOP")
    run.tell(events.ProcessStop(t=at(2), pid=WORKER))
    assert [one.delivered for one in run.model.fresh_signals] == [2 * SECOND]
    sends(run, 3, "SIGCONT")
    run.tell(events.ProcessContinue(t=at(4), pid=WORKER))
    assert [one.delivered for one in run.model.fresh_signals] == [4 * SECOND]


def test_of_a_process_that_is_not_traced_the_kernel_tells_what_is_pending() -> None:
    run = traced()
    run.trace(0, WORKER, why="not a Python program")
    sends(run, 1)
    assert sends(run, 2).times == 1  # the first may have been handled
    shows(run, 3, pending=("SIGUSR1",))
    assert sends(run, 4).times == 2
    (taken,) = shows(run, 5)
    assert taken.delivered == 5 * SECOND


def test_a_send_that_is_told_late_was_delivered_already() -> None:
    run = traced()
    delivers(run, 2)
    assert sends(run, 1.9).delivered == 2 * SECOND
    assert sends(run, 3).delivered is None
