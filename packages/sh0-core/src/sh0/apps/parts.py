"""What the operations on apps are carried out with."""

import attrs

from sh0.apps.creation import AppCreation
from sh0.apps.lifecycle import AppLifecycle
from sh0.apps.log_source import AppLogs
from sh0.apps.renaming import AppRenaming

__all__ = ["AppParts"]


@attrs.frozen
class AppParts:
    """What the operations on apps are carried out with.

    Attributes:
        creation: Makes apps.
        renaming: Gives them other names.
        lifecycle: Starts, stops and deletes them.
        logs: Reads what they print.
    """

    creation: AppCreation
    renaming: AppRenaming
    lifecycle: AppLifecycle
    logs: AppLogs
