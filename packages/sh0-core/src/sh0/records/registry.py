"""Records of registries."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import RegistryName, Secret, Username


@attrs.frozen
class PrivateRegistry:
    """A registry that is pulled from with credentials.

    Attributes:
        registry: Its host name, with its port if it has one.
        username: Who pulls.
        password: Password or token, sealed at rest.
        created: When it was added.
    """

    registry: RegistryName
    username: Username
    password: Secret
    created: datetime


REGISTRIES = TableSpec("registries", PrivateRegistry, ("registry",), "registry", "sh0 registries list")
