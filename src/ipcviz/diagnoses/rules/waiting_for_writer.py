"""waiting-for-writer: open() of a FIFO waits for a writer."""

from __future__ import annotations

from typing import ClassVar, Literal

from ipcviz.diagnoses.partner import WaitingForPartner


class WaitingForWriter(WaitingForPartner):
    """A process waits in open() for reading until a writer opens the same FIFO (fifo(7))."""

    name: ClassVar[str] = "waiting-for-writer"
    end: ClassVar[Literal["reader", "writer"]] = "writer"
    own: ClassVar[str] = "reading"
    purpose: ClassVar[str] = "writing"
    instead: ClassVar[str] = "O_NONBLOCK or O_RDWR"
