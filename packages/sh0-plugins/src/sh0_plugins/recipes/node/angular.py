"""Angular: a single page, or with a server that renders it."""

import posixpath
from collections.abc import Mapping

from sh0.plugin import Detection, SourceTree, UnsupportedProject, inner_table
from sh0_plugins.recipes.node.build import node_bundle, node_pages
from sh0_plugins.recipes.node.package import read_package

__all__ = ["detect_angular"]


def detect_angular(project: SourceTree) -> Detection | None:
    """Build the application that angular.json names.

    Raises:
        UnsupportedProject: angular.json has no application, or several of them.
    """
    package = read_package(project)
    workspace = project.json("angular.json")
    if package is None or workspace is None or not package.has("@angular/core"):
        return None
    name = _application(workspace)
    target = inner_table(workspace, "projects", name, "architect", "build") or inner_table(
        workspace, "projects", name, "targets", "build"
    )
    builder = str(target.get("builder", ""))
    options = inner_table(target, "options")
    build = "build" if "build" in package.scripts else f"ng build {name}"
    stated = options.get("outputPath")
    base = inner_table(options, "outputPath").get("base", f"dist/{name}") if not isinstance(stated, str) else stated
    folder = posixpath.normpath(str(base))
    if folder.startswith(("..", "/")):
        raise UnsupportedProject(
            f"angular.json puts the result of {name} out of the project ({folder})",
            hint="Set outputPath to a folder below the project.",
            stack="node",
        )
    pages = folder
    if builder.endswith(":application"):
        below = inner_table(options, "outputPath").get("browser", "browser")
        pages = posixpath.join(folder, str(below))
    if options.get("ssr") and options.get("outputMode") != "static":
        start = ("node", f"{folder}/server/server.mjs")
        return node_bundle(project, package, "Angular", build, start, folder)
    return node_pages(project, package, "Angular", build, pages, fallback="index.html")


def _application(workspace: Mapping[str, object]) -> str:
    """The default project, or the only one that is an application."""
    projects = inner_table(workspace, "projects")
    applications = [
        name
        for name, value in projects.items()
        if inner_table(value).get("projectType", "application") == "application"
    ]
    default = workspace.get("defaultProject")
    if isinstance(default, str) and default in applications:
        return default
    if len(applications) == 1:
        return applications[0]
    named = f"several applications: {', '.join(sorted(applications))}" if applications else "no application"
    raise UnsupportedProject(
        f"angular.json has {named}",
        hint="Add a Dockerfile that builds the one to deploy."
        if applications
        else "Add an application with ng generate application, or a Dockerfile.",
        stack="node",
    )
