"""The rules as a list of words, for those who must not know the rules themselves."""

from __future__ import annotations

from inspect import cleandoc


def rule_help() -> dict[str, str]:
    """What each rule finds, in a sentence, by its name and in the order of RULES."""
    from ipcviz.diagnoses.rules import RULES  # late: reading all of them takes a while

    return {rule.name: f"{rule.severity}: {cleandoc(rule.__doc__ or '')}" for rule in RULES}
