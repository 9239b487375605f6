"""Nuxt: a server that Nitro bundles, or pages."""

import re

from sh0.plugin import Detection, SourceTree, UnsupportedProject
from sh0_plugins.recipes.node.build import node_bundle, node_pages
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import read_package

__all__ = ["detect_nuxt"]

_ELSEWHERE = frozenset(
    {"vercel", "netlify", "cloudflare", "cloudflare-pages", "cloudflare_pages", "cloudflare-module", "firebase"}
    | {"aws-lambda", "aws_lambda", "aws-amplify", "aws_amplify", "azure", "bun", "deno", "deno-server", "deno_server"}
)
_QUIET = {"NUXT_TELEMETRY_DISABLED": "1"}


def detect_nuxt(project: SourceTree) -> Detection | None:
    """Build with ``nuxt build`` and run ``.output/server``; a build script with ``nuxt generate`` makes pages.

    Raises:
        UnsupportedProject: It is Nuxt 2, or is built for another platform.
    """
    package = read_package(project)
    name = next((name for name in ("nuxt", "nuxt3", "nuxt-nightly") if package and package.has(name)), None)
    if package is None or name is None:
        return None
    wanted = {**package.development, **package.dependencies}[name]
    if name == "nuxt" and re.match(r"[\^~>=v\s]*2\b", wanted):
        raise UnsupportedProject(
            f"found Nuxt {wanted} (package.json), which is no longer maintained and which sh0 does not build by itself",
            hint="Move to Nuxt 3 or later, or add a Dockerfile that builds and starts it.",
            stack="node",
        )
    script = package.scripts.get("build", "")
    generate = "generate" in script or (not script and "generate" in package.scripts)
    build = "build" if script else "generate" if generate else "nuxt build"
    configuration = read_configuration(project, "nuxt.config")
    preset = configuration.setting("preset")
    if generate or preset == "static":
        fallback = "200.html" if configuration.setting("ssr") == "false" else ""
        return node_pages(project, package, "Nuxt", build, ".output/public", fallback=fallback)
    if preset in _ELSEWHERE:
        raise UnsupportedProject(
            f"{configuration.path} builds for another platform (preset: {preset})",
            hint="Take the preset out of it: without one, Nuxt builds a Node server.",
            stack="node",
        )
    start = ("node", ".output/server/index.mjs")
    return node_bundle(project, package, "Nuxt", build, start, ".output", environment=_QUIET)
