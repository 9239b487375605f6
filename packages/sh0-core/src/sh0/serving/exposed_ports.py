"""Which of several exposed ports an app answers on, where nobody has said it."""

from collections.abc import Callable, Sequence

from sh0.ports.runtime import ImageFacts
from sh0.records.deployment import Snapshot

__all__ = ["SEEN", "Alternatives", "others", "told_port"]

SEEN = 3
"""Looks in a row at which the same port has to be the only one that answers."""


def told_port(snapshot: Snapshot) -> int | None:
    """The port that somebody has said: in the settings of the app, or with the variable PORT."""
    if snapshot.port is not None:
        return snapshot.port
    told = snapshot.variables.get("PORT")
    return int(told.reveal()) if told is not None and told.reveal().isdecimal() else None


def others(expected: int | None, facts: ImageFacts | None, *, told: bool) -> tuple[int, ...]:
    """The ports that an image exposes besides the expected one.

    Args:
        expected: The port that is asked first.
        facts: The image.
        told: Whether somebody has said which port it is: then no other one is asked.
    """
    if told or facts is None or expected not in facts.ports:
        return ()
    return tuple(port for port in facts.ports if port != expected)


class Alternatives:
    """The other ports that are asked while nothing accepts connections on the expected one.

    An app may open a port for its figures first and the one for its visitors later, so a port has to be the only one
    that answers for a while.

    Args:
        ports: The ports.
        answers: Asks one of them.
    """

    def __init__(self, ports: Sequence[int], answers: Callable[[int], bool]) -> None:
        self._ports, self._answers = ports, answers
        self._seen: list[int | None] = []

    def look(self, wrong: str, *, last: bool = False) -> int | None:
        """Ask them once. Returns the port that has been the only one for long enough.

        Args:
            wrong: What the last try on the expected port has met.
            last: Whether the time is over: then the only one that answers is taken, rather than none.
        """
        answering = list(filter(self._answers, self._ports)) if "nothing accepts connections" in wrong else []
        self._seen.append(answering[0] if len(answering) == 1 else None)
        settled = len(self._seen) >= SEEN and len(set(self._seen[-SEEN:])) == 1
        return self._seen[-1] if settled or last else None
