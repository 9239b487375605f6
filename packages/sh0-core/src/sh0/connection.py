"""Reaching a platform that runs in another process."""

from pathlib import Path

from sh0.home import Home, default_home
from sh0.platform import DOMAINS, Platform, registry
from sh0.wire.client import Client
from sh0.wire.remote import remote


def connect(url: str | None = None, *, token: str | None = None, home: str | Path | None = None) -> Platform:
    """Reach a platform that runs in another process. It has the same face as one that was opened here.

    Args:
        url: Address of its web door; None for the daemon of a home on this machine.
        token: Token to come in with; needed at the web door.
        home: Its folder, for a daemon on this machine.
    """
    client = (
        Client(url=url, token=token) if url else Client(socket_path=Home(home or default_home()).socket, token=token)
    )
    return Platform({cls.domain: remote(cls, registry, client) for cls in DOMAINS}, client.close)
