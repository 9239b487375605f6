"""Parts by their types, started in order and ended in the reverse order whatever fails."""

from typing import Generic, TypeVar

import attrs
import pytest

from sh0.assembly import Lifecycle, Part, Parts

T = TypeVar("T")


class Engine(Generic[T]):
    """A part that there is one of for each kind of thing."""


@attrs.frozen
class Wheel:
    size: int = 1


class Car:
    def __init__(self, wheel: Wheel, engine: Engine[int]) -> None:
        self.wheel, self.engine = wheel, engine


def test_a_part_is_made_of_those_that_its_constructor_names() -> None:
    parts, engine = Parts(), Engine[int]()
    wheel = parts.put(Wheel(3))
    parts.put(engine, Engine[int])
    parts.put(Engine[str](), Engine[str])
    car = parts.make(Car)
    assert (car.wheel, car.engine) == (wheel, engine)


def test_a_type_may_be_known_to_type_checkers_only() -> None:
    class Boat:
        def __init__(self, wheel: "Rudder") -> None:  # type: ignore[name-defined]  # noqa: F821
            self.wheel = wheel

    rudder = type("Rudder", (), {})()
    parts = Parts()
    parts.put(rudder)
    assert parts.make(Boat).wheel is rudder


def test_two_types_of_one_name_are_refused() -> None:
    parts = Parts()
    parts.put(Wheel())
    parts.put(type("Wheel", (), {})())
    with pytest.raises(TypeError, match="two types are called Wheel"):
        parts.make(Wheel)


def test_what_is_missing_is_named() -> None:
    parts = Parts()
    parts.put(Wheel())
    with pytest.raises(TypeError, match=r"Car takes what no part is: engine: .*Engine\[int\]"):
        parts.make(Car)


def lifecycle(seen: list[str], failing: str = "") -> Lifecycle:
    def act(text: str) -> None:
        seen.append(text)
        if text == failing:
            raise RuntimeError(text)

    def part(name: str) -> Part:
        return Part(name, lambda: act(f"start {name}"), lambda: act(f"close {name}"))

    return Lifecycle([part(name) for name in ("a", "b", "c")])


def test_parts_start_in_order_and_end_in_reverse() -> None:
    seen: list[str] = []
    made = lifecycle(seen)
    made.start()
    made.close()
    made.close()
    assert seen == ["start a", "start b", "start c", "close c", "close b", "close a"]


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_when_one_fails_to_start_all_end(name: str) -> None:
    seen: list[str] = []
    with pytest.raises(RuntimeError, match=f"start {name}"):
        lifecycle(seen, f"start {name}").start()
    assert seen[-3:] == ["close c", "close b", "close a"]
    assert f"start {chr(ord(name) + 1)}" not in seen


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_one_that_fails_to_end_keeps_none_from_ending(name: str) -> None:
    seen: list[str] = []
    made = lifecycle(seen, f"close {name}")
    with pytest.raises(RuntimeError, match=f"close {name}"):
        made.close()
    assert seen == ["close c", "close b", "close a"]
