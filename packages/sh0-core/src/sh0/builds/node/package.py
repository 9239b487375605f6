"""Reading package.json and the files beside it."""

import re
import shlex
from collections.abc import Mapping

import attrs

from sh0.builds.images import NODE, LanguageVersion
from sh0.builds.project import Project
from sh0.builds.toolversions import declared, version_file
from sh0.errors import Invalid

__all__ = ["NodePackage", "arguments", "node_version", "read_package"]

_DEVELOPMENT = re.compile(
    r"^(vite|next dev|nuxt dev|astro dev|webpack(-dev-server| serve)|react-scripts start|ng serve|parcel)\b"
)
_BESIDE = ("file:", "link:", "portal:", "patch:", "workspace:", ".")
_SHELL = re.compile(r"[|&;<>()$`*?\[\]{}~#!\n]")


@attrs.frozen
class NodePackage:
    """What package.json says.

    Attributes:
        scripts: Name of a script to its command.
        dependencies: What the running app needs, name to version.
        development: What only building and testing need.
        main: The file that it names as its main one, or empty.
        engine: The version of Node that it asks for, or empty.
        manager: Its ``packageManager``, as in ("pnpm", "9.1.0"), or two empty texts.
        workspaces: Whether it is made of several packages.
    """

    scripts: Mapping[str, str]
    dependencies: Mapping[str, str]
    development: Mapping[str, str]
    main: str
    engine: str
    manager: tuple[str, str]
    workspaces: bool

    def has(self, name: str) -> bool:
        """Whether a package is among the dependencies of either kind."""
        return name in self.dependencies or name in self.development

    def start_script(self) -> str:
        """The start script, unless it starts a server that is only for development."""
        script = self.scripts.get("start", "").strip()
        return "" if _DEVELOPMENT.match(script.removeprefix("npx ")) else script

    def local(self) -> bool:
        """Whether the install reads other files of the project: local packages, patches, scripts of its own."""
        specs = [*self.dependencies.values(), *self.development.values()]
        if self.workspaces or any(spec.startswith(_BESIDE) for spec in specs):
            return True
        hooks = ("preinstall", "install", "postinstall", "prepare", "prepublish")
        return any(name in self.scripts and not self.scripts[name].startswith("husky") for name in hooks)

    def git(self) -> bool:
        """Whether something comes from a Git repository."""
        specs = [*self.dependencies.values(), *self.development.values()]
        return any(spec.startswith(("git+", "git:", "github:", "gitlab:", "bitbucket:")) for spec in specs)


def read_package(project: Project) -> NodePackage | None:
    """Read package.json, or None if there is none.

    Raises:
        Invalid: It is broken, or a part of it is not of the kind it has to be.
    """
    content = project.json("package.json")
    if content is None:
        return None
    manager = re.match(r"(npm|yarn|pnpm|bun)@\^?(\d+(?:\.\d+)*)", str(content.get("packageManager") or ""))
    main = content.get("main")
    return NodePackage(
        _texts(content, "scripts"),
        _texts(content, "dependencies"),
        _texts(content, "devDependencies"),
        main.removeprefix("./") if isinstance(main, str) else "",
        _texts(content, "engines").get("node", ""),
        (manager[1], manager[2]) if manager else ("", ""),
        "workspaces" in content or project.has("lerna.json"),
    )


def node_version(project: Project, package: NodePackage) -> LanguageVersion:
    """The version, in the order that all languages share; the range is ``engines.node``."""
    own = version_file(project, ".nvmrc", ".node-version")
    engine = (package.engine, "package.json") if package.engine else None
    return NODE.pick(own, declared(project, "node", "nodejs"), engine)


def arguments(script: str) -> tuple[str, ...]:
    """A script as the arguments of a process. Only a script that a shell has to read gets a shell."""
    try:
        words = shlex.split(script)
    except ValueError:
        words = []
    if not words or _SHELL.search(script):
        return ("/bin/sh", "-c", script if _SHELL.search(script) else f"exec {script}")
    return ("env", *words) if re.match(r"\w+=", words[0]) else tuple(words)


def _texts(content: Mapping[str, object], key: str) -> dict[str, str]:
    value = content.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(f"package.json: {key} is not an object", hint="Correct package.json.", path="package.json")
    return {name: text for name, text in value.items() if isinstance(text, str)}
