"""No package of the core imports another in a circle, not even for a type checker."""

from graphlib import TopologicalSorter

import grimp
import pytest


def packages() -> dict[str, set[str]]:
    """What each package of the core, and each module at its top, imports of the others."""
    graph = grimp.build_graph("sh0", cache_dir=None)
    below = {name: {name, *graph.find_descendants(name)} for name in graph.find_children("sh0")}
    home = {module: name for name, modules in below.items() for module in modules}
    return {
        name: {home[used] for module in modules for used in graph.find_modules_directly_imported_by(module) & set(home)}
        - {name}
        for name, modules in below.items()
    }


def test_packages_can_be_put_into_an_order() -> None:
    order = list(TopologicalSorter(packages()).static_order())
    assert len(order) > 30
    assert order.index("sh0.records") < order.index("sh0.deployments") < order.index("sh0.bootstrap")


def test_a_circle_would_be_found() -> None:
    circle = packages()
    circle["sh0.records"].add("sh0.stacks")
    with pytest.raises(ValueError, match="cycle"):
        list(TopologicalSorter(circle).static_order())
