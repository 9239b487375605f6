"""Which references a push may write, by their names and ids alone."""

import re
from collections.abc import Sequence

from sh0.repositories.model import RefUpdate

NOTHING = "0" * 40
BRANCHES = "refs/heads/"
TAGS = "refs/tags/"

_ID = re.compile(r"[0-9a-f]{40}")
_COMPONENT = re.compile(r"[\w.+@#=,%][\w.+@#=,%-]*")
_LONGEST = 200  # characters; a lock file's name has to fit as well


def short(ref: str) -> str:
    """A reference as people call it."""
    return ref.removeprefix(BRANCHES).removeprefix(TAGS)


def refusal(updates: Sequence[RefUpdate]) -> tuple[str, str] | None:
    """Why these updates are not accepted together, and what to do; None if nothing speaks against their names.

    Whatever is deleted may have any name: that is how references that were accepted once are removed.
    """
    seen = set()
    for update in updates:
        name = ascii(update.ref)[1:-1]
        if _ID.fullmatch(update.old) is None or _ID.fullmatch(update.new) is None:
            return f"the update of {name} does not name two objects", "Push with git."
        if update.ref in seen:
            return f"{name} is updated twice in one push", "Push one revision to it."
        seen.add(update.ref)
        if update.new == NOTHING and update.ref.startswith("refs/") and update.ref.isprintable():
            continue
        if not update.ref.startswith((BRANCHES, TAGS)):
            return f"{name} is neither a branch nor a tag, and nothing else is stored", "Push to refs/heads/… instead."
        if len(update.ref) > _LONGEST:
            return f"the name {name[:40]}… is longer than {_LONGEST} characters", "Choose a shorter name."
        if short(update.ref) == "HEAD" or _ID.fullmatch(short(update.ref)):
            return f"the name {name} means something else to git", "Choose another name."
        if not all(_COMPONENT.fullmatch(part) for part in short(update.ref).split("/")):
            return (
                f"the name {name} is not accepted",
                "Choose one of letters, digits and . _ + @ # = , % - between slashes, where no part begins with -.",
            )
    return None
