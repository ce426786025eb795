"""The mistakes that ipcviz answers with a sentence.

UsageError
 ├── ScenarioError     a scenario file, or the folder it stands in
 └── StepError         a step that cannot be read
ControlError           what a key or a step asked for cannot be done now
 └── StartError        a program of a role that could not be started
"""

from __future__ import annotations


class UsageError(Exception):
    """The command line or a file is wrong; the message is for a person. Exit code 2."""


class ScenarioError(UsageError):
    """A scenario file is wrong. The message names every mistake, a line each."""


class StepError(UsageError):
    """A step's text cannot be read, or names what the scenario does not have."""


class ControlError(Exception):
    """What was asked for cannot be done as things stand; the message says why."""


class StartError(ControlError):
    """A role's program could not be started; the message says which and why."""
