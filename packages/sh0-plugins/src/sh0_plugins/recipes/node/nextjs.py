"""Next.js, whatever installs it."""

import posixpath
import shlex

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.node.build import node_base, node_bundle, node_pages
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import NodePackage, arguments, read_package
from sh0_plugins.recipes.node.workspace import find_workspace

__all__ = ["detect_next"]

_QUIET = {"NEXT_TELEMETRY_DISABLED": "1"}


def detect_next(project: SourceTree) -> Detection | None:
    """Build with ``next build`` and start with ``next start``.

    ``output: "standalone"`` makes an image of what it traced and nothing else, unless the project starts a server of
    its own; ``output: "export"`` makes pages.
    """
    package = read_package(project)
    configuration = read_configuration(project, "next.config")
    if package is None or not (package.has("next") or configuration.path):
        return None
    build = "build" if "build" in package.scripts else "next build"
    script = package.start_script()
    output = configuration.setting("output")
    made = configuration.folder("distDir", ".next")
    if output == "export":
        return node_pages(project, package, "Next.js", build, configuration.folder("distDir", "out"))
    if output == "standalone" and script.removeprefix("npx ").split()[:2] in ([], ["next", "start"]):
        return _standalone(project, package, build, made)
    start = arguments(script) if script else ("next", "start")
    return attrs.evolve(node_base(project, package, start, build, environment=_QUIET), framework="Next.js")


def _standalone(project: SourceTree, package: NodePackage, build: str, made: str) -> Detection:
    """The server that Next.js traced, completed by the files that it leaves to a content delivery network."""
    workspace = find_workspace(project)
    server = posixpath.join(made, "standalone", workspace.folder if workspace else "").rstrip("/")
    steps = [f"cp -r {shlex.quote(f'{made}/static')} {shlex.quote(f'{server}/{made}/')}"]
    if project.has_folder("public"):
        steps.append(f"cp -r public {shlex.quote(f'{server}/')}")
    found = node_bundle(
        project,
        package,
        "Next.js",
        build,
        ("node", f"{server}/server.js"),
        f"{made}/standalone",
        steps=tuple(steps),
        environment=_QUIET,
    )
    # It listens on the address in HOSTNAME, which Docker sets to the name of the container.
    return attrs.evolve(found, environment={**found.environment, "HOSTNAME": "0.0.0.0"})
