"""Which module each public name is in: names of `sh0`, `sh0.plugin` and `sh0.frontend` are imported on first use."""

import importlib
import sys
from collections.abc import Callable, Mapping
from types import FunctionType

__all__ = ["attributes", "places"]


def places(table: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, str]]:
    """Module and name there of each public name.

    Args:
        table: Names by module; one that is called otherwise in public is written ``name as public``.
    """
    found = {}
    for module, names in table.items():
        for name in names:
            there, _, public = name.partition(" as ")
            found[public or there] = (module, there)
    return found


def attributes(module: str, table: Mapping[str, tuple[str, ...]], *, check: bool = False) -> Callable[[str], object]:
    """The ``__getattr__`` of a public module.

    Args:
        module: Name of the module.
        table: Its names, as `places` takes them.
        check: Whether its functions check their arguments (`sh0.arguments.checked`), which takes some microseconds.
    """
    where = places(table)

    def look_up(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        place, there = where[name]
        found = getattr(importlib.import_module(place), there)
        if check and isinstance(found, FunctionType):
            from sh0.arguments import checked

            found = checked(found)
        setattr(sys.modules[module], name, found)
        return found

    return look_up
