"""The last of many expressions that matches, found without trying each."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.source.globs import LastOf

_EXPRESSIONS = st.lists(st.sampled_from(["^a$", "^a.*$", "^.*b$", "^b+$", "^.*$", "^ab$", "^c$"]), max_size=12)


@given(expressions=_EXPRESSIONS, text=st.text("abc", max_size=4), begin=st.integers(0, 13), end=st.integers(0, 13))
def test_it_is_the_last_one_of_those_that_are_asked(expressions: list[str], text: str, begin: int, end: int) -> None:
    found = LastOf(tuple(expressions)).last(text, begin, min(end, len(expressions)))

    asked = range(begin, min(end, len(expressions)))
    assert found == max((place for place in asked if re.search(expressions[place], text)), default=-1)


@pytest.mark.parametrize("place", [0, 700, 1499])
def test_expressions_that_are_too_long_to_be_joined_are_found_as_well(place: int) -> None:
    expressions = [f"^never{number:050}$" for number in range(1500)]
    expressions[place] = "^x$"

    assert LastOf(tuple(expressions)).last("x") == place


def test_an_expression_that_is_none_matches_nothing_and_hides_no_other() -> None:
    broken = LastOf(("^x$", "^(x$", "^[x$"))

    assert (broken.last("x"), broken.last("(x")) == (0, -1)
