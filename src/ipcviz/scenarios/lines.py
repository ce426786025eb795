"""Finds the line of every key of a TOML file, which tomllib does not tell.

It is for text that tomllib has accepted: it looks no closer than it needs to.
"""

from __future__ import annotations

import re
from collections import Counter

from ipcviz.scenarios.mistakes import KeyPath

_SKIP = re.compile(r"(?:\s+|#[^\n]*)*")
_STRING = (
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'"
)
_WORD = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_SCALAR = re.compile(rf"{_STRING}|[^,\]}}#\n]+", re.DOTALL)


def locate(text: str) -> dict[KeyPath, int]:
    """The line, from 1, on which each key, table and array item of a TOML text begins. Tables
    that are only implied by a dotted key stand on its line."""
    locator = _Locator(text)
    locator.document()
    return locator.lines


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int:
    """The line of a place of the file: its own, or that of the nearest table around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Locator:
    """One pass over the text, from `at` on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._line = 1
        self._counted = 0
        self._items: Counter[KeyPath] = Counter()

    def document(self) -> None:
        table: KeyPath = ()
        while self._next():
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        line = self._here()
        is_item = self.text.startswith("[[", self.at)
        self.at += 2 if is_item else 1
        table = self._under((), self._key(), line)
        self.at += 2 if is_item else 1
        if is_item:
            self._items[table] += 1
            table = (*table, self._items[table] - 1)
            self.lines[table] = line
        return table

    def _under(self, table: KeyPath, key: list[str], line: int) -> KeyPath:
        """The path of `key` in `table`: where it leads through an array of tables, through the
        last item. Notes the line of every new part."""
        for index, word in enumerate(key):
            table = (*table, word)
            self.lines.setdefault(table, line)
            if self._items[table] and index + 1 < len(key):
                table = (*table, self._items[table] - 1)
        return table

    def _pair(self, table: KeyPath) -> None:
        line = self._here()
        path = self._under(table, self._key(), line)
        self.at += len("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        match self._next():
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case _:
                self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += len("[")
        index = 0
        while self._next() != "]":
            self.lines[*path, index] = self._here()
            self._value((*path, index))
            index += 1
            self._comma()
        self.at += len("]")

    def _inline_table(self, path: KeyPath) -> None:
        self.at += len("{")
        while self._next() != "}":
            self._pair(path)
            self._comma()
        self.at += len("}")

    def _comma(self) -> None:
        if self._next() == ",":
            self.at += 1

    def _key(self) -> list[str]:
        words, dot = [], "."
        while dot:
            match = self._take(_WORD)
            words.append(_unquoted(match[1]))
            dot = match[2]
        return words

    def _next(self) -> str:
        """Pass over white space and comments; the character that then comes."""
        self._take(_SKIP)
        return self.text[self.at : self.at + 1]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise AssertionError(f"no TOML at {self.at}")
        self.at = match.end()
        return match

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line


def _unquoted(word: str) -> str:
    if word[0] == '"':
        import tomllib  # knows every escape

        return str(tomllib.loads(f"word = {word}")["word"])
    return word.strip("'")
