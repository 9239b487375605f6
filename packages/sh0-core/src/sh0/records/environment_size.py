"""What a container's environment may come to. Pure."""

from collections.abc import Mapping
from typing import Final

from sh0.errors import InvalidValue
from sh0.values import Secret

LONGEST: Final = 1 << 17
"""Bytes of ``NAME=value`` with the NUL at its end (MAX_ARG_STRLEN of Linux)."""

ALL: Final = 1 << 20
"""Bytes of all variables of a container. The kernel takes 2 MiB along with the arguments of a command."""


def demand_fitting(variables: Mapping[str, Secret], path: str = "$.variables") -> None:
    """Let variables through that a process can be started with.

    Raises:
        InvalidValue: One is too long, holds a NUL, or they are too much together.
    """
    total = 0
    for name, value in variables.items():
        text = value.reveal()
        size = len(name.encode()) + len(text.encode()) + 2
        total += size
        if "\x00" in text:
            reason = "its value holds the character NUL (U+0000), at which the kernel cuts it off"
        elif size > LONGEST:
            reason = f"with its value it has {size} bytes, and the kernel takes at most {LONGEST}"
        else:
            continue
        raise InvalidValue(f"{path}.{name}: {reason}", path=f"{path}.{name}", reason=reason)
    if total > ALL:
        reason = f"all variables together have {total} bytes, and {ALL} are what a container starts with"
        raise InvalidValue(
            f"{path}: {reason}", hint="Put large values into a file or a volume.", path=path, reason=reason
        )
