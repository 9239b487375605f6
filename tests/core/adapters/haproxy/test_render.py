"""The proxy's files as a function of routes."""

import os
from pathlib import Path

import attrs
import pytest

from sh0.adapters.haproxy.layout import CERTIFICATE_LIST, HTTPS_ONLY, Layout
from sh0.adapters.haproxy.render import command_line, fingerprint, pem, pool_size, render, server_path
from sh0.ports.proxy import Backend, ProxySettings, Routes, ServerCertificate, Upstream
from sh0.values import Secret

GOLDEN = Path(__file__).parents[3] / "golden" / "haproxy"
LAYOUT = Layout(uid=1000, gid=1000)
CERTIFICATE = ServerCertificate(
    "shop.example.org",
    ("www.shop.example.org", "shop.example.org"),
    "-----BEGIN CERTIFICATE-----\nown\n-----END CERTIFICATE-----\n\n"
    "-----BEGIN CERTIFICATE-----\nissuer\n-----END CERTIFICATE-----\n",
    Secret("-----BEGIN PRIVATE KEY-----\nkey\n-----END PRIVATE KEY-----\n"),
)
CASES = {
    "empty": (Routes(), ProxySettings(), 2),
    "two-apps": (
        Routes(
            backends=(
                Backend(2, "blog"),
                Backend(
                    1,
                    "shop",
                    (Upstream("shop-7-2", "10.208.0.6", 8000), Upstream("shop-7-1", "10.208.0.5", 8000)),
                ),
            ),
            hosts={"shop.example.org": 1, "www.shop.example.org": 1, "blog.example.org": 2},
            certificates=(CERTIFICATE,),
            https_only=frozenset({"shop.example.org"}),
        ),
        ProxySettings(bind="::", http_port=8080, https_port=8443, max_connections=1000),
        3,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_rendered_files_are_the_golden_ones(case: str) -> None:
    """Run with SH0_GOLDEN=update to accept what is rendered now."""
    routes, settings, slots = CASES[case]
    folder = GOLDEN / case
    rendered = {name: text.decode() for name, text in render(routes, settings, LAYOUT, slots).items()}
    if os.environ.get("SH0_GOLDEN") == "update":
        for name, text in rendered.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    golden = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert rendered == golden


def test_the_order_of_routes_does_not_matter() -> None:
    routes, settings, slots = CASES["two-apps"]
    turned = attrs.evolve(routes, backends=routes.backends[::-1], hosts=dict(reversed(list(routes.hosts.items()))))
    assert render(turned, settings, LAYOUT, slots) == render(routes, settings, LAYOUT, slots)


def test_certificates_and_hosts_without_http_have_a_line_each_in_the_order_of_their_names() -> None:
    certificates = tuple(
        attrs.evolve(CERTIFICATE, name=name, hosts=(f"z.{name}", name)) for name in ("b.test", "a.test")
    )
    files = render(
        Routes(certificates=certificates, https_only=frozenset({"b.test", "a.test"})), ProxySettings(), LAYOUT, 1
    )
    assert files[HTTPS_ONLY] == b"a.test 1\nb.test 1\n"
    assert files[CERTIFICATE_LIST].decode().splitlines()[1:] == [
        f"{LAYOUT.folder}/certificates/{name}.pem {name} z.{name}" for name in ("a.test", "b.test")
    ]


def test_a_certificate_file_has_no_empty_line_and_ends_with_the_key() -> None:
    lines = pem(CERTIFICATE).split("\n")
    assert "" not in lines[:-1]
    assert lines[-3:] == ["key", "-----END PRIVATE KEY-----", ""]


@pytest.mark.parametrize(
    ("highest", "running", "size"),
    [(0, 0, 32), (24, 0, 32), (25, 0, 64), (24, 32, 32), (25, 32, 64), (1, 64, 64), (90, 64, 128)],
)
def test_the_pool_grows_in_steps_and_never_shrinks(highest: int, running: int, size: int) -> None:
    routes = Routes(tuple(Backend(slot, f"app{slot}") for slot in range(1, highest + 1)))
    assert pool_size(routes, running) == size


def test_the_fingerprint_follows_what_only_a_reload_can_change() -> None:
    settings = ProxySettings()
    marks = {
        fingerprint(settings, LAYOUT, 32),
        fingerprint(settings, LAYOUT, 64),
        fingerprint(attrs.evolve(settings, http_port=8080), LAYOUT, 32),
    }
    assert len(marks) == 3
    assert fingerprint(attrs.evolve(settings, drain_timeout=1.0), LAYOUT, 32) in marks


def test_a_command_names_a_server_by_its_backend_and_its_address() -> None:
    assert server_path(3, Upstream("shop-7-1", "10.208.0.5", 8000)) == "slot3/shop-7-1:10.208.0.5:8000"


def test_it_is_started_as_a_master_whose_socket_is_its_owners_alone() -> None:
    socket = f"{LAYOUT.folder}/master.sock,mode,600,uid,1000,gid,1000"
    assert command_line(LAYOUT) == ("haproxy", "-W", "-db", "-S", socket, "-f", f"{LAYOUT.folder}/haproxy.cfg")
