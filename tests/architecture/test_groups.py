"""Tests that must not run beside each other are kept on one worker."""

import pytest

GROUP = "kept together"


@pytest.mark.xdist_group(GROUP)
def test_the_groups_of_tests_reach_the_scheduler(request: pytest.FixtureRequest) -> None:
    """pytest-xdist goes by the end of a test's id; where it cannot set it, it says nothing and scatters the group."""
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("not distributed by group")
    assert request.node.nodeid.endswith(f"@{GROUP}")
