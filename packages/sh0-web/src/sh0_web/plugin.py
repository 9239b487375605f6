"""What the web process adds to a platform: the process that the daemon runs for it."""

import sys
from typing import TYPE_CHECKING

from sh0.plugin import Frontend, hookimpl

if TYPE_CHECKING:
    from sh0 import Settings


@hookimpl
def sh0_frontends(settings: "Settings") -> list[Frontend]:
    """The web process, on the panel's port."""
    return [
        Frontend(
            name="web",
            argv=(sys.executable, "-m", "sh0_web"),
            listen=(settings.panel_bind, settings.panel_port),
            environment={
                "SH0_UPLOAD_LIMIT": str(int(settings.upload_limit)),
                "MALLOC_ARENA_MAX": "2",  # glibc gives every thread an arena of its own otherwise
            },
        )
    ]
