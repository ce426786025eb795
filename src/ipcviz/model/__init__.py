"""Folds events into processes, channels, a timeline and one sentence of what is going on."""

from ipcviz.model.entities import Channel, Process, Role
from ipcviz.model.model import Model

__all__ = ["Channel", "Model", "Process", "Role"]
