"""Which containers print for which app."""

from sh0.records.deployment import Placement
from sh0.serving.log_sources import LogSource, source_of_labels, source_of_placement


def test_a_container_that_serves_is_told_by_its_placement_and_by_its_labels() -> None:
    placement = Placement("c", "shop", "shop-3", 2, "net", "10.0.0.2", 8080, process="worker")
    labels = {
        "sh0.kind": "app",
        "sh0.app": "shop",
        "sh0.deployment": "shop-3",
        "sh0.process": "worker",
        "sh0.instance": "2",
    }
    assert (
        source_of_placement(placement)
        == source_of_labels("c", labels, "shop")
        == LogSource("c", "shop", "shop-3", "worker", 2)
    )


def test_a_one_off_command_is_shown_as_run_with_its_number() -> None:
    labels = {"sh0.kind": "run", "sh0.app": "shop", "sh0.run": "shop.run.7", "sh0.deployment": "shop-3"}
    assert source_of_labels("c", labels, "shop") == LogSource("c", "shop", "shop-3", "run", 7, "shop.run.7")


def test_others_print_for_no_app() -> None:
    assert source_of_labels("c", {"sh0.kind": "proxy"}, "") is None
    assert source_of_labels("c", {"sh0.kind": "proxy", "sh0.app": "shop"}, "shop") is None
    assert source_of_labels("c", {"sh0.kind": "app"}, "") is None
    odd = source_of_labels("c", {"sh0.kind": "run", "sh0.app": "shop", "sh0.run": "x.y"}, "shop")
    assert odd is not None
    assert odd.replica == 0


def test_a_container_prints_for_its_app_whatever_that_was_called_when_it_was_made() -> None:
    labels = {"sh0.kind": "app", "sh0.app": "shop", "sh0.deployment": "shop-3", "sh0.instance": "1"}
    assert source_of_labels("c", labels, "store") == LogSource("c", "store", "shop-3", "web", 1)
