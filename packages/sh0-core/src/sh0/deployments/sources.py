"""Bringing the tree of a deployment into a folder."""

from collections.abc import Callable
from pathlib import Path

import attrs

from sh0.context import Context
from sh0.errors import BadArchive
from sh0.records.deploy_key import DEPLOY_KEYS
from sh0.records.deployment import Deployment, PushedRevision, RemoteRepository, UploadedArchive
from sh0.repositories.allowance import Allowance
from sh0.repositories.remote import fetch
from sh0.repositories.repository import Repositories
from sh0.sensitive import without_credentials
from sh0.source.unpack import UnpackLimits, unpack
from sh0.values import Secret


@attrs.frozen
class Fetched:
    """What was fetched.

    Attributes:
        revision: Short name of the version.
        commit: Id of its commit; empty if it is none.
        branch: Branch that the commit was taken from; empty if there is none.
    """

    revision: str
    commit: str = ""
    branch: str = ""


class Sources:
    """Fetches what deployments are made of.

    Args:
        context: Deploy keys, limits, and folders of the home.
        repositories: The apps' own repositories.
    """

    def __init__(self, context: Context, repositories: Repositories) -> None:
        self._repositories, self._records = repositories, context.records
        self._work, self._known_hosts = context.home.work, context.home.known_hosts
        self._limit = int(context.settings.upload_limit)

    def fetch(
        self, deployment: Deployment, into: Path, note: Callable[[str], None], proceed: Callable[[], None]
    ) -> Fetched:
        """Write the tree of a deployment into an empty folder; returns which version it is.

        Args:
            deployment: Which one.
            into: The folder.
            note: Receives what is worth a line in the log.
            proceed: Called again and again; raises if the deployment is to stop.

        Raises:
            GitFailed: Git cannot give the revision.
            BadArchive: What was sent is unsafe or unreadable.
        """
        source, allowance = deployment.source, Allowance(self._limit)
        if isinstance(source, PushedRevision):
            note(f"commit {source.commit[:10]} of branch {source.branch}")
            key = self._key(deployment.app)
            self._repositories.export(deployment.app, source.commit, into, source.quarantine, key, proceed, allowance)
            return Fetched(source.commit[:10], source.commit, source.branch)
        if isinstance(source, RemoteRepository):
            note(f"branch {source.branch} of {without_credentials(source.url)}")
            key = self._key(deployment.app)
            commit = fetch(
                source.url, source.branch, into, key, self._known_hosts, proceed=proceed, allowance=allowance
            )
            return Fetched(commit.id[:10], commit.id, source.branch)
        if isinstance(source, UploadedArchive):
            archive = self._work / source.archive
            try:
                with open(archive, "rb") as stream:
                    unpack(stream, into, UnpackLimits(total_bytes=self._limit), proceed)
            except FileNotFoundError:
                raise BadArchive(f"the archive of {deployment.id} is no longer there", hint="Send it again.") from None
            archive.unlink(missing_ok=True)
            return Fetched(deployment.revision)
        raise TypeError(f"a deployment of kind {source.kind} has no tree")

    def _key(self, app: str) -> Secret | None:
        key = self._records[DEPLOY_KEYS].find(app)
        return key.private_key if key else None
