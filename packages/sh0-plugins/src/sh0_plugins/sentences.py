"""Sentences that both a recipe and a rule say, each written once: the same sentence is told once. Pure."""

from collections.abc import Iterable

__all__ = ["local_only", "no_lock", "several_locks"]


def local_only(path: str) -> str:
    """The warning about a server that nobody outside its container reaches.

    Args:
        path: Its file.
    """
    return f"{path} listens on the local address only: it must listen on 0.0.0.0 to be reached."


def no_lock(lock: str) -> str:
    """The warning about dependencies whose versions nothing fixes.

    Args:
        lock: The path of the file that is missing.
    """
    return f"There is no {lock}: every build may get other versions."


def several_locks(locks: Iterable[str]) -> str:
    """The warning about lock files of which at most one is kept up to date.

    Args:
        locks: Their paths.
    """
    return f"There are lock files of several package managers: {', '.join(sorted(locks))}."
