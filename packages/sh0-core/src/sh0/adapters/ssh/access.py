"""Who may push and fetch over SSH: what the git server asks the platform."""

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs

__all__ = ["GitAccess", "Pusher"]


@attrs.frozen
class Pusher:
    """Who a connection belongs to.

    Attributes:
        name: Name of the key.
        identity: Whatever the owner of the server knows them by.
        address: Address that they come from.
    """

    name: str
    identity: object = None
    address: str = ""


class GitAccess(Protocol):
    """Decides about connections and pushes. All but `ended` and `hold` may take their time: they are called
    on threads."""

    def authorise(self, public_key: str) -> Pusher | None:
        """Tell who a public key (``ssh-ed25519 AAAA…``) belongs to; None when nobody knows it."""
        ...

    def demand(self, pusher: Pusher, app: str, write: bool) -> None:
        """Let somebody fetch from an app, or with `write` push to it.

        Raises:
            NotFound: There is no such app.
            Forbidden: They may not.
        """
        ...

    def environment(self, pusher: Pusher, app: str) -> Mapping[str, str]:
        """Variables for the hooks of a push to an app: SH0_SOCKET, SH0_APP, SH0_TOKEN."""
        ...

    def ended(self, variables: Mapping[str, str]) -> None:
        """Hear that the push is over for which `environment` gave these variables."""
        return

    def refused(self, address: str) -> None:
        """Hear that a client has left who showed no key that is known."""
        return

    def hold(self, pusher: Pusher, end: Callable[[], None]) -> Callable[[], None]:
        """Call `end` once the authority of a pusher ends; returns what says that their connection is over."""
        return lambda: None
