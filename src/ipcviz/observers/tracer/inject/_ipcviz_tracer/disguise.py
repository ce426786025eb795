"""Classes that pass for those of C that they stand for."""

from __future__ import annotations


class Disguised(type):
    """The class of a class that is called `Name` of the module `module`.

    What C prints, it prints of `module.Name`: the one name that C has for a type of its own.
    """

    def __new__(cls, name: str, bases: tuple, names: dict, module: str) -> Disguised:  # type: ignore[type-arg]
        names.update(__module__=module, __qualname__=name)
        return super().__new__(cls, f"{module}.{name}", bases, names)

    def __init__(cls, name: str, bases: tuple, names: dict, module: str) -> None:  # type: ignore[type-arg]
        super().__init__(name, bases, names)

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        return cls.__qualname__
