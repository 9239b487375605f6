"""Work on files of somebody else, in a process that can be ended whatever they make it do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Confined(Protocol):
    """One process, for one tree."""

    def begin(self) -> None:
        """Make it ready while something else is waited for; `run` does it otherwise."""
        ...

    def run(self, seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in it.

        Arguments and result are read by their annotations on the other side, so they are of types that `sh0.codec`
        knows; secrets among them arrive as they are. What the function raises of `sh0.errors` is raised here.

        Args:
            seconds: How long it may take.
            function: A function of a module of sh0, with an annotation for everything.
            *args: Its arguments.
            **kwargs: Its arguments by name.

        Raises:
            Unreadable: It took too long, wanted too much memory, or its result is too large.
        """
        ...


class Confinement(Protocol):
    """Starts such processes."""

    def open(self, proceed: Callable[[], None]) -> AbstractContextManager[Confined]:
        """A process that is there until the block ends; it is started when it is needed first.

        Args:
            proceed: Called again and again while it works; raises if the work is to stop, which ends the process.
        """
        ...
