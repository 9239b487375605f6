"""What the proxy does for apps, on real parts."""

import http.client
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from tests.integration import web
from tests.integration.conftest import Embedded
from tests.integration.world import docker, until, write_tree

pytestmark = pytest.mark.docker
Images = Callable[[str], sh0.RegistryImage]


def address(shared: Embedded, app: str) -> str:
    [instance] = shared.platform.apps.status(app).instances
    return instance.address


def test_apps_of_a_project_reach_each_other_and_those_of_another_do_not(
    shared: Embedded, live: str, new_app: Callable[..., str], images: Images
) -> None:
    shared.platform.projects.create(f"project-of-{live}")
    neighbour, outsider = new_app(), new_app(project=f"project-of-{live}")
    for app in (neighbour, outsider):
        shared.deployed(shared.platform.deployments.create(app, images("1")))
    target = f"/fetch?host={address(shared, live)}&port=8080"
    assert shared.get(neighbour, target).text.startswith("version 1")
    assert shared.get(outsider, target).text.startswith("unreachable")
    assert shared.version(outsider) == "1"


def test_an_unknown_host_name_is_404(shared: Embedded) -> None:
    assert shared.get("nobody-has-this").status == 404


def test_the_app_sees_the_clients_address_and_nothing_that_a_client_made_up(shared: Embedded, live: str) -> None:
    lies = {"X_Forwarded_For": "6.6.6.6", "X_Real_Ip": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    seen = json.loads(shared.get(live, "/headers", **lies).text)
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-real-ip"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert "forwarded" not in seen
    assert seen["host"] == f"{live}.localhost"


def test_https_with_the_platforms_own_authority(shared: Embedded, live: str) -> None:
    host, port = f"secure.{live}.example", shared.core.context.settings.https_port
    shared.platform.domains.add(live, host, https=sh0.Https.LOCAL)
    with web.tls(port, host, shared.platform.domains.authority(), ["http/1.1"]) as connection:
        assert ("DNS", host) in connection.getpeercert()["subjectAltName"]  # type: ignore[index]
        connection.sendall(f"GET /headers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert json.loads(answer.read())["x-forwarded-proto"] == "https"
    assert f"https://{host}:{port}" in shared.platform.apps.status(live).urls


def test_https_speaks_http2(shared: Embedded, live: str) -> None:
    host = f"two.{live}.example"
    shared.platform.domains.add(live, host, https=sh0.Https.LOCAL)
    authority = shared.platform.domains.authority()
    with web.tls(shared.core.context.settings.https_port, host, authority, ["h2", "http/1.1"]) as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_each_host_name_is_served_with_its_own_certificate(shared: Embedded, live: str) -> None:
    authority = shared.platform.domains.authority()
    hosts = [f"{name}.{live}.example" for name in ("a", "b")]
    for host in hosts:
        shared.platform.domains.add(live, host)
        shared.platform.domains.secure(host)
    for host in hosts:
        with web.tls(shared.core.context.settings.https_port, host, authority, ["http/1.1"]) as connection:
            names = [name for _, name in connection.getpeercert()["subjectAltName"]]  # type: ignore[index, str-unpack]
            assert names == [host]


def test_a_removed_host_name_leads_nowhere(shared: Embedded, live: str) -> None:
    host, port = f"gone.{live}.example", shared.core.context.settings.http_port
    shared.platform.domains.add(live, host)
    assert web.get(port, host).status == 200
    shared.platform.domains.remove(host)
    assert web.get(port, host).status == 404


def test_a_web_socket_survives_deployments_of_other_apps_and_new_host_names(
    shared: Embedded, live: str, new_app: Callable[..., str], images: Images
) -> None:
    other = new_app()
    with web.web_socket(shared.core.context.settings.http_port, f"{live}.localhost") as connection:
        assert web.echoed(connection, b"before")
        shared.deployed(shared.platform.deployments.create(other, images("1")))
        shared.platform.domains.add(other, f"new.{other}.example", https=sh0.Https.LOCAL)
        shared.deployed(shared.platform.apps.restart(other))
        assert web.echoed(connection, b"after")


def test_requests_in_flight_end_while_a_version_is_replaced(shared: Embedded, live: str, images: Images) -> None:
    answers: list[web.Answer] = []
    requests = [threading.Thread(target=lambda: answers.append(shared.get(live, "/slow?seconds=4"))) for _ in range(3)]
    for request in requests:
        request.start()
    until(lambda: "1" in shared.get(live).text)
    deployment = shared.deployed(shared.platform.deployments.create(live, images("2")))
    for request in requests:
        request.join(10)
    assert [(answer.status, answer.text) for answer in answers] == [(200, "1")] * 3
    assert next(t.seconds for t in deployment.steps if t.step is sh0.Step.DRAIN) > 0.5
    assert shared.version(live) == "2"


def test_no_request_is_lost_while_versions_are_replaced(shared: Embedded, live: str, images: Images) -> None:
    with web.Load(shared.core.context.settings.http_port, f"{live}.localhost", rate=100) as load:
        until(lambda: load.answers)
        shared.deployed(shared.platform.deployments.create(live, images("2")))
        shared.deployed(shared.platform.apps.scale(live, 3))
        shared.deployed(shared.platform.apps.restart(live))
        shared.deployed(shared.platform.deployments.rollback(live, to=f"{live}-1"))
        until(lambda: shared.version(live) == "1")
    assert load.failures == []
    assert set(load.answers) == {"version 1", "version 2"}


def test_a_connection_that_never_ends_is_cut_after_the_drain(embed: Callable[..., Embedded], images: Images) -> None:
    quick = embed(drain_timeout=0.5)
    quick.platform.apps.create("web")
    quick.deployed(quick.platform.deployments.create("web", images("1")))
    with web.web_socket(quick.core.context.settings.http_port, "web.localhost") as connection:
        deployment = quick.deployed(quick.platform.apps.restart("web"))
        assert connection.recv(100) == b""
    assert any("1 connection(s) to the earlier version" in line for line in quick.log(deployment))


def test_scaled_containers_all_take_requests(shared: Embedded, live: str) -> None:
    shared.deployed(shared.platform.apps.scale(live, 3))
    served = {shared.get(live).text for _ in range(12)}
    assert len(served) == 3


def test_private_variables_are_in_no_label(shared: Embedded, live: str, tmp_path: Path) -> None:
    shared.deployed(shared.platform.env.set(live, {"SECRET_TOKEN": sh0.Secret("xyzzy-plugh")}))
    for container in shared.containers(live):
        assert "xyzzy" not in docker("inspect", "-f", "{{json .Config.Labels}}", container)
    deployment = shared.deployed(shared.upload(live, write_tree(tmp_path / "tree", "2")))
    assert deployment.image is not None
    assert "xyzzy" not in docker("inspect", deployment.image)
    assert "xyzzy" not in docker("history", "--no-trunc", deployment.image)
