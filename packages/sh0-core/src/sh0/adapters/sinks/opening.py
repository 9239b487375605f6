"""Opening destinations: the network, and files of this machine."""

from collections.abc import Callable

from sh0.adapters.sinks.connecting import Network
from sh0.adapters.sinks.file import FileSink
from sh0.adapters.sinks.http import HttpSink
from sh0.adapters.sinks.syslog import SyslogSink
from sh0.adapters.sinks.threads import HangingCalls
from sh0.peers import Address, is_private_to_machine
from sh0.ports.sinks import Destination, Sink, Sinks

__all__ = ["RealSinks"]

_WRITES = 4  # at once


class RealSinks:
    """The network, without the addresses that are this machine's own, and files.

    Args:
        refuses: Whether nothing is called at an address.
    """

    def __init__(self, refuses: Callable[[Address], bool] = is_private_to_machine) -> None:
        self._network, self._writes = Network(refuses), HangingCalls(_WRITES)

    def open(self, destination: Destination) -> Sink:
        if destination.file is not None:
            return FileSink(destination, self._writes)
        if destination.url.startswith("http"):
            return HttpSink(destination, self._network)
        return SyslogSink(destination, self._network)


_: type[Sinks] = RealSinks
