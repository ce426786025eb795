from __future__ import annotations

from ipcviz.events import HooksInfo
from model.telling import Run, at

MAIN, WORKER = 1, 2


def hooks(match: str = "order") -> Run:
    run = Run(hooks=HooksInfo(request="requests", reply="replies", match=match))
    for role, pid in (("main", MAIN), ("worker", WORKER)):
        run.start(0, role, pid)
    run.trace(0, MAIN, WORKER)
    for channel in ("requests", "replies"):
        run.fill(0, channel, 0, both=(MAIN, WORKER))
    return run


def ask(run: Run, seconds: float, text: str) -> int | None:
    """The number of the request."""
    (request,) = run.writes(seconds, MAIN, "requests", text)
    run.takes(seconds + 0.1, WORKER, "requests", text)
    return request.request


def answered(run: Run, seconds: float, text: str) -> tuple[int | None, int | None]:
    """Which request a reply answers, and how long that took."""
    run.writes(seconds, WORKER, "replies", text)
    (reply,) = run.takes(seconds + 0.1, MAIN, "replies", text)
    assert reply.answer
    return reply.request, reply.round_trip


def test_the_nth_reply_answers_the_nth_request() -> None:
    run = hooks()
    assert (ask(run, 1, "a\n"), ask(run, 2, "b\n")) == (1, 2)
    assert answered(run, 3, "A\n") == (1, at(2.1) + 10_000)
    assert answered(run, 4, "B\n") == (2, at(2.1) + 10_000)
    assert (run.model.requests, run.model.replies) == (2, 2)


def test_a_request_in_the_pipe_has_its_number() -> None:
    run = hooks()
    run.writes(1, MAIN, "requests", "a\n")
    (waiting,) = run.model.channels["requests"].unread
    assert (waiting.request, waiting.answer) == (1, False)


def test_a_request_that_was_lost_is_not_answered() -> None:
    run = hooks()
    run.writes(1, MAIN, "requests", "a\n")
    run.fill(2, "requests", 0)
    run.fill(3, "requests", 0, both=(MAIN, WORKER))
    ask(run, 4, "b\n")
    assert answered(run, 5, "B\n")[0] == 2


def test_a_request_whose_reader_ended_is_not_answered() -> None:
    run = hooks()
    ask(run, 1, "a\n")
    run.exit(2, WORKER, signal="SIGKILL")
    run.start(3, "worker", WORKER)
    ask(run, 4, "b\n")
    assert answered(run, 5, "B\n")[0] == 2


def test_a_field_tells_which_request_a_reply_answers() -> None:
    run = hooks(match="id")
    ask(run, 1, '{"id": "x"}\n')
    ask(run, 2, '{"id": "y"}\n')
    assert answered(run, 3, '{"id": "y", "ok": true}\n') == (2, at(1.1) + 10_000)
    assert answered(run, 4, '{"id": "x"}\n')[0] == 1


def test_a_reply_without_the_field_answers_nothing_that_is_known() -> None:
    run = hooks(match="id")
    ask(run, 1, '{"id": 7}\n')
    for number, text in enumerate(("no JSON\n", "[1]\n", '{"id": {}}\n', '{"id": 8}\n')):
        assert answered(run, 2 + number, text) == (None, None)
    assert run.model.replies == 4


def test_without_hooks_nothing_is_counted() -> None:
    run = Run()
    run.writes(1, MAIN, "requests", "a\n")
    assert (run.model.requests, run.model.replies) == (None, None)
    assert run.model.channels["requests"].unread[0].request is None
