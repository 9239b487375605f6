"""What a file of variables changes of those that there are."""

from datetime import UTC, datetime

import pytest

from sh0.environment.changes import assign, compared
from sh0.records.variable import BuildVariable
from sh0.values import Secret

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HELD = {
    "A": BuildVariable("shop", "A", Secret("1"), NOON, secret=True),
    "B": BuildVariable("shop", "B", Secret("2"), NOON),
}


def secrets(**values: str) -> dict[str, Secret]:
    return {name: Secret(text) for name, text in values.items()}


def test_variables_are_compared_by_name_and_value() -> None:
    now, then = secrets(SAME="1", OTHER="1", GONE="1"), secrets(SAME="1", OTHER="2", NEW="1")
    found = compared(now, then, replace=True)
    assert (found.added, found.changed, found.removed, found.unchanged) == (
        ("NEW",),
        ("OTHER",),
        ("GONE",),
        ("SAME",),
    )
    assert compared(now, then).removed == ()
    assert not compared(now, secrets(SAME="1")).any


def test_one_that_is_marked_stays_so_and_what_is_not_named_stays_as_it_is() -> None:
    found = assign(HELD, secrets(A="3", C="4"), ("C",), ())
    assert (found.missing, found.after) == (None, secrets(A="3", B="2", C="4"))
    assert found.saved == {"A": (Secret("3"), True), "C": (Secret("4"), True)}
    assert assign(HELD, {}, ("B",), ("A",)).saved == {"B": (Secret("2"), True)}


@pytest.mark.parametrize(("secret", "unset", "missing"), [(("X",), (), "X"), ((), ("X",), "X"), (("A",), ("A",), "A")])
def test_one_that_is_not_there_is_neither_marked_nor_removed(
    secret: tuple[str, ...], unset: tuple[str, ...], missing: str
) -> None:
    assert assign(HELD, {}, secret, unset).missing == missing
