"""What a compiled program reads while it runs, beside itself."""

import posixpath

from sh0.plugin import SourceTree

__all__ = ["AUTHORITIES", "run_time_files", "unbuilt_assets"]

AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""The certificate authorities, which a slim Debian leaves out and every program that opens a TLS connection needs."""

_FOLDERS = (
    *("assets", "conf", "config", "data", "fixtures", "i18n", "lang", "locales", "migrations", "priv", "public"),
    *("resources", "static", "templates", "translations", "ui", "views", "web", "www"),
)
_NODE_PLUGINS = ("frontend-maven-plugin", "com.github.node-gradle.node", "org.siouan.frontend")
_FILES = ("config.*", "settings.*", "Rocket.toml")


def run_time_files(project: SourceTree, *source: str, root: str = "") -> tuple[str, ...]:
    """Paths in the image of what the program may open: folders by their usual names, and settings at the top.

    Args:
        project: The project.
        source: What the names of source files end with: a folder with nothing else in it is not one of these.
        root: Folder of the project in the image, relative to that of the workspace.
    """
    tops = {name.split("/")[0] for name in project.names if "/" in name and not name.endswith(source)}
    files = [name for pattern in _FILES for name in project.glob(pattern) if not name.endswith(source)]
    found = [*(folder for folder in _FOLDERS if folder in tops), *files]
    return tuple(posixpath.join("/app", root, name) for name in found)


def unbuilt_assets(project: SourceTree) -> tuple[str, ...]:
    """A warning if a package.json beside the program has something to build, and nothing that would build it."""
    builds = "\n".join(project.text(path) or "" for path in ("pom.xml", "build.gradle", "build.gradle.kts"))
    if any(plugin in builds for plugin in _NODE_PLUGINS):
        return ()
    scripts = (project.json("package.json") or {}).get("scripts")
    if isinstance(scripts, dict) and "build" in scripts:
        told = "package.json has a build script, which is not run: commit what it builds, or add a Dockerfile."
        return (told,)
    return ()
