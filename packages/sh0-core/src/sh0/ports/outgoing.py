"""Calls of URLs that users name: a ping when a job has ended, a hook."""

from collections.abc import Mapping
from typing import Protocol

from sh0.errors import Failed


class Outgoing(Protocol):
    """Calls URLs. It goes nowhere that only this machine may ask, and follows no redirect."""

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> int:
        """Call a URL; returns the status of the answer, whatever it is.

        Args:
            url: With http or https.
            method: Method of the request.
            body: What is sent.
            headers: Further header fields.
            timeout: Seconds that all of it may take.

        Raises:
            Failed: There was no answer, or its host is one of addresses that nothing is called at.
        """
        ...


class NoCalls:
    """Calls nobody, for a platform that has no network."""

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> int:
        raise Failed(f"{url} was not called", hint="This platform calls nobody.")


_: type[Outgoing] = NoCalls
