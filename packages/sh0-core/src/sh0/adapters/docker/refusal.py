"""An error that the engine answered outside the SDK."""


class Refused(Exception):
    """The engine refused a request; it never leaves the adapter.

    Args:
        status: HTTP status, or 0 for an error inside a stream.
        explanation: What the engine said.
    """

    def __init__(self, status: int, explanation: str) -> None:
        super().__init__(explanation)
        self.status = status
        self.explanation = explanation
