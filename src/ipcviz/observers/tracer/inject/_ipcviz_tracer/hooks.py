"""Puts hooks in the place of functions."""

from __future__ import annotations

import sys

from .tracebacks import sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable

_in_c = sys.__loader__
"""Marks modules that are written in C: none of them has a function of another."""
_replaced: dict[int, Any] = {}
"""By the identity of a real function: it, so that the identity stays its own, and its hook."""


class _Module:
    """What a hook is bound to: looks and pickles as the module that its function is from.

    A plain function would be bound anew where a class has it as an attribute; a method is not.
    """

    def __init__(self, module: ModuleType) -> None:
        self.__dict__ = module.__dict__

    def __repr__(self) -> str:
        return repr(sys.modules[self.__dict__["__name__"]])

    def __reduce__(self) -> Any:
        return __import__, (self.__dict__["__name__"],)


_Module.__name__ = _Module.__qualname__ = "module"
_Method = type(_Module.__repr__.__get__(sys))


def replace(module: ModuleType, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
    """Put `make(real)` in the place of a module's function, if it has that."""
    real = getattr(module, name, None)
    if real is not None:
        hook = disguised(make(real), real, module)
        _replaced[id(real)] = real, hook
        setattr(module, name, hook)


def replace_class(module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
    """Put the class `make(real)` in the place of a module's class."""
    real = getattr(module, name)
    hook = make(real)
    _replaced[id(real)] = real, hook
    setattr(module, name, hook)


def disguised(hook: Callable[..., Any], real: Any, module: ModuleType) -> Any:
    """The hook with the name, the words and the module of what it stands for."""
    hook.__name__ = hook.__qualname__ = real.__name__
    hook.__doc__ = real.__doc__
    hook.__module__ = real.__module__
    return sealed(_Method(hook, _Module(module)), real)


def sweep() -> None:
    """Put the hooks wherever a module has the real function, under whatever name."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        if names.get("__loader__") is _in_c or names.get("__package__") == __package__:
            continue
        for name, value in list(names.items()):
            if id(value) in _replaced:
                names[name] = _replaced[id(value)][1]
