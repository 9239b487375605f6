"""Certificates at run time, and what is served over TLS."""

import http.client
import json
import subprocess
from collections.abc import Callable

import attrs
import pytest

from sh0.errors import ProxyUnavailable
from sh0.ports.proxy import Routes, ServerCertificate
from sh0.values import Secret
from tests.core.adapters.haproxy.parts import App, Rig, ask, certificate, echoes, eventually, many, routes

pytestmark = pytest.mark.docker

Make = Callable[[str], App]


def secured(base: Routes, *certificates: ServerCertificate, https_only: tuple[str, ...] = ()) -> Routes:
    return attrs.evolve(base, certificates=certificates, https_only=frozenset(https_only))


def test_a_certificate_is_added_replaced_and_removed_without_a_reload(rig: Rig, app: Make) -> None:
    plain = routes(app("one"))
    first, first_der = certificate("shop", "shop.test")
    second, second_der = certificate("shop", "shop.test", "www.shop.test")
    rig.proxy.start(plain)
    fallback = rig.served_certificate("shop.test")
    with rig.open_socket("shop.test") as channel:
        rig.proxy.apply(secured(plain, first))
        assert rig.served_certificate("shop.test") == first_der
        assert rig.served_certificate("www.shop.test") == fallback
        rig.proxy.apply(secured(plain, second))
        assert rig.served_certificate("shop.test") == second_der
        assert rig.served_certificate("www.shop.test") == second_der
        rig.proxy.apply(plain)
        assert rig.served_certificate("shop.test") == fallback
        assert echoes(channel)
    assert list((rig.folder / "certificates").iterdir()) == []


def test_certificates_are_there_after_a_restart(rig: Rig, app: Make) -> None:
    plain = routes(app("one"))
    shop, der = certificate("shop", "shop.test")
    rig.proxy.start(plain)
    rig.proxy.apply(secured(plain, shop))
    rig.runtime.restart(rig.name, timeout=0)
    assert eventually(rig.proxy.running)
    assert rig.served_certificate("shop.test") == der


def test_a_start_replaces_a_certificate_that_changed_while_nobody_looked(rig: Rig, app: Make) -> None:
    plain = routes(app("one"))
    first, _ = certificate("shop", "shop.test")
    second, der = certificate("shop", "shop.test")
    rig.proxy.start(secured(plain, first))
    rig.another().start(secured(plain, second))
    assert rig.served_certificate("shop.test") == der


def test_a_refused_certificate_changes_nothing_and_shows_no_key(rig: Rig, app: Make) -> None:
    plain = routes(app("one"))
    broken = ServerCertificate("shop", ("shop.test",), "not a certificate", Secret("the key itself"))
    rig.proxy.start(plain)
    with pytest.raises(ProxyUnavailable, match="set ssl cert") as raised:
        rig.proxy.apply(secured(routes(app("two")), broken))
    assert "the key itself" not in str(raised.value)
    assert rig.get("shop.test") == (200, "one")
    assert list((rig.folder / "certificates").iterdir()) == []
    rig.proxy.apply(secured(plain, certificate("shop", "shop.test")[0]))


def test_https_only_redirects_plain_requests_and_keeps_path_and_query(rig: Rig, app: Make) -> None:
    plain = routes(app("one"))
    rig.proxy.start(secured(plain, certificate("shop", "shop.test")[0], https_only=("shop.test",)))
    connection = http.client.HTTPConnection("127.0.0.1", rig.settings.http_port, timeout=10)
    connection.request("GET", "/a/b?c=d", headers={"Host": "shop.test:1234"})
    response = connection.getresponse()
    connection.close()
    assert response.status == 308
    assert response.headers["Location"] == f"https://shop.test:{rig.settings.https_port}/a/b?c=d"
    rig.proxy.apply(secured(plain, certificate("shop", "shop.test")[0]))
    assert rig.get("shop.test") == (200, "one")


def test_http_2_is_chosen_and_serves(rig: Rig, app: Make) -> None:
    rig.proxy.start(secured(routes(app("one")), certificate("shop", "shop.test")[0]))
    with rig.handshake("shop.test") as channel:
        assert channel.selected_alpn_protocol() == "h2"
    where = f"shop.test:{rig.settings.https_port}"
    argv = ["curl", "-sk", "--resolve", f"{where}:127.0.0.1", "-w", " %{http_version}", f"https://{where}/"]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "one 2"


def test_a_kept_connection_over_tls_follows_a_reload(rig: Rig, app: Make) -> None:
    """Its worker has been replaced; the request arrives, over TLS and from its client, at the app's new version."""
    old, new = app("old").upstream, app("new").upstream
    rig.proxy.start(many(old, 1))
    with rig.handshake("shop.test", "http/1.1") as channel:
        assert ask(channel, "shop.test")[0] == 200
        rig.proxy.apply(many(old, 30))
        rig.proxy.apply(many(new, 30))
        rig.proxy.settle(1, 5.0)
        headers = json.loads(ask(channel, "shop.test", "/headers")[1])
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-port"] == str(rig.settings.https_port)


def test_apps_learn_that_a_request_came_over_tls(rig: Rig, app: Make) -> None:
    rig.proxy.start(secured(routes(app("one")), certificate("shop", "shop.test")[0]))
    where = f"shop.test:{rig.settings.https_port}"
    argv = ["curl", "-sk", "--http1.1", "--resolve", f"{where}:127.0.0.1", f"https://{where}/headers"]
    answer = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert '"x-forwarded-proto": "https"' in answer
