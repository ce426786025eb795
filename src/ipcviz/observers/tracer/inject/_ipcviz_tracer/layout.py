"""How what a traced process records lies in memory that it shares with ipcviz.

Two kinds of files, in a directory that ipcviz names. Each is made as NAME.new and renamed when it
is ready; only its process writes to it, but for the two words of a ring that tell what was read.

    PID.TID.TIME.ring     a thread's records, in slots that are used again and again
    PID.TIME.sites        what the numbers in its records mean; a full one is followed by another
    PID.why               a line of text: why a process makes no such files

Times are CLOCK_MONOTONIC in seconds; in names, nanoseconds in hexadecimal. Words are 8 bytes,
little-endian, and numbered from 0.
"""

from _struct import Struct  # not struct, whose import takes longer than that of this file

MAGIC = 0x317A697663706931
"""The first word of both kinds of files, and the last that is written."""

# A ring: header words, then the slots, then the contents that do not fit into their slots.
PID, TID, NUMBER_OF_SLOTS, CONTENTS_SIZE = 1, 2, 3, 4
CALL_SITE, CALL_BEGAN = 5, 6
"""The call that the thread is in, or was in last: its site (0: none yet), then when it began, as a
double. It is under way unless a record that began at that very moment has been written."""
SLOTS_READ, CONTENTS_READ = 7, 8
"""Written by ipcviz alone: every record up to this number, and every byte of the contents below
this position, has been read. Nothing that was not read is overwritten: it is counted instead."""

HEADER_SIZE = 4096
SLOT = Struct("<ddqIi80sQQ")
"""begun, ended, result, site, errno, contents, where the rest of them is, number.

result: what the call returned (a count of bytes, a descriptor, a pid); UNFINISHED in a record that
    tells only that a call or a handler has begun.
errno: 0, or why the call failed; NOT_AN_OSERROR where an exception had none.
contents: the first bytes of what was read or written; of other calls what layout.Kind says, padded
    with zero bytes.
where: 0 if the slot holds all of the contents that are kept; else 1 + the position in the
    contents area, which counts on and on (modulo its size), of min(result, DATA_AT_MOST) bytes,
    which do not wrap around. Where there was no room for them it is 0 too: of a read or write
    whose result is larger than INLINE, all but what stands in the slot is lost then.
number: 1 for a thread's first record. It is written last: a slot that holds another number than
    expected is not written yet. Numbers are given before a call and records written after it, so
    a number can be missing for a while, and for ever if the thread was killed.
"""
SLOT_SIZE = SLOT.size
INLINE = 80
DATA_AT_MOST = 4096
UNFINISHED = -2
NOT_AN_OSERROR = -1

# A file of sites: its words are MAGIC, the number of its entries, and zero; then come the entries.
NUMBER_OF_ENTRIES = 1
SITES_HEADER_SIZE = 64
SITE = Struct("<QQQIIiIQQ")
"""calls not recorded, their bytes, bytes in a buffer; site, kind, descriptor, line, inode, device.

Followed by the length of a file's name (4 bytes) and that name, up to a multiple of 8 bytes. The
first three words change, all else is written once. Sites are numbered from 1 in each process; a
forked process begins anew. `inode` and `device` are those of the pipe (0: no pipe), `device` as
st_dev tells it. The third word is used by Kind.BUFFER alone.
"""
SITE_NAME_LENGTH = Struct("<I")


class Kind:
    """What is recorded at a site, and what the contents of its records are.

    Only calls on FIFOs and pipes are recorded, but for those that have no descriptor.
    """

    READ = 1
    """Contents: what was read."""
    WRITE = 2
    """Contents: what was written; of a write that failed, the first INLINE bytes of what was not,
    without zero bytes at their end."""
    OPEN = 3
    """Contents: the flags in decimal, a space, the path, cut where it does not fit into the slot;
    the site tells the inode. Result: the descriptor. A record with the result UNFINISHED is
    written when it begins."""
    CLOSE = 4
    PIPE = 5
    """Contents: both descriptors in decimal, with a space between."""
    DUP = 6
    """Result: the new descriptor."""
    KILL = 7
    """Contents: the pid (or -1 times the process group) and the number of the signal. A record
    with the result UNFINISHED is written when one begins that may end the sender itself."""
    WAIT = 8
    """Contents: the pid that was asked for, or -1. Result: the pid that had ended, 0 for none."""
    SLEEP = 9
    PAUSE = 10
    """pause, sigwait and their kin. Result: a signal's number where one is returned."""
    FORK = 11
    """Result: the child's pid. So too for a process that posix_spawn or subprocess starts."""
    HANDLER = 12
    """The descriptor is the signal's number, the line that where the handler is defined. It is no
    call, so CALL_SITE and CALL_BEGAN go on telling of what it interrupted; when it ends they do
    so again, whatever calls it made. One record with the result UNFINISHED when the
    handler begins, one when it ends: errno is then 0, or NOT_AN_OSERROR if it raised."""
    BUFFER = 13
    """No call: a buffer that the program opened over a pipe; the entry's third word changes."""
    POLL = 14
    """select, poll and epoll on descriptors of which one is a pipe. Contents: the descriptors in
    decimal, with spaces between."""


NAMES = {
    Kind.READ: "read",
    Kind.WRITE: "write",
    Kind.OPEN: "open",
    Kind.CLOSE: "close",
    Kind.PIPE: "pipe",
    Kind.DUP: "dup",
    Kind.KILL: "kill",
    Kind.WAIT: "wait",
    Kind.SLEEP: "sleep",
    Kind.PAUSE: "pause",
    Kind.FORK: "fork",
    Kind.POLL: "poll",
}
"""The family of calls that a kind stands for."""
