"""Changes of routes while the proxy serves."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from sh0.adapters.haproxy import state
from sh0.errors import EngineUnavailable, ProxyUnavailable
from sh0.ports.proxy import Backend, Routes
from tests.core.adapters.haproxy.parts import App, Load, Rig, ask, echoes, eventually, many, routes

pytestmark = pytest.mark.docker

Make = Callable[[str], App]


def test_switches_under_load_lose_no_request(rig: Rig, app: Make) -> None:
    """Twenty deployments in a row; after each, every new request reaches the new version."""
    rig.proxy.start(routes(app("v0")))
    with Load(rig.settings.http_port, "shop.test") as load:
        for number in range(1, 21):
            rig.proxy.apply(routes(app(f"v{number}")))
            assert rig.get("shop.test") == (200, f"v{number}")
            assert rig.proxy.settle(1, 5.0) == 0
    assert load.errors == []
    assert load.answers > 200
    assert [each.name.partition(":")[0] for each in state.servers(rig.ask("show servers state"))] == ["v20"]


def test_a_request_in_flight_is_waited_for(rig: Rig, app: Make) -> None:
    old = app("old")
    rig.proxy.start(routes(old))
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(rig.get, "shop.test", "/slow")
        assert old.entered.wait(5)
        rig.proxy.apply(routes(app("new")))
        settled = pool.submit(rig.proxy.settle, 1, 10.0)
        assert rig.get("shop.test") == (200, "new")
        assert not settled.done()
        old.release.set()
        assert answer.result() == (200, "old")
        assert settled.result() == 0


def test_other_apps_deploy_while_one_drains(rig: Rig, app: Make) -> None:
    old, blog = app("old"), app("blog")

    def both(shop: App) -> Routes:
        return Routes(
            (Backend(1, "shop", (shop.upstream,)), Backend(2, "blog", (blog.upstream,))),
            {"shop.test": 1, "blog.test": 2},
        )

    rig.proxy.start(both(old))
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(rig.get, "shop.test", "/slow")
        assert old.entered.wait(5)
        rig.proxy.apply(both(app("new")))
        settled = pool.submit(rig.proxy.settle, 1, 10.0)
        began = time.monotonic()
        blog = app("blog2")
        rig.proxy.apply(both(app("new2")))
        assert time.monotonic() - began < 1.0
        assert rig.get("blog.test") == (200, "blog2")
        old.release.set()
        assert (answer.result(), settled.result()) == ((200, "old"), 0)


def test_a_web_socket_survives_the_deployment_of_another_app_and_new_host_names(rig: Rig, app: Make) -> None:
    shop = Backend(1, "shop", (app("shop").upstream,))
    rig.proxy.start(Routes((shop,), {"shop.test": 1}))
    with rig.open_socket("shop.test") as channel:
        for number in range(5):
            blog = Backend(2, "blog", (app(f"blog{number}").upstream,))
            hosts = {"shop.test": 1} | {f"blog{each}.test": 2 for each in range(number + 1)}
            rig.proxy.apply(Routes((shop, blog), hosts))
            rig.proxy.settle(2, 5.0)
            assert echoes(channel)
        assert rig.get("blog4.test") == (200, "blog4")


def test_a_web_socket_on_the_old_version_counts_as_cut(rig: Rig, app: Make) -> None:
    rig.proxy.start(routes(app("old")))
    with rig.open_socket("shop.test") as channel:
        rig.proxy.apply(routes(app("new")))
        assert echoes(channel)
        assert rig.proxy.settle(1, 0.1) == 1
        assert channel.recv(1) == b""
    assert "old:" not in rig.ask("show servers state")


def test_a_larger_pool_loses_no_request_and_no_web_socket(rig: Rig, app: Make) -> None:
    one = app("one").upstream
    rig.proxy.start(many(one, 10))
    with rig.open_socket("shop.test") as channel:
        with Load(rig.settings.http_port, "shop.test") as load:
            assert eventually(lambda: load.answers > 100)
            rig.proxy.apply(many(one, 30))
            seen = load.answers
            assert eventually(lambda: load.answers > seen + 100)
        assert load.errors == []
        assert echoes(channel)
    assert state.slots(rig.ask("show backend")) == 64
    assert rig.get("app30.test") == (200, "one")


def test_a_worker_left_by_a_reload_is_drained_too(rig: Rig, app: Make) -> None:
    """A request that began before the pool grew is still waited for, and a WebSocket there is cut at the end."""
    old, new = app("old"), app("new")
    rig.proxy.start(many(old.upstream, 1))
    with rig.open_socket("shop.test") as channel:
        rig.proxy.apply(many(old.upstream, 30))
        rig.proxy.apply(many(new.upstream, 30))
        assert echoes(channel)
        assert rig.proxy.settle(1, 0.1) == 1
        assert channel.recv(1) == b""


def test_a_connection_kept_by_a_worker_left_by_a_reload_follows_a_switch(rig: Rig, app: Make) -> None:
    old, new = app("old"), app("new")
    rig.proxy.start(many(old.upstream, 1))
    with rig.dial() as channel:
        assert ask(channel, "shop.test") == (200, "old")
        rig.proxy.apply(many(old.upstream, 30))
        rig.proxy.apply(many(new.upstream, 30))
        rig.proxy.settle(1, 5.0)
        assert ask(channel, "shop.test") == (200, "new")


def test_a_restarted_proxy_comes_up_with_the_same_routes(rig: Rig, app: Make) -> None:
    """From its files alone: nobody applies anything after the restart."""
    rig.proxy.start(Routes())
    rig.proxy.apply(routes(app("old")))
    rig.proxy.apply(routes(app("new")))
    rig.runtime.restart(rig.name, timeout=0)
    assert eventually(rig.proxy.running)
    assert rig.get("shop.test") == (200, "new")


def test_a_deployment_waits_for_a_proxy_that_crashed_to_come_back(rig: Rig, app: Make) -> None:
    rig.proxy.start(routes(app("old")))
    with contextlib.suppress(EngineUnavailable):
        rig.runtime.execute(rig.name, ("bash", "-c", "kill -9 -1"))
    rig.proxy.apply(routes(app("new")))
    restarted = rig.runtime.inspect(rig.name)
    assert restarted is not None
    assert restarted.restarts == 1
    assert rig.get("shop.test") == (200, "new")


def test_a_start_keeps_the_running_process(rig: Rig, app: Make) -> None:
    """As after a restart of the daemon: another object, the same container and worker, open connections go on."""
    rig.proxy.start(routes(app("old")))
    before = state.field(rig.ask("show info"), "Pid"), rig.runtime.inspect(rig.name)
    with rig.open_socket("shop.test") as channel:
        rig.another().start(routes(app("new")))
        assert echoes(channel)
    assert (state.field(rig.ask("show info"), "Pid"), rig.runtime.inspect(rig.name)) == before
    assert rig.get("shop.test") == (200, "new")


def test_other_ports_are_taken_over_without_losing_a_connection(rig: Rig, app: Make) -> None:
    one = app("one")
    rig.proxy.start(routes(one))
    with rig.open_socket("shop.test") as channel:
        rig.settings = attrs.evolve(Rig(rig.folder).settings)
        rig.another(rig.settings).start(routes(one))
        assert rig.get("shop.test") == (200, "one")
        assert echoes(channel)


def test_a_port_in_use_is_said_so(rig: Rig, app: Make) -> None:
    rig.proxy.start(routes(app("one")))
    other = Rig(rig.folder.with_name("other"))
    other.settings = rig.settings
    try:
        with pytest.raises(ProxyUnavailable, match="port is in use"):
            other.another().start(Routes())
    finally:
        other.end()


def test_a_reload_to_a_taken_port_leaves_the_old_configuration_running(rig: Rig, app: Make) -> None:
    one = app("one")
    rig.proxy.start(routes(one))
    before = (rig.folder / "haproxy.cfg").read_bytes()
    taken = attrs.evolve(rig.settings, http_port=one.server_address[1])
    with pytest.raises(ProxyUnavailable, match="goes on with the previous one"):
        rig.another(taken).start(routes(one))
    assert rig.get("shop.test") == (200, "one")
    assert (rig.folder / "haproxy.cfg").read_bytes() == before
