"""The numbers of calls, against the kernel's own headers where they are installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ipcviz.observers.kernel.calls import TABLES, family, signed

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", list(HEADERS))
def test_the_numbers_are_those_of_the_headers(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"needs {header}: apt-get install linux-libc-dev")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    by_name = {name: int(number) for name, number in defined}
    wrong = {
        name: number
        for number, name in TABLES[machine].items()
        if by_name.get(name, number) != number
    }
    assert wrong == {}
    assert len(by_name.keys() & TABLES[machine].values()) > 40


def test_families() -> None:
    assert family("openat") == family("open") == "open"
    assert family("waitid") == "wait"
    assert family("recvfrom") == "recvfrom"
    assert family("syscall 999") == "syscall 999"


def test_an_int_in_a_register() -> None:
    assert signed(0xFFFFFF9C) == -100
    assert signed(3) == 3
