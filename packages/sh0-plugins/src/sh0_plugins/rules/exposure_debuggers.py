"""Debuggers that listen to everybody: whoever reaches one runs what they like in the app."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import (
    Category,
    ComposeFile,
    Hit,
    Invalid,
    Rule,
    Severity,
    Subject,
    is_compose,
    is_dockerfile,
    parse_dockerfile,
)
from sh0_plugins.rules.compose_privileges import off
from sh0_plugins.rules.package_scripts import started_scripts, starts_development
from sh0_plugins.rules.paths import for_development, for_examples, for_tests, generated
from sh0_plugins.rules.places import in_code

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["RULES"]

_ALL: Final = r"(?:0\.0\.0\.0|\*|\[::\])"
_TO: Final = r"[ \t\"',:=]{1,6}"
"""What may stand between an option and its value: in a line for a shell, a list of words, or a variable."""

_DEBUGGER: Final = (
    rf"--(?:inspect(?:-brk|-wait|-port)?|debug-port|debug-brk)={_ALL}"  # Node.js, Bun, Deno
    rf"|\bnest{_TO}start\b[^\n&|;]{{0,80}}[ \t\"'](?:--debug|-d){_TO}{_ALL}"
    rf"|\b(?:debugpy|ptvsd)\b[^\n]{{0,80}}--(?:listen|host){_TO}0\.0\.0\.0"
    r"|\bdebugpy\.listen\([ \t]*\([ \t]*[\"'](?:0\.0\.0\.0)?[\"']|\bptvsd\.enable_attach\("
    rf"|\bRemotePdb\([ \t]*[\"']0\.0\.0\.0|\bREMOTE_PDB_HOST{_TO}0\.0\.0\.0|\bpydevd_pycharm\.settrace"
    rf"|-(?:agentlib:jdwp=|Xrunjdwp:)[^\s\"']{{0,80}}address={_ALL}|\bJPDA_ADDRESS{_TO}{_ALL}|-DdebugHost={_ALL}"
    rf"|\bdlv\b[^\n]{{0,120}}[ \t\"'](?:--listen|-l){_TO}(?:{_ALL})?:[0-9]"
    rf"|\b(?:rdbg|rdebug-ide)\b[^\n]{{0,80}}[ \t\"'](?:--host|-h){_TO}{_ALL}|\bRUBY_DEBUG_HOST{_TO}{_ALL}"
    rf"|\b(?:gdbserver|lldb-server)\b[^\n]{{0,80}}[ \t\"'](?:{_ALL})?:[0-9]"
    r"|\bxdebug\.(?:mode|start_with_request)[ \t]*=[ \t]*(?:debug|yes)"
)
_SCRIPT_AROUND = r"\"(?P<name>[\w:.-]{1,100})\"[ \t]*:[ \t]*\"(?:[^\"\\]|\\.)*$"


def _debuggers(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or for_development(file.path) or generated(file.path):
        return
    for match, line, column in in_code(file, _DEBUGGER):
        other = Severity.WARNING if _may_run(file, match) else Severity.HINT
        severity = None if _starts(file, match, line) else other
        yield Hit(f"A debugger is opened here: {match[0].strip()}", line, column, severity=severity)


def _may_run(file: "TextFile", match: "re.Match[str]") -> bool:
    """Whether something that runs the app may run it with what opens a debugger."""
    in_start = file.path == "package.json" and _script_around(file, match) == "start"
    return in_start or file.name.endswith((".py", ".ini"))


def _script_around(file: "TextFile", match: "re.Match[str]") -> str:
    """The name of the script of a package.json that holds a match."""
    named = re.search(_SCRIPT_AROUND, file.text[max(0, match.start() - 2_000) : match.start()])
    return named["name"] if named is not None else ""


def _starts(file: "TextFile", match: "re.Match[str]", line: int) -> bool:
    """Whether what opens a debugger runs when the app starts, as far as one file can tell."""
    if file.name == "package.json":
        name = _script_around(file, match)
        return name in started_scripts(file.text) and not _nested(file.path) and not starts_development(file.text, name)
    if file.name == "sh0.yaml":
        return not _nested(file.path)
    if file.name == "Procfile":
        return not _nested(file.path) and re.match(r"\s*web\s*:", file.lines[line - 1]) is not None
    if is_dockerfile(file.path):
        return _in_image(file, line)
    return is_compose(file.path) and _in_service(file, match[0].strip())


def _in_image(file: "TextFile", line: int) -> bool:
    """Whether a line of a Dockerfile is in what an image of it starts with or in its variables.

    Which of its stages are built, and which command counts then, other files say: the engine knows.
    """
    return any(
        instruction.name in ("CMD", "ENTRYPOINT", "ENV") and instruction.line <= line <= instruction.last
        for instruction in parse_dockerfile(file.text).instructions
    )


def _in_service(file: "TextFile", text: str) -> bool:
    """Whether a text stands in a service that runs when a Compose file is brought up, as far as can be told."""
    from sh0.plugin import load_yaml  # worth its time to load only where a debugger was found

    try:
        compose = ComposeFile(file, load_yaml(file.text, file.path))
    except Invalid:
        return True
    holding = [service for _, service in compose.services() if text in json.dumps(service, default=str)]
    return not holding or not all(map(off, holding))


def _nested(path: str) -> bool:
    """Whether a file lies in a folder of the project: what starts the app lies at its top, or in what it names."""
    return "/" in path


RULES: Final = (
    Rule(
        id="SH0-EX011",
        category=Category.EXPOSURE,
        severity=Severity.ERROR,
        title="Debugger listens to everybody",
        why="Whoever reaches a debugger's port runs any code in the process. No password is asked for.",
        remedy="Start the app without the debugger; for a single session, listen on 127.0.0.1 and use a tunnel.",
        link="https://nodejs.org/en/learn/getting-started/debugging#security-implications",
        subject=Subject.FILE,
        check=_debuggers,
        files=(
            "Dockerfile*",
            "Procfile",
            "package.json",
            "*.py",
            "*.sh",
            "*.ini",
            "*ockerfile",
            "Containerfile*",
            "docker-compose*.yml",
            "docker-compose*.yaml",
            "compose*.yml",
            "compose*.yaml",
            "sh0.yaml",
        ),
        trigger=_DEBUGGER,
    ),
)
