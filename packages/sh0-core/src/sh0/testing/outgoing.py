"""Calls that are written down instead of made."""

from collections.abc import Mapping

from sh0.errors import Failed
from sh0.ports.outgoing import Outgoing


class FakeOutgoing:
    """Calls for tests.

    Attributes:
        called: The URLs that were called, in order.
        refuses: Whether nobody answers.
    """

    def __init__(self) -> None:
        self.called: list[str] = []
        self.refuses = False

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> int:
        """Write the call down."""
        self.called.append(url)
        if self.refuses:
            raise Failed("nobody answers")
        return 200


_: type[Outgoing] = FakeOutgoing
