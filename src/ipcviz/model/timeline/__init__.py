"""Tells what happened: a row for each thing worth telling, beside the lifelines of the roles."""

from ipcviz.model.timeline.timeline import Timeline

__all__ = ["Timeline"]
