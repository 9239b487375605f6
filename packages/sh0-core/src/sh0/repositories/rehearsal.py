"""Finding out whether git will write the references of a push, before anything is deployed."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from sh0.errors import GitFailed
from sh0.repositories.command import run
from sh0.repositories.model import RefUpdate
from sh0.repositories.refs import BRANCHES, NOTHING, short

_CONFLICT = re.compile(r"'refs/(?:heads|tags)/([^']+)' exists; cannot create")
_WITHIN = re.compile(r"cannot process '[^']+' and '[^']+' at the same time")


def rehearse(repository: Path, updates: Sequence[RefUpdate], objects: Mapping[str, str]) -> tuple[str, str] | None:
    """Why git would refuse these updates after the hook has accepted them, and what to do; None if it will not.

    Git's own transaction is prepared, which takes the locks and makes every check of its last step, and then given up.

    Args:
        repository: Its folder.
        updates: What a push would change.
        objects: Variables that lead to the objects of the push.

    Raises:
        DiskFull: There is no room for a lock.
    """
    # With this variable git knows that it is in a quarantine, and refuses every update without a look at it.
    variables = {name: value for name, value in objects.items() if name != "GIT_QUARANTINE_PATH"}
    for update in updates:
        if update.ref.startswith(BRANCHES) and (found := _no_commit(repository, update, variables)) is not None:
            return found
    try:
        run(
            [f"--git-dir={repository}", "update-ref", "--stdin", "-z"],
            doing="write the references",
            extra=variables,
            given="".join(("start\0", *map(_command, updates), "prepare\0", "abort\0")).encode(),
        )
    except GitFailed as error:
        return _in_words(str(error.details.get("stderr") or error.message))
    return None


def _no_commit(repository: Path, update: RefUpdate, variables: Mapping[str, str]) -> tuple[str, str] | None:
    if update.new == NOTHING:
        return None
    git_dir, doing = f"--git-dir={repository}", f"look at {update.new[:10]}"
    try:
        kind = run([git_dir, "cat-file", "-t", update.new], doing=doing, extra=variables).decode().strip()
        if kind == "commit":
            return None
        branch = short(update.ref)
        if kind != "tag":
            return f"{update.new[:10]} is a {kind}, and the branch {branch} takes commits only", "Push a commit."
        text = run([git_dir, "cat-file", "tag", update.new], doing=doing, extra=variables).decode(errors="replace")
    except GitFailed:
        return f"the push does not contain the object {update.new[:10]}", "Fetch what it is missing, and push again."
    name = re.search(r"^tag ([\w./+@-]+)$", text.partition("\n\n")[0], re.MULTILINE)
    called = name[1] if name else "TAG"
    # Git guesses no full name for a branch that is not there yet.
    target = update.ref if update.old == NOTHING else branch
    return (
        f"{called} is an annotated tag, and the branch {branch} takes commits only",
        f"Push the commit that it leads to: git push … '{called}^{{commit}}:{target}'",
    )


def _command(update: RefUpdate) -> str:
    if update.new == NOTHING:
        # Git lets a reference be deleted that is not there.
        return "" if update.old == NOTHING else f"delete {update.ref}\0{update.old}\0"
    return f"update {update.ref}\0{update.new}\0{update.old}\0"


def _in_words(said: str) -> tuple[str, str]:
    if found := _CONFLICT.search(said):
        return f"git cannot store it: {found[1]} exists, and one name cannot begin with another", (
            f"Choose another name, or delete {found[1]} first."
        )
    if _WITHIN.search(said):
        return "git cannot store it: one of the names begins with another", "Choose other names."
    if "but expected" in said or "already exists" in said:
        return "git cannot store it: the reference has moved meanwhile", "Fetch, and push again."
    if ".lock'" in said:
        return "git cannot store it: the reference is locked by another process", (
            "Push again in some minutes; a lock that a killed process has left is removed then."
        )
    reason = said.strip().splitlines()[-1] if said.strip() else "it does not say why"
    return f"git cannot store it: {reason.removeprefix('fatal: ').removeprefix('error: ')}", ""
