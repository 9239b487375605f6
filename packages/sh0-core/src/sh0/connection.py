"""Reaching a platform that runs in another process."""

from pathlib import Path

from sh0.domain_list import DOMAINS
from sh0.errors import InvalidValue
from sh0.home import Home, default_home
from sh0.operations import Operations
from sh0.platform import Platform, registry
from sh0.wire.client import Client
from sh0.wire.remote import remote


def connect(url: str | None = None, *, token: str | None = None, home: str | Path | None = None) -> Platform:
    """Reach a platform that runs in another process. Its operations are the same as those of one opened here.

    Nothing is sent before the first operation is called. Close it at the end, or use it in a ``with`` statement.

    Args:
        url: Address of its panel and API, as in ``http://127.0.0.1:8700``; None for the daemon of a home on this
            machine.
        token: Token to call with; a platform at a URL needs one. ``sh0 tokens create NAME`` makes it.
        home: Its folder, for a daemon on this machine; what ``SH0_HOME`` or the usual folder says if left out.

    Raises:
        InvalidValue: The address is no URL, or both an address and a home are given.
    """
    if url is not None and home is not None:
        raise InvalidValue("an address and a home name two platforms; give one of them", path="$.url", reason="two")
    client = (
        Client(url=url, token=token)
        if url is not None
        else Client(socket_path=Home(default_home() if home is None else home).socket, token=token)
    )
    return Platform(_RemoteDomains(client), client.close)


class _RemoteDomains(dict[str, Operations]):
    """The domains at the other end. Each is loaded when it is first asked for: a command needs one of them."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    def __missing__(self, name: str) -> Operations:
        return remote(DOMAINS[name].load(), registry.domain(name), self._client)
