"""What every proxy does: HAProxy in a container, and the one in memory that other tests use."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import attrs
import pytest

from sh0.errors import NotReady, ProxyUnavailable
from sh0.ports.proxy import Backend, Proxy, Routes, Upstream
from sh0.testing.proxy import FakeProxy
from tests.core.adapters.haproxy.parts import App, Rig, eventually
from tests.free_ports import free_ports


class Bench(Protocol):
    """A proxy with upstreams and a client."""

    @property
    def proxy(self) -> Proxy: ...

    def upstream(self, name: str) -> Upstream: ...
    def dead(self, name: str) -> Upstream: ...
    def answer(self, host: str) -> str | int: ...
    def request_in_flight(self, host: str, upstream: Upstream) -> object: ...
    def reset(self) -> None: ...
    def end(self) -> None: ...


class FakeBench:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.proxy = FakeProxy()
        self._port = 1000

    def upstream(self, name: str) -> Upstream:
        self._port += 1
        return Upstream(name, "127.0.0.1", self._port)

    def dead(self, name: str) -> Upstream:
        self.proxy.unreachable.add(name)
        return Upstream(name, "127.0.0.1", 1)

    def answer(self, host: str) -> str | int:
        served = self.proxy.serve(host)
        return served if isinstance(served, int) else served.name

    @contextmanager
    def request_in_flight(self, host: str, upstream: Upstream) -> Iterator[None]:
        self.proxy.in_flight[upstream.name] = 1
        yield

    def end(self) -> None: ...


class RealBench:
    def __init__(self, folder: Path) -> None:
        self._rig = Rig(folder)
        self._apps: list[App] = []
        self.reset()

    def reset(self) -> None:
        self._rig.end()
        self.proxy = self._rig.another(ready_timeout=0.3)

    def upstream(self, name: str) -> Upstream:
        self._apps.append(App(name))
        return self._apps[-1].upstream

    def dead(self, name: str) -> Upstream:
        return Upstream(name, "127.0.0.1", free_ports(1)[0])

    def answer(self, host: str) -> str | int:
        status, body = self._rig.get(host)
        return body if status == 200 else status

    @contextmanager
    def request_in_flight(self, host: str, upstream: Upstream) -> Iterator[None]:
        app = next(app for app in self._apps if app.upstream == upstream)
        thread = threading.Thread(target=self._rig.get, args=(host, "/slow"))
        thread.start()
        assert app.entered.wait(5)
        yield
        app.release.set()
        thread.join()

    def end(self) -> None:
        self._rig.end()
        for app in self._apps:
            app.end()


@pytest.fixture(params=["fake", pytest.param("haproxy", marks=pytest.mark.docker)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made: Bench = FakeBench() if request.param == "fake" else RealBench(tmp_path / "proxy")
    yield made
    made.end()


def shop(*upstreams: Upstream, **hosts: int) -> Routes:
    return Routes(backends=(Backend(1, "shop", upstreams),), hosts={"shop.test": 1})


def test_start_serves_the_routes(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    assert bench.proxy.running()
    assert bench.answer("shop.test") == "one"


def test_unknown_host_name_is_404_and_an_app_without_upstream_503(bench: Bench) -> None:
    bench.proxy.start(shop())
    assert (bench.answer("other.test"), bench.answer("shop.test")) == (404, 503)


def test_starting_a_running_proxy_brings_it_up_to_date(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    bench.proxy.start(shop(bench.upstream("two")))
    assert bench.answer("shop.test") == "two"


def test_start_routes_to_an_app_that_does_not_answer(bench: Bench) -> None:
    bench.proxy.start(shop(bench.dead("dead")))
    assert bench.proxy.running()
    assert bench.answer("shop.test") == 503


def test_applying_before_the_start_is_refused(bench: Bench) -> None:
    with pytest.raises(ProxyUnavailable):
        bench.proxy.apply(shop())
    assert not bench.proxy.running()


def test_apply_switches_to_the_new_upstream(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    bench.proxy.apply(shop(bench.upstream("two")))
    assert bench.answer("shop.test") == "two"
    assert bench.proxy.settle(1) == 0
    assert bench.answer("shop.test") == "two"


def test_applying_twice_changes_nothing(bench: Bench) -> None:
    routes = shop(bench.upstream("one"))
    bench.proxy.start(routes)
    bench.proxy.apply(routes)
    bench.proxy.apply(routes)
    assert bench.answer("shop.test") == "one"


def test_an_upstream_that_fails_its_check_leaves_the_previous_one_serving(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    with pytest.raises(NotReady, match="dead"):
        bench.proxy.apply(shop(bench.dead("dead")))
    assert bench.answer("shop.test") == "one"


def test_host_names_come_move_and_go(bench: Bench) -> None:
    backends = (
        Backend(1, "shop", (bench.upstream("shop"),)),
        Backend(2, "blog", (bench.upstream("blog"),)),
    )
    bench.proxy.start(Routes(backends, {"a.test": 1}))
    bench.proxy.apply(Routes(backends, {"a.test": 1, "b.test": 2}))
    assert (bench.answer("a.test"), bench.answer("b.test")) == ("shop", "blog")
    bench.proxy.apply(Routes(backends, {"b.test": 1}))
    assert (bench.answer("a.test"), bench.answer("b.test")) == (404, "shop")


def test_a_container_that_moved_is_found_under_its_name(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    moved = bench.upstream("one")
    bench.proxy.apply(shop(moved))
    assert bench.proxy.settle(1) == 0
    assert bench.answer("shop.test") == "one"


def test_an_upstream_on_its_way_out_can_return(bench: Bench) -> None:
    one, two = bench.upstream("one"), bench.upstream("two")
    bench.proxy.start(shop(one))
    bench.proxy.apply(shop(two))
    bench.proxy.apply(shop(one))
    assert bench.proxy.settle(1) == 0
    assert bench.answer("shop.test") == "one"


def test_settle_cuts_what_is_in_flight_at_the_end_of_the_wait(bench: Bench) -> None:
    one, two = bench.upstream("one"), bench.upstream("two")
    bench.proxy.start(shop(one))
    with bench.request_in_flight("shop.test", one):  # type: ignore[attr-defined]
        bench.proxy.apply(shop(two))
        assert bench.proxy.settle(1, 0.1) == 1
        assert bench.proxy.settle(1, 0.1) == 0


def test_settling_one_backend_leaves_the_others_alone(bench: Bench) -> None:
    one, two = bench.upstream("one"), bench.upstream("two")
    bench.proxy.start(shop(one))
    with bench.request_in_flight("shop.test", one):  # type: ignore[attr-defined]
        bench.proxy.apply(shop(two))
        assert bench.proxy.settle(2, 0.1) == 0
        assert bench.proxy.settle(1, 0.1) == 1


def test_figures_count_requests_by_backend(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    for _ in range(3):
        bench.answer("shop.test")
    # HAProxy counts a request after it has been answered.
    assert eventually(lambda: [(each.slot, each.requests) for each in bench.proxy.figures()] == [(1, 3)])


def test_any_number_of_apps_finds_room(bench: Bench) -> None:
    one = bench.upstream("one")
    bench.proxy.start(Routes())
    backends = tuple(Backend(slot, f"app{slot}", (attrs.evolve(one, name=f"app{slot}"),)) for slot in range(1, 41))
    bench.proxy.apply(Routes(backends, {f"app{slot}.test": slot for slot in range(1, 41)}))
    assert {type(bench.answer(f"app{slot}.test")) for slot in (1, 31, 40)} == {str}


def test_stop_ends_it(bench: Bench) -> None:
    bench.proxy.start(shop(bench.upstream("one")))
    bench.proxy.stop()
    assert not bench.proxy.running()
