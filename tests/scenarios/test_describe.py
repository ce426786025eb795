from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipcviz.diagnoses.listing import rule_help
from ipcviz.scenarios import catalog, describe
from ipcviz.scenarios.load import load
from scenarios.writing import GOOD, write

_SHOWN = """\
A talk
talk · Your own

Short, and to the
point.

Then more.

Programs
  asker   sh -c echo
          hello >
          {ask}
  teller  cat {ask}

Pipes
  ask  a FIFO, from
       asker to teller

Keys
  b  start or restart
     asker
  l  start or restart
     teller
  w  wave (sends
     SIGUSR1 to asker)

Steps
  1. start asker
     It waits in
     open() for a
     reader.
  2. start teller"""


def test_what_is_shown_fits_the_width(tmp_path: Path) -> None:
    text = GOOD.replace("title =", 'teaches = "Short, and to the point.\\n\\nThen more."\ntitle =')
    text += """
[actions.wave]
key = "w"
label = "wave"
signal = { to = "asker", name = "USR1" }
[[steps]]
do = "start asker"
say = "It waits in open() for a reader."
[[steps]]
do = "start teller"
"""
    assert describe.show(load(write(tmp_path, text)).scenario, {}, 22) == _SHOWN


@pytest.mark.parametrize("file", catalog.builtin(), ids=lambda file: file.parent.name)
def test_every_built_in_says_what_it_is_about(file: Path) -> None:
    scenario = catalog.load(file).scenario
    shown = describe.show(scenario, rule_help(), 80)
    assert max(map(len, shown.split("\n"))) <= 80
    headings = ["Look at", "Programs", "Pipes", "Keys", "Steps", "References"]
    assert [line for line in shown.split("\n") if line in headings] == headings
    assert all(step.do in shown for step in scenario.steps)
    assert all(f"  {name}  " in shown for name in (*scenario.roles, *scenario.variants))


def test_the_findings_of_a_scenario_are_told_with_what_they_mean(tmp_path: Path) -> None:
    text = GOOD.replace("title =", 'raises = ["late"]\nmay_raise = ["lost"]\ntitle =')
    rules = {"late": "error: It comes late.", "lost": "info: It went.", "other": "info: Else."}
    shown = describe.show(load(write(tmp_path, text), rules=lambda: rules).scenario, rules, 80)
    _, heading, findings = shown.partition("\nFindings\n")
    assert heading
    assert findings.startswith("  late  error: It comes late.\n  lost  perhaps; info: It went.\n\n")


def test_the_listing_has_a_line_each() -> None:
    scenarios = [catalog.load(file).scenario for file in catalog.builtin()]
    lines = describe.listing(scenarios).split("\n")
    assert [line.split()[0] for line in lines] == [scenario.id for scenario in scenarios]
    assert all(
        line.endswith(f"  {one.chapter}") for line, one in zip(lines, scenarios, strict=True)
    )


def test_the_listing_for_programs_is_json() -> None:
    scenarios = [catalog.load(file).scenario for file in catalog.builtin()]
    listed = {one["id"]: one for one in json.loads(describe.listing_json(scenarios))}
    assert listed["signals"]["raises"] == ["deadlock"]
    assert list(listed["signals"]["variants"]) == ["work-in-handler"]
