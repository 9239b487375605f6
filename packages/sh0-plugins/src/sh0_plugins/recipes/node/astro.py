"""Astro: pages, or a server with the Node adapter."""

import re

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject
from sh0_plugins.recipes.node.build import node_base, node_pages
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import arguments, read_package

__all__ = ["detect_astro"]

_ADAPTER = re.compile(r"[\"'](@astrojs/(?:node|vercel|netlify|cloudflare|deno)[^\"']*|@deno/astro-adapter)[\"']")
_HINT = "Add the adapter for Node, in the mode that serves by itself: npx astro add node."


def detect_astro(project: SourceTree) -> Detection | None:
    """Build with ``astro build``; the result is pages, unless the Node adapter makes a server of it.

    Raises:
        UnsupportedProject: It is built for another platform, or as a part of a server that is not there.
    """
    package = read_package(project)
    if package is None or not package.has("astro"):
        return None
    configuration = read_configuration(project, "astro.config")
    build = "build" if "build" in package.scripts else "astro build"
    folder = configuration.folder("outDir", "dist")
    found = _ADAPTER.search(configuration.text)
    if found is None:
        if configuration.setting("output") in ("server", "hybrid"):
            raise UnsupportedProject(
                f"{configuration.path} renders on a server, but names no adapter that makes one",
                hint=_HINT,
                stack="node",
            )
        return node_pages(project, package, "Astro", build, folder)
    if found[1] != "@astrojs/node":
        raise UnsupportedProject(
            f"{configuration.path} builds for another platform ({found[1]})", hint=_HINT, stack="node", found=found[1]
        )
    script = package.start_script()
    if configuration.setting("mode") == "middleware" and not script:
        raise UnsupportedProject(
            f"{configuration.path} makes a part of a server (mode: middleware), and no start script runs one",
            hint='Set the mode to "standalone", or add "start" to the scripts in package.json.',
            stack="node",
        )
    start = arguments(script) if script else ("node", f"{folder}/server/entry.mjs")
    return attrs.evolve(node_base(project, package, start, build), framework="Astro")
