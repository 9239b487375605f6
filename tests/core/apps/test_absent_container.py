"""Why an app has no such container."""

from datetime import UTC, datetime

import attrs
import pytest

from sh0.apps.absent_container import absence
from sh0.errors import NotFound, WrongState
from sh0.records.app import App, HealthCheck, Resources
from sh0.records.deployment import Placement

NOW = datetime(2026, 1, 31, tzinfo=UTC)
SHOP = App("shop", "default", 1, None, "main", "", "Dockerfile", 1, Resources(), HealthCheck(), False, "shop-2", NOW)


def containers(*named: tuple[str, int]) -> list[Placement]:
    return [
        Placement(f"c-{process}-{replica}", "shop", "shop-2", replica, "net", "10.0.0.1", None, process)
        for process, replica in named
    ]


@pytest.mark.parametrize(
    ("app", "process", "replica", "kind", "message", "hint"),
    [
        (attrs.evolve(SHOP, stopped=True), "web", 1, WrongState, "shop is stopped", "sh0 start shop"),
        (attrs.evolve(SHOP, stopped=True), "job", 9, WrongState, "shop is stopped", "sh0 logs shop --previous"),
        (attrs.evolve(SHOP, live=None), "web", 1, WrongState, "shop has never been live", "sh0 status shop"),
        (SHOP, "web", 3, NotFound, "shop has no running container web 3", "It has web 1, web 2."),
        (SHOP, "worker", 2, NotFound, "shop has no running container worker 2", "It has worker 1."),
        (SHOP, "job", 1, NotFound, "shop has no process job", "It has web, worker."),
    ],
)
def test_each_reason_has_its_way_out(
    app: App, process: str, replica: int, kind: type[Exception], message: str, hint: str
) -> None:
    error = absence(app, containers(("web", 2), ("web", 1), ("worker", 1)), process, replica)
    assert type(error) is kind
    assert error.message == message
    assert hint in error.hint


def test_an_app_whose_containers_are_all_gone_names_what_ran_before() -> None:
    error = absence(SHOP, [], "web", 1)
    assert (error.message, "--previous" in error.hint) == ("shop has no running container web 1", True)
