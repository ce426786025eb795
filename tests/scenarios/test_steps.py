from __future__ import annotations

import pytest

from ipcviz.errors import StepError
from ipcviz.events import STATE_NAMES
from ipcviz.scenarios import steps
from ipcviz.scenarios.schema import Action, Role, Scenario


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start main", steps.Start("start main", "main")),
        ("wait all exited", steps.Wait("wait all exited", None, "exited")),
        ("wait main not started", steps.Wait("wait main not started", "main", "not started")),
        ("fire", steps.Fire("fire", 1)),
        ("fire 3", steps.Fire("fire 3", 3)),
        ("do wave", steps.Do("do wave", "wave")),
        ("finish main", steps.Finish("finish main", "main")),
        ("signal main usr1", steps.SendSignal("signal main usr1", "main", "SIGUSR1")),
        ("kill main", steps.Kill("kill main", "main")),
        ("pause main", steps.Pause("pause main", "main")),
        ("resume main", steps.Resume("resume main", "main")),
        (" sleep 0.5 ", steps.Sleep("sleep 0.5", 0.5)),
        ("expect zombie", steps.Expect("expect zombie", "zombie", absent=False)),
        ("expect no zombie", steps.Expect("expect no zombie", "zombie", absent=True)),
    ],
)
def test_each_step_is_read(text: str, expected: steps.Command) -> None:
    assert steps.parse(text) == expected


@pytest.mark.parametrize("state", STATE_NAMES)
def test_every_state_can_be_waited_for(state: str) -> None:
    assert steps.parse(f"wait main {state}") == steps.Wait(f"wait main {state}", "main", state)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("strat main", 'there is no step "strat"; did you mean "start"?'),
        ("start", "expected start ROLE"),
        ("start main now", "expected start ROLE"),
        ("wait main", "expected wait ROLE STATE or wait all exited"),
        ("wait main bloked", 'there is no state "bloked"; did you mean "blocked"?'),
        ("wait all blocked", 'there is no state of all "blocked"; known: exited'),
        ("fire 0", 'expected how often to fire, as in fire 3, not "0"'),
        ("fire two", 'expected how often to fire, as in fire 3, not "two"'),
        ("signal main USR9", 'there is no signal "USR9"'),
        ("sleep nan", 'expected seconds, as in sleep 0.5, not "nan"'),
        ("sleep -1", 'expected seconds, as in sleep 0.5, not "-1"'),
        ("sleep inf", 'expected seconds, as in sleep 0.5, not "inf"'),
        ("expect", "expected expect RULE or expect no RULE"),
        ("expect no", "expected expect RULE or expect no RULE"),
        ("expect zombie zombie", "expected expect RULE or expect no RULE"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_was_expected(text: str, complaint: str) -> None:
    with pytest.raises(StepError) as caught:
        steps.parse(text)
    assert str(caught.value).startswith(f'"{text}": {complaint}')


def test_a_script_is_steps_between_semicolons() -> None:
    commands = steps.parse_script("start main; wait main exited;")
    assert [command.text for command in commands] == ["start main", "wait main exited"]


@pytest.mark.parametrize("text", ["", " ; ;"])
def test_a_script_without_steps_is_refused(text: str) -> None:
    with pytest.raises(StepError, match="no steps"):
        steps.parse_script(text)


_SCENARIO = Scenario(
    format=1,
    id="names",
    title="Names",
    roles={"main": Role(command=("true",)), "helper": Role(started_by="main")},
    actions={"wave": Action(key="x", label="wave", start="main")},
)

_RULES = ("deadlock", "zombie")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("start mian", 'there is no role "mian"; did you mean "main"?'),
        ("start helper", "helper is started by main, not by ipcviz"),
        ("wait hepler exited", 'there is no role "hepler"; did you mean "helper"?'),
        ("finish nobody", 'there is no role "nobody"; known: helper, main'),
        ("signal mian USR1", 'there is no role "mian"'),
        ("kill mian", 'there is no role "mian"'),
        ("pause mian", 'there is no role "mian"'),
        ("resume mian", 'there is no role "mian"'),
        ("do weave", 'there is no action "weave"; did you mean "wave"?'),
        ("fire", 'the scenario has no action "fire"'),
        ("expect zomby", 'there is no rule "zomby"; did you mean "zombie"?'),
        ("expect no nonsense", 'there is no rule "nonsense"; known: deadlock, zombie'),
    ],
)
def test_names_that_lead_nowhere_are_told(text: str, complaint: str) -> None:
    with pytest.raises(StepError) as caught:
        steps.require_names(steps.parse(text), _SCENARIO, _RULES)
    assert str(caught.value).startswith(f'"{text}": {complaint}')


@pytest.mark.parametrize(
    "text",
    ["start main", "wait helper ready", "do wave", "wait all exited", "expect no deadlock"],
)
def test_names_that_are_right_are_let_through(text: str) -> None:
    steps.require_names(steps.parse(text), _SCENARIO, _RULES)
