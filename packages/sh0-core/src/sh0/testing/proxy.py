"""A proxy in memory, for tests of what uses one."""

import threading
from typing import TYPE_CHECKING

from sh0.errors import NotReady, ProxyUnavailable, Sh0Error
from sh0.ports.proxy import Backend, BackendFigures, Proxy, Routes, Upstream


class FakeProxy:
    """Keeps routes as the real one would, and answers what it would serve.

    Attributes:
        unreachable: Names of upstreams that never pass the check.
        in_flight: Requests that run in an upstream and do not end by themselves, by its name.
        history: Every value that `start` and `apply` have taken, oldest first.
        failure: Raised by every call that changes something, while it is set.
    """

    def __init__(self) -> None:
        self.unreachable: set[str] = set()
        self.in_flight: dict[str, int] = {}
        self.history: list[Routes] = []
        self.failure: Sh0Error | None = None
        self._lock = threading.RLock()
        self._routes: Routes | None = None
        self._leaving: dict[int, set[Upstream]] = {}
        self._requests: dict[int, int] = {}

    @property
    def routes(self) -> Routes:
        """What is served now."""
        return self._routes or Routes()

    def serve(self, host: str) -> Upstream | int:
        """The upstream that a request would reach, or the status that the proxy itself would answer."""
        if self._routes is None:
            return 0
        slot = self._routes.hosts.get(host)
        if slot is None:
            return 404
        self._requests[slot] = self._requests.get(slot, 0) + 1
        reachable = [each for each in self._upstreams(slot) if each.name not in self.unreachable]
        return reachable[0] if reachable else 503

    def start(self, routes: Routes) -> None:
        """Serve these routes, reachable or not."""
        with self._lock:
            self._take(routes)

    def apply(self, routes: Routes) -> None:
        """Serve these routes if every new upstream passes its check."""
        with self._lock:
            self._running()
            new = {each for backend in routes.backends for each in backend.upstreams} - self._all()
            if dead := sorted(each.name for each in new if each.name in self.unreachable):
                raise NotReady(f"the proxy could not connect to {', '.join(dead)}; the previous version still serves")
            self._take(routes)

    def settle(self, slot: int, timeout: float | None = None) -> int:
        """Remove the unwanted upstreams of a backend at once; requests in flight are cut."""
        with self._lock:
            self._running()
            return sum(self.in_flight.pop(each.name, 0) for each in self._leaving.pop(slot, set()))

    def figures(self) -> tuple[BackendFigures, ...]:
        """Requests that `serve` was asked for."""
        self._running()
        return tuple(
            BackendFigures(backend.slot, self._requests.get(backend.slot, 0), errors=0, current=0)
            for backend in self.routes.backends
        )

    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._routes is not None

    def stop(self) -> None:
        """Forget everything."""
        with self._lock:
            self._routes = None
            self._leaving.clear()

    def leaving(self, slot: int) -> frozenset[Upstream]:
        """Upstreams of a backend that wait for `settle`."""
        return frozenset(self._leaving.get(slot, set()))

    def _take(self, routes: Routes) -> None:
        if self.failure is not None:
            raise self.failure
        slots = {backend.slot for backend in (*self.routes.backends, *routes.backends)}
        wanted = {backend.slot: set(backend.upstreams) for backend in routes.backends}
        for slot in slots:
            gone = set(self._upstreams(slot)) | self._leaving.get(slot, set())
            self._leaving[slot] = gone - wanted.get(slot, set())
        self._routes = routes
        self.history.append(routes)

    def _running(self) -> None:
        if self._routes is None:
            raise ProxyUnavailable("the proxy does not answer: it was not started")

    def _upstreams(self, slot: int) -> tuple[Upstream, ...]:
        found: list[Backend] = [backend for backend in self.routes.backends if backend.slot == slot]
        return found[0].upstreams if found else ()

    def _all(self) -> set[Upstream]:
        return {each for backend in self.routes.backends for each in backend.upstreams}


if TYPE_CHECKING:

    def _conforms(proxy: FakeProxy) -> Proxy:
        return proxy
