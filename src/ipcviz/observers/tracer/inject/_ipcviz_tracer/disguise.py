"""Classes that pass for those of C that they stand for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Disguised(type):
    """The class of a class that is called `Name` of the module `module`.

    What C prints, it prints of `module.Name`: the one name that C has for a type of its own.
    """

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        names: dict[str, Any],
        module: str | None = None,
        **options: Any,
    ) -> Disguised:
        if module is None:  # the program derives a class of its own
            return super().__new__(cls, name, bases, names, **options)
        names.update(__module__=module, __qualname__=name)
        return super().__new__(cls, f"{module}.{name}", bases, names)

    def __init__(
        cls, name: str, bases: tuple[type, ...], names: dict[str, Any], **options: Any
    ) -> None:
        super().__init__(name, bases, names)

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        name: str = _name(cls)
        return name.rpartition(".")[2]


_name = type.__dict__["__name__"].__get__
