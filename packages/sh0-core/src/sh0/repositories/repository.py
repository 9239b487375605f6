"""The apps' own repositories: what pushes land in."""

import errno
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import get_args

from sh0.errors import DiskFull, GitFailed, InvalidValue, NotFound
from sh0.repositories import refs, tree
from sh0.repositories.allowance import Allowance
from sh0.repositories.command import Proceed, run
from sh0.repositories.model import Commit, RefUpdate
from sh0.repositories.quarantine import variables
from sh0.repositories.rehearsal import rehearse
from sh0.repositories.remote import add_submodules
from sh0.rule import Rule
from sh0.values import AppName, Secret

SERVING: Mapping[str, str] = {
    "receive.advertisePushOptions": "true",
    "receive.denyDeletes": "false",
    "receive.denyNonFastForwards": "false",
    "receive.denyDeleteCurrent": "ignore",
    "receive.shallowUpdate": "true",  # continuous integration pushes from clones without history
    "receive.maxInputSize": "4g",
    "receive.autogc": "false",
    "core.logAllRefUpdates": "true",
    "pack.threads": "1",
}
"""Settings under which these repositories are served; not in their own files, so that old ones follow new versions."""

_TIDY_TIMEOUT = 1800.0  # seconds
_STALE = 600.0  # seconds after which a lock belongs to no process that still runs
_rule: Rule = get_args(AppName)[1]


class Repositories:
    """The bare repositories of a home.

    Args:
        root: Folder that holds them, each as ``<app>.git``.
        known_hosts: File of the host keys of Git hosts, for submodules; beside `root` when left out.
    """

    def __init__(self, root: Path, known_hosts: Path | None = None) -> None:
        self.root = root.absolute()
        self._known_hosts = known_hosts or self.root.parent / "known_hosts"

    def path(self, app: str) -> Path:
        """Folder of an app's repository, whether it exists or not.

        Raises:
            InvalidValue: That is no name of an app.
        """
        try:
            return self.root / f"{_rule.check(app)}.git"
        except ValueError as error:
            raise InvalidValue(str(error), path="$.app", reason=str(error)) from None

    def create(self, app: str, branch: str = "main") -> Path:
        """Make an empty repository; one that exists keeps what it has.

        Args:
            app: Name of the app.
            branch: What a clone checks out.

        Raises:
            GitFailed: Git cannot make it.
        """
        path = self.path(app)
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        doing = f"make the repository of {app}"
        run(["init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", path], doing=doing)
        run([f"--git-dir={path}", "symbolic-ref", "HEAD", f"refs/heads/{branch}"], doing=doing)
        return path

    def remove(self, app: str) -> None:
        """Remove a repository, if there is one."""
        shutil.rmtree(self.path(app), ignore_errors=True)

    def rename(self, app: str, name: str) -> None:
        """Give the repository of an app to another name, which there is no app of. One that was moved stays as it is.

        Raises:
            OSError: It cannot be moved.
        """
        old, new = self.path(app), self.path(name)
        if old.exists():
            shutil.rmtree(new, ignore_errors=True)
            old.rename(new)

    def resolve(self, app: str, ref: str, quarantine: str = "") -> str:
        """Full id of the commit that a branch, tag or abbreviated id leads to.

        Args:
            app: Name of the app.
            ref: What to look up.
            quarantine: Folder of a push in progress whose commits count as well.

        Raises:
            NotFound: Nothing of that name is in the repository.
        """
        path = self.path(app)
        unknown = NotFound(f"the repository of {app} has no revision {ref}", hint="Push it first, or check its name.")
        if ref.startswith("-") or "\0" in ref or not path.exists():
            raise unknown
        arguments = [f"--git-dir={path}", "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"]
        try:
            output = run(arguments, doing=f"look up {ref}", extra=variables(path, quarantine))
        except GitFailed:
            raise unknown from None
        return output.decode().strip()

    def refusal(self, app: str, updates: Sequence[RefUpdate], quarantine: str = "") -> tuple[str, str] | None:
        """Why git would not store what a push brings, and what to do; None if it will.

        Raises:
            InvalidValue: That is no quarantine.
            DiskFull: There is no room.
        """
        return refs.refusal(updates) or rehearse(self.path(app), updates, variables(self.path(app), quarantine))

    def keep(self, app: str, quarantine: str = "") -> None:
        """Store the objects of a push in progress for good, so that they outlive it whatever becomes of it.

        What nothing leads to in the end is dropped by `tidy`.

        Raises:
            DiskFull: There is no room.
        """
        own, found = self.path(app) / "objects", variables(self.path(app), quarantine)
        if not found:
            return
        folder = Path(found["GIT_OBJECT_DIRECTORY"])
        # Git looks for the index of a pack first: what it needs must be there by then.
        for file in sorted(folder.rglob("*"), key=lambda path: (path.suffix == ".idx", path)):
            if file.is_file() and not file.is_symlink() and file.suffix != ".keep":
                target = own / file.relative_to(folder)
                _link(file, target)

    def move(self, app: str, branch: str, old: str, new: str) -> bool:
        """Move a branch from one commit to another; says whether it stood at the first.

        Raises:
            GitFailed: Git cannot.
        """
        git_dir, ref = f"--git-dir={self.path(app)}", f"{refs.BRANCHES}{branch}"
        if not self.path(app).exists():
            return False
        try:
            found = run([git_dir, "rev-parse", "--verify", "--quiet", ref], doing=f"look up {branch}").decode().strip()
        except GitFailed:
            found = refs.NOTHING
        if found != old:
            return False
        run([git_dir, "update-ref", ref, new, old], doing=f"move {branch} of {app}")
        return True

    def commit(self, app: str, rev: str, quarantine: str = "") -> Commit:
        """A commit in words; arguments and errors are those of `resolve`."""
        found = self.resolve(app, rev, quarantine)
        return tree.describe(self.path(app), found, variables(self.path(app), quarantine))

    def export(
        self,
        app: str,
        revision: str,
        into: Path,
        quarantine: str = "",
        key: Secret | None = None,
        proceed: Proceed = lambda: None,
        allowance: Allowance | None = None,
    ) -> None:
        """Write the tree of a revision into an empty folder, submodules included, without a ``.git``.

        Args:
            app: Name of the app.
            revision: Commit, branch or tag.
            into: Folder; made when it is missing.
            quarantine: Folder of the objects of a push in progress; once that is over it does not matter.
            key: Private key for submodules over SSH.
            proceed: Called again and again; raises if the work is to stop.
            allowance: How much it may hold; the usual amount when left out.

        Raises:
            NotFound: There is no such revision.
            GitFailed: A submodule cannot be fetched, or it is more than is allowed.
            DiskFull: There is no room.
        """
        commit = self.resolve(app, revision, quarantine)
        into.mkdir(parents=True, exist_ok=True)
        index = into.with_name(f".{into.name}.index")
        objects = variables(self.path(app), quarantine)
        left = allowance or Allowance()
        submodules = tree.write(
            self.path(app), commit, into, index=index, allowance=left, objects=objects, proceed=proceed
        )
        if submodules:
            add_submodules(submodules, into, key, self._known_hosts, proceed=proceed, allowance=left)

    def tidy(self, app: str) -> None:
        """Pack a repository, if git finds that it is time, and drop what nothing leads to any more.

        Raises:
            GitFailed: Git cannot.
        """
        arguments = [f"--git-dir={self.path(app)}", "gc", "--auto", "--quiet"]
        run(arguments, doing=f"tidy the repository of {app}", timeout=_TIDY_TIMEOUT)

    def sweep(self, app: str | None = None) -> None:
        """Remove what pushes that were killed have left. Call it while none is under way.

        Args:
            app: Name of the app; all of them when left out.
        """
        before = time.time() - _STALE
        for repository in self.root.glob("*.git") if app is None else [self.path(app)]:
            for lock in (*repository.glob("*.lock"), *(repository / "refs").rglob("*.lock")):
                with suppress(FileNotFoundError):
                    if lock.lstat().st_mtime < before:
                        lock.unlink()
            for pattern in ("tmp_objdir-*", "incoming-*"):
                for folder in (repository / "objects").glob(pattern):
                    shutil.rmtree(folder, ignore_errors=True)


def _link(file: Path, target: Path) -> None:
    try:
        target.parent.mkdir(exist_ok=True)
        os.link(file, target)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"could not store {target.name}: the disk is full", hint="Make room, then try again."
            ) from None
        raise GitFailed(f"could not store {target.name}: {error.strerror}") from None
