"""Where lines are sent that apps print: receivers of syslog and HTTP, and files."""

from pathlib import Path
from typing import Protocol

import attrs

from sh0.values import Secret


class NotDelivered(Exception):
    """A receiver did not get, or did not take, what it was sent; the text says why, without secrets."""


class Refused(NotDelivered):
    """A receiver that answers does not take what this batch holds; another one it may take."""


@attrs.frozen
class Destination:
    """Where something is sent.

    Attributes:
        url: ``syslog+tls://``, ``syslog+tcp://``, ``https://`` or ``http://`` with a host; ``file:`` for the file.
        header: Header field of HTTP that has the credential; empty if it is in the URL, or there is none.
        credential: What the receiver asks for.
        ca: Certificates (PEM) that sign the receiver's, instead of those that this machine trusts.
        gzip: Whether what is sent over HTTP is compressed.
        file: The file. It is in a folder of its own kind, in which nobody else may write.
        size: Bytes that the file, and the one before it, may have.
    """

    url: str
    header: str = ""
    credential: Secret | None = None
    ca: str = ""
    gzip: bool = False
    file: Path | None = None
    size: int = 0


class Sink(Protocol):
    """What is sent to one destination, one batch after the other. It is used in one event loop."""

    async def send(self, data: bytes) -> None:
        """Send a batch; it has arrived when this returns. Whoever cancels it does not know whether it has.

        Raises:
            NotDelivered: It has not, or not for certain.
        """
        ...

    def close(self) -> None:
        """End the connection, if there is one, at once."""
        ...


class Sinks(Protocol):
    """Opens destinations. It goes nowhere that only this machine may ask."""

    def open(self, destination: Destination) -> Sink:
        """A destination; nothing is contacted yet.

        Raises:
            NotDelivered: This platform sends nothing.
        """
        ...


class NoSinks:
    """Sends nothing, for a platform that has no network."""

    def open(self, destination: Destination) -> Sink:
        raise NotDelivered("this platform sends nothing")


_: type[Sinks] = NoSinks
