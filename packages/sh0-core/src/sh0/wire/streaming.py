"""The items of a stream as server-sent events, made by a thread of their own."""

import contextlib
import logging
import queue
import threading
from collections.abc import Iterator

from sh0.errors import Sh0Error, internal_error
from sh0.wire import projection

log = logging.getLogger("sh0.wire")

_KEEP_ALIVE = 15.0  # seconds after which a silent stream shows that it is alive, which also finds out dead clients
_AHEAD = 256  # events that wait for a slow client
SILENCE = b":\n\n"
"""An event that says nothing."""


class EventFeed:
    """The events of a stream, the last of which says why if it ends early.

    Args:
        items: What the operation yields; closed at the end.
        since: Number of the item before the first, where the stream can be taken up again after any of its items: each
            then has an id, its own or its number.
    """

    def __init__(self, items: Iterator[object], since: int | None = None) -> None:
        self._items, self._since = items, since
        self._pending: queue.Queue[bytes | None] = queue.Queue(maxsize=_AHEAD)
        self._gone = threading.Event()
        self._reason: bytes | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Events as they come, and one that says nothing when none has come for a while."""
        threading.Thread(target=self._produce, name="sh0-stream", daemon=True).start()
        while True:
            try:
                event = self._pending.get(timeout=_KEEP_ALIVE)
            except queue.Empty:
                event = SILENCE
            if self._reason is not None:
                yield self._reason
                return
            if event is None:
                return
            yield event

    def cut(self, error: Sh0Error) -> None:
        """End the stream now; its last event is this error."""
        self._reason = _problem(error)
        try:
            self._pending.put_nowait(SILENCE)
        except queue.Full:
            pass  # there is something to wake up for
        self._gone.set()

    def stop(self) -> None:
        """Nobody reads any further. A stream that waits for an item ends; a generator is closed by the producer."""
        self._gone.set()
        if (close := getattr(self._items, "close", None)) is not None:
            with contextlib.suppress(ValueError):  # a generator that the producer is in
                close()
        while not self._pending.empty():
            self._pending.get_nowait()

    def _produce(self) -> None:
        try:
            for number, item in enumerate(self._items, 1 + (self._since or 0)):
                name = b"" if self._since is None else b"id: %d\n" % getattr(item, "id", number)
                self._pending.put(name + b"data: " + projection.dumps(item) + b"\n\n")
                if self._gone.is_set():
                    break
        except Sh0Error as error:
            self._pending.put(_problem(error))
        except Exception as error:
            if not self._gone.is_set():
                log.exception("a stream failed")
                self._pending.put(_problem(internal_error(error)))
        finally:
            if (close := getattr(self._items, "close", None)) is not None:
                close()
        self._pending.put(None)


def _problem(error: Sh0Error) -> bytes:
    return b"event: error\ndata: " + projection.dumps(projection.problem(error)[1]) + b"\n\n"
