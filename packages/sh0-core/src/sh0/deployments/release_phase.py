"""Whether a deployment runs the release command of its version, and which. Pure."""

from sh0.records.deployment import Deployment, Reason
from sh0.records.release_command import ReleaseCommand

_BRINGS_A_VERSION = frozenset({Reason.PUSH, Reason.UPLOAD, Reason.GIT, Reason.IMAGE, Reason.REDEPLOY})


def release_of(deployment: Deployment) -> ReleaseCommand | None:
    """The command that a deployment runs before its containers start; None for none.

    It runs for a new version, and for new variables, with which a version may meet another database. A restart, another
    number of containers and a rollback leave data as they are. The app's own setting counts more than what the source
    says.
    """
    snapshot, changes = deployment.snapshot, deployment.changes
    if snapshot.container is not None:
        return None
    changed = bool(changes.variables or changes.unset) or changes.release is not None
    if deployment.reason not in _BRINGS_A_VERSION and (deployment.reason is Reason.ROLLBACK or not changed):
        return None
    if snapshot.release.strip():
        return ReleaseCommand(snapshot.release)
    return snapshot.declared.release
