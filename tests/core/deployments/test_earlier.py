"""A rollback without a target goes to the last version that differs from what serves: which one that is."""

import pytest

from sh0.deployments.earlier import Served, last_that_differs


def one(number: int, image: str, settings: object = None, back: int | None = None) -> Served:
    return Served(f"shop-{number}", number, {"shop": image}, settings, f"shop-{back}" if back else None)


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        ([one(1, "a"), one(2, "b")], 1),
        ([one(1, "a"), one(2, "b"), one(3, "b")], 1),  # restarted since
        ([one(1, "a"), one(2, "b"), one(3, "b", "scaled"), one(4, "b")], 1),
        ([one(1, "a"), one(2, "a", "new variable"), one(3, "b")], 2),  # with the latest settings of that image
        ([one(1, "a"), one(2, "a", "x"), one(3, "a", "y")], 2),  # only settings ever differed
        ([one(1, "a"), one(2, "b"), one(3, "c"), one(4, "b", back=2)], 1),  # a second rollback goes further back
        ([one(1, "a"), one(2, "b"), one(3, "c"), one(4, "b", back=2), one(5, "b")], 1),  # … also after a restart
        ([one(1, "a"), one(2, "b"), one(3, "a", back=1), one(4, "c")], 3),  # what served before counts
        ([one(1, "a"), one(2, "a", "x"), one(3, "a", "y"), one(4, "a", "x", back=2)], 1),
        ([one(1, "a"), one(2, "a"), one(3, "a")], None),
        ([one(1, "a")], None),
        ([one(1, "a"), one(2, "b"), one(3, "a", back=1)], None),
        ([one(1, "a", "x"), one(2, "a", "y"), one(3, "a", "x", back=1)], None),
    ],
)
def test_the_last_version_that_differs(served: list[Served], expected: int | None) -> None:
    found = last_that_differs(served, served[-1].id)
    assert (found.number if found else None) == expected
    assert last_that_differs(served[::-1], served[-1].id) == found


def test_what_cannot_run_is_passed_over() -> None:
    served = [one(1, "a"), one(2, "b"), one(3, "c"), one(4, "d")]
    asked = []

    def runs(version: Served) -> bool:
        asked.append(version.number)
        return version.number == 2

    found = last_that_differs(served, "shop-4", runs)
    assert found == served[1]
    assert asked == [3, 2]
    assert last_that_differs(served, "shop-4", lambda version: False) is None


def test_where_another_image_cannot_run_other_settings_of_the_same_count() -> None:
    served = [one(1, "b"), one(2, "a", "x"), one(3, "a", "y")]
    assert last_that_differs(served, "shop-3", lambda version: version.number != 1) == served[1]


def test_a_version_that_was_brought_back_with_other_settings_stands_where_it_stood() -> None:
    served = [one(1, "b"), one(2, "a", "x"), one(3, "c"), one(4, "a", "y", back=2)]
    assert last_that_differs(served, "shop-4", lambda version: version.number != 1) is None
