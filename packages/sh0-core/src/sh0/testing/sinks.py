"""Destinations of log drains that keep what they are sent."""

import asyncio

from sh0.ports.sinks import Destination, NotDelivered, Refused, Sink, Sinks


class FakeSinks:
    """Destinations for tests.

    Attributes:
        opened: Those that were opened, in order.
        received: What has arrived, by URL, a batch each.
        refuses: Texts of which none may be in what arrives.
        problem: Why nothing arrives; None where it does.
        hangs: URLs at which nothing is ever answered.
    """

    def __init__(self) -> None:
        self.opened: list[Destination] = []
        self.received: dict[str, list[bytes]] = {}
        self.refuses: list[bytes] = []
        self.problem: str | None = None
        self.hangs: set[str] = set()

    def open(self, destination: Destination) -> Sink:
        """A destination."""
        self.opened.append(destination)
        return _FakeSink(self, destination)


class _FakeSink:
    def __init__(self, sinks: FakeSinks, destination: Destination) -> None:
        self._sinks, self._url = sinks, destination.url

    async def send(self, data: bytes) -> None:
        if self._url in self._sinks.hangs:
            await asyncio.Event().wait()
        if self._sinks.problem is not None:
            raise NotDelivered(self._sinks.problem)
        if any(text in data for text in self._sinks.refuses):
            raise Refused("there is something in it that is refused")
        self._sinks.received.setdefault(self._url, []).append(data)

    def close(self) -> None:
        return


_: type[Sinks] = FakeSinks
