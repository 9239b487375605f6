"""YAML as values that know where they stand, whatever the file holds."""

import contextlib
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sh0.errors import Invalid
from sh0.source.yamltext import DEPTH_LIMIT, Mark, load


def test_values_know_their_line_and_column() -> None:
    document = load("services:\n  web:\n    ports:\n      - 80\n      - '8080:80'\n", "compose.yaml")
    assert document.value == {"services": {"web": {"ports": [80, "8080:80"]}}}
    assert document.where(("services", "web", "ports", 1)) == Mark(5, 9)
    assert document.where(("services", "web")) == Mark(2, 3)
    assert document.where(("services", "web", "image")) == Mark(2, 3), "the nearest value around what is missing"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("22:22", "22:22"),
        ("2020-01-01", "2020-01-01"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("0o17", 15),
        ("0x1f", 31),
        ("010", "010"),
        ("0440", "0440"),
        ("00.5", "00.5"),
        ("-3", -3),
        ("1.5", 1.5),
        (".5e2", 50.0),
        (".inf", float("inf")),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("|\n  12\n", "12\n"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = load(f"a: {text}", "x").value["a"]
    assert (found, type(found)) == (value, type(value))


def test_anchors_aliases_and_merge_keys_are_followed() -> None:
    text = "x: &base {a: 1, b: 2}\ny: &more {b: 3, c: 4}\nz:\n  <<: [*base, *more]\n  a: 9\nw: *base\n"
    document = load(text, "x")
    assert document.value["z"] == {"a": 9, "b": 2, "c": 4}
    assert document.value["w"] == {"a": 1, "b": 2}
    assert document.where(("z", "c")).line == 2


def test_keys_are_texts() -> None:
    assert load("1: a\ntrue: b\nnull: c\n", "x").value == {"1": "a", "true": "b", "null": "c"}


def test_an_empty_file_holds_nothing() -> None:
    assert load("", "x").value is None
    assert load("# only this\n", "x").value is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\na: 2\n", 2, "the key a is here a second time"),
        ("a: *nothing\n", 1, "no anchor &nothing"),
        ("a: &a [*a]\n", 1, "no anchor &a"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("? [a]\n: b\n", 1, "a key that is a list"),
        ("a: [1, 2\nb: 3\n", 2, "flow sequence"),
        ("a:\n\t- b\n", 2, "cannot start any token"),
        ("<<: 3\n", 1, "<< merges a mapping"),
        ('a: 1\nb: "x\\0y"\n', 2, "a NUL character"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(Invalid, match=f"x.yaml, line {line}") as caught:
        load(text, "x.yaml")
    assert reason in caught.value.message


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    begun = time.process_time()
    with pytest.raises(Invalid, match="its aliases make more than"):
        load("\n".join(levels), "bomb.yaml")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 50_000, "{a: " * 50_000, "\n".join(" " * n + "a:" for n in range(500))]
)
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    with pytest.raises(Invalid, match=f"more than {DEPTH_LIMIT} levels|not valid YAML"):
        load(text, "deep.yaml")


def test_a_number_of_a_thousand_digits_is_read_and_a_longer_one_is_a_text() -> None:
    assert load("a: " + "9" * 1000, "x").value["a"] == int("9" * 1000)
    assert isinstance(load("a: " + "9" * 5000, "x").value["a"], str)


@settings(max_examples=200, deadline=2000)
@given(st.text(alphabet=st.sampled_from(list(" \n\t:-[]{},&*!|>'\"#%@`?<ab1.~=\0é\ufeff")), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):  # anything else that is raised fails the test
        load(text, "any.yaml")


letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(letters, max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(letters, max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=100, deadline=2000)
@given(values)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    read = load(text, "x").value
    expected = yaml.safe_load(text)
    if not isinstance(expected, str | float):  # the two schemas differ in a few plain scalars: yes, 1_000, dates
        assert type(read) is type(expected)


def test_a_character_that_yaml_has_not_is_refused_with_its_place() -> None:
    with pytest.raises(Invalid, match=r"line 2, column 4: .*control characters are not allowed"):
        load("a: b\nc: \x16d\n", "sh0.yaml")
