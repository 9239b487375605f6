"""Expo: the export of a React Native app for browsers."""

from sh0.plugin import Detection, SourceTree, UnsupportedProject, inner_table, read_processes
from sh0_plugins.recipes.node.build import node_pages
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import read_package
from sh0_plugins.recipes.node.start import node_start

__all__ = ["detect_expo"]

_EXPORT = "expo export --platform web"


def detect_expo(project: SourceTree) -> Detection | None:
    """Serve what ``expo export`` makes for the web, unless something of the project's own is started.

    One page answers every address, unless the configuration says that each has its own.

    Raises:
        UnsupportedProject: It has no part for browsers, or one that needs a server of the app's own.
    """
    package = read_package(project)
    if package is None or "expo" not in package.dependencies:
        return None
    if (node_start(project, package)[0] and package.start_script()) or "web" in read_processes(project):
        return None
    if not package.has("react-native-web"):
        raise UnsupportedProject(
            "found an Expo app (package.json) without react-native-web: it has no part that a browser can show",
            hint="Run `npx expo install react-dom react-native-web`, and commit package.json and its lock file.",
            stack="node",
        )
    stated = inner_table(project.json("app.json", lenient=True) or {}, "expo", "web").get("output")
    output = stated if isinstance(stated, str) else read_configuration(project, "app.config").setting("output") or ""
    if output == "server":
        raise UnsupportedProject(
            'found an Expo app whose web output is "server", and nothing that serves it',
            hint='Add a start script with a server for it, or write "output": "static" in app.json.',
            stack="node",
        )
    script = next((name for name, text in package.scripts.items() if "expo export" in text), None)
    return node_pages(
        project, package, "Expo", script or _EXPORT, "dist", fallback="" if output == "static" else "index.html"
    )
