"""Saying why a project is refused: what was found, and what to add."""

from collections.abc import Mapping, Sequence

from sh0.builds.foreign import bun_project, foreign_stack, subfolders
from sh0.builds.node.workspace import members
from sh0.builds.recipes.recipe import Recipe
from sh0.builds.source_files import source_without_manifest
from sh0.errors import UnsupportedProject
from sh0.source.tree import Project

__all__ = ["unsupported"]

_NAMED = 8


def unsupported(project: Project, recipes: Sequence[Recipe]) -> UnsupportedProject:
    """The refusal of a project that no recipe knows.

    Args:
        project: The project.
        recipes: The recipes that were asked.
    """
    hint = "Add a Dockerfile that builds and starts it."
    if not project.names:
        return UnsupportedProject(
            "the folder is empty: there is nothing to build", hint="Commit or add the source first."
        )
    workspace = _workspace(project)
    if workspace is not None:
        return workspace
    words = foreign_stack(project, tools=True)
    if words is not None and words.startswith("a Compose project"):
        hint = "Deploy it with `sh0 compose up`, or add a Dockerfile that builds one app of it."
        return UnsupportedProject(f"found {words}: several services rather than one app", hint=hint, found=words)
    if words is not None:
        return UnsupportedProject(f"found {words}, which sh0 does not build by itself", hint=hint, found=words)
    if project.first("package.json", "package.json5"):
        words = bun_project(project) or "a Node project (package.json)"
        reason = f"found {words} with neither a start script nor a file to start"
        return UnsupportedProject(reason, hint='Add "start" to the scripts in package.json, or a Dockerfile.')
    if source := source_without_manifest(project):
        return _without_manifest(*source)
    if project.has("project.json") and any(top.has("nx.json") for top, _ in project.around):
        reason = "found a project of Nx (project.json) whose package.json is that of the whole workspace"
        script = 'Leave the root folder empty and add "build" and "start" for it to the scripts in package.json'
        return UnsupportedProject(reason, hint=f"{script}, or add a Dockerfile.")
    below = subfolders(project, {marker for recipe in recipes for marker in recipe.markers})
    if below:
        folders = ", ".join(below)
        return UnsupportedProject(
            f"found nothing to build at the top of this folder; there are projects below it: {folders}",
            hint="Set the root folder of the app to one of them, or add a Dockerfile at the top.",
            folders=below,
        )
    if source := source_without_manifest(project, deep=True):
        return _without_manifest(*source)
    if project.has("Procfile"):
        reason = "found a Procfile, but nothing that says what language it is for"
        return UnsupportedProject(reason, hint=f"Add requirements.txt or package.json. {hint}")
    shown = ", ".join(sorted({name.split("/")[0] for name in project.names})[:_NAMED])
    return UnsupportedProject(f"found no project that sh0 knows; the folder holds {shown}", hint=hint)


def _without_manifest(reason: str, todo: str) -> UnsupportedProject:
    builds = "dd a Dockerfile that builds and starts it."
    return UnsupportedProject(reason, hint=f"{todo} Or a{builds}" if todo else f"A{builds}")


def _workspace(project: Project) -> UnsupportedProject | None:
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
