"""Folds what pipes carry: calls on them, and what the kernel counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipcviz.events import (
    CallReturn,
    ChannelCreate,
    ChannelRemove,
    Difference,
    Dropped,
    Event,
    Fill,
)
from ipcviz.model.channel import Channel
from ipcviz.model.channel.message import Message

if TYPE_CHECKING:
    from ipcviz.model.model import Model

GONE_AT_MOST = 1_000
"""Undeclared pipes that are gone and remembered; beyond them the oldest are forgotten."""


def _return(model: Model, event: CallReturn) -> None:
    process = model.processes.get(event.pid or 0)
    if process is not None:
        process.leave(event)
    if event.channel is not None:
        channel = told_on(model, event.channel)
        bring(model, channel, channel.returned(event))


def _drop(model: Model, event: Dropped) -> None:
    if event.what == "contents":
        return  # the calls themselves were told
    model.dropped += event.count
    if event.channel is not None:
        channel = told_on(model, event.channel)
        bring(model, channel, channel.dropped(event))


def _differ(model: Model, event: Difference) -> None:
    if event.channel is None or event.counted_as is None:
        return
    process = model.processes.get(event.pid or 0)
    writing = process is not None and process.traced and process.blocked_in("write", event.channel)
    channel = told_on(model, event.channel)
    bring(model, channel, channel.differs(event, writing))


def told_on(model: Model, name: str) -> Channel:
    """The channel of a call that was told."""
    channel = model.channels.get(name)
    if channel is None:
        channel = model.channels[name] = Channel(name)
    if not channel.told:
        channel.told = True
        weigh(model, channel)
    return channel


def _channel(model: Model, event: ChannelCreate | ChannelRemove | Fill) -> None:
    channel = model.channels.setdefault(event.channel, Channel(event.channel))
    match event:
        case ChannelCreate():
            told = channel.create(event)
        case ChannelRemove():
            told = channel.remove(event.t)
            _forget_pipe(model, channel)
        case Fill():
            told = channel.fill(event)
    weigh(model, channel)
    bring(model, channel, told)


def _forget_pipe(model: Model, channel: Channel) -> None:
    if channel.info is not None:
        return
    model.removed.append(channel.name)
    while len(model.removed) > GONE_AT_MOST:
        oldest = model.channels.get(model.removed.popleft())
        if oldest is not None and not oldest.present:
            del model.channels[oldest.name]


def weigh(model: Model, channel: Channel) -> None:
    """Decide whether the calls or the kernel tell what a channel holds."""
    pids = {one.pid for one in channel.holders}
    known = (model.processes.get(pid) for pid in pids)
    channel.by_calls = channel.told and all(one is not None and one.traced for one in known)


def bring(model: Model, channel: Channel, told: list[Message]) -> None:
    """Note what was brought forward on a channel."""
    if not told:
        return
    model.fresh += tuple(told)
    channel.last = told[-1]
    hooks = channel.transit.hooks
    if hooks is not None:
        for message in told:
            if message.lost is not None:
                hooks.lost(message)


FOLDS: dict[type[Event], Callable[[Model, Any], None]] = {
    CallReturn: _return,
    Dropped: _drop,
    Difference: _differ,
    ChannelCreate: _channel,
    ChannelRemove: _channel,
    Fill: _channel,
}
"""What each type of event does to the model."""
