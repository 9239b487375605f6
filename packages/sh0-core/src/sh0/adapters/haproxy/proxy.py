"""The proxy port, kept by HAProxy in a container."""

import contextlib
import threading
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sh0.adapters.haproxy import commands, drain, state
from sh0.adapters.haproxy.files import Files
from sh0.adapters.haproxy.layout import CERTIFICATE_LIST, HOSTS, HTTPS_ONLY, Layout, certificate_file
from sh0.adapters.haproxy.plan import Plan, Running, certificate_changes, plan
from sh0.adapters.haproxy.process import Process
from sh0.adapters.haproxy.render import fingerprint, pem, pool_size, render, server_path
from sh0.adapters.haproxy.runtime_api import RuntimeApi
from sh0.errors import NotReady, ProxyUnavailable, Sh0Error
from sh0.ports.link import ServerLink
from sh0.ports.proxy import BackendFigures, Proxy, ProxySettings, Routes, Upstream
from sh0.ports.runtime import Runtime

_POLL_SECONDS = 0.01
_CHECK_OVERDUE = 0.1
_START_PATIENCE = 2.0
_RESTART_PATIENCE = 5.0


class HaproxyProxy:
    """HAProxy on one server.

    Args:
        runtime: Engine that runs its container.
        link: How its server is reached.
        folder: Folder for its files and sockets; ours alone.
        settings: How it listens.
        name: Name of the container.
        ready_timeout: Seconds for a new upstream to pass the proxy's check.
    """

    def __init__(
        self,
        runtime: Runtime,
        link: ServerLink,
        folder: Path,
        settings: ProxySettings,
        name: str,
        *,
        ready_timeout: float = 10.0,
    ) -> None:
        self._runtime = runtime
        self._settings = settings
        self._layout = Layout()
        self._files = Files(folder)
        self._process = Process(runtime, link, folder, self._layout, settings.image, name)
        self._ready_timeout = ready_timeout
        self._lock = threading.RLock()
        self._routes: Routes | None = None
        self._loaded: dict[str, str] = {}

    def start(self, routes: Routes) -> None:
        """Run the proxy with these routes. An app that does not answer is routed anyway: it may come back."""
        with self._lock:
            self._files.prepare()
            slots = pool_size(routes, self._slots() if self.running() else 0)
            before = self._files.write(render(routes, self._settings, self._layout, slots))
            self._process.ensure()
            self._reload_if_other(slots, before)
            self._loaded.clear()
            self._converge(routes, slots, patience=_START_PATIENCE, strict=False)
            self._routes = routes

    def apply(self, routes: Routes) -> None:
        """Bring files and proxy to these routes; see `Proxy.apply`."""
        with self._lock:
            self._await_restart()
            try:
                self._apply(routes)
            except ProxyUnavailable:
                if self._routes is None or not self.running():
                    raise
                # Back to what was there, as far as the proxy takes it; the first error is the one to tell.
                with contextlib.suppress(Sh0Error):
                    self._converge(self._routes, self._slots(), patience=_START_PATIENCE, strict=False)
                raise
            self._routes = routes

    def settle(self, slot: int, timeout: float | None = None) -> int:
        """Wait for the requests of a backend's unwanted upstreams, then remove these; see `Proxy.settle`."""
        with self._lock:
            old = self._process.old_workers()
        patience = self._settings.drain_timeout if timeout is None else timeout
        return drain.settle(slot, self._process.worker, old, self._lock, patience)

    def figures(self) -> tuple[BackendFigures, ...]:
        """Counters of the backends that serve an app; errors are answers of 500 and above."""
        used = None if self._routes is None else {backend.slot for backend in self._routes.backends}
        found = state.figures(self._process.worker.ask("show stat -1 2 -1"))
        return tuple(each for each in found if used is None or each.slot in used)

    def running(self) -> bool:
        """Whether the proxy answers."""
        try:
            return bool(self._process.mark())
        except ProxyUnavailable:
            return False

    def stop(self) -> None:
        """Remove the container. The files stay."""
        with self._lock:
            self._runtime.remove(self._process.name, timeout=1)
            self._routes = None

    def _await_restart(self) -> None:
        """The engine restarts a proxy that crashed: a deployment need not fail for that moment."""
        deadline = time.monotonic() + _RESTART_PATIENCE
        while self._routes is not None and not self.running() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def _apply(self, routes: Routes) -> None:
        running = self._slots()
        slots = pool_size(routes, running)
        if slots != running:
            base = self._routes if self._routes is not None else routes
            before = self._files.write(render(base, self._settings, self._layout, slots))
            self._reload_if_other(slots, before)
        self._converge(routes, slots, patience=self._ready_timeout, strict=True)

    def _slots(self) -> int:
        return state.slots(self._process.worker.ask("show backend"))

    def _reload_if_other(self, slots: int, before: dict[str, bytes | None]) -> None:
        mark = fingerprint(self._settings, self._layout, slots)
        if self._process.mark() == mark:
            return
        try:
            self._process.reload(mark)
        except ProxyUnavailable:
            self._files.restore(before)
            raise

    def _converge(self, routes: Routes, slots: int, *, patience: float, strict: bool) -> None:
        worker = self._process.worker
        steps = plan(routes, self._observe(worker), self._layout)
        self._admit(worker, steps, patience, strict=strict)
        before = self._files.write(render(routes, self._settings, self._layout, slots))
        try:
            worker.send(self._certificates(worker, routes))
            worker.send(_switch(steps))
        except ProxyUnavailable:
            self._files.restore(before)
            raise
        self._loaded = {
            self._layout.path(certificate_file(certificate.name)): pem(certificate)
            for certificate in routes.certificates
        }

    def _observe(self, worker: RuntimeApi) -> Running:
        servers = worker.ask("show servers state")
        hosts = worker.ask(f"show map {self._layout.path(HOSTS)}")
        https_only = worker.ask(f"show map {self._layout.path(HTTPS_ONLY)}")
        return Running(state.servers(servers), state.map_entries(hosts), state.map_entries(https_only))

    def _admit(self, worker: RuntimeApi, steps: Plan, patience: float, *, strict: bool) -> None:
        """Add the new servers without giving them requests, and wait for their check."""
        self._add(worker, steps.new)
        worker.send(command for server in steps.returning for command in commands.hold_server(server.path))
        waiting = set(steps.opening)
        deadline = time.monotonic() + patience
        overdue = time.monotonic() + _CHECK_OVERDUE
        while waiting:
            seen = state.servers(worker.ask("show servers state"))
            waiting -= {server.path for server in seen if server.passed}
            if time.monotonic() > overdue:
                self._add_again(worker, steps, {server.path for server in seen if not server.checked} & waiting)
                overdue = time.monotonic() + _CHECK_OVERDUE
            if waiting and time.monotonic() > deadline:
                if strict:
                    self._withdraw(worker, steps)
                    raise _not_ready(waiting, patience)
                return
            if waiting:
                time.sleep(_POLL_SECONDS)

    def _add(self, worker: RuntimeApi, new: Iterable[tuple[int, Upstream]]) -> None:
        worker.send(command for slot, upstream in new for command in commands.add_server(slot, upstream))

    def _add_again(self, worker: RuntimeApi, steps: Plan, paths: Collection[str]) -> None:
        """A first check that came due between `add server` and `enable health` is put off for an interval."""
        late = [(slot, each) for slot, each in steps.new if server_path(slot, each) in paths]
        worker.attempt(
            tuple(command for slot, each in late for command in commands.delete_server(server_path(slot, each)))
        )
        self._add(worker, late)

    def _withdraw(self, worker: RuntimeApi, steps: Plan) -> None:
        kept = {server.path for server in steps.returning}
        new = [path for path in steps.opening if path not in kept]
        with contextlib.suppress(ProxyUnavailable):
            worker.send(command for path in new for command in commands.delete_server(path))

    def _certificates(self, worker: RuntimeApi, routes: Routes) -> tuple[commands.Command, ...]:
        listed = worker.ask(f"show ssl crt-list -n {self._layout.path(CERTIFICATE_LIST)}")
        entries = state.certificate_entries(listed)
        store, pending = state.certificate_store(worker.ask("show ssl cert"))
        changes = certificate_changes(routes, entries, store, self._loaded, self._layout)
        return changes if pending is None else (commands.abort_transaction(pending), *changes)


def _switch(steps: Plan) -> tuple[commands.Command, ...]:
    """The switch itself: new servers in, host names moved, old servers out."""
    return (
        *(commands.open_server(path) for path in steps.opening),
        *steps.names,
        *(commands.drain_server(server.path) for server in steps.leaving),
    )


def _not_ready(waiting: Collection[str], patience: float) -> NotReady:
    names = ", ".join(sorted(path.partition("/")[2] for path in waiting))
    return NotReady(
        f"the proxy could not connect to {names} within {patience:g} s; the previous version still serves",
        hint="The app must listen on its port on 0.0.0.0, not on 127.0.0.1 alone.",
    )


if TYPE_CHECKING:

    def _conforms(proxy: HaproxyProxy) -> Proxy:
        return proxy
