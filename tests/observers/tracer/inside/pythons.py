"""The Pythons of this machine, of the versions that the tracer is for."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from functools import cache

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
RUNNING = "{}.{}".format(*sys.version_info)


@cache
def find(version: str) -> str | None:
    """A Python of this version: the running one, by PATH, or as pyenv installs them."""
    installed = glob.glob(os.path.expanduser(f"~/.pyenv/versions/{version}.*/bin/python"))
    candidates = [sys.executable, shutil.which(f"python{version}"), *sorted(installed)]
    return next((one for one in candidates if one and _version(one) == version), None)


@cache
def _version(python: str) -> str:
    """Its version; empty where it does not run."""
    command = [python, "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
    asked = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return asked.stdout.strip()
