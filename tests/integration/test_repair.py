"""Containers that die or vanish behind the platform's back."""

from collections.abc import Callable

import pytest

import sh0
from tests.integration import web
from tests.integration.conftest import Embedded
from tests.integration.world import docker, until

pytestmark = pytest.mark.docker
Images = Callable[[str], sh0.RegistryImage]


def only_container(shared: Embedded, app: str) -> tuple[str, str]:
    """Name and address of an app's container."""
    [instance] = shared.platform.apps.status(app).instances
    return instance.container, instance.address


def serves(shared: Embedded, app: str) -> bool:
    return shared.get(app).status == 200


def test_an_app_that_dies_comes_back_at_the_same_address_and_route(shared: Embedded, live: str) -> None:
    before = only_container(shared, live)
    host = docker("inspect", "-f", "{{.State.Pid}}", before[0])
    assert shared.get(live, "/die").status == 502
    until(lambda: docker("inspect", "-f", "{{.State.Pid}}", before[0]) not in (host, "0"), 15, "it runs again")
    until(lambda: serves(shared, live), 10, "it serves again")
    assert only_container(shared, live) == before


def test_a_container_that_is_killed_comes_back_at_the_same_address_and_route(shared: Embedded, live: str) -> None:
    before = only_container(shared, live)
    docker("kill", "--signal", "KILL", before[0])
    until(lambda: serves(shared, live), 15, "it serves again")
    assert only_container(shared, live) == before
    assert docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", before[0]) == before[1]


def test_a_container_that_is_removed_is_made_again(shared: Embedded, live: str) -> None:
    before = only_container(shared, live)
    docker("rm", "-f", before[0])
    until(lambda: serves(shared, live), 15, "it serves again")
    assert only_container(shared, live) == before
    fixed = [e for e in shared.platform.events.list(limit=50) if e.kind == "container.repaired"]
    assert f"app/{live}" in {event.subject for event in fixed}


def test_the_next_deployment_after_a_mend_works(shared: Embedded, live: str, images: Images) -> None:
    docker("rm", "-f", only_container(shared, live)[0])
    shared.deployed(shared.platform.deployments.create(live, images("2")))
    until(lambda: shared.version(live) == "2")
    assert len(shared.containers(live)) == 1


def test_a_dead_proxy_comes_back_with_its_routes(embed: Callable[..., Embedded], images: Images) -> None:
    own = embed()
    own.platform.apps.create("web")
    own.deployed(own.platform.deployments.create("web", images("1")))
    docker("rm", "-f", f"sh0-{own.home_id}-proxy")
    until(lambda: answers(own), 20, "the proxy serves again")
    own.deployed(own.platform.apps.restart("web"))
    assert own.version("web") == "1"


def answers(own: Embedded) -> bool:
    try:
        return web.get(own.core.context.settings.http_port, "web.localhost").status == 200
    except OSError:
        return False


def test_a_container_of_ours_that_nobody_asked_for_is_removed(shared: Embedded, live: str, images: Images) -> None:
    labels = {"sh0.home": shared.home_id, "sh0.kind": "app", "sh0.app": live, "sh0.spec": "stray"}
    given = [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
    stray = docker("run", "-d", *given, images("1").image)
    docker("kill", only_container(shared, live)[0])
    until(lambda: docker("ps", "-aq", "--no-trunc", "--filter", f"id={stray}") == "", 15, "the stray is gone")


def test_a_container_of_somebody_else_is_left_alone(shared: Embedded, live: str, images: Images) -> None:
    other = docker("run", "-d", "--label", "sh0.home=test-other", "--label", "sh0.test=1", images("1").image)
    try:
        shared.platform.deployments.clean()
        docker("kill", only_container(shared, live)[0])
        until(lambda: serves(shared, live), 15, "it serves again")
        assert docker("inspect", "-f", "{{.State.Running}}", other) == "true"
    finally:
        docker("rm", "-f", other)
