"""What a file of variables changes of those that there are."""

from sh0.environment.changes import compared
from sh0.values import Secret


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
