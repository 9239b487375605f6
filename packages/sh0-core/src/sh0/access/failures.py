"""Credentials that nobody knows: counted by the address that shows them, reported, and answered less and less often."""

import threading
from collections import OrderedDict

import attrs

from sh0.errors import Sh0Error, TooManyAttempts
from sh0.journal.journal import Journal
from sh0.peers import origin
from sh0.ports.clock import Clock
from sh0.records.event_payloads import AddressPayload
from sh0.records.event_types import EventType

_ADDRESSES = 1024  # that are remembered; the one that has been quiet longest is forgotten
_WINDOW = 60.0  # seconds
_LIMIT = 10  # failures of one address in that time, after which it is told to wait
_REPORTS = 20  # events in that time, for all addresses


@attrs.define
class _Count:
    began: float
    failures: int = 0


class Failures:
    """Counts failures. Who shows a right credential is never held up: at one address there may be several people.

    Args:
        journal: Where they are reported.
        clock: Tells the time.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._reports = _Count(float("-inf"))
        self._lock = threading.Lock()

    def failed(self, address: str, error: Sh0Error) -> Sh0Error:
        """An address showed a token that nobody knows; the error to answer with."""
        if self._count(address, "a token") <= _LIMIT:
            return error
        return TooManyAttempts(
            f"{address} has sent more than {_LIMIT} tokens that are unknown or have expired",
            hint=f"Check the token, and try again in {_WINDOW:.0f} seconds.",
        )

    def refused_key(self, address: str) -> None:
        """A connection to the git server ended without a key that is known."""
        self._count(address, "an SSH key")

    def _count(self, address: str, what: str) -> int:
        now, source = self._clock.monotonic(), origin(address)
        with self._lock:
            count = self._counts.pop(source, None)
            if count is None or now - count.began > _WINDOW:
                count = _Count(now)
            self._counts[source] = count
            count.failures += 1
            if len(self._counts) > _ADDRESSES:
                self._counts.popitem(last=False)
            told = count.failures in (1, _LIMIT + 1) and self._may_report(now)
        if told:
            more = f", more than {_LIMIT} times within a minute" if count.failures > _LIMIT else ""
            message = f"{address} showed {what} that is unknown or has expired{more}"
            self._journal.emit(EventType.ACCESS_REFUSED, AddressPayload(address, what, count.failures), message)
        return count.failures

    def _may_report(self, now: float) -> bool:
        if now - self._reports.began > _WINDOW:
            self._reports = _Count(now)
        self._reports.failures += 1
        return self._reports.failures <= _REPORTS
