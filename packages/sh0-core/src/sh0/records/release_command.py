"""What an app wants to be done when a version of it is deployed: a release command, and hooks around the switch."""

import attrs

from sh0.schedule_values import JobSeconds, PingUrl
from sh0.values import EnvName, Words

HALF_AN_HOUR = 1800.0
"""Seconds that a release command may take for which nobody says less."""

MINUTE = 60.0
"""Seconds that a hook may take for which nobody says less."""


@attrs.frozen
class ReleaseCommand:
    """A command that runs once per version, in a container of it, before its other containers start.

    Attributes:
        command: What a shell in the container runs.
        timeout: Seconds after which it is stopped, and the deployment fails.
    """

    command: Words
    timeout: JobSeconds = HALF_AN_HOUR


@attrs.frozen
class Hook:
    """What is done before or after the requests are led to a new version: a command or a call of a URL.

    Attributes:
        command: What a shell in a container of the new version runs.
        url: URL that is called instead with POST; it must answer below 300, and no redirect is followed.
        secret: Name of the variable of the app whose value the call is signed with.
        timeout: Seconds that it may take.
    """

    command: Words | None = None
    url: PingUrl | None = None
    secret: EnvName | None = None
    timeout: JobSeconds = MINUTE


@attrs.frozen
class Hooks:
    """The hooks of a version.

    Attributes:
        pre_deploy: Before the requests are led to it, when it is ready. If this fails, so does the deployment.
        post_deploy: After the requests are led to it. If this fails, the deployment warns of it and stays live.
    """

    pre_deploy: Hook | None = None
    post_deploy: Hook | None = None


NO_HOOKS = Hooks()


def unusable(hook: Hook) -> str | None:
    """Why it is not clear what a hook does; None if it is."""
    if ((hook.command or "").strip() != "") == (hook.url is not None):
        return "it needs either a command or a url"
    if hook.secret is not None and hook.url is None:
        return "a secret signs the call of a url, and this is a command"
    return None
