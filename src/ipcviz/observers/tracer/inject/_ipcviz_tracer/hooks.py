"""Puts hooks in the place of functions."""

from __future__ import annotations

import os
import sys

from .tracebacks import attempt, sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable

_in_c = sys.__loader__
"""Marks modules that are written in C: none of them has a function of another."""
_frozen = sys.modules["_frozen_importlib"].__loader__
"""Marks modules that are part of the interpreter, as os is from 3.11 on."""
_names: set[str] = set()
"""The names of all functions that are replaced."""
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
_modules: dict[str, _Module] = {}
_Method = type(_Module.__repr__.__get__(sys))


def replace(module: ModuleType, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
    """Put `make(real)` in the place of a module's function, if it has that."""
    real = getattr(module, name, None)
    if real is not None:
        hook = disguised(make(real), real, module)
        _names.add(name)
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
    hook.__annotations__ = {}
    signature = hook.__text_signature__ = getattr(real, "__text_signature__", None)  # type: ignore[attr-defined]
    if signature is not None and sys.version_info >= (3, 12):
        hook.__signature__ = signature  # type: ignore[attr-defined]
    bound_to = _modules.get(real.__module__) or _modules.setdefault(
        real.__module__, _Module(module)
    )
    return sealed(_Method(hook, bound_to), real)


def sweep() -> None:
    """Put the hooks wherever a module has the real function, and os tells of it."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        loader = names.get("__loader__")
        if loader is _in_c or names.get("__package__") == __package__:
            continue
        # Python's own beginnings, which are long, call functions by their own names.
        for name in list(names.keys() & _names if loader is _frozen else names):
            if id(names[name]) in _replaced:
                names[name] = _replaced[id(names[name])][1]
    for functions in vars(os).values():
        if type(functions) is set:  # os.supports_dir_fd and its like
            for real in [real for real in functions if id(real) in _replaced]:
                functions.remove(real)
                functions.add(_replaced[id(real)][1])


class _Awaited:
    """A finder of modules that finds what others find, and sees to it that it will be hooked."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _awaited:
            return None
        finders = [finder for finder in sys.meta_path if finder is not _Awaited]
        found = (finder.find_spec(name, path, target) for finder in finders)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None:
            attempt(_let_hook, spec.loader)
        return spec


def _let_hook(loader: Any) -> None:
    real = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        del loader.exec_module
        real(module)
        act = _awaited.pop(module.__name__, None)
        if act is not None:
            attempt(act, module)
        if not _awaited and _Awaited in sys.meta_path:
            sys.meta_path.remove(_Awaited)

    loader.exec_module = exec_module


_awaited: dict[str, Callable[[ModuleType], None]] = {}


def when_imported(name: str, act: Callable[[ModuleType], None]) -> None:
    """Call `act` with a module: now if it is there, else when the program imports it."""
    if name in sys.modules or name in sys.builtin_module_names:
        act(__import__(name))
        return
    _awaited[name] = act
    if _Awaited not in sys.meta_path:
        sys.meta_path.insert(0, _Awaited)
