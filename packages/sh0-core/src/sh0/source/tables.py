"""Picking parts out of what a configuration file holds, of which nothing is certain."""

__all__ = ["table", "texts"]


def table(value: object, *keys: str) -> dict[str, object]:
    """The table at a path of keys, or an empty one if there is something else."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: object) -> tuple[str, ...]:
    """The texts in a list; none if it is something else."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
