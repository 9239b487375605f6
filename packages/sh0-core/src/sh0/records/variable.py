"""Records of variables."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import AppName, EnvName, Secret


@attrs.frozen
class Variable:
    """A variable in the environment of an app.

    Attributes:
        app: Whose.
        name: Its name.
        value: Its value, sealed at rest.
        changed: When it was last set.
        secret: Whether somebody has marked it: no log shows its value, whatever its name is.
    """

    app: AppName
    name: EnvName
    value: Secret
    changed: datetime
    secret: bool = False


VARIABLES = TableSpec("variables", Variable, ("app", "name"), "variable")
