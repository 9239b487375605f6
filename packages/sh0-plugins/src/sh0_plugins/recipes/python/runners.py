"""Commands that go through a package manager of Python, without it: the image has its environment alone. Pure."""

import re
from collections.abc import Mapping

from sh0.plugin import SourceTree, inner_table

__all__ = ["named_commands", "without_runner"]

_FLAGS = (
    r"--(?:active|all-extras|all-groups|all-packages|exact|frozen|isolated|locked|no-cache|no-dev|no-editable"
    r"|no-env-file|no-interaction|no-plugins|no-progress|no-project|no-sync|offline|quiet|verbose)|-[nqv]"
    r"|(?:--python|-p)[ =][\w.]{1,20}"
)
"""What changes nothing about an environment that is there."""
_OPTIONS = rf"(?:\s{{1,9}}(?:{_FLAGS})){{0,9}}"
_VARIABLES = r"(?:env\s{1,9})?(?:[A-Za-z_]\w{0,99}=[^\s;&|'\"]{0,200}\s{1,9}){0,9}"
_RUNNER = re.compile(
    rf"(?P<before>(?:^|[;&|]\s{{0,9}}|\b(?:exec|then|do)\s{{1,9}}){_VARIABLES})(?:python[\d.]{{0,5}} -m )?"
    rf"(?P<manager>uv|poetry|pipenv|pdm|rye|hatch){_OPTIONS} run{_OPTIONS}(?:\s{{1,9}}--)?\s{{1,9}}"
    r"(?P<module>(?:-m|--module)\s{1,9})?(?P<name>[\w./:-]{1,200})(?=[\s;&|]|$)"
)


def named_commands(project: SourceTree) -> Mapping[str, str]:
    """The commands that the manifest of a manager has names for: of Pipenv, PDM and Rye.

    Args:
        project: The project.
    """
    tools = inner_table(project.toml("pyproject.toml") or {}, "tool")
    tables = [inner_table(inner_table(tools, name), "scripts") for name in ("pdm", "rye")]
    tables.append(inner_table(project.toml("Pipfile") or {}, "scripts"))
    found = {
        name: each.get("cmd") if isinstance(each, dict) else each for table in tables for name, each in table.items()
    }
    return {name: each for name, each in found.items() if isinstance(each, str) and each.strip()}


def without_runner(line: str, commands: Mapping[str, str]) -> str:
    """A command as it is within the environment of the project.

    Args:
        line: The command, as a shell reads it.
        commands: Those that the project has names for.
    """

    def plain(match: re.Match[str]) -> str:
        manager, name = match["manager"], match["name"]
        if name.startswith("-"):
            return match[0]
        if match["module"] is not None:
            name = f"python -m {name}"
        elif manager in ("pipenv", "pdm", "rye") and name in commands:
            name = commands[name].strip()
        elif name.endswith(".py"):
            if manager != "uv":
                return match[0]
            name = f"python {name}"
        return match["before"] + name

    return _RUNNER.sub(plain, line)
