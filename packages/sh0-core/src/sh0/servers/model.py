"""Records of servers."""

import attrs

from sh0.values import ByteSize, ServerName


@attrs.frozen
class Server:
    """A machine that apps run on.

    Attributes:
        name: Its name; this machine is called "local".
        reachable: Whether its engine answers.
        engine: Version of its Docker Engine.
        cpus: Cores.
        memory: Its memory, in bytes.
        architecture: As the engine names it.
        proxy: Whether its proxy answers.
        apps: How many apps run there.
    """

    name: ServerName
    reachable: bool
    engine: str
    cpus: int
    memory: ByteSize
    architecture: str
    proxy: bool
    apps: int
