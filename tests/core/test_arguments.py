"""Wrong arguments of public functions are refused with the errors of sh0, whichever function it is."""

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import sh0
from sh0.arguments import checked

FUNCTIONS = {name: getattr(sh0, name) for name in sh0.__all__ if inspect.isfunction(getattr(sh0, name))}
PATHS = {
    (name, parameter.name)
    for name, function in FUNCTIONS.items()
    for parameter in inspect.signature(function).parameters.values()
    if Path in typing.get_args(parameter.annotation)
}


NO_PATHS: tuple[object, ...] = (3, 1.5, True, b"/tmp", [], ["/tmp"], {}, "", " ", "a\0b", "x" * 5000, "\ud800")


class Odd:
    """Something that no function takes."""


def takes_anything(annotation: object) -> bool:
    return annotation in (object, Any) or getattr(annotation, "_is_protocol", False)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_refuses_what_it_is_not_for(name: str) -> None:
    function = FUNCTIONS[name]
    for parameter in inspect.signature(function).parameters.values():
        if takes_anything(parameter.annotation) or parameter.kind is parameter.VAR_POSITIONAL:
            continue
        with pytest.raises(sh0.InvalidValue, match=f"{function.__name__}: {parameter.name}: .*not Odd") as caught:
            function(**{parameter.name: Odd()})
        assert caught.value.details["path"] == f"$.{parameter.name}"


@pytest.mark.parametrize(("name", "parameter"), sorted(PATHS))
@pytest.mark.parametrize("value", NO_PATHS, ids=lambda value: repr(value)[:12])
def test_a_path_is_a_path(name: str, parameter: str, value: object) -> None:
    with pytest.raises(sh0.InvalidValue, match=f": {parameter}: "):
        FUNCTIONS[name](**{parameter: value})


@pytest.mark.parametrize("name", ["pack", "pack_app", "pack_compose", "plan_compose", "check_folder", "detect_folder"])
def test_a_folder_that_is_not_there_is_no_good_result(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    for path in (tmp_path / "nothing", tmp_path / "file", tmp_path / ("x" * 300)):
        with pytest.raises(sh0.Sh0Error):
            getattr(sh0, name)(path)
        with pytest.raises(sh0.Sh0Error):
            getattr(sh0, name)(str(path))


def test_a_file_that_is_not_there_is_no_good_result(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path, tmp_path / ("x" * 300)):
        with pytest.raises(sh0.NotFound):
            sh0.check_file(path)


@pytest.mark.parametrize("value", [3, None, b"x", ["x"], sh0.Secret("x")], ids=repr)
def test_a_secret_is_a_text(value: Any) -> None:
    with pytest.raises(sh0.InvalidValue, match="a Secret is a text"):
        sh0.Secret(value)


def test_a_size_is_a_number_or_a_text() -> None:
    assert sh0.ByteSize("512m") == sh0.ByteSize(512 << 20) == sh0.ByteSize("512 MiB")
    wrong: tuple[Any, ...] = (None, [], b"1m", "", "many", "-1", {})
    for value in wrong:
        with pytest.raises(sh0.InvalidValue):
            sh0.ByteSize(value)


def test_what_is_called_is_a_call(tmp_path: Path) -> None:
    wrong: tuple[Any, ...] = (3, None, "apps.list", {"operation": "apps.list"})
    with sh0.connect(home=tmp_path) as platform:
        for value in wrong:
            with pytest.raises(sh0.InvalidValue, match="expected a Call"):
                platform.invoke(value)


@checked
def example(
    words: Iterable[str] = (),
    *,
    pairs: Mapping[str, int] | None = None,
    number: float = 0,
    call: Callable[[], None] | None = None,
) -> str:
    """Say a word."""
    return f"{list(words)} {pairs} {number}"


def test_what_fits_gets_through() -> None:
    assert example(["a"], pairs={"b": 1}, number=2) == "['a'] {'b': 1} 2"
    assert example(word for word in "ab") == "['a', 'b'] None 0"
    assert example(call=lambda: None) == "[] None 0"
    assert example.__doc__ == "Say a word."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"words": "abc"}, "words: expected a list of a text, not str"),
        ({"words": [1]}, "words: expected a list of a text, not list"),
        ({"pairs": {"a": "b"}}, "pairs: expected a mapping of a text and a whole number or None, not dict"),
        ({"pairs": 3}, "pairs: expected a mapping"),
        ({"number": "1"}, "number: expected a number, not str"),
        ({"call": 3}, "call: expected"),
    ],
)
def test_what_a_collection_holds_counts(given: dict[str, Any], said: str) -> None:
    with pytest.raises(sh0.InvalidValue, match=said):
        example(**given)
