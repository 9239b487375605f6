"""Records of projects."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import ProjectName


@attrs.frozen
class Project:
    """A group of apps on one network; containers of different projects cannot reach each other.

    Attributes:
        name: Unique on this platform.
        network: The engine's name of its network.
        subnet: Address range of the network once it exists.
        created: When it was made.
    """

    name: ProjectName
    network: str
    subnet: str | None
    created: datetime


PROJECTS = TableSpec("projects", Project, ("name",), "project")
