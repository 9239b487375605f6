"""Values on their way between two processes of sh0 on one machine: nothing in them is redacted, judged or changed."""

from enum import Enum
from pathlib import Path
from typing import Any, cast, get_origin

from sh0 import codec
from sh0.values import Secret

__all__ = ["from_process", "to_process"]


def to_process(value: object) -> Any:
    """A value as plain JSON, with its secrets in clear and every text as it is."""
    return _AS_IT_IS.unstructure(value)


def from_process(plain: object, annotation: Any) -> Any:
    """The value that `to_process` made this of.

    Raises:
        InvalidValue: It did not.
    """
    return codec.structure(plain, annotation, converter=_AS_IT_IS)


def _text(value: object, target: type) -> object:
    """A text, also one that UTF-8 cannot carry, as the name of a file may be."""
    if issubclass(target, Enum):
        return target(value)
    if type(value) is not str:
        raise ValueError(f"expected a string, not {type(value).__name__}")
    return value


_AS_IT_IS = codec.make_converter()
_AS_IT_IS.register_structure_hook(str, _text)
_AS_IT_IS.register_structure_hook(Secret, lambda value, _: Secret(cast(str, value)))
_AS_IT_IS.register_unstructure_hook(Secret, lambda value: value.reveal())
_AS_IT_IS.register_structure_hook(Path, lambda value, _: Path(cast(str, value)))
_AS_IT_IS.register_unstructure_hook(Path, str)
_AS_IT_IS.register_unstructure_hook_func(
    lambda t: frozenset in (get_origin(t), t),
    lambda value: [_AS_IT_IS.unstructure(each) for each in value],
)
