"""Which scripts of a package.json run when the app starts."""

import json
import re
from typing import Final

__all__ = ["started_scripts"]

_FIRST: Final = ("start", "start:prod", "start:production")
_CALLS: Final = r"\b(?:npm|pnpm|yarn|bun|node --run|run-[sp]|npm-run-all2?|concurrently)\b"
_WORD: Final = r"[\w:.-]+"


def started_scripts(text: str) -> frozenset[str]:
    """The names of the scripts that start the app, those that they call, and what runs before and after each.

    Args:
        text: The package.json.
    """
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        scripts = {}
    known = {name: str(script) for name, script in scripts.items()} if isinstance(scripts, dict) else {}
    reached, waiting = set[str](), [*_FIRST]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        waiting += [hook for hook in (f"pre{name}", f"post{name}") if hook in known]
        script = known.get(name, "")
        if re.search(_CALLS, script):
            words = (word.removeprefix("npm:") for word in re.findall(_WORD, script))
            waiting += [word for word in words if word in known]
    return frozenset(reached)
