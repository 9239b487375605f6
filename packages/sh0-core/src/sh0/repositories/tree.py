"""Writing the tree of a commit into a folder, without a ``.git``."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import attrs

from sh0.errors import GitFailed
from sh0.repositories.allowance import Allowance
from sh0.repositories.command import Proceed, run
from sh0.repositories.model import Commit
from sh0.sensitive import without_credentials

_SUBMODULE = "160000"  # mode of its entry in a tree
_FETCHABLE = re.compile(r"(?:https?|ssh)://[^\s-]\S*|[\w.-]+@[\w.-]+:[^\s-]\S*")
_CHECK_OUT_TIMEOUT = 300.0  # seconds


@attrs.frozen
class Submodule:
    """A commit of another repository, recorded in a tree.

    Attributes:
        path: Where it belongs, from the root of the tree.
        commit: Full id.
        url: What ``.gitmodules`` says about it, or None.
    """

    path: str
    commit: str
    url: str | None


def write(
    repository: Path,
    commit: str,
    into: Path,
    *,
    index: Path,
    allowance: Allowance,
    objects: Mapping[str, str] | None = None,
    proceed: Proceed = lambda: None,
) -> tuple[Submodule, ...]:
    """Write the files of a commit into a folder and return its submodules, whose folders are left empty.

    Symbolic links are written as they are, wherever they lead. Whoever reads the folder does not follow one out of it.

    Args:
        repository: Where the commit is.
        commit: Its id.
        into: Folder that exists.
        index: File that git needs for it, and that nobody needs afterwards.
        allowance: How much it may hold; it is counted first.
        objects: Variables of a push in progress.
        proceed: Called again and again; raises if the work is to stop.

    Raises:
        GitFailed: The repository does not have the commit, git cannot write it, or it is more than is allowed.
        DiskFull: There is no room.
    """
    allowance.take(repository, commit, objects, proceed)
    doing = f"write the files of {commit[:10]}"
    into = into.absolute()
    extra = {**(objects or {}), "GIT_WORK_TREE": str(into), "GIT_INDEX_FILE": str(index.absolute())}
    git_dir = f"--git-dir={repository}"
    try:
        run(
            [git_dir, "-C", into, "read-tree", "-u", "--reset", "--no-recurse-submodules", commit],
            doing=doing,
            extra=extra,
            timeout=_CHECK_OUT_TIMEOUT,
            proceed=proceed,
        )
        listed = run([git_dir, "ls-files", "--stage", "-z"], doing=doing, extra=extra, proceed=proceed)
    finally:
        for left in (index, index.with_name(f"{index.name}.lock")):  # the second of a git that was ended
            left.unlink(missing_ok=True)
    recorded = {}
    for entry in listed.decode(errors="surrogateescape").split("\0"):
        stat, _, path = entry.partition("\t")
        if stat.startswith(_SUBMODULE):
            recorded[path] = stat.split(" ")[1]
    if not recorded:
        return ()
    urls = _urls(repository, commit, objects)
    return tuple(Submodule(path, id_, urls.get(path)) for path, id_ in recorded.items())


def describe(repository: Path, commit: str, objects: Mapping[str, str] | None = None) -> Commit:
    """A commit in words.

    Raises:
        GitFailed: The repository does not have it.
    """
    arguments = [f"--git-dir={repository}", "log", "-1", "--no-walk", "--no-show-signature"]
    output = run(
        [*arguments, "--format=%H%x00%an%x00%s%x00%cI", f"{commit}^{{commit}}", "--"],
        doing=f"read {commit[:40]}",
        extra=objects,
    )
    id_, author, subject, time = output.decode(errors="replace").rstrip("\n").split("\0")
    return Commit(id_, author, subject, datetime.fromisoformat(time))


def address(submodule: Submodule, base: str | None) -> str:
    """The URL that a submodule is fetched from.

    Args:
        submodule: As recorded.
        base: URL of the repository it was found in, or None when that was pushed.

    Raises:
        GitFailed: There is none that may be used.
    """
    url, where = submodule.url, f"the submodule {submodule.path}"
    if url is None:
        raise GitFailed(
            f"{where} has no URL in .gitmodules",
            hint="Add it with 'git submodule add URL PATH', or remove it with 'git rm --cached PATH'.",
        )
    if url.startswith(("./", "../")):
        if base is None:
            raise GitFailed(
                f"{where} has the relative URL {url}, which means nothing in a repository that is pushed",
                hint="Give it a whole URL in .gitmodules (https:// or ssh://), commit, and push again.",
            )
        url = _joined(base, url)
    if _FETCHABLE.fullmatch(url) is None:
        raise GitFailed(
            f"{where} has the URL {without_credentials(url)}, which is not fetched",
            hint="Use https://, http:// or ssh:// in .gitmodules.",
        )
    return url


def _urls(repository: Path, commit: str, objects: Mapping[str, str] | None) -> dict[str, str]:
    try:
        arguments = ["config", "--blob", f"{commit}:.gitmodules", "-z", "--list"]
        output = run([f"--git-dir={repository}", *arguments], doing="read .gitmodules", extra=objects)
    except GitFailed:
        return {}
    paths: dict[str, str] = {}
    urls: dict[str, str] = {}
    for entry in output.decode(errors="surrogateescape").split("\0"):
        key, _, value = entry.partition("\n")
        name, _, field = key.removeprefix("submodule.").rpartition(".")
        if field == "path":
            paths[name] = value
        elif field == "url":
            urls[name] = value
    return {path: urls[name] for name, path in paths.items() if name in urls}


def _joined(base: str, relative: str) -> str:
    base = base.rstrip("/")
    while relative.startswith(("./", "../")):
        step, _, relative = relative.partition("/")
        if step == "..":
            cut = max(base.rfind("/"), base.rfind(":"))
            base = base[: cut + (base[cut] == ":")]
    return base + ("" if base.endswith(":") else "/") + relative
