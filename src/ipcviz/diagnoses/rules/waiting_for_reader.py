"""waiting-for-reader: open() of a FIFO waits for a reader."""

from __future__ import annotations

from typing import ClassVar, Literal

from ipcviz.diagnoses.partner import WaitingForPartner


class WaitingForReader(WaitingForPartner):
    """A process waits in open() for writing until a reader opens the same FIFO (fifo(7))."""

    name: ClassVar[str] = "waiting-for-reader"
    end: ClassVar[Literal["reader", "writer"]] = "reader"
    own: ClassVar[str] = "writing"
    purpose: ClassVar[str] = "reading"
    instead: ClassVar[str] = "O_RDWR"
