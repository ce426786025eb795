"""A pipe's account, in bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class _Prepaid(NamedTuple):
    """Bytes of a write that was under way at `t`, which are counted already."""

    bytes: int
    t: int


@dataclass
class Account:
    """What was written to a pipe, and what became of it: written = read + discarded + queued.

    Only what is told is stored; the four figures follow from it, so that they cannot disagree. A
    byte that was read must have been written, even if that is told later. What lies in a pipe that
    nobody holds is discarded (fifo(7)), unless a read that took it is told later still.
    """

    told_written: int = 0
    read: int = 0
    told_discarded: int = 0
    held: bool = True
    _prepaid: dict[int, _Prepaid] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """What is told to be written, less what is told to have left the pipe: below zero where
        a read was told before its write."""
        return self.told_written - self.read - self.told_discarded

    @property
    def written(self) -> int:
        """Bytes that programs put into the pipe."""
        return self.told_written + max(0, -self.balance)

    @property
    def queued(self) -> int:
        """Bytes that lie in the pipe."""
        return max(0, self.balance) if self.held else 0

    @property
    def discarded(self) -> int:
        """Bytes that went unread, with the last that held the pipe."""
        return self.told_discarded + (0 if self.held else max(0, self.balance))

    def write(self, size: int, pid: int | None, began: int) -> None:
        """A write that began at this time has put in so many bytes."""
        self.told_written += size - (self._redeem(size, pid, began) if self._prepaid else 0)

    def prepay(self, size: int, pid: int, t: int) -> None:
        """The write that this process is in has put in so many bytes already, by the kernel's
        count; its return tells them again."""
        before = self._prepaid.get(pid)
        self._prepaid[pid] = _Prepaid(size + (before.bytes if before is not None else 0), t)
        self.told_written += size

    def forfeit(self, pid: int) -> int:
        """The process has ended: so many prepaid bytes will never be told by a return."""
        prepaid = self._prepaid.pop(pid, None)
        return prepaid.bytes if prepaid is not None else 0

    def reopen(self) -> None:
        """Somebody holds the pipe anew: what lay in it before is gone for good."""
        if not self.held:
            self.told_discarded += max(0, self.balance)
            self.held = True

    def copy(self) -> Account:
        """An account of its own with the same figures."""
        return Account(
            self.told_written, self.read, self.told_discarded, self.held, self._prepaid.copy()
        )

    def _redeem(self, size: int, pid: int | None, began: int) -> int:
        """How many bytes of this write are counted already: those put down to its process, then
        those put down to others that were writing at the same time, since the kernel tells only
        the sum."""
        redeemed = 0
        for payer in sorted(self._prepaid, key=lambda one: one != pid):
            prepaid = self._prepaid[payer]
            if began > prepaid.t:
                continue
            part = min(prepaid.bytes, size - redeemed)
            redeemed += part
            if part == prepaid.bytes:
                del self._prepaid[payer]
            else:
                self._prepaid[payer] = _Prepaid(prepaid.bytes - part, prepaid.t)
        return redeemed
