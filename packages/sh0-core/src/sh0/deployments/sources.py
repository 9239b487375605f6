"""Bringing the tree of a deployment into a folder."""

from collections.abc import Callable
from pathlib import Path

from sh0.errors import BadArchive
from sh0.records.deploy_key import DEPLOY_KEYS
from sh0.records.deployment import Deployment, PushedRevision, RemoteRepository, UploadedArchive
from sh0.repositories.remote import fetch
from sh0.repositories.repository import Repositories
from sh0.sensitive import without_credentials
from sh0.settings import Settings
from sh0.source.unpack import UnpackLimits, unpack
from sh0.store import Records
from sh0.values import Secret


class Sources:
    """Fetches what deployments are made of.

    Args:
        repositories: The apps' own repositories.
        records: Deploy keys.
        work: Folder of archives that were sent.
        known_hosts: File of the host keys of Git hosts.
        settings: Limits of archives.
    """

    def __init__(
        self, repositories: Repositories, records: Records, work: Path, known_hosts: Path, settings: Settings
    ) -> None:
        self._repositories, self._records = repositories, records
        self._work, self._known_hosts, self._limit = work, known_hosts, int(settings.upload_limit)

    def fetch(
        self, deployment: Deployment, into: Path, note: Callable[[str], None], proceed: Callable[[], None]
    ) -> str:
        """Write the tree of a deployment into an empty folder; returns the short name of the revision.

        Args:
            deployment: Which one.
            into: The folder.
            note: Receives what is worth a line in the log.
            proceed: Called again and again; raises if the deployment is to stop.

        Raises:
            GitFailed: Git cannot give the revision.
            BadArchive: What was sent is unsafe or unreadable.
        """
        source = deployment.source
        if isinstance(source, PushedRevision):
            note(f"commit {source.commit[:10]} of branch {source.branch}")
            key = self._key(deployment.app)
            self._repositories.export(deployment.app, source.commit, into, source.objects, key, proceed)
            return source.commit[:10]
        if isinstance(source, RemoteRepository):
            note(f"branch {source.branch} of {without_credentials(source.url)}")
            key = self._key(deployment.app)
            commit = fetch(source.url, source.branch, into, key, self._known_hosts, proceed=proceed)
            return commit.id[:10]
        if isinstance(source, UploadedArchive):
            archive = self._work / source.archive
            try:
                with open(archive, "rb") as stream:
                    unpack(stream, into, UnpackLimits(total_bytes=self._limit), proceed)
            except FileNotFoundError:
                raise BadArchive(f"the archive of {deployment.id} is no longer there", hint="Send it again.") from None
            archive.unlink(missing_ok=True)
            return deployment.revision
        raise TypeError(f"a deployment of kind {source.kind} has no tree")

    def _key(self, app: str) -> Secret | None:
        key = self._records[DEPLOY_KEYS].find(app)
        return key.private_key if key else None
