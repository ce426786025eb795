"""The call that a thread is in: worked out from its ring's header and its records."""

from __future__ import annotations

_HANDLERS_AT_MOST = 64


class CurrentCall:
    """Remembers which call of a thread returned last. The header goes on naming that one; while
    a handler runs it names the calls of the handler, and then again what it named before."""

    def __init__(self) -> None:
        self._returned = 0.0
        self._told = 0.0
        self._before_handlers: list[tuple[float, float]] = []

    def returned(self, began: float) -> None:
        """The call that began then has returned."""
        self._returned = began

    def handler_begins(self) -> None:
        """What the header names from here on will be put back."""
        self._before_handlers.append((self._returned, self._told))
        del self._before_handlers[:-_HANDLERS_AT_MOST]

    def handler_ends(self) -> None:
        """The header names again what it named when the handler began."""
        if self._before_handlers:
            self._returned, self._told = self._before_handlers.pop()

    def told(self, began: float) -> None:
        """It was told that the thread is in the call that began then."""
        self._told = began

    def is_news(self, began: float) -> bool:
        """Whether the call that the header names, read before the records were, is under way
        and that was not told yet."""
        return began != self._returned and began > self._told
