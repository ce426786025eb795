from __future__ import annotations

from ipcviz import events
from ipcviz.model.clauses import emphasised
from ipcviz.model.headline import Headline, headline
from ipcviz.model.words import call_text
from model.telling import Run

FIRE = events.ActionInfo(name="fire", key="f", label="fire a hook", does="write_line", role="main")


def said(run: Run) -> tuple[str, list[str]]:
    line = headline(run.model)
    return line.text, [f"{offer.key} {offer.label}" for offer in line.offers]


def test_before_anything_runs_the_keys_that_start_something_are_offered() -> None:
    text, offers = said(Run())
    assert text == "Nothing runs yet. Start main or worker."
    assert offers == ["m start main", "w start worker"]


def test_a_reader_whose_writer_is_not_started_names_it_and_its_key() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.fill(0.1, "replies", 0, both=(10,))
    run.reads(0.2, 10, "replies")
    text, offers = said(run)
    assert text == "main waits in read(replies) for data. worker is not started."
    assert offers == ["w start worker"]
    assert headline(run.model).tone == "waiting"


def test_an_open_says_what_it_waits_for() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.waits(0.2, 10, "open", "requests", "reader")
    text, _ = said(run)
    assert text.startswith("main waits in open(requests) until somebody opens it for reading.")


def test_a_lock_is_said_with_its_file_and_who_has_it() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    lock = events.Wanted(pids=(11,), lock="/lock")
    waits = {"call": "lock", "syscall": "flock", "on": "a lock on /lock", "waits_for": (lock,)}
    run.state(1, 10, "blocked", **waits)
    text, _ = said(run)
    assert text == "worker runs. main waits for a lock on /lock, in flock; worker has it."
    telling = run.model.processes[10].telling
    assert telling is not None
    assert call_text(run.model, telling) == "lock(/lock)"


def test_two_that_wait_for_each_other_are_said_with_who_could_end_it() -> None:
    run = Run(started_by={"main": "worker"}, variants=("other",))
    run.start(0, "worker", 11)
    run.start(0, "main", 10, ppid=11)
    run.fill(0.1, "replies", 0, both=(10, 11))
    run.reads(0.2, 10, "replies")
    run.waits_for(0.2, 11, 10)
    text, offers = said(run)
    assert text == (
        "main waits in read(replies) for data. Only worker can write to it. "
        "worker waits for main to end."
    )
    assert offers == ["K kill main", "K kill worker", "v try other"]


def test_a_role_that_is_ready_is_offered_its_action() -> None:
    run = Run(actions=(FIRE,))
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.state(1, 10, "ready", call="read")
    run.reads(1, 11, "requests")
    text, offers = said(run)
    assert text.startswith("main is ready for a line on its standard input. worker waits in read(")
    assert offers == ["f fire a hook"]
    assert headline(run.model).tone == "calm"


def test_a_stopped_role_is_offered_to_go_on() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.state(1, 11, "stopped")
    text, offers = said(run)
    assert text == "worker is stopped."
    assert offers == ["z continue worker"]


def test_an_unexpected_end_is_a_failure() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.exit(1, 10, code=3)
    line = headline(run.model)
    assert (line.tone, line.mark) == ("failed", "failed")
    assert line.text == "main has ended with exit code 3."


def test_the_signal_that_ipcviz_sent_is_no_failure() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.tell(events.SignalSend(t=1, source="ipcviz", signal="SIGKILL", to=10))
    run.exit(1, 10, signal="SIGKILL")
    assert headline(run.model).tone == "calm"
    run.start(2, "main", 12)
    run.exit(3, 12, signal="SIGKILL")
    assert headline(run.model).tone == "failed"


def test_when_everybody_has_ended_it_can_be_run_again() -> None:
    run = Run()
    for role, pid in (("main", 10), ("worker", 11)):
        run.start(0, role, pid)
        run.exit(1, pid, code=0)
    text, offers = said(run)
    assert text == "main has ended with exit code 0. worker has ended with exit code 0."
    assert offers == ["r reset, to run it again"]


def test_a_wait_with_a_time_limit_is_calm() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.state(1, 10, "blocked", call="poll", channel="replies", timed=True)
    line: Headline = headline(run.model)
    assert line.tone == "calm"


def test_a_wait_for_a_child_without_a_role_tells_what_the_child_waits_for() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.tell(events.ProcessStart(t=1, pid=12, ppid=11, command=("/usr/bin/sort", "requests")))
    run.waits_for(1, 11, 12)
    run.waits(1, 12, "open", "requests", "writer")
    text, offers = said(run)
    assert text == (
        "worker waits for sort 12 to end; sort 12 waits in open(requests) until somebody opens it "
        "for writing. main is not started."
    )
    assert offers == ["m start main"]


def stuck(run: Run) -> Run:
    """A main that worker started, and it: each waits for the other."""
    run.start(0, "worker", 11)
    run.start(0, "main", 10, ppid=11)
    run.fill(0.1, "replies", 0, both=(10, 11))
    run.reads(0.2, 10, "replies")
    run.waits_for(0.2, 11, 10)
    return run


def test_an_error_speaks_with_its_reason_and_what_ends_it() -> None:
    run = stuck(Run(started_by={"main": "worker"}, variants=("repaired",)))
    run.finds(1, "deadlock", "error", 10, 11, what="main and worker wait.")
    line = headline(run.model)
    assert (line.mark, line.tone) == ("error", "stuck")
    assert line.text == "deadlock: main and worker wait."
    assert [part.text for part in line.sentence if part.strong] == ["deadlock", "main", "worker"]
    assert "".join(part.text for part in line.reason) == " This is why."
    assert line.aside == "This helps."
    _, offers = said(run)
    assert offers == ["K kill main", "K kill worker", "v try repaired", "d why", "r reset"]
    assert [offer.role for offer in line.offers[:2]] == ["main", "worker"]


def test_what_is_only_likely_is_said_so() -> None:
    run = stuck(Run())
    run.finds(1, "deadlock", "error", 10, 11, certain=False)
    assert headline(run.model).text == "deadlock, likely: It is so."


def test_a_warning_waits_and_who_could_help_is_started_or_continued() -> None:
    run = Run(actions=(FIRE,))
    run.start(0, "worker", 11)
    run.reads(1, 11, "requests")
    run.finds(2, "waiting-for-writer", "warning", 11, channel="requests")
    line = headline(run.model)
    assert (line.mark, line.tone) == ("warning", "waiting")
    assert said(run)[1] == ["m start main", "K kill worker", "d why", "r reset"]
    run.start(3, "main", 10)
    run.state(4, 10, "stopped")
    assert said(run)[1] == ["z continue main", "K kill worker", "d why", "r reset"]
    run.state(5, 10, "ready", call="read")
    assert said(run)[1] == ["f fire a hook", "K kill worker", "d why", "r reset"]


def test_nobody_is_to_be_killed_whom_that_would_not_help() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11, ppid=10)
    run.state(1, 11, "zombie")
    run.finds(2, "zombie", "warning", 11, 10)
    assert said(run)[1] == ["d why", "r reset"]
    run.state(3, 10, "sleeping")
    assert said(run)[1] == ["K kill main", "d why", "r reset"]


def test_a_failure_is_said_before_what_explains_it() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.exit(1, 10, code=1)
    run.finds(2, "broken-pipe", "warning", 10, what="main wrote to nobody.")
    line = headline(run.model)
    assert line.tone == "failed"
    assert line.text == "main has ended with exit code 1. broken-pipe: main wrote to nobody."
    assert said(run)[1] == ["m start main again", "d why", "r reset"]


def test_the_gravest_speaks_and_information_only_explains() -> None:
    run = stuck(Run())
    run.finds(1, "self-held-end", "info", 10)
    line = headline(run.model)
    assert line.tone == "waiting"
    assert line.text.startswith("main waits in read(replies) for data.")
    run.finds(2, "pipe-full", "warning", 10, what="Full.")
    run.finds(3, "deadlock", "error", 10, 11, what="Stuck.")
    assert headline(run.model).text == "deadlock: Stuck."
    assert "d all 2 findings" in said(run)[1]
    run.clears(4, "deadlock", 10, 11)
    assert headline(run.model).text == "pipe-full: Full."
    run.clears(5, "pipe-full", 10)
    assert headline(run.model).text == line.text


def test_information_is_told_beside_what_goes_on() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.finds(1, "reader-gone", "info", 10)
    line = headline(run.model)
    assert (line.text, line.tone, line.aside) == ("main runs.", "calm", "This is why.")


def test_the_variant_after_the_last_is_the_scenario_itself() -> None:
    run = stuck(Run(variants=("one", "two"), variant="one"))
    assert "v try two" in said(run)[1]
    run = stuck(Run(variants=("one", "two"), variant="two"))
    assert "v try it as it is" in said(run)[1]


def test_only_whole_names_of_roles_stand_out() -> None:
    run = Run()
    words = "worker waits (main, fd 4) at /srv/main/worker.py in main_to_worker for main's reply."
    strong = [part.text for part in emphasised(words, run.model) if part.strong]
    assert strong == ["worker", "main", "main"]
    assert "".join(part.text for part in emphasised(words, run.model)) == words
