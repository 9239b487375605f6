"""The machine that sh0 itself runs on, as a server: its engine, its proxy, its packet filter."""

import shutil

from sh0.adapters.docker import DockerBuilder, DockerRuntime
from sh0.adapters.haproxy.proxy import HaproxyProxy
from sh0.adapters.host_guard import HostGuard
from sh0.adapters.local import LocalLink
from sh0.home import Home
from sh0.ports.guard import NoGuard
from sh0.ports.proxy import ProxySettings
from sh0.ports.registries import RegistryLogins
from sh0.servers.fleet import ServerPorts
from sh0.serving.addresses import subnets
from sh0.settings import Settings


class _NetworkGuard:
    """Guards the server from every network of the home."""

    def __init__(self, guard: HostGuard, runtime: DockerRuntime) -> None:
        self._guard, self._runtime = guard, runtime

    def apply(self) -> str | None:
        return self._guard.apply([network.subnet for network in self._runtime.networks()])

    def remove(self) -> None:
        self._guard.remove()


class _OpenServer(NoGuard):
    """Filters nothing, and removes what was filtered while it was wanted."""

    def __init__(self, guard: HostGuard) -> None:
        self._guard = guard

    def remove(self) -> None:
        self._guard.remove()


def _disk(folder: str) -> tuple[int, int]:
    usage = shutil.disk_usage(folder)
    return usage.total, usage.free


def this_machine(home: Home, home_id: str, settings: Settings) -> ServerPorts:
    """The engine and the proxy of this machine.

    Args:
        home: Where the proxy's files are.
        home_id: What everything that is made there is labelled with.
        settings: Address of the engine, ports, limits.
    """
    link = LocalLink()
    filtered, isolated = HostGuard(home_id, (settings.http_port, settings.https_port)), settings.isolate_host
    changed = filtered.apply if isolated else filtered.lift
    logins = RegistryLogins()
    runtime = DockerRuntime(home_id, link, settings.engine, changed, _disk, logins)
    proxy_settings = ProxySettings(
        image=settings.proxy_image,
        bind=settings.bind,
        http_port=settings.http_port,
        https_port=settings.https_port,
        drain_timeout=settings.drain_timeout,
        header_limit=settings.header_limit,
    )
    proxy = HaproxyProxy(runtime, link, home.proxy, proxy_settings, f"sh0-{home_id}-proxy")

    def build_network() -> str:
        # Projects take theirs from the other end of the pool.
        candidates = reversed(list(subnets(settings.subnet_pool, ())))
        return runtime.ensure_network(f"sh0-{home_id}-builds", {"sh0.kind": "network"}, candidates).name

    builder = DockerBuilder(home_id, link, settings.engine, build_network if isolated else None, logins)

    def close() -> None:
        builder.close()
        runtime.close()

    guard = _NetworkGuard(filtered, runtime) if isolated else _OpenServer(filtered)
    return ServerPorts(runtime, builder, proxy, link, guard=guard, close=close, logins=logins)
