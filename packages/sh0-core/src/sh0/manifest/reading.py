"""Reading a ``sh0.yaml``: YAML, its short forms, and errors with the line they are about."""

import re
from collections.abc import Collection
from pathlib import Path as FilePath
from typing import Any, Final

import attrs

from sh0 import codec
from sh0.errors import Invalid, InvalidValue
from sh0.manifest.app_json import jobs_of_app_json
from sh0.manifest.drains import unclear_drain
from sh0.manifest.model import Health, Manifest, ProcessDefinition
from sh0.records.cron import MOST_JOBS, unclear
from sh0.records.release_command import unusable
from sh0.rules.configuration import FILE
from sh0.source.processes import NOT_PROCESSES
from sh0.source.procfile import read_procfile
from sh0.source.tree import Project
from sh0.source.yamltext import Document, Path, load

__all__ = ["FILE", "SHORT", "read_manifest", "read_tree"]

SHORT: Final = {"processes": "command", "environment": "value", "volumes": "path"}
"""Sections in which a plain value stands for a mapping with this one key."""

SECONDS: Final = 30.0
"""How long reading one may hold a deployment up."""

_UNASKED: Final = {"none": True}
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\[['\"](.*?)['\"]\]")


def read_manifest(text: str, name: str = FILE, processes: Collection[str] | None = None) -> Manifest:
    """Read a ``sh0.yaml``.

    Args:
        text: Its text.
        name: Its name, for messages.
        processes: Names of processes that its source has besides those of the file; None where that is not known.

    Raises:
        Invalid: It is no YAML, or something in it is not as it has to be; the message says what and in which line.
    """
    document = load(text, name)
    if document.value is None:
        return Manifest()
    if not isinstance(document.value, dict):
        raise Invalid(f"{name} is not a mapping of settings", hint=_hint(name), path=name, line=1)
    try:
        manifest: Manifest = codec.structure(_long(document), Manifest)
    except InvalidValue as error:
        where = _path(str(error.details.get("path", "$")))
        if "field" in error.details:
            raise _refusal(
                document, (*where, str(error.details["field"])), str(error.details["reason"]), where
            ) from None
        raise _refusal(document, where, str(error.details.get("reason", error.message))) from None
    _agree(document, manifest)
    _agree_on_jobs(document, manifest, processes)
    return manifest


def read_tree(source: FilePath, root: str) -> Manifest | None:
    """Read the ``sh0.yaml`` of an app's folder, and where it names no jobs, those of an ``app.json``.

    None if neither says anything.

    Args:
        source: The whole source.
        root: Folder of the app in it.

    Raises:
        Invalid: It is not as it has to be.
    """
    project = Project(source, root)
    text = project.text(FILE)
    name = f"{root}/{FILE}" if root else FILE
    manifest = None if text is None else read_manifest(text, name, _named_in_procfile(project))
    if manifest is not None and manifest.cron:
        return manifest
    jobs = jobs_of_app_json(project)
    return attrs.evolve(manifest or Manifest(), cron=jobs) if jobs else manifest


def _named_in_procfile(project: Project) -> Collection[str] | None:
    try:
        return frozenset(read_procfile(project))
    except Invalid:  # whoever finds out how the project is built says what is wrong with it
        return None


def _long(document: Document) -> dict[str, Any]:
    """Its value with every short form written out. A key without a value is as good as left out."""
    found = {key: section for key, section in document.value.items() if section is not None}
    for section, key in SHORT.items():
        entries = found.get(section)
        if isinstance(entries, dict):
            found[section] = {name: _entry(document, (section, name), entry, key) for name, entry in entries.items()}
    processes = found.get("processes")
    if isinstance(processes, dict):
        found["processes"] = {name: _asked(each) for name, each in processes.items()}
    if found.get("health") == "none":
        found["health"] = _UNASKED
    if "release" in found:
        found["release"] = _entry(document, ("release",), found["release"], "command")
    hooks = found.get("hooks")
    if isinstance(hooks, dict):
        found["hooks"] = {name: _entry(document, ("hooks", name), hook, "command") for name, hook in hooks.items()}
    build = found.get("build")
    if isinstance(build, dict) and isinstance(build.get("variables"), dict):
        texts = {name: _text(document, name, value) for name, value in build["variables"].items()}
        found["build"] = {**build, "variables": texts}
    checks = found.get("checks")
    if isinstance(checks, dict) and isinstance(checks.get("ignore"), list):
        listed = [{"path": "*", **entry} if isinstance(entry, dict) else entry for entry in checks["ignore"]]
        found["checks"] = {**checks, "ignore": listed}
    return found


def _asked(entry: Any) -> Any:
    """An entry whose health has its long form."""
    return {**entry, "health": _UNASKED} if isinstance(entry, dict) and entry.get("health") == "none" else entry


def _entry(document: Document, path: Path, entry: object, key: str) -> object:
    """An entry written out. A number is the text that stands in the file: 1.10 is not 1.1, nor 0x1F 31."""
    if entry is None:
        return {}
    if isinstance(entry, bool | int | float):
        return {key: document.texts[path]}
    if isinstance(entry, dict) and isinstance(entry.get(key), bool | int | float):
        return {**entry, key: document.texts[*path, key]}
    return {key: entry} if isinstance(entry, str) else entry


def _text(document: Document, name: str, value: object) -> object:
    """A variable of the build: a number is the text that stands in the file, and nothing is an empty one."""
    if isinstance(value, bool | int | float):
        return document.texts["build", "variables", name]
    return "" if value is None else value


def _agree(document: Document, manifest: Manifest) -> None:
    """What no single value can tell."""
    for name, variable in manifest.environment.items():
        if variable.required and variable.value is not None:
            raise _refusal(document, ("environment", name), "it has a value here, so nobody is required to set it")
    for name, process in manifest.processes.items():
        if process.command is not None and not process.command.strip():
            raise _refusal(document, ("processes", name), "it needs a command")
        _one_probe(document, ("processes", name, "health"), process.health)
        if name in NOT_PROCESSES:
            raise _refusal(document, ("processes", name), f"{name} is no process, but a command of a deployment")
    _one_probe(document, ("health",), manifest.health)
    web = manifest.processes.get("web", ProcessDefinition())
    if web.replicas is not None and manifest.replicas not in (None, web.replicas):
        raise _refusal(document, ("processes", "web", "replicas"), "the key replicas of the app says another number")
    if Health() not in (web.health, manifest.health) and web.health != manifest.health:
        raise _refusal(document, ("processes", "web", "health"), "the key health of the app says something else")
    if manifest.release is not None and not manifest.release.command.strip():
        raise _refusal(document, ("release",), "it needs a command")
    for key in ("pre_deploy", "post_deploy"):
        hook = getattr(manifest.hooks, key)
        if hook is not None and (reason := unusable(hook)) is not None:
            raise _refusal(document, ("hooks", key), reason)
    _agree_on_drains(document, manifest)


def _agree_on_jobs(document: Document, manifest: Manifest, processes: Collection[str] | None) -> None:
    """A process that no file of a tree names is a mistake; the file alone does not tell, for a Procfile may."""
    names = [job.name for job in manifest.cron]
    if len(names) > MOST_JOBS:
        raise _refusal(document, ("cron",), f"it has more than {MOST_JOBS} jobs")
    for number, job in enumerate(manifest.cron):
        if job.name in names[:number]:
            raise _refusal(document, ("cron", number), f"there is another one of the name {job.name}")
        if (reason := unclear(job)) is not None:
            raise _refusal(document, ("cron", number), reason)
        if processes is not None and job.process not in (None, "web", *manifest.processes, *processes):
            raise _refusal(document, ("cron", number, "process"), f"there is no process {job.process}")


def _agree_on_drains(document: Document, manifest: Manifest) -> None:
    drains = manifest.logs.drains
    for number, drain in enumerate(drains):
        path: Path = ("logs", "drains", number)
        if drain.name in [each.name for each in drains[:number]]:
            raise _refusal(document, path, f"there is another one of the name {drain.name}")
        if (reason := unclear_drain(drain)) is not None:
            raise _refusal(document, path, reason)


def _one_probe(document: Document, path: Path, health: Health) -> None:
    """Refuse a health that is asked for in two ways, of which nobody could tell which one counts."""
    ways = [name for name in ("path", "tcp", "command", "none") if getattr(health, name)]
    if len(ways) > 1:
        raise _refusal(document, path, f"it is asked in one way: remove {' or '.join(ways)}")
    if health.port is not None and health.path is None:
        raise _refusal(document, path, "a port needs a path that it is asked for; to see whether it is open: tcp")
    if health.command is not None and not health.command.strip():
        raise _refusal(document, path, "it needs a command")


def _path(text: str) -> Path:
    return tuple(int(index) if index else key or quoted for key, index, quoted in _STEP.findall(text.removeprefix("$")))


def _refusal(document: Document, path: Path, reason: str, about: Path | None = None) -> Invalid:
    """The error for what stands at a path; `about` is what the reason is about, if that is another."""
    mark, about = document.where(path), path if about is None else about
    said = f"{'.'.join(map(str, about))}: " if about else ""
    return Invalid(
        f"{document.name}, line {mark.line}: {said}{reason}",
        hint=_hint(document.name),
        path=document.name,
        line=mark.line,
    )


def _hint(name: str) -> str:
    return f"Correct {name}; 'sh0 schema sh0.yaml' prints what it may hold."
