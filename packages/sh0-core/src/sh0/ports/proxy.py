"""The proxy in front of the apps, as desired state."""

from collections.abc import Mapping
from typing import Protocol

import attrs

from sh0.values import ByteSize, Secret


@attrs.frozen
class Upstream:
    """One container behind a backend.

    Attributes:
        name: Unique within the backend; letters, digits, hyphens.
        address: Address that the proxy connects to.
        port: Port that it connects to.
    """

    name: str
    address: str
    port: int


@attrs.frozen
class Backend:
    """The containers that serve one app.

    Attributes:
        slot: Number of the prepared backend, from 1.
        app: Name of the app, for a reader of the configuration.
        upstreams: Containers that receive requests; none answers 503.
        check_path: Path that the proxy's own check requests, or None to check that the port accepts.
    """

    slot: int
    app: str
    upstreams: tuple[Upstream, ...] = ()
    check_path: str | None = None


@attrs.frozen
class ServerCertificate:
    """A certificate for host names.

    Attributes:
        name: File name without ending.
        hosts: Host names it is chosen for.
        chain: Certificates, PEM, the server's own first.
        key: Private key, PEM.
    """

    name: str
    hosts: tuple[str, ...]
    chain: str
    key: Secret


@attrs.frozen
class Routes:
    """Everything that the proxy serves. What runs, and the files on disk, are functions of this value alone.

    Attributes:
        backends: One an app.
        hosts: Host name to slot.
        certificates: For host names that are served over TLS.
        https_only: Host names whose plain requests are redirected.
    """

    backends: tuple[Backend, ...] = ()
    hosts: Mapping[str, int] = attrs.field(factory=dict)
    certificates: tuple[ServerCertificate, ...] = ()
    https_only: frozenset[str] = frozenset()


@attrs.frozen
class ProxySettings:
    """How the proxy listens.

    Attributes:
        image: Image of HAProxy, 2.6 or newer.
        bind: Address to listen on.
        http_port: Port of plain HTTP.
        https_port: Port of TLS.
        max_connections: Connections at once; bounded by the file limit.
        drain_timeout: Seconds that requests in flight of a removed upstream may take to end.
        header_limit: Largest head of a request: its URL and headers together.
    """

    image: str = "haproxy:2.6"
    bind: str = "0.0.0.0"
    http_port: int = 80
    https_port: int = 443
    max_connections: int = 4096
    drain_timeout: float = 30.0
    header_limit: ByteSize = ByteSize(32 << 10)


@attrs.frozen
class BackendFigures:
    """Counters of one backend since the proxy started: requests, failures, connections now."""

    slot: int
    requests: int
    errors: int
    current: int


class Proxy(Protocol):
    """The proxy of one server. Applying the same routes twice changes nothing.

    Every method raises ProxyUnavailable when the proxy does not answer or refuses a command.
    """

    def start(self, routes: Routes) -> None:
        """Write the files and see to it that the proxy runs with them. A running one is kept and brought up to date."""
        ...

    def apply(self, routes: Routes) -> None:
        """Bring the files and the running proxy to these routes without losing a connection.

        New upstreams are added and take requests once their check passes; upstreams that are no longer wanted get no
        new requests from the moment this returns and stay until `settle`. Never reloads, except (without loss) when
        the pool of empty backends must grow.

        Raises:
            NotReady: A new upstream did not pass the proxy's check in time; the previous ones still serve.
        """
        ...

    def settle(self, slot: int, timeout: float | None = None) -> int:
        """Wait until the requests in flight of one backend's unwanted upstreams have ended, then remove them.

        Other backends can be changed meanwhile: a slow drain of one app never holds up another.

        Returns how many requests or connections were cut at the end of the wait.
        """
        ...

    def figures(self) -> tuple[BackendFigures, ...]:
        """Counters per backend."""
        ...

    def running(self) -> bool:
        """Whether the proxy answers on its runtime socket."""
        ...

    def stop(self) -> None:
        """Remove the proxy. Only `sh0 down --all` and tests want this."""
        ...
