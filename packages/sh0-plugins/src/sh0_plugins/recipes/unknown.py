"""Saying what was found in a project that no recipe builds, and what to add to it."""

from collections.abc import Collection, Mapping

from sh0.plugin import SourceTree, UnsupportedProject, matches_pattern
from sh0_plugins.recipes.foreign import bun_project, foreign_stack
from sh0_plugins.recipes.node.package import read_package
from sh0_plugins.recipes.node.workspace import members
from sh0_plugins.recipes.source_files import source_without_manifest

__all__ = ["refuse_unknown"]

_NAMED = 8
_HINT = "Add a Dockerfile that builds and starts it."


def refuse_unknown(markers: Collection[str], project: SourceTree) -> None:
    """Refuse a project that no recipe knows, if something of it tells what it is.

    Args:
        markers: Files that mark a folder as a project.
        project: The project.

    Raises:
        UnsupportedProject: It says what was found, and what to add.
    """
    refusal = _workspace(project) or _foreign(project) or _incomplete(project) or _remote(project, markers)
    if refusal is not None:
        raise refusal


def _foreign(project: SourceTree) -> UnsupportedProject | None:
    words = foreign_stack(project, tools=True)
    if words is None:
        return None
    if words.startswith("a Compose project"):
        hint = "Deploy it with `sh0 compose up`, or add a Dockerfile that builds one app of it."
        return UnsupportedProject(f"found {words}: several services rather than one app", hint=hint, found=words)
    return UnsupportedProject(f"found {words}, which sh0 does not build by itself", hint=_HINT, found=words)


def _incomplete(project: SourceTree) -> UnsupportedProject | None:
    """The refusal of one that lacks the file, or the line of it, that says how it is started."""
    package = read_package(project)
    if package is not None:
        words = bun_project(project) or f"a Node project ({package.path})"
        reason = f"found {words} with neither a start script nor a file to start"
        return UnsupportedProject(reason, hint=f'Add "start" to the scripts in {package.path}, or a Dockerfile.')
    source = source_without_manifest(project)
    if source is not None:
        return _without_manifest(*source)
    if project.has("project.json") and any(top.has("nx.json") for top, _ in project.around):
        reason = "found a project of Nx (project.json) whose package.json is that of the whole workspace"
        script = 'Leave the root folder empty and add "build" and "start" for it to the scripts in package.json'
        return UnsupportedProject(reason, hint=f"{script}, or add a Dockerfile.")
    return None


def _remote(project: SourceTree, markers: Collection[str]) -> UnsupportedProject | None:
    """The refusal of one that has only deep source, or a Procfile; none if there are projects right below."""
    below = [name.split("/")[1] for name in project.names if name.count("/") == 1]
    if any(matches_pattern(name, marker) for name in below for marker in ("Dockerfile", *markers)):
        return None
    source = source_without_manifest(project, deep=True)
    if source is not None:
        return _without_manifest(*source)
    if project.has("Procfile"):
        reason = "found a Procfile, but nothing that says what language it is for"
        return UnsupportedProject(reason, hint=f"Add requirements.txt or package.json. {_HINT}")
    return None


def _without_manifest(reason: str, todo: str) -> UnsupportedProject:
    builds = "dd a Dockerfile that builds and starts it."
    return UnsupportedProject(reason, hint=f"{todo} Or a{builds}" if todo else f"A{builds}")


def _workspace(project: SourceTree) -> UnsupportedProject | None:
    """The refusal of a workspace whose top starts nothing: it names the members that could be started."""
    packages = members(project)
    folders = sorted(folder for folder, package in packages.items() if _starts(package.scripts))
    folders = folders or sorted(packages)
    if not folders:
        return None
    named = ", ".join(folders[:_NAMED]) + (" …" if len(folders) > _NAMED else "")
    return UnsupportedProject(
        f"found a workspace, and nothing at its top that is started by itself; its members: {named}",
        hint=f"Set the root folder of the app to the one to deploy (--root {folders[0]}).",
        folders=folders,
    )


def _starts(scripts: Mapping[str, str]) -> bool:
    return bool({"start", "dev", "start:prod", "preview"} & scripts.keys())
