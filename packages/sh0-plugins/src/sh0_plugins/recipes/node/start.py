"""What a Node project starts, as far as it says."""

from sh0.plugin import SourceTree
from sh0_plugins.recipes.node.package import NodePackage, arguments

__all__ = ["node_start"]

_FILES = ("server.js", "index.js", "app.js", "main.js", "src/server.js", "src/index.js", "src/app.js")
_BUNDLERS = (
    "vite",
    "react-scripts",
    "@vue/cli-service",
    "parcel",
    "parcel-bundler",
    "webpack-dev-server",
    "@rsbuild/core",
    "@rspack/cli",
    "@farmfe/cli",
    "@quasar/app-vite",
)
"""Packages that make pages of files with the usual names, which are no programs then."""


def node_start(project: SourceTree, package: NodePackage) -> tuple[tuple[str, ...], str]:
    """The start command and the file that it runs.

    The start script comes first, then ``main``, then the usual file names.
    """
    script = package.start_script()
    if script:
        words = arguments(script)
        hooked = "prestart" in package.scripts or "poststart" in package.scripts
        files = [word.removeprefix("./") for word in words if word.endswith((".js", ".mjs", ".cjs", ".ts"))]
        return (("npm", "start") if hooked else words), project.first(*files) or ""
    if package.main:
        names = (package.main, f"{package.main}.js", f"{package.main}/index.js")
        built = "build" in package.scripts and package.main.split("/")[0] in ("dist", "build", "lib", "out")
        found = project.first(*names) or (package.main if built else None)
        if found is not None and found.endswith((".js", ".mjs", ".cjs")):
            return ("node", found), found
    usual = [name.removesuffix("js") + end for name in _FILES for end in ("js", "mjs", "cjs")]
    found = None if any(package.has(name) for name in _BUNDLERS) else project.first(*usual)
    return (("node", found), found) if found is not None else ((), "")
