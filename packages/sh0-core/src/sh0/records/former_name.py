"""Records of names that apps had before."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import AppName


@attrs.frozen
class FormerName:
    """A name that an app had before it was given another one.

    Ids of deployments and of one-off commands begin with the name that their app had then, and stay as they are. So
    whoever has the name next counts on from there, and no id comes twice.

    Attributes:
        name: The earlier name. Another app may have it by now.
        app: What the app is called that had it last; None if that was deleted.
        deployments: The highest number of a deployment that was made under it.
        commands: The highest number of a one-off command that was made under it.
        renamed: When the name was given up.
        followed: Whether the repository and the kept logs have the new name as well.
    """

    name: AppName
    app: AppName | None
    deployments: int
    commands: int
    renamed: datetime
    followed: bool = False


FORMER_NAMES = TableSpec("former_names", FormerName, ("name",), "former name")
UNFOLLOWED = "followed = 'false'"
"""Those whose folders have not followed, as a condition on their table."""
