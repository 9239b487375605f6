"""Values to plain JSON and back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, ClassVar

import attrs
import pytest

from sh0 import codec
from sh0.codec import JSON, TEXT, structure, unstructure
from sh0.errors import InvalidValue
from sh0.sensitive import REDACTED
from sh0.values import AppName, ByteSize, DomainName, Port, Secret


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen
class Circle:
    kind: ClassVar[str] = "circle"
    radius: float


@attrs.frozen
class Square:
    kind: ClassVar[str] = "square"
    side: int
    name: AppName = "square"


Shape = Circle | Square


@attrs.frozen
class Site:
    host: DomainName
    port: Port = 80


@attrs.frozen
class Everything:
    name: AppName
    colour: Colour
    shape: Shape
    size: ByteSize
    when: datetime
    sites: tuple[Site, ...] = ()
    labels: Mapping[str, int] = attrs.field(factory=dict)
    note: str | None = None
    maybe: Shape | None = None


WHOLE = Everything(
    "shop",
    Colour.BLUE,
    Square(3),
    ByteSize(512),
    datetime(2026, 1, 31, 12, tzinfo=UTC),
    (Site("a.example.org", 8080),),
    {"x": 1},
    None,
    Circle(1.5),
)


def test_what_was_written_is_read_as_the_same() -> None:
    assert structure(unstructure(WHOLE), Everything) == WHOLE


def test_the_kind_of_a_sum_type_is_written_with_it() -> None:
    assert unstructure(WHOLE)["shape"] == {"kind": "square", "side": 3, "name": "square"}
    assert unstructure(WHOLE)["maybe"] == {"kind": "circle", "radius": 1.5}


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ("1", int),
        (1.5, int),
        (True, int),
        (None, int),
        ([], int),
        (1, str),
        (b"x", str),
        (None, str),
        ("true", bool),
        (1, bool),
        ("1.5", float),
        (True, float),
        (True, ByteSize),
        (1.5, ByteSize),
        (12, datetime),
        ("tomorrow", datetime),
        ("green", Colour),
        (1, Colour),
        ([], Colour),
        ({}, Colour),
        ("shop", tuple[str, ...]),
        ({"a": 1}, tuple[str, ...]),
        (None, tuple[str, ...]),
        (["a"], Mapping[str, str]),
        ("a", Mapping[str, str]),
        ("a", Site),
        (["a"], Site),
        (None, Site),
        (5, Secret),
        (None, Secret),
        (float("nan"), float),
        (float("inf"), float),
        (1 << 63, int),
        ("\ud800", str),
        ("\ud800", Secret),
        ("9" * 400 + ".5g", ByteSize),
        (1 << 64, ByteSize),
    ],
    ids=repr,
)
def test_json_is_read_strictly(value: object, annotation: Any) -> None:
    with pytest.raises(InvalidValue, match=r"^\$: "):
        structure(value, annotation)


@pytest.mark.parametrize(
    ("value", "annotation", "meant"),
    [
        ("1", int, 1),
        ("1.5", float, 1.5),
        ("yes", bool, True),
        ("off", bool, False),
        ("FALSE", bool, False),
        ("512m", ByteSize, 512 << 20),
        ("red", Colour, Colour.RED),
        (["1", "2"], tuple[int, ...], (1, 2)),
        ("80", Port, 80),
    ],
    ids=repr,
)
def test_texts_of_command_lines_are_read_leniently(value: object, annotation: Any, meant: object) -> None:
    assert structure(value, annotation, converter=TEXT) == meant


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ("one", int),
        ("", int),
        ("1.5", int),
        ("maybe", bool),
        ("nan", float),
        ("inf", float),
        ("0", Port),
        ("shop", tuple[str, ...]),
    ],
    ids=repr,
)
def test_texts_that_mean_nothing_are_refused(value: object, annotation: Any) -> None:
    with pytest.raises(InvalidValue):
        structure(value, annotation, converter=TEXT)


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"name": "Shop"}, "$.name", "is not an app name"),
        ({"sites": [{"host": "a.org"}, {"host": "no"}]}, "$.sites[1].host", "is not a host name"),
        ({"sites": [{"host": "a.org", "port": "80"}]}, "$.sites[0].port", "expected a whole number"),
        ({"sites": [{"port": 80}]}, "$.sites[0].host", "missing"),
        ({"sites": {}}, "$.sites", "expected a list, not an object"),
        ({"labels": {"x": "1"}}, "$.labels['x']", "expected a whole number"),
        ({"labels": []}, "$.labels", "expected an object, not a list"),
        ({"shape": {"kind": "line"}}, "$.shape", "expected an object with kind 'circle' or 'square'"),
        ({"shape": {}}, "$.shape", "expected an object with kind"),
        ({"shape": {"kind": []}}, "$.shape", "expected an object with kind"),
        ({"shape": None}, "$.shape", "expected an object with kind"),
        ({"shape": {"kind": "square", "side": "x"}}, "$.shape.side", "expected a whole number"),
        ({"shape": {"kind": "square", "side": 1, "radius": 2}}, "$.shape", "unknown field 'radius'"),
        ({"surprise": 1}, "$", "unknown field 'surprise'"),
        ({"colour": "green"}, "$.colour", "'green' is none of red, blue"),
        ({"when": "31.1.2026"}, "$.when", "Invalid isoformat string"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_error_has_the_path_and_the_reason(change: dict[str, object], path: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        structure(unstructure(WHOLE) | change, Everything)
    assert refusal.value.details["path"] == path
    assert reason in str(refusal.value.details["reason"])
    assert str(refusal.value).startswith(f"{path}: ")


def test_every_error_is_told_at_once() -> None:
    with pytest.raises(InvalidValue) as refusal:
        structure(unstructure(WHOLE) | {"name": "Shop", "size": "much"}, Everything)
    assert "$.name: " in str(refusal.value)
    assert "$.size: " in str(refusal.value)


def test_a_missing_optional_field_gets_its_default() -> None:
    assert structure({"host": "a.org"}, Site) == Site("a.org", 80)


def test_a_sum_type_may_be_absent_where_it_is_optional() -> None:
    assert structure(unstructure(WHOLE) | {"maybe": None}, Everything).maybe is None


def test_a_time_keeps_its_moment() -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2)))
    assert structure(unstructure(moment), datetime) == moment


def test_an_app_name_is_checked_wherever_it_is() -> None:
    for annotation, value in ((tuple[AppName, ...], ["A"]), (Mapping[AppName, int], {"A": 1}), (AppName | None, "A")):
        with pytest.raises(InvalidValue, match="is not an app name"):
            structure(value, annotation)


def test_a_rule_gives_its_value_in_its_one_form() -> None:
    assert structure({"host": "Bücher.Example."}, Site).host == "xn--bcher-kva.example"


def test_a_secret_goes_in_and_does_not_come_out() -> None:
    secret = structure("hunter22", Secret)
    assert secret.reveal() == "hunter22"
    assert unstructure(secret) == REDACTED
    assert codec.with_secrets({"a": [secret]}) == {"a": ["hunter22"]}


def test_a_refused_secret_is_not_repeated() -> None:
    for value, annotation in (
        (["hunter22"], Secret),
        (["hunter22"], Mapping[str, Secret]),
        ({"a": ["hunter22"]}, Mapping[str, Secret]),
    ):
        with pytest.raises(InvalidValue) as refusal:
            structure(value, annotation)
        assert "hunter22" not in str(refusal.value) + repr(refusal.value.to_problem())


def test_strict_and_lenient_are_two_converters() -> None:
    assert JSON is not TEXT
