"""Remix, and React Router as a framework: the same thing under two names."""

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject
from sh0_plugins.recipes.node.build import node_base, node_pages
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import arguments, read_package

__all__ = ["detect_remix"]


def detect_remix(project: SourceTree) -> Detection | None:
    """Build, and start what the project starts, else the server that comes with the framework.

    With ``ssr: false`` the result is a single page.

    Raises:
        UnsupportedProject: Nothing that serves is installed.
    """
    package = read_package(project)
    if package is None:
        return None
    if package.has("@react-router/dev"):
        framework, tool, server, config = "React Router", "react-router", "@react-router/serve", "react-router.config"
    elif package.has("@remix-run/dev"):
        framework, tool, server, config = "Remix", "remix", "@remix-run/serve", "vite.config"
    else:
        return None
    configuration = read_configuration(project, config)
    classic = framework == "Remix" and not configuration.path
    command = "remix build" if classic else f"{tool} {'vite:' if framework == 'Remix' else ''}build"
    build = "build" if "build" in package.scripts else command
    if configuration.setting("ssr") == "false":
        return node_pages(project, package, framework, build, "build/client", fallback="index.html")
    script = package.start_script()
    if not script and not package.has(server):
        raise UnsupportedProject(
            f"found {framework} (package.json), but neither a start script nor {server}",
            hint=f'Install {server}, or add "start" to the scripts in package.json.',
            stack="node",
        )
    default = (f"{tool}-serve", "build/index.js" if classic else "build/server/index.js")
    return attrs.evolve(
        node_base(project, package, arguments(script) if script else default, build), framework=framework
    )
