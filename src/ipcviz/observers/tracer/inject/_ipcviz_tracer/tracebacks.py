"""Keeps the tracer's frames out of the tracebacks that the program sees.

From Python 3.11 on it is enough that a hook cuts them off and raises anew: a bare `raise` adds no
frame. Before, it adds the one that it left; there a hook must return, and C must raise for it. It
does so in the call of a class: what `__new__` returns is initialised if it is of that class, and
to look up this `__init__` throws the exception into a generator that has ended, which lets it
through as it is.
"""

from __future__ import annotations

import sys

from .layout import NOT_AN_OSERROR
from .places import is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable


_MOST_ERRNO = 4096
"""The kernel's are smaller; an exception that a program makes may have anything for one."""


def cut(error: BaseException) -> int:
    """Take our frames off the beginning of a traceback, and give the errno to record."""
    traceback = error.__traceback__
    while traceback is not None and is_ours(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    error.__traceback__ = traceback
    errno = error.errno if isinstance(error, OSError) else None
    return errno if type(errno) is int and 0 < errno < _MOST_ERRNO else NOT_AN_OSERROR


_of_handler = 0
"""The identity of the exception that a handler raised last while it interrupted us."""


def raised_by_handler(error: BaseException) -> None:
    """A handler of the program's raised this in the midst of our work."""
    global _of_handler
    _of_handler = id(error)


def is_own(error: BaseException) -> bool:
    """Whether our work failed, instead of having been interrupted by a handler that raised."""
    return isinstance(error, Exception) and id(error) != _of_handler


def attempt(act: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
    """What `act` gives; None if it fails, since that is no concern of the program's."""
    try:
        return act(*args, **options)
    except BaseException as error:
        if is_own(error):
            return None
        cut(error)
        raise


if sys.version_info >= (3, 11):
    DEPTH = 1
    """How many frames above a hook its caller is."""

    def sealed(hook: Callable[..., Any], real: Any) -> Any:
        """The hook, in a shape that adds no frame to a traceback, in place of `real`."""
        return hook

    def sealed_method(hook: Callable[..., Any]) -> Any:
        """The same for a method of a class."""
        return hook

    def called_hook(frame: FrameType) -> Any:
        """The code of the hook that C has called, if by this frame."""
        return frame.f_code

else:
    # functools and operator would import half the library.
    from _functools import partial
    from _operator import methodcaller

    DEPTH = 2

    def _ended() -> Any:
        generator = (nothing for nothing in ())
        generator.close()
        return generator

    def _raising(shape: type, error: BaseException) -> Any:
        """An object that raises when the call of the class initialises it."""
        cut(error)
        throw = methodcaller("throw", type(error), error, error.__traceback__)
        names = {"__init__": property(throw), "throw": _ended().throw}
        return object.__new__(type("raising", (shape,), names))

    class _Hook(type):
        """A class that prints as the function that it stands for, and is called as that."""

        real: Any

        def __repr__(cls) -> str:
            return repr(cls.real)

        @property
        def __text_signature__(cls) -> Any:
            return cls.real.__text_signature__

        @property
        def __signature__(cls) -> Any:
            return __import__("inspect").signature(cls.real)

    def sealed(hook: Callable[..., Any], real: Any) -> Any:
        """The hook, in a shape that adds no frame to a traceback, in place of `real`."""

        def __new__(cls: type, /, *args: Any, **options: Any) -> Any:
            try:
                return hook(*args, **options)
            except BaseException as error:
                return _raising(shape, error)

        names = {"__new__": __new__, "__doc__": hook.__doc__, "real": real}
        shape = _Hook(hook.__name__, (), names)
        shape.__module__, shape.__qualname__ = hook.__module__, hook.__qualname__
        return shape

    def sealed_method(hook: Callable[..., Any]) -> Any:
        """The same for a method of a class."""
        return property(partial(partial, sealed(hook, hook)))

    def called_hook(frame: FrameType) -> Any:
        """The code of the hook that C has called, if by this frame."""
        hook = frame.f_locals.get("hook") if frame.f_code.co_name == "__new__" else None
        return getattr(hook, "__code__", None)
