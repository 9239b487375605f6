"""The tree of errors, and its way over the wire and back."""

import re

import pytest

from sh0 import errors
from sh0.errors import Kind, NotFound, Sh0Error, error_from_problem, error_types

TYPES = list(error_types())
each_type = pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)


def test_every_code_belongs_to_one_class() -> None:
    codes = [cls.code for cls in TYPES]
    assert sorted(codes) == sorted(set(codes))


def test_the_tree_in_the_documentation_is_the_tree_in_the_code() -> None:
    drawn = set(re.findall(r"\b[A-Z][a-z]+[A-Za-z0-9]*\b", (errors.__doc__ or "").split("Every error has")[0]))
    assert {cls.__name__ for cls in TYPES} <= drawn


@each_type
def test_every_class_is_defined_in_the_module_of_errors(cls: type[Sh0Error]) -> None:
    assert cls.__module__ == "sh0.errors"


@each_type
def test_a_code_is_lower_case_with_hyphens_and_the_kind_is_set(cls: type[Sh0Error]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cls.code)
    assert cls.kind is not Kind.INTERNAL or cls is Sh0Error


@each_type
def test_an_error_is_the_same_after_its_journey_as_a_problem_document(cls: type[Sh0Error]) -> None:
    error = cls("it broke", hint="mend it", path="$.x", log=["one", "two"])
    back = error_from_problem(error.to_problem())
    assert type(back) is cls
    assert (back.message, back.hint, back.details) == ("it broke", "mend it", {"path": "$.x", "log": ["one", "two"]})


def test_a_code_that_nobody_knows_becomes_the_root_of_the_tree() -> None:
    back = error_from_problem({"code": "of-the-future", "detail": "it broke"})
    assert (type(back), back.message) == (Sh0Error, "it broke")


def test_details_may_be_called_anything() -> None:
    """A server may send a detail named like a parameter of the error's own."""
    back = error_from_problem({"code": "not-found", "detail": "gone", "details": {"hint": 1, "message": 2, "self": 3}})
    assert type(back) is NotFound
    assert back.details == {"hint": 1, "message": 2, "self": 3}


def test_what_is_printed_is_the_message_and_below_it_the_hint() -> None:
    assert str(NotFound("gone", hint="look elsewhere")) == "gone\nlook elsewhere"
    assert str(NotFound("gone")) == "gone"
