"""Fetching from repositories elsewhere."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sh0.errors import GitFailed
from sh0.repositories import destination, tree
from sh0.repositories.allowance import Allowance
from sh0.repositories.command import Proceed, run
from sh0.repositories.model import Commit
from sh0.repositories.transport import ssh
from sh0.sensitive import without_credentials
from sh0.values import Secret

_TIMEOUT = 600.0  # seconds
_DEPTH = 8  # submodules within submodules; deeper ones are most likely a circle
_KEY_HINT = "Show the app's deploy key, and add it to the repository at its host; or check the URL."
_HINTS = (
    ("couldn't find remote ref", "Check the name of the branch."),
    ("Remote branch", "Check the name of the branch."),
    ("Host key verification failed", "If the host really has a new key, remove its line from known_hosts."),
    ("Permission denied", _KEY_HINT),
    ("could not read Username", "Check the URL; for a private one use its SSH form and the app's deploy key."),
    ("Authentication failed", "Use its SSH URL and the app's deploy key."),
    ("ssh is not installed", "Install the package openssh-client."),
    ("Could not resolve host", "Check the host name, and this machine's network."),
    ("error: 30", "The host redirects this URL: use the one that it redirects to."),
    ("not found", "Check the URL; a private repository needs its SSH URL and the app's deploy key."),
    ("Could not read from remote repository", _KEY_HINT),
)  # fmt: skip


def fetch(
    url: str,
    branch: str,
    into: Path,
    key: Secret | None = None,
    known_hosts: Path | None = None,
    timeout: float = _TIMEOUT,
    proceed: Proceed = lambda: None,
    allowance: Allowance | None = None,
) -> Commit:
    """Write the newest tree of a branch into an empty folder, submodules included, without a ``.git``.

    Args:
        url: Where the repository is.
        branch: Which branch.
        into: Folder; made when it is missing. Temporary ones are made beside it.
        key: Private key for SSH, or None.
        known_hosts: File of host keys, trusted on first use; none are remembered when left out.
        timeout: Seconds for all of it.
        proceed: Called again and again; raises if the work is to stop.
        allowance: How much may be fetched and written; the usual amount when left out.

    Raises:
        GitFailed: It cannot be fetched, or may not be written.
        DiskFull: There is no room.
    """
    into.mkdir(parents=True, exist_ok=True)
    with _session(into, key, known_hosts, timeout, proceed, allowance or Allowance()) as session:
        commit = session.check_out(url, f"refs/heads/{branch}", into)
    return commit


def add_submodules(
    submodules: tuple[tree.Submodule, ...],
    into: Path,
    key: Secret | None = None,
    known_hosts: Path | None = None,
    timeout: float = _TIMEOUT,
    proceed: Proceed = lambda: None,
    allowance: Allowance | None = None,
) -> None:
    """Fill the folders of a pushed tree's submodules, at the commits that it records.

    Raises:
        GitFailed: One cannot be fetched, or its URL may not be used.
    """
    addresses = [tree.address(submodule, None) for submodule in submodules]
    with _session(into, key, known_hosts, timeout, proceed, allowance or Allowance()) as session:
        for submodule, url in zip(submodules, addresses, strict=True):
            session.check_out(url, submodule.commit, into / submodule.path, depth=1)


class _Session:
    """Fetches with one key, in one folder, before one deadline, as long as it may."""

    def __init__(
        self, folder: Path, variables: Mapping[str, str], deadline: float, proceed: Proceed, allowance: Allowance
    ) -> None:
        self._folder, self._variables, self._deadline = folder, variables, deadline
        self._proceed, self._allowance = proceed, allowance

    def check_out(self, url: str, wanted: str, into: Path, depth: int = 0) -> Commit:
        """Write what a URL has under a reference or id into a folder, with its submodules."""
        if depth > _DEPTH:
            raise GitFailed(
                f"submodules are nested more than {_DEPTH} deep, at {without_credentials(url)}",
                hint="Most likely they form a circle; remove one of them.",
            )
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            repository = Path(name)
            id_ = self._bring(url, wanted, repository)
            commit = tree.describe(repository, id_)
            into.mkdir(parents=True, exist_ok=True)
            index, allowance = repository / "index", self._allowance
            submodules = tree.write(
                repository, commit.id, into, index=index, allowance=allowance, proceed=self._proceed
            )
        for submodule in submodules:
            self.check_out(tree.address(submodule, url), submodule.commit, into / submodule.path, depth + 1)
        return commit

    def _bring(self, url: str, wanted: str, repository: Path) -> str:
        run(["init", "--quiet", "--bare", "--template=", repository], doing="make a repository")
        if wanted.startswith("refs/"):
            self._fetch(repository, url, wanted, f"+{wanted}:refs/fetched", depth=1)
            return "refs/fetched"
        try:
            self._fetch(repository, url, wanted, f"{wanted}:refs/fetched", depth=1)
        except GitFailed as error:
            # Some hosts give a commit only to those who ask for a branch or tag that leads to it.
            if not any(text in str(error.details) for text in ("not our ref", "unadvertised object")):
                raise
            self._fetch(repository, url, wanted, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            try:
                run([f"--git-dir={repository}", "cat-file", "-e", wanted], doing=f"find {wanted}")
            except GitFailed:
                raise GitFailed(
                    f"{without_credentials(url)} has no commit {wanted[:10]}",
                    hint="A submodule's commits are pushed to its own repository first.",
                ) from None
        return wanted

    def _fetch(self, repository: Path, url: str, wanted: str, *specifications: str, depth: int | None = None) -> None:
        options = ["--quiet", "--no-tags", *([f"--depth={depth}"] if depth else [])]
        name = f"branch {wanted.removeprefix('refs/heads/')}" if wanted.startswith("refs/") else wanted[:10]

        def proceed() -> None:
            self._proceed()
            self._allowance.fetched(repository)

        run(
            [f"--git-dir={repository}", *destination.options(url), "fetch", *options, "--", url, *specifications],
            doing=f"fetch {name} of {without_credentials(url)}",
            extra=self._variables,
            timeout=max(self._deadline - time.monotonic(), 1.0),
            hints=_HINTS,
            proceed=proceed,
        )


@contextmanager
def _session(
    into: Path,
    key: Secret | None,
    known_hosts: Path | None,
    timeout: float,
    proceed: Proceed,
    allowance: Allowance,
) -> Iterator[_Session]:
    with tempfile.TemporaryDirectory(prefix=".git-", dir=into.parent) as name:
        folder = Path(name)
        with ssh(folder, key, known_hosts or folder / "known_hosts") as variables:
            yield _Session(folder, variables, time.monotonic() + timeout, proceed, allowance)
