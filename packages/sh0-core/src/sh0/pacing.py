"""How slowly a client may send the body of a request."""

_GRACE = 10.0  # seconds of waiting that every body has
_RATE = 4096  # bytes per second that it has to come at from then on
_SILENCE = 30.0  # seconds that nothing may come


class Pace:
    """Watches one client. Only the time that is spent waiting for it counts, not what others take to use the bytes."""

    def __init__(self) -> None:
        self._waited = 0.0
        self._received = 0

    def patience(self) -> float:
        """Seconds that the next bytes may take.

        Raises:
            TimeoutError: The client has been too slow.
        """
        left = min(_SILENCE, _GRACE + self._received / _RATE - self._waited)
        if left <= 0:
            raise TimeoutError("the body of the request comes too slowly")
        return left

    def took(self, seconds: float, count: int) -> None:
        """So many bytes came after so many seconds."""
        self._waited += seconds
        self._received += count
