"""Records of servers."""

import attrs

from sh0.values import ServerName


@attrs.frozen
class Server:
    """A machine that apps run on.

    Attributes:
        name: Its name; this machine is called "local".
        reachable: Whether its engine answers.
        engine: Version of its Docker Engine.
        cpus: Cores.
        memory: Bytes of memory.
        architecture: As the engine names it.
        proxy: Whether its proxy answers.
        apps: How many apps run there.
    """

    name: ServerName
    reachable: bool
    engine: str
    cpus: int
    memory: int
    architecture: str
    proxy: bool
    apps: int
