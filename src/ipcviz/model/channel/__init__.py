"""Follows what goes through a pipe: its bytes, and the messages from write to read."""

from ipcviz.model.channel.channel import Channel

__all__ = ["Channel"]
