"""The newest release that a requirement takes."""

import pytest

from sh0_plugins.recipes.python.specifiers import ceiling_of, poetry_ceiling, requirement_ceilings


@pytest.mark.parametrize(
    ("specifiers", "text"),
    [
        ("==4.9.1", "4.9.1"),
        ("===4.9.1", "4.9.1"),
        ("<5", "<5"),
        (">=4.6, <5.0", "<5.0"),
        ("<=9.5.0", "<=9.5.0"),
        ("~=4.9.1", "<4.10"),
        ("~=1.26", "<2"),
        ("==1.5.*", "<1.6"),
        ("==2.*", "<3"),
        ("!=5,<6,<4.9", "<4.9"),
        ("==4.9, <5", "4.9"),
    ],
)
def test_the_lowest_upper_bound_counts(specifiers: str, text: str) -> None:
    found = ceiling_of(specifiers)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("specifiers", ["", ">=4", "!=5", ">4,!=4.2", "<5.dev0", "==git", "~=2"])
def test_there_may_be_none(specifiers: str) -> None:
    assert ceiling_of(specifiers) is None


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        ("^4.9.1", "<5"),
        ("^0.3.2", "<0.4"),
        ("^0", "<1"),
        ("^0.0", "<0.1"),
        ("^0.0.3", "<0.0.4"),
        ("~1.21", "<1.22"),
        ("~1.2.3", "<1.3"),
        ("~2", "<3"),
        ("1.2.3", "1.2.3"),
        ("1.2.*", "<1.3"),
        (">=1.2,<2", "<2"),
        ("~=1.4", "<2"),
    ],
)
def test_poetry_has_carets_and_tildes_and_versions_alone(constraint: str, text: str) -> None:
    found = poetry_ceiling(constraint)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("constraint", ["*", ">=1", ""])
def test_poetry_may_leave_it_open(constraint: str) -> None:
    assert poetry_ceiling(constraint) is None


def test_a_bound_is_compared_number_by_number() -> None:
    exact, below = ceiling_of("==3.1"), ceiling_of("<5")
    assert exact is not None
    assert below is not None
    assert [exact.takes(release) for release in ((3, 1, 0), (3, 1, 1), (3, 0, 9))] == [True, False, True]
    assert [below.takes(release) for release in ((5, 0, 0), (4, 99), (5,))] == [False, True, False]


@pytest.mark.parametrize(
    ("specifiers", "newest", "too_new"),
    [("~=4.9.1", (4, 9, 99), (4, 10)), ("==1.5.*", (1, 5, 99), (1, 6)), ("<=9.5", (9, 5, 0), (9, 5, 1))],
)
def test_a_bound_takes_all_up_to_it(specifiers: str, newest: tuple[int, ...], too_new: tuple[int, ...]) -> None:
    found = ceiling_of(specifiers)
    assert found is not None
    assert [found.takes(newest), found.takes(too_new)] == [True, False]


@pytest.mark.parametrize(
    ("constraint", "newest", "too_new"),
    [("^4.9.1", (4, 99), (5, 0)), ("~1.2", (1, 2, 99), (1, 3)), ("3.1", (3, 1), (3, 1, 1))],
)
def test_a_bound_of_poetry_takes_all_up_to_it(
    constraint: str, newest: tuple[int, ...], too_new: tuple[int, ...]
) -> None:
    found = poetry_ceiling(constraint)
    assert found is not None
    assert [found.takes(newest), found.takes(too_new)] == [True, False]


def test_requirements_have_extras_markers_and_comments() -> None:
    text = "Django>=4\npsycopg[binary, pool]==3.1.8 ; python_version > '3'\nlxml<5  # old\nx @ https://y/x-1.whl\n"
    found = [(name, extras, ceiling.text) for name, extras, ceiling in requirement_ceilings(text)]
    assert found == [("psycopg", ("binary", "pool"), "3.1.8"), ("lxml", (), "<5")]
