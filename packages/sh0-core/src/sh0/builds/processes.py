"""What a project's processes start in the image that was detected: one way for every line, whichever file has it."""

import json

import attrs

from sh0.builds.model import Detection
from sh0.builds.recipe import Recipe
from sh0.builds.shell_command import shell_arguments
from sh0.codec import rule_of
from sh0.errors import Invalid
from sh0.source.processes import NOT_PROCESSES, declared_commands, read_processes
from sh0.source.tree import Project
from sh0.values import ProcessName

__all__ = ["with_processes"]

WEB = "web"
_SERVERS = frozenset({"apache2-foreground", "frankenphp", "nginx"})


def with_processes(found: Detection, project: Project, recipe: Recipe | None, start: str | None = None) -> Detection:
    """The same with its processes, as the image can run them.

    Args:
        found: What was detected.
        project: The project.
        recipe: What has detected it; None: its own Dockerfile builds it.
        start: Command that serves, instead of that of the files.

    Raises:
        Invalid: A file of the project is broken, or names a process that the image cannot have.
    """
    declared, lines = declared_commands(project), read_processes(project)
    written = start or declared.get(WEB) or ""
    lines = {**lines, WEB: written} if written else lines
    found = _with_web(found, lines.get(WEB), project, recipe, declared=bool(written))
    commands = {WEB: lines[WEB]} if WEB in lines else {}
    for name in [name for name in lines if name != WEB]:
        if name not in NOT_PROCESSES and (reason := _misnamed(name)) is not None:
            found = found.warn(f"{name} of the Procfile is not run: {reason}.")
            continue
        commands[name], warnings = _line(found, lines[name], project, recipe)
        found = found.warn(*(f"{name}: {warning}" for warning in warnings))
    return attrs.evolve(found, processes=commands, web=_serves(found, lines, WEB in declared))


def _with_web(
    found: Detection, line: str | None, project: Project, recipe: Recipe | None, *, declared: bool
) -> Detection:
    if line is None:
        return found
    if found.static_directory and declared:
        raise Invalid(
            "sh0.yaml has a process web, but this is a static site, which needs no process",
            hint="Remove the process web from sh0.yaml.",
            path="sh0.yaml",
        )
    if found.static_directory:
        return found.warn("The web line of the Procfile is not used: this is a static site, which needs no process.")
    if found.dockerfile and not declared:
        return found.warn(
            "The web line of the Procfile is not used: the image of the Dockerfile starts its own command. "
            f"To run the line, write in sh0.yaml: processes: {{web: {json.dumps(line)}}}"
        )
    if found.dockerfile:
        return found
    if recipe is not None and recipe.web_line is not None:
        return recipe.web_line(found, line, project)
    return attrs.evolve(found, start=shell_arguments(line))


def _line(found: Detection, line: str, project: Project, recipe: Recipe | None) -> tuple[str, tuple[str, ...]]:
    """The line of any other process, and what is to be said about it."""
    if recipe is None or recipe.process_line is None:
        return line, ()
    return recipe.process_line(found, line, project)


def _serves(found: Detection, lines: dict[str, str], declared: bool) -> bool:
    """Whether there is a process that gets requests.

    A Procfile that names others and no web has none, unless what was detected serves without being told how, as a site
    or a framework does. The image of a Dockerfile has a command of its own.
    """
    if WEB in lines or declared or found.static_directory or found.dockerfile or found.framework:
        return True
    if found.start and found.start[0] in _SERVERS:
        return True
    return not any(name not in NOT_PROCESSES for name in lines)


def _misnamed(name: str) -> str | None:
    rule = rule_of(ProcessName)
    try:
        rule.check(name) if rule is not None else None
    except ValueError as error:
        return str(error)
    return None
