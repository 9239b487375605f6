"""The connection to one engine: the SDK's client at a negotiated version, and exchanges for long answers."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO, Any
from urllib.parse import urlencode

from docker import APIClient
from docker.utils import version_lt

from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.refusal import Refused
from sh0.adapters.docker.transport import Exchange, LinkAdapter
from sh0.ports.link import ServerLink

NEWEST_API = "1.44"  # The newest version that this adapter's requests are written for; engines from 25.0 on have it.
TIMEOUT = 60


class Engine:
    """One engine, contacted at first use.

    Args:
        link: How the engine's server is reached.
        socket_path: The engine's socket on that server.
    """

    def __init__(self, link: ServerLink, socket_path: str = "/var/run/docker.sock") -> None:
        self._link = link
        self._path = socket_path
        self._lock = threading.Lock()
        self._api: APIClient | None = None

    @property
    def api(self) -> APIClient:
        """The SDK's client.

        Raises:
            EngineUnavailable: The engine does not answer.
            ServerUnreachable: Its server does not.
        """
        with self._lock:
            if self._api is None:
                with translated("reach the Docker Engine"):
                    self._api = self._negotiate()
            return self._api

    def _client(self, version: str) -> APIClient:
        client = APIClient(base_url=f"unix://{self._path}", version=version, timeout=TIMEOUT)
        client.trust_env = False  # its variables are for networks, and looking them up takes longer than a request
        client.mount("http+docker://", LinkAdapter(self._link, self._path, TIMEOUT))
        return client

    def _negotiate(self) -> APIClient:
        probe = self._client(NEWEST_API)
        try:
            offered = probe.version(api_version=False)
        finally:
            probe.close()
        newest, oldest = str(offered["ApiVersion"]), str(offered.get("MinAPIVersion") or "1.24")
        chosen = newest if version_lt(newest, NEWEST_API) else NEWEST_API
        return self._client(oldest if version_lt(chosen, oldest) else chosen)

    def exchange(self) -> Exchange:
        """A connection of its own for one long answer."""
        with translated("reach the Docker Engine"):
            return Exchange(self._link, self._path)

    def connect(self) -> socket.socket:
        """A connection of one's own.

        Raises:
            ServerUnreachable: The engine's socket, or its server, is not there.
        """
        return self._link.dial_unix(self._path)

    def target(self, path: str, query: Mapping[str, object] | None = None) -> str:
        """What a request asks for, at the version of the API that is spoken."""
        return f"/v{self.api.api_version}{path}" + (f"?{urlencode(query)}" if query else "")

    def begin(
        self,
        exchange: Exchange,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a request on an exchange and read the head of its answer.

        Raises:
            Refused: The engine answered with an error.
        """
        response = exchange.send(method, self.target(path, query), body, headers)
        if response.status >= 400:
            raise Refused(response.status, explanation(response.read()))

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            if self._api is not None:
                self._api.close()
                self._api = None


def explanation(body: bytes) -> str:
    """What the engine says in the body of an error."""
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip()


def documents(chunks: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """The JSON documents of a stream that holds one a line; a last one that was cut off is dropped."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines if line.strip())
    if rest.strip():
        with suppress(ValueError):
            yield json.loads(rest)
