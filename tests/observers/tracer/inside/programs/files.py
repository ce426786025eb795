"""Ways of opening FIFOs and pipes, and what is read and written by such files."""

import gc
import io
import os
import pathlib
import sys
import warnings

from printing import descriptors, failing, show


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


def ways_of_opening(folder):
    path = os.path.join(folder, "fifo")
    keep = os.open(path, os.O_RDWR)
    openers = (
        lambda: open(path, "w"),
        lambda: open(path, "wb"),
        lambda: open(path, "wb", 0),
        lambda: open(path, "w", 1, newline="\r\n"),
        lambda: open(path, "a", encoding="utf-16", errors="replace"),
        lambda: io.open(os.fsencode(path), "w", buffering=16),
        lambda: pathlib.Path(path).open("w"),
        lambda: open(Path(path), "w"),
        lambda: open(path, "w", opener=lambda name, flags: os.open(name, flags)),
        lambda: open(os.open(path, os.O_WRONLY), "w"),
        lambda: os.fdopen(os.open(path, os.O_WRONLY), "wb"),
        lambda: open(keep, "w", closefd=False),
    )
    for make in openers:
        file = make()
        text = isinstance(file, io.TextIOBase)
        buffered = file.buffer if text else file
        raw = getattr(buffered, "raw", buffered)
        show(repr(file).replace(folder, ""), file.mode, file.fileno(), file.isatty())
        show(repr(buffered).replace(folder, ""), repr(raw).replace(folder, ""))
        show(type(file), type(file).__name__, type(file).__qualname__, type(raw).__module__)
        show(isinstance(file, (io.TextIOWrapper, io.BufferedWriter, io.FileIO)))
        show(raw.closefd, raw.seekable(), raw.readable(), raw.writable(), file.closed)
        if text:
            show(file.encoding, file.errors, file.newlines, file.line_buffering)
            show(file.write_through)
        show(file.write("é\n" if text else b"\xc3\xa9\n"))
        file.flush()
        show(os.read(keep, 100))
        file.writelines(["a\n", "b\n"] if text else [b"a\n", b"b\n"])
        file.close()
        show(os.read(keep, 100), file.closed, raw.closed)
        failing(file.write, "after the end" if text else b"after the end")
        file.close()
    for mode in "q", "rw", "rbt", "r+", "", "rb+", 5:
        failing(open, path, mode)
    failing(open, path, "rb", encoding="utf-8")
    failing(open, path, "r", 0)
    failing(open, path, "x")
    failing(open, os.path.join(folder, "none"))
    failing(open, folder)
    failing(open, "null\0")
    failing(open)
    failing(open, path, nothing=1)
    failing(open, path, "w", opener=lambda name, flags: -1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        open(path, "wb", 1).close()
        show([(str(one.message), one.category, one.lineno) for one in caught])
    with open(path, "r+b", 0) as file:
        show(file, file.write(b"to itself\n"), file.read(4), file.readline(), file.mode)
    os.close(keep)
    show("left", descriptors())


def reading_files():
    reading, writing = os.pipe()
    os.write(writing, "erste\nzweite é\r\ndritte\n\nrest".encode())
    with open(reading, newline=None) as file:
        show(file.readline(), file.read(3), next(file), [file.readline()])
        os.close(writing)
        show(list(file), file.read(), repr(file))
    reading, writing = os.pipe()
    os.write(writing, b"0123456789" * 1000)
    file = open(reading, "rb")
    show(file.peek(1)[:4], file.read1(3), file.read(5), file.readinto(bytearray(4)))
    os.close(writing)
    show(len(file.read()), file.read(), file.readline())
    raw = file.detach()
    show(raw, raw.read(1), raw.readall(), raw.readinto(bytearray(1)))
    raw.close()
    failing(raw.read, 1)
    reading, writing = os.pipe2(os.O_NONBLOCK)
    with open(reading, "rb", 0) as raw:
        show(raw.read(1), raw.readall(), raw.readinto(bytearray(1)), raw.read())
        os.write(writing, b"a line\nand more")
        show(raw.readline(), raw.read(-1))
    with open(writing, "wb", 0) as raw:
        failing(raw.write, b"nobody reads")
    show("left", descriptors())


def writing_files():
    reading, writing = os.pipe()
    with open(writing, "w", newline="\r\n", encoding="latin-1") as file:
        failing(file.write, "\u20ac")
        failing(file.write, 5)
        show(file.write("ä\n"), file.reconfigure(encoding="utf-8", line_buffering=True))
        show(file.write("ö\n"), os.read(reading, 100))
        print("printed", "twice", sep="\n", end="", file=file)
    show(os.read(reading, 100))
    os.close(reading)
    reading, writing = os.pipe2(os.O_NONBLOCK)
    file = open(writing, "wb", 64)
    failing(file.write, b"z" * 200000)
    show(len(os.read(reading, 200000)))
    os.close(reading)
    failing(file.flush)
    failing(file.close)
    show(file.closed)
    reading, writing = os.pipe()
    file = open(writing, "w")
    file.write("to nobody")
    os.close(reading)
    failing(file.close)

    def unclosed(cycle):
        file = open(writing, "w")
        kept = [file]
        if cycle:
            kept.append(kept)
        file.write("unclosed")

    for cycle in False, True:
        reading, writing = os.pipe()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            unclosed(cycle)
            gc.collect()
        show([str(one.message) for one in caught], os.read(reading, 100), os.read(reading, 1))
        os.close(reading)
    show("left", descriptors())


def standard_streams():
    show(sys.stdin, sys.stdout, sys.stderr)
    show(sys.stdin.buffer, sys.stdout.buffer, sys.stdout.buffer.raw, sys.stderr.buffer)
    show(sys.stdout is sys.__stdout__, sys.stdin is sys.__stdin__, vars(sys.stdout))
    show(sys.stdout.line_buffering, sys.stderr.line_buffering, sys.stdout.errors)
    show(input(), sys.stdin.readline(), sys.stdin.buffer.read1(5))
    show([line for line in sys.stdin])
    sys.stdout.write("é to the text layer, ")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"bytes to the buffer, ")
    sys.stdout.buffer.flush()
    sys.stdout.buffer.raw.write(b"and to the file\n")
    os.write(1, b"and past all of them\n")
    sys.stderr.write("to standard error\n")
