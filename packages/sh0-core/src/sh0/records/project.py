"""Records of projects."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import ProjectName, ServerName


@attrs.frozen
class Project:
    """A group of apps on one network; containers of different projects cannot reach each other.

    Attributes:
        name: Unique on this platform.
        network: The engine's name of its network, the same on every server.
        subnets: Address range of the network on each server where it exists.
        created: When it was made.
    """

    name: ProjectName
    network: str
    subnets: Mapping[ServerName, str]
    created: datetime


PROJECTS = TableSpec("projects", Project, ("name",), "project", "sh0 projects list")
