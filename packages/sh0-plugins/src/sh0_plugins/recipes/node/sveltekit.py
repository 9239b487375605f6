"""SvelteKit: what its adapter makes of it."""

import re

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject
from sh0_plugins.recipes.node.build import node_base, node_pages
from sh0_plugins.recipes.node.configuration import Configuration, read_configuration
from sh0_plugins.recipes.node.package import NodePackage, read_package

__all__ = ["detect_sveltekit"]

_ADAPTER = re.compile(r"[\"']((?:@[\w.-]+/|[\w.-]*svelte-)adapter-[\w.-]+)[\"']")
_AUTOMATIC = "@sveltejs/adapter-auto"
_NODE_SERVER = {"GCP_BUILDPACKS": "1"}
"""The variable by which adapter-auto knows the platform whose adapter is adapter-node."""
_HINT = "Install @sveltejs/adapter-node (a server) or @sveltejs/adapter-static (pages), and use it in svelte.config.js."


def detect_sveltekit(project: SourceTree) -> Detection | None:
    """Build with Vite; adapter-node makes a server, adapter-static makes pages.

    What every new project has, adapter-auto, chooses by the variables of the platform that builds: it is shown those
    for which it installs adapter-node.

    Raises:
        UnsupportedProject: Another adapter is used, or none.
    """
    package = read_package(project)
    if package is None or not package.has("@sveltejs/kit"):
        return None
    configuration = read_configuration(project, "svelte.config", "vite.config")
    build = "build" if "build" in package.scripts else "vite build"
    adapter = _adapter(configuration, package)
    if adapter == "@sveltejs/adapter-node":
        start = ("node", configuration.folder("out", "build"))
        return attrs.evolve(node_base(project, package, start, build), framework="SvelteKit")
    if adapter == _AUTOMATIC:
        base = node_base(project, package, ("node", "build"), build)
        found = attrs.evolve(base, framework="SvelteKit", build_environment={**base.build_environment, **_NODE_SERVER})
        return found.warn(
            f"{_AUTOMATIC} installs @sveltejs/adapter-node during the build: install it to fix its version."
        )
    if adapter == "@sveltejs/adapter-static":
        fallback = configuration.setting("fallback") or ""
        fallback = fallback if re.fullmatch(r"[\w-]+\.html", fallback) else ""
        return node_pages(
            project, package, "SvelteKit", build, configuration.folder("pages", "build"), fallback=fallback
        )
    where = configuration.path or "package.json"
    if adapter:
        message = f"{where} uses {adapter}, whose result runs on another platform"
    else:
        message = f"{where} names no adapter of SvelteKit, so its build makes nothing that runs"
    raise UnsupportedProject(message, hint=_HINT, stack="node", found=adapter)


def _adapter(configuration: Configuration, package: NodePackage) -> str:
    """The adapter that the configuration imports; without one that names any, the only one that is installed."""
    named = _ADAPTER.search(configuration.text)
    if named is not None:
        return named[1]
    installed = [n for n in (*package.dependencies, *package.development) if _ADAPTER.fullmatch(f'"{n}"')]
    return installed[0] if len(installed) == 1 else ""
