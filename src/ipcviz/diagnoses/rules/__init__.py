"""Every rule, once: help, `--fail-on` and the documentation are made from this list."""

from __future__ import annotations

from ipcviz.diagnoses.rule import Rule
from ipcviz.diagnoses.rules.zombie import Zombie

RULES: tuple[Rule, ...] = (Zombie(),)
"""In the order in which they are told: the gravest first, then by name."""
