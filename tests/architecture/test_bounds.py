"""Every argument of every operation has an end: numbers at both, texts and lists where they get long."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

import attrs
import pytest

from sh0 import codec
from sh0.codec import rule_of
from sh0.errors import InvalidValue
from sh0.operations import FILES, Operation
from sh0.operations.mark import BODY
from sh0.operations.registry import UPLOADS
from sh0.platform import registry
from sh0.rule import LONGEST
from sh0.values import ByteSize, MemoryLimit

LARGE = 1 << 20
HUGE = 10_000
each_operation = pytest.mark.parametrize("operation", list(registry), ids=lambda operation: operation.name)


def parts(annotation: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A type and every type in it, each with its path."""
    yield path, annotation
    if get_origin(annotation) is Annotated:
        base = get_args(annotation)[0]
        for child in get_args(base):
            yield from parts(child, f"{path}[]")
    elif get_origin(annotation) is not None:
        for child in get_args(annotation):
            if child not in (..., type(None)):
                yield from parts(child, f"{path}[]")
    elif isinstance(annotation, type) and attrs.has(annotation):
        for field in attrs.fields(attrs.resolve_types(annotation, include_extras=True)):
            yield from parts(field.type, f"{path}.{field.name}")


def every_part(operation: Operation) -> list[tuple[str, Any]]:
    return [found for parameter in operation.parameters for found in parts(parameter.type, parameter.name)]


@each_operation
def test_numbers_have_both_ends(operation: Operation) -> None:
    for path, annotation in every_part(operation):
        base = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
        assert annotation not in (int, float, ByteSize), f"{path} needs a rule with both ends"
        if base in (int, float, ByteSize) and annotation != MemoryLimit:  # that has what the engine takes between them
            rule = rule_of(annotation)
            assert rule is not None
            assert rule.minimum is not None, path
            assert rule.maximum is not None, path


@each_operation
def test_a_text_a_list_and_an_object_end_somewhere(operation: Operation) -> None:
    for parameter in operation.parameters:
        for path, annotation in parts(parameter.type, parameter.name):
            for value in hostile(annotation):
                with pytest.raises(InvalidValue):
                    codec.structure(value, annotation, path=path, converter=codec.ARGUMENTS)


def hostile(annotation: Any) -> Iterator[object]:
    """Values that are too long for a type, whatever is in them."""
    base = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if annotation in UPLOADS:
        return
    origin = get_origin(base)
    if base is str:
        rule = rule_of(annotation)
        yield "a" * ((LONGEST if rule is None else 2 * rule.longest) + 1)
    elif origin is tuple:
        yield ["a"] * HUGE
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield {f"k{number}": "a" for number in range(HUGE)}


@each_operation
def test_a_body_has_one_of_two_limits_and_the_larger_only_where_texts_are_long(operation: Operation) -> None:
    texts = [rule.longest for _, each in every_part(operation) if (rule := rule_of(each)) and get_args(each)[0] is str]
    long = any(longest * 2 > BODY for longest in texts)
    collected = any("[]" in path for path, _ in every_part(operation))
    assert operation.body in (BODY, FILES)
    if operation.body == FILES:
        assert long or collected, "nothing of it is long"
