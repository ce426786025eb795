"""Every rule, once: help, `--fail-on` and the documentation are made from this list."""

from __future__ import annotations

from ipcviz.diagnoses.rule import Rule
from ipcviz.diagnoses.rules.deadlock import Deadlock
from ipcviz.diagnoses.rules.eof_spin import EofSpin
from ipcviz.diagnoses.rules.fifo_removed import FifoRemoved
from ipcviz.diagnoses.rules.handler_stuck import HandlerStuck
from ipcviz.diagnoses.rules.leaked_end import LeakedEnd
from ipcviz.diagnoses.rules.pipe_full import PipeFull
from ipcviz.diagnoses.rules.reader_gone import ReaderGone
from ipcviz.diagnoses.rules.self_held_end import SelfHeldEnd
from ipcviz.diagnoses.rules.signal_blocked import SignalBlocked
from ipcviz.diagnoses.rules.sigpipe_ignored import SigpipeIgnored
from ipcviz.diagnoses.rules.stopped_process import StoppedProcess
from ipcviz.diagnoses.rules.waiting_for_reader import WaitingForReader
from ipcviz.diagnoses.rules.waiting_for_writer import WaitingForWriter
from ipcviz.diagnoses.rules.wrong_file_type import WrongFileType
from ipcviz.diagnoses.rules.zombie import Zombie

RULES: tuple[Rule, ...] = (
    Deadlock(),
    FifoRemoved(),
    HandlerStuck(),
    WrongFileType(),
    EofSpin(),
    LeakedEnd(),
    PipeFull(),
    SelfHeldEnd(),
    SignalBlocked(),
    SigpipeIgnored(),
    StoppedProcess(),
    WaitingForReader(),
    WaitingForWriter(),
    Zombie(),
    ReaderGone(),
)
"""In the order in which they are told: the gravest first, then by name."""
