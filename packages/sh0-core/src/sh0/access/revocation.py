"""Ending what is open when the credential behind it ends: connections, streams, terminals, uploads."""

import logging
import threading
from collections.abc import Callable, Mapping

from sh0.operations import Caller

log = logging.getLogger(__name__)

_PATIENCE = 4  # looks that may fail one after the other
_INTERVAL = 0.25  # seconds between two looks at what is held open


class Revocations:
    """Looks up the credentials of whatever is held open, and ends what has lost its authority.

    It looks at the records rather than being told: a credential ends by expiry as well, and by whatever changes the
    records in future.

    Args:
        current: The caller as the records know them now; None when their credential is gone.
    """

    def __init__(self, current: Callable[[Caller], Caller | None]) -> None:
        self._current = current
        self._lock = threading.Lock()
        self._held: dict[object, tuple[Caller, Callable[[], None]]] = {}
        self._watching = False

    def hold(self, caller: Caller, end: Callable[[], None]) -> Callable[[], None]:
        """Keep something open for a caller.

        Args:
            caller: Whose credential it depends on.
            end: Called at most once, from another thread, when that credential is gone or permits something else.

        Returns:
            What to call when it is no longer open; harmless when called again.
        """
        if not caller.credential:
            return lambda: None
        key = object()
        with self._lock:
            self._held[key] = caller, end
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="sh0-revocations", daemon=True).start()
        return lambda: self._release(key)

    def _release(self, key: object) -> None:
        with self._lock:
            self._held.pop(key, None)

    def _watch(self) -> None:
        pause, failures = threading.Event(), 0
        while not pause.wait(_INTERVAL):
            with self._lock:
                held = dict(self._held)
                if not held:
                    self._watching = False
                    return
            try:
                self._look(held)
                failures = 0
            except Exception as error:
                failures += 1
                if failures == _PATIENCE:  # what is not known to be allowed is not
                    log.error("what is open is ended, as credentials cannot be looked up: %s", error)
                    for key in held:
                        self._end(key)

    def _look(self, held: Mapping[object, tuple[Caller, Callable[[], None]]]) -> None:
        known: dict[tuple[str, str | None, frozenset[str]], bool] = {}
        for key, (caller, _) in held.items():
            mark = (caller.credential, caller.app, caller.grants)
            if mark not in known:
                known[mark] = self._current(caller) == caller
            if not known[mark]:
                self._end(key)

    def _end(self, key: object) -> None:
        with self._lock:
            held = self._held.pop(key, None)
        if held is not None:
            held[1]()
