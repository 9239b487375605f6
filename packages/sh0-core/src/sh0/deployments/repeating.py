"""The command that asks once more for what a deployment that was cut off was to do. Pure."""

import shlex
from collections.abc import Callable, Mapping

from sh0.records.deployment import (
    ComposeService,
    Deployment,
    PushedRevision,
    Reason,
    RegistryImage,
    RemoteRepository,
    SameImage,
)

__all__ = ["repeated", "stack_again"]


def repeated(deployment: Deployment) -> str:
    """A sentence with that command.

    Args:
        deployment: The deployment.
    """
    app, source = deployment.app, deployment.source
    if isinstance(source, ComposeService):
        return stack_again(source.release.rpartition(".")[0])
    if isinstance(source, PushedRevision):
        return f"Push it again: git push, or if git has the commit already: sh0 deploy {app}"
    if isinstance(source, RemoteRepository):
        words = shlex.join(["--git", source.url, "--branch", source.branch])
        return f"Deploy it again: sh0 deploy {app} {words}"
    if isinstance(source, RegistryImage):
        return f"Deploy it again: sh0 deploy {app} --image {shlex.quote(source.image)}"
    if isinstance(source, SameImage):
        return _SAME.get(deployment.reason, _anew)(deployment)
    return f"Send its folder again: sh0 push PATH --app {app}"


def stack_again(stack: str) -> str:
    """The same for a stack."""
    return f"Bring the stack up again: sh0 compose up --name {stack}"


def _anew(deployment: Deployment) -> str:
    return f"Deploy it again: sh0 deploy {deployment.app}"


def _rollback(deployment: Deployment) -> str:
    source = deployment.source
    to = f" --to {source.deployment}" if isinstance(source, SameImage) and source.deployment else ""
    return f"Roll back again: sh0 rollback {deployment.app}{to}"


def _restart(deployment: Deployment) -> str:
    return f"sh0 restart {deployment.app} {deployment.process or ''}".rstrip()


_SAME: Mapping[Reason, Callable[[Deployment], str]] = {
    Reason.ROLLBACK: _rollback,
    Reason.RESTART: lambda deployment: f"Restart it again: {_restart(deployment)}",
    Reason.START: lambda deployment: f"Start it again: sh0 start {deployment.app}",
    Reason.SCALE: lambda deployment: f"Scale it again: sh0 scale {deployment.app} N",
    Reason.ENVIRONMENT: lambda deployment: f"Set its variables again: sh0 env {deployment.app} NAME=VALUE",
    Reason.CONFIGURE: lambda deployment: f"Change its settings again: sh0 apps configure {deployment.app}",
}
