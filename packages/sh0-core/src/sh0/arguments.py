"""Arguments of public functions: refused as the gate refuses those of operations, not by whatever fails first."""

import collections.abc
import os
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

__all__ = ["checked", "misfit"]

P = ParamSpec("P")
R = TypeVar("R")

_LONGEST_PATH = 4096  # bytes, as the kernel has it
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "True or False", Path: "a path"}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, which refuses what its annotations do not allow.

    Args:
        function: A public function. What is annotated with a class of its own module alone, in quotes, is not checked.
    """
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    hints: dict[str, Any] = {}

    @wraps(function)
    def call(*given: P.args, **named: P.kwargs) -> R:
        if not hints:
            hints.update(_hints(function))
        for name, value in (*zip(names, given, strict=False), *named.items()):
            if name in hints and (problem := _problem(value, hints[name])):
                from sh0.errors import InvalidValue  # which the help of the command line does without

                raise InvalidValue(f"{function.__name__}: {name}: {problem}", path=f"$.{name}", reason="type")
        return function(*given, **named)

    return call


def misfit(made: object, kind: type) -> str:
    """What is wrong with what a plugin made, or an empty text: it is something else, or a field holds something else.

    Args:
        made: What it made.
        kind: What it should be.
    """
    if not isinstance(made, kind):
        return f"expected {kind.__name__}, not {type(made).__name__}"
    for name, hint in _fields(kind).items():
        if problem := _problem(getattr(made, name), hint):
            return f"{kind.__name__}.{name}: {problem}"
    return ""


@cache
def _fields(kind: type) -> Mapping[str, Any]:
    hints = _hints(kind)
    return {field.name: hints[field.name] for field in getattr(kind, "__attrs_attrs__", ()) if field.name in hints}


def _hints(function: Callable[..., object]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except NameError:  # a class that only type checkers import
        return dict(function.__annotations__)


def _problem(value: object, hint: Any) -> str:
    """What is wrong with an argument, or an empty text."""
    if not _fits(value, hint):
        return f"expected {_said(hint)}, not {_kind(value)}"
    if isinstance(value, str) and Path in typing.get_args(hint):
        return _path_problem(value)
    return ""


def _fits(value: object, hint: Any) -> bool:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return True
    if isinstance(hint, str):
        return hint in {cls.__name__ for cls in type(value).__mro__} or not hint.isidentifier()
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Annotated:
        return _fits(value, parts[0])
    if hint is None or hint is type(None):
        return value is None
    if origin is not None:
        if origin is tuple and ... not in parts:
            return isinstance(value, tuple | list) and len(value) == len(parts) and all(map(_fits, value, parts))
        wanted = (tuple, list) if origin is tuple else origin  # a list does as well
        return not isinstance(origin, type) or (isinstance(value, wanted) and _holds(value, parts))
    if not isinstance(hint, type) or getattr(hint, "_is_protocol", False):
        return True
    if hint is Path:
        return isinstance(value, os.PathLike) and isinstance(os.fspath(value), str)
    return isinstance(value, (int, float) if hint is float else hint)


def _holds(value: object, parts: tuple[Any, ...]) -> bool:
    """Whether a collection holds what it should; what can be read once only is not looked into."""
    if isinstance(value, str | bytes):  # one text is not several, although Python counts it as letters
        return not parts or parts[0] is not str
    if isinstance(value, Mapping) and len(parts) == 2:
        return all(_fits(name, parts[0]) and _fits(each, parts[1]) for name, each in value.items())
    if isinstance(value, Collection) and isinstance(value, Iterable) and parts and ... not in parts[:1]:
        return all(_fits(each, parts[0]) for each in value)
    return True


def _path_problem(path: str) -> str:
    if "\0" in path:
        return "a path has no null character"
    try:
        long = len(os.fsencode(path)) > _LONGEST_PATH
    except UnicodeEncodeError:
        return "the path is no text that a file system can hold"
    if long:
        return f"the path has more than {_LONGEST_PATH} bytes"
    return "" if path.strip() else "no path is named; '.' is this folder"


def _said(hint: Any) -> str:
    """An annotation, for people."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        said = [_said(part) for part in parts if part not in (None, type(None))]
        if Path in parts:
            said = ["a path"]
        return " or ".join([*said, *(["None"] if type(None) in parts else [])])
    if origin is Annotated:
        return _said(parts[0])
    if origin is collections.abc.Callable:
        return "a function"
    if isinstance(origin, type):
        what = "a mapping" if issubclass(origin, Mapping) else "a list"
        return f"{what} of {' and '.join(_said(part) for part in parts if part is not ...)}" if parts else what
    return _WORDS.get(hint, getattr(hint, "__name__", str(hint)))


def _kind(value: object) -> str:
    return "None" if value is None else f"{type(value).__name__}" + (f" ({value!r:.40})" if value == "" else "")
