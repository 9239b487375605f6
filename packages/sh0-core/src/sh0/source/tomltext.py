"""Reading TOML that somebody else wrote, with bounds on what makes the parser slow or deep."""

from typing import Any, Final

__all__ = ["SIZE_LIMIT", "load_toml"]

SIZE_LIMIT: Final = 1 << 20
"""Characters of a document."""
_KEY_PARTS: Final = 1000


def load_toml(text: str) -> dict[str, Any]:
    """The tables of a document.

    Args:
        text: The document.

    Raises:
        ValueError: It is broken, larger than `SIZE_LIMIT`, nested too deeply, or has a key of too many parts.
    """
    import tomllib  # loaded for those only that have such a document

    if len(text) > SIZE_LIMIT:
        raise ValueError(f"it is larger than {SIZE_LIMIT} characters")
    if (line := _overlong_key(text)) is not None:
        raise ValueError(f"a key has too many parts (at line {line}, column 1)")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _overlong_key(text: str) -> int | None:
    """The line of a key with more parts than anybody writes; the parser takes time by their square."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > _KEY_PARTS and line.partition("=")[0].count(".") > _KEY_PARTS:
            return number
    return None
