"""Nx: one application of its workspace, by the target that builds it."""

import posixpath
import shlex

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.node.astro import detect_astro
from sh0_plugins.recipes.node.build import node_base, node_pages
from sh0_plugins.recipes.node.nestjs import detect_nestjs
from sh0_plugins.recipes.node.nextjs import detect_next
from sh0_plugins.recipes.node.node import detect_node
from sh0_plugins.recipes.node.nuxt import detect_nuxt
from sh0_plugins.recipes.node.package import NodePackage, arguments, read_package
from sh0_plugins.recipes.node.remix import detect_remix
from sh0_plugins.recipes.node.sites import SITES
from sh0_plugins.recipes.nx.applications import Application, find_application

__all__ = ["detect_nx"]

_APP = "/app"
_NEXT = ("@nx/next:build", "@nrwl/next:build")
_SERVERS = ("node:", "esbuild:", "js:", "nest:", "express:", "run-commands")
_PAGES = ("vite:", "web:", "angular:", "angular-devkit", "rspack:", "webpack:", "rollup:", "react:", "angular/build")

_MEMBERS = (
    detect_next,
    detect_nuxt,
    detect_astro,
    detect_remix,
    detect_nestjs,
    detect_node,
    *(s.detect for s in SITES),
)


def detect_nx(project: SourceTree) -> Detection | None:
    """The application that ``defaultProject`` names, the only one, or the one whose folder the app's root is.

    One that the plugins of Nx know by its files alone is built as what it is: a member of the workspace.

    Raises:
        UnsupportedProject: There are several, or the target that builds it is of a kind that is not known.
    """
    found = find_application(project)
    if found is None:
        return None
    top, application = found
    if not application.executor:
        return _member(top, application)
    package = read_package(top)
    if package is None:
        return None
    detection = _built(top, package, application)
    return attrs.evolve(detection, root=project.folder.removeprefix(top.folder).strip("/"))


def _built(top: SourceTree, package: NodePackage, application: Application) -> Detection:
    build = f"nx run {shlex.quote(application.name)}:build{':production' if application.production else ''}"
    output = posixpath.join(_APP, application.output)
    quiet = {"NX_DAEMON": "false", "NX_NO_CLOUD": "true"}
    executor = application.executor
    if application.command:
        start = arguments(application.command)
        return attrs.evolve(node_base(top, package, start, build, environment=quiet), framework="Nx")
    if executor in _NEXT:
        start = ("next", "start", output)
        return attrs.evolve(node_base(top, package, start, build, environment=quiet), framework="Next.js")
    if any(each in executor for each in _SERVERS) or application.platform == "node":
        start = ("node", f"{output}/main.js")
        return attrs.evolve(node_base(top, package, start, build, environment=quiet), framework="Nx")
    if any(each in executor for each in _PAGES):
        return node_pages(top, package, "Nx", build, application.output, fallback="index.html")
    raise application.refusal()


def _member(top: SourceTree, application: Application) -> Detection | None:
    """What the recipes say about its own folder."""
    folder = posixpath.join(top.folder, application.folder) if top.folder else application.folder
    member = SourceTree(top.repository, folder)
    return next((found for detect in _MEMBERS if (found := detect(member)) is not None), None)
