"""TanStack Start: the server that its build makes, with Nitro or without."""

import re

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.node.build import node_base, node_bundle
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import arguments, read_package

__all__ = ["detect_tanstack"]

_PACKAGES = ("@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start")
_NITRO = ("nitro", "nitropack", "vinxi", "@tanstack/nitro-v2-vite-plugin")
_FIRST_WITHOUT = (1, 132)
"""The release since which Nitro is a choice of the project."""
_NUMBER = re.compile(r"[\^~=v]?(\d+)\.(\d+)")
_SERVER = "/usr/local/lib/node_modules/srvx"


def detect_tanstack(project: SourceTree) -> Detection | None:
    """Build, and start what the project starts, else what the build makes: a program, or a handler for a server.

    Without Nitro the result exports a handler and nothing that listens, so the small server that the framework's own
    guide names is installed.
    """
    package = read_package(project)
    name = next((each for each in _PACKAGES if package is not None and package.has(each)), None)
    if package is None or name is None:
        return None
    build = "build" if "build" in package.scripts else "vite build"
    if script := package.start_script():
        return attrs.evolve(node_base(project, package, arguments(script), build), framework="TanStack Start")
    version = _NUMBER.match({**package.development, **package.dependencies}[name])
    older = version is not None and (int(version[1]), int(version[2])) < _FIRST_WITHOUT
    configuration = read_configuration(project, "vite.config", "app.config")
    if older or any(package.has(each) for each in _NITRO) or re.search(r"\bnitro\w*\(", configuration.text):
        return node_bundle(project, package, "TanStack Start", build, ("node", ".output/server/index.mjs"), ".output")
    start = ("node", f"{_SERVER}/bin/srvx.mjs", "--prod", "-s", "../client", "dist/server/server.js")
    base = node_base(project, package, start, build)
    found = attrs.evolve(
        base,
        framework="TanStack Start",
        setup=(*base.setup, "npm install --global srvx@1"),
        artifacts=(*base.artifacts, _SERVER),
    )
    return found.warn("There is no start script: srvx is installed to serve dist/server/server.js.")
