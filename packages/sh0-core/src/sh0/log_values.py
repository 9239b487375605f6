"""Values with a rule that say how much is kept of what an app prints."""

from typing import Annotated, Final

from sh0.rule import Rule
from sh0.values import ByteSize

__all__ = ["FieldMatch", "LogAge", "LogSize", "age_in_seconds", "said_age"]

_UNITS: Final = {"d": 86_400, "h": 3600}
_LEAST: Final = ByteSize(1 << 20)
_MOST: Final = ByteSize(100 << 30)


LogAge = Annotated[
    str,
    Rule(
        "how long lines are kept",
        "a number of hours or days, as in 12h or 7d, at most 9999 of them",
        pattern=r"[1-9][0-9]{0,3}[hd]",
        maximum=5,
        example="7d",
    ),
]
LogSize = Annotated[
    ByteSize,
    Rule(
        "how many bytes of lines are kept",
        "1m to 100g",
        minimum=int(_LEAST),
        maximum=int(_MOST),
        example="100m",
        schema={
            "anyOf": [
                {"type": "integer", "minimum": int(_LEAST), "maximum": int(_MOST)},
                {"type": "string", "pattern": r"^(?:[1-9][0-9]{0,4}m|(?:[1-9][0-9]?|100)g)$"},
            ]
        },
    ),
]


FieldMatch = Annotated[
    str,
    Rule(
        "a field with its value",
        "the name of a field of a JSON line, an equals sign and its value, as in request_id=abc or http.status=500",
        pattern=r"[^=]+=.*",
        maximum=1000,
        example="request_id=abc",
    ),
]


def age_in_seconds(age: str) -> float:
    """The seconds of a `LogAge`."""
    return float(int(age[:-1]) * _UNITS[age[-1]])


def said_age(seconds: float) -> str:
    """The `LogAge` of so many seconds."""
    unit = next((unit for unit, size in _UNITS.items() if seconds % size == 0), "h")
    return f"{max(1, int(seconds // _UNITS[unit]))}{unit}"
