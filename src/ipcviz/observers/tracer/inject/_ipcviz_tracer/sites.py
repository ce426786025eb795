"""Sites: a place in the program, a call and a descriptor, told once and then known by a number.

Two tables. From where the program is (code object, instruction, descriptor) to the number: this is
the fast way, and is forgotten for a descriptor that gets another meaning. From what a site is to
its number: this is why nothing is told twice, however often a FIFO is opened anew.

Handlers and other threads may come in between any two lines: an entry is appended by one call into
C, and the count of entries is looked at again after it was told.
"""

from __future__ import annotations

import posix
import time
from itertools import count

from . import memory, places
from .layout import MAGIC, NUMBER_OF_ENTRIES, SITE, SITE_NAME_LENGTH, SITES_HEADER_SIZE
from .tracebacks import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Dict

    Lines = Dict[int, Dict[object, int]]

SIZE = 1 << 15
"""Bytes of a file of sites: some 250 of them."""
MOST_CODES, MOST_SITES = 2000, 10000
"""How many code objects and sites are remembered; beyond that, all are forgotten and told anew."""

_fstat, _getpid = posix.fstat, posix.getpid
_FORMAT, _FIFO = 0o170000, 0o010000

_NOWHERE = memoryview(bytearray(24)).cast("Q"), 0
"""Stands in for the entry of a site that could not be told."""

directory = ""
"""Where the files are made."""


class _File:
    """One file of sites."""

    __slots__ = ("memory", "numbers", "words")

    def __init__(self) -> None:
        path = f"{directory}/{_getpid()}.{time.monotonic_ns():x}.sites"
        self.memory = memory.make(path, SIZE, SIZE)
        self.words = memoryview(self.memory).cast("Q")
        self.numbers: list[int] = []
        self.memory.seek(SITES_HEADER_SIZE)
        self.words[0] = MAGIC
        memory.publish(path)

    def add(self, number: int, entry: bytes) -> int:
        """Append the entry and give the index of its first word; raise ValueError if it is full."""
        words, numbers, memory = self.words, self.numbers, self.memory
        memory.write(entry)
        numbers.append(number)
        while words[NUMBER_OF_ENTRIES] != len(numbers):
            words[NUMBER_OF_ENTRIES] = len(numbers)
        return memory.rfind(entry, 0, memory.tell()) // 8


_file: _File | None = None
_count = count(1)
_numbers: dict[tuple[object, ...], int] = {}
_entries: dict[int, tuple[memoryview, int]] = {}
_tables: dict[int, dict[int, tuple[CodeType, Lines]]] = {}
_users: dict[object, list[dict[object, int]]] = {}


def begin_anew() -> None:
    """Forget everything, at the start and in a forked process. Raises OSError without a file."""
    global _file, _count
    _file, _count = None, count(1)
    for table in _numbers, _entries, _tables, _users:
        table.clear()
    _file = _File()


def find(kind: int, start: FrameType) -> tuple[FrameType, Lines]:
    """The program's own frame from `start` on outwards, and what is known of its code."""
    here = places.own(start)
    code = here.f_code
    table = _tables.get(kind)
    if table is None:
        table = _tables[kind] = {}
    known = table.get(id(code))
    if known is None:
        if len(table) >= MOST_CODES:
            table.clear()
        known = table[id(code)] = (code, {})
    return here, known[1]


def of_descriptor(kind: int, here: FrameType, lines: Lines, descriptor: object) -> int:
    """The site of a call on a descriptor; 0 if that is no pipe, or none at all."""
    if not isinstance(descriptor, int):  # to ask one would run code of the program
        return 0
    descriptor = int(descriptor)
    try:
        status = _fstat(descriptor)
    except (OSError, OverflowError):
        return 0
    if status.st_mode & _FORMAT == _FIFO:
        number = define(kind, here, descriptor, status.st_ino, status.st_dev)
    else:
        number = 0
    by_descriptor = lines.setdefault(here.f_lasti, {})
    if descriptor not in by_descriptor:
        if len(_users.get(descriptor, ())) >= MOST_SITES:
            forget(descriptor)
        _users.setdefault(descriptor, []).append(by_descriptor)
    by_descriptor[descriptor] = number
    return number


def forget(descriptor: int) -> None:
    """The descriptor was closed, or leads elsewhere now."""
    for by_descriptor in _users.pop(descriptor, ()):
        by_descriptor.pop(descriptor, None)


def _forget_all() -> None:
    for descriptor in list(_users):
        forget(descriptor)  # type: ignore[arg-type]
    _numbers.clear()
    _entries.clear()


def forget_range(low: int, high: int) -> None:
    """These descriptors were closed, from `low` to below `high`."""
    for descriptor in [known for known in _users if low <= known < high]:  # type: ignore[operator]
        forget(descriptor)  # type: ignore[arg-type]


def define(kind: int, here: FrameType, descriptor: int, inode: int, device: int) -> int:
    """The number of the site where a frame is; 0 if it could not be told."""
    return define_at(kind, here.f_code.co_filename, here.f_lineno or 0, descriptor, inode, device)


def define_at(
    kind: int, name: str, line: int, descriptor: int = -1, inode: int = 0, device: int = 0
) -> int:
    """The number of the site at a line of a file; 0 if it could not be told."""
    what = kind, name, line, descriptor, inode, device
    number = _numbers.get(what)
    if number is not None:
        return number
    if len(_numbers) >= MOST_SITES:
        _forget_all()
    number = next(_count)
    entry = attempt(_tell, number, what)
    if entry is None:
        return 0
    _entries[number] = entry
    _numbers[what] = number
    return number


def _tell(number: int, what: tuple[int, str, int, int, int, int]) -> tuple[memoryview, int]:
    """Append a site to the file; raises OSError or ValueError where that cannot be."""
    global _file
    file = _file
    if file is None:
        raise ValueError
    kind, name, line, descriptor, inode, device = what
    text = name.encode("utf-8", "surrogateescape")[-3000:]
    entry = SITE.pack(0, 0, 0, number, kind, descriptor, line, inode, device)
    entry += SITE_NAME_LENGTH.pack(len(text)) + text
    entry += bytes(-len(entry) % 8)
    try:
        return file.words, file.add(number, entry)
    except ValueError:
        _file = file = _File()
        return file.words, file.add(number, entry)


def lost(number: int, moved: int) -> None:
    """Count a call that is not recorded, and the bytes that it moved."""
    entry = _entries.get(number)
    if entry is not None:
        words, index = entry
        words[index] += 1
        words[index + 1] += moved


def held(number: int) -> tuple[memoryview, int]:
    """Where the bytes in a buffer are told: words, and the index into them."""
    words, index = _entries.get(number, _NOWHERE)
    return words, index + 2
