"""The vocabulary: everything that can be said about a run, one class a type.

An event is one line of `--json` output and of a recording. `t` is in nanoseconds since the run
began, on a monotonic clock, of when the thing happened. `source` says who saw it. Fields that do
not apply are left out of the line; a field that applies but could not be learnt is null.

Nothing here imports anything else of ipcviz: every layer speaks it.
"""

from __future__ import annotations

from ipcviz.events.call import DATA_AT_MOST, Buffered, CallEnter, CallReturn, Difference, Dropped
from ipcviz.events.channel import ChannelCreate, ChannelRemove, End, Fill, Framing, Holder, Mode
from ipcviz.events.encoding import decode, encode
from ipcviz.events.event import Event, Source
from ipcviz.events.finding import SEVERITIES, Finding, FindingClear, FindingInfo, Severity
from ipcviz.events.process import (
    EVENT_COUNTER,
    SIGNAL_DESCRIPTOR,
    SOCKET,
    STATE_NAMES,
    TERMINAL,
    Counts,
    Output,
    ProcessContinue,
    ProcessExec,
    ProcessExit,
    ProcessFork,
    ProcessObserve,
    ProcessStart,
    ProcessStop,
    State,
    StateName,
    Wanted,
)
from ipcviz.events.session import (
    FORMAT,
    Action,
    ActionInfo,
    ChannelInfo,
    ChannelSummary,
    HooksInfo,
    RoleInfo,
    RoleSummary,
    Session,
    Step,
    Summary,
)
from ipcviz.events.signal import SignalDeliver, SignalHandler, SignalHandlerEnd, Signals, SignalSend

__all__ = [
    "DATA_AT_MOST",
    "EVENT_COUNTER",
    "FORMAT",
    "SEVERITIES",
    "SIGNAL_DESCRIPTOR",
    "SOCKET",
    "STATE_NAMES",
    "TERMINAL",
    "Action",
    "ActionInfo",
    "Buffered",
    "CallEnter",
    "CallReturn",
    "ChannelCreate",
    "ChannelInfo",
    "ChannelRemove",
    "ChannelSummary",
    "Counts",
    "Difference",
    "Dropped",
    "End",
    "Event",
    "Fill",
    "Finding",
    "FindingClear",
    "FindingInfo",
    "Framing",
    "Holder",
    "HooksInfo",
    "Mode",
    "Output",
    "ProcessContinue",
    "ProcessExec",
    "ProcessExit",
    "ProcessFork",
    "ProcessObserve",
    "ProcessStart",
    "ProcessStop",
    "RoleInfo",
    "RoleSummary",
    "Session",
    "Severity",
    "SignalDeliver",
    "SignalHandler",
    "SignalHandlerEnd",
    "SignalSend",
    "Signals",
    "Source",
    "State",
    "StateName",
    "Step",
    "Summary",
    "Wanted",
    "decode",
    "encode",
]
