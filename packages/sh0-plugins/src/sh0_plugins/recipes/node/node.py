"""Node servers: Express, Fastify and their relatives, and whatever else has something to start."""

import re

import attrs

from sh0.plugin import Detection, SourceTree, read_processes
from sh0_plugins.recipes.foreign import bun_project, foreign_stack
from sh0_plugins.recipes.node.address import listens_locally
from sh0_plugins.recipes.node.build import node_base
from sh0_plugins.recipes.node.package import read_package
from sh0_plugins.recipes.node.start import node_start
from sh0_plugins.sentences import local_only

__all__ = ["detect_node"]

_FRAMEWORKS = {
    "express": "Express",
    "fastify": "Fastify",
    "koa": "Koa",
    "@hapi/hapi": "hapi",
    "hono": "Hono",
}
_LISTEN = re.compile(r"\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b")


def detect_node(project: SourceTree) -> Detection | None:
    """A project with a package.json that says what to start."""
    package = read_package(project)
    if package is None:
        return None
    start, path = node_start(project, package)
    if not start and not (read_processes(project) and foreign_stack(project) is None):
        return None
    if bun_project(project) and not (start and start[0] == "node"):
        return None
    framework = next((title for name, title in _FRAMEWORKS.items() if name in package.dependencies), "")
    detection = node_base(project, package, start, build="build" if "build" in package.scripts else None)
    text = project.text(path) or ""
    port = _LISTEN.search(text)
    if port and "env.PORT" not in text and 0 < int(port[1]) < 65536:
        detection = attrs.evolve(detection, port=int(port[1]))
    # Fastify alone among them listens on the local address unless it is told another one.
    if listens_locally(text, by_default=framework == "Fastify"):
        detection = detection.warn(local_only(path))
    return attrs.evolve(detection, framework=framework)
