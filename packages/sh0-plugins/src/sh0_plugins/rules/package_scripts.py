"""Which scripts of a package.json run when the app starts."""

import json
import re
from collections.abc import Mapping
from typing import Final

from sh0_plugins.development_servers import for_development_only

__all__ = ["started_scripts", "starts_development"]

_FIRST: Final = ("start", "start:prod", "start:production")
_CALLS: Final = r"\b(?:npm|pnpm|yarn|bun|node --run|run-[sp]|npm-run-all2?|concurrently)\b"
_WORD: Final = r"[\w:.-]+"


def started_scripts(text: str) -> frozenset[str]:
    """The names of the scripts that start the app, those that they call, and what runs before and after each.

    Args:
        text: The package.json.
    """
    known = _scripts(text)
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


def starts_development(text: str, name: str) -> bool:
    """Whether a script starts a server for development, which a recipe replaces by what it has built.

    Args:
        text: The package.json.
        name: The script.
    """
    scripts = _scripts(text)
    return for_development_only(scripts.get(name, ""), scripts)


def _scripts(text: str) -> Mapping[str, str]:
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError, RecursionError):
        scripts = {}
    return {name: str(script) for name, script in scripts.items()} if isinstance(scripts, dict) else {}
