"""The world outside a process, as a platform is opened on it."""

from collections.abc import Callable, Sequence

import attrs

from sh0.ports.clock import Clock
from sh0.ports.confinement import Confinement
from sh0.ports.outgoing import NoCalls, Outgoing
from sh0.ports.sinks import NoSinks, Sinks
from sh0.servers.fleet import ServerPorts


@attrs.frozen
class Ports:
    """The world outside.

    Attributes:
        servers: What each server offers; this machine is one.
        clock: Tells the time.
        confinement: Where foreign trees are looked at.
        outgoing: Calls URLs that users name.
        sinks: Makes what log drains send with. It is called when there are any: that needs modules of its own.
    """

    servers: Sequence[ServerPorts]
    clock: Clock
    confinement: Confinement
    outgoing: Outgoing = attrs.field(factory=NoCalls)
    sinks: Callable[[], Sinks] = NoSinks
