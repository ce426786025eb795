"""How the tracer gets into Python children: by their environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

DIRECTORY_VARIABLE = "IPCVIZ_TRACE"
"""Names the directory in which a traced process makes its rings."""
FOLDER = Path(__file__).with_name("inject")
"""Stands first in PYTHONPATH: its sitecustomize.py loads the tracer."""


def traced(environment: Mapping[str, str], rings: Path) -> dict[str, str]:
    """The environment of a program that shall be traced, with its rings in this directory."""
    path = environment.get("PYTHONPATH")
    return {
        **environment,
        "PYTHONPATH": f"{FOLDER}{os.pathsep}{path}" if path else str(FOLDER),
        DIRECTORY_VARIABLE: str(rings),
    }
