"""What a container's environment may come to."""

import pytest

from sh0.errors import InvalidValue
from sh0.records.environment_size import ALL, LONGEST, demand_fitting
from sh0.values import Secret

LARGE = "x" * (LONGEST - 4)  # with "A0=" and the NUL at its end it fits


@pytest.mark.parametrize(
    ("variables", "path", "reason"),
    [
        ({"A": "x" * (LONGEST - 2)}, "$.variables.A", f"{LONGEST + 1} bytes"),
        ({"A": "é" * (LONGEST // 2)}, "$.variables.A", f"{LONGEST + 3} bytes"),  # not letters
        ({"B": "", "A": "a\0b"}, "$.variables.A", "NUL"),
        ({f"A{number}": LARGE for number in range(8)} | {"B": ""}, "$.variables", f"{ALL + 3} bytes"),
    ],
    ids=["long", "not ASCII", "NUL", "all"],
)
def test_what_does_not_fit_is_refused_with_its_place(variables: dict[str, str], path: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        demand_fitting({name: Secret(value) for name, value in variables.items()})
    assert refused.value.details["path"] == path
    assert reason in str(refused.value.details["reason"])
    assert f"{path}: {refused.value.details['reason']}" == refused.value.message


def test_a_place_is_named_as_the_caller_says() -> None:
    with pytest.raises(InvalidValue, match=r"^sh0\.yaml: environment\.A: "):
        demand_fitting({"A": Secret("\0")}, "sh0.yaml: environment")


def test_variables_that_fit_exactly_are_taken() -> None:
    demand_fitting({"A0": Secret(LARGE)})
    demand_fitting({f"A{number}": Secret(LARGE) for number in range(8)})


def test_the_bounds_are_those_of_the_kernel() -> None:
    assert (LONGEST, ALL) == (128 << 10, 1 << 20)
