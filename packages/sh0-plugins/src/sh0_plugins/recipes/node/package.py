"""Reading package.json and the files beside it."""

import re
from collections.abc import Mapping

import attrs

from sh0.plugin import (
    Invalid,
    LanguageVersion,
    SourceTree,
    declared_version,
    split_command,
    texts_in,
    version_file,
)
from sh0_plugins.development_servers import for_development_only
from sh0_plugins.recipes.images import NODE

__all__ = ["NodePackage", "arguments", "node_version", "read_package"]

_BESIDE = ("file:", "link:", "portal:", "patch:", ".")
_PATHS = ("file:", "link:", "portal:", ".")
_SHELL = re.compile(r"[|&;<>()$`*?\[\]{}~#!\n]")


@attrs.frozen
class NodePackage:
    """What package.json says.

    Attributes:
        name: Its name, or empty.
        scripts: Name of a script to its command.
        dependencies: What the running app needs, name to version.
        development: What only building and testing need.
        main: The file that it names as its main one, or empty.
        engine: The version of Node that it asks for, or empty.
        manager: Its ``packageManager``, as in ("pnpm", "9.1.0"), or two empty texts.
        workspaces: Patterns of the folders of the packages that it is made of.
        path: Where it is: pnpm reads a package.json5 and a package.yaml too.
        tools: The versions of package managers that its ``engines`` ask for.
    """

    name: str
    scripts: Mapping[str, str]
    dependencies: Mapping[str, str]
    development: Mapping[str, str]
    main: str
    engine: str
    manager: tuple[str, str]
    workspaces: tuple[str, ...]
    path: str = "package.json"
    tools: Mapping[str, str] = attrs.field(factory=dict)

    def has(self, name: str) -> bool:
        """Whether a package is among the dependencies of either kind."""
        return name in self.dependencies or name in self.development

    def start_script(self) -> str:
        """The start script, unless it starts a server that is only for development, or those of all members at once."""
        script = self.scripts.get("start", "").strip()
        return "" if for_development_only(script, self.scripts) else script

    def local(self) -> bool:
        """Whether the install reads other files of the project: local packages, patches, scripts of its own."""
        return bool(self.workspaces) or self.beside("workspace:") or self.hooked()

    def beside(self, *more: str) -> bool:
        """Whether a dependency is a path, or begins with one of these."""
        specs = [*self.dependencies.values(), *self.development.values()]
        return any(spec.startswith((*_BESIDE, *more)) for spec in specs)

    def paths(self) -> list[str]:
        """Dependencies that are paths, relative to the folder of the package."""
        specs = [*self.dependencies.values(), *self.development.values()]
        return [spec.partition(":")[2] or spec for spec in specs if spec.startswith(_PATHS)]

    def hooked(self) -> bool:
        """Whether the install runs a script of its own."""
        hooks = ("preinstall", "install", "postinstall", "prepare", "prepublish")
        return any(name in self.scripts and not self.scripts[name].startswith("husky") for name in hooks)

    def git(self) -> bool:
        """Whether something comes from a Git repository."""
        specs = [*self.dependencies.values(), *self.development.values()]
        return any(spec.startswith(("git+", "git:", "github:", "gitlab:", "bitbucket:")) for spec in specs)


def read_package(project: SourceTree, folder: str = "") -> NodePackage | None:
    """Read package.json, or what pnpm takes in its place (package.json5, package.yaml); None if there is none.

    Args:
        project: The project.
        folder: The folder that it is in; empty for the top.

    Raises:
        Invalid: It is broken, or a part of it is not of the kind it has to be.
    """
    path = f"{folder}/package.json" if folder else "package.json"
    content = project.json(path)
    if content is None:
        path += "5"
        content = project.json(path, lenient=True)
    if content is None:
        path = path.replace(".json5", ".yaml")
        content = _yaml(project, path)
    if content is None:
        return None
    engines = _texts(content, "engines", path)
    manager = re.match(r"(npm|yarn|pnpm|bun)@\^?(\d+(?:\.\d+)*)", str(content.get("packageManager") or ""))
    name, main = content.get("name"), content.get("main")
    return NodePackage(
        name if isinstance(name, str) else "",
        _texts(content, "scripts", path),
        _texts(content, "dependencies", path),
        _texts(content, "devDependencies", path),
        main.removeprefix("./") if isinstance(main, str) else "",
        engines.get("node", ""),
        (manager[1], manager[2]) if manager else ("", ""),
        _workspaces(content),
        path,
        {name: version for name, version in engines.items() if name in ("npm", "pnpm", "yarn")},
    )


def _yaml(project: SourceTree, path: str) -> dict[str, object] | None:
    """A package.yaml of pnpm; hpack, of Haskell, has a file of that name too."""
    value = project.yaml(path)
    if not isinstance(value, dict) or not {"scripts", "engines", "packageManager", "devDependencies"} & value.keys():
        return None
    return {str(key): each for key, each in value.items()}


def _workspaces(content: Mapping[str, object]) -> tuple[str, ...]:
    value = content.get("workspaces")
    patterns = value.get("packages") if isinstance(value, dict) else value
    return texts_in(patterns)


def node_version(project: SourceTree, package: NodePackage, top: SourceTree | None = None) -> LanguageVersion:
    """The version, in the order that all languages share; the range is ``engines.node``.

    Args:
        project: The project.
        package: Its package.json.
        top: The workspace around it, which is asked what the project does not say itself.
    """
    places = (project,) if top is None else (project, top)
    engines = [package.engine] if top is None else [package.engine, (read_package(top) or package).engine]
    return NODE.pick(
        *(version_file(place, ".nvmrc", ".node-version") for place in places),
        *(declared_version(place, "node", "nodejs") for place in places),
        *(_volta(place) for place in places),
        *((engine, package.path) for engine in engines if engine),
    )


def _volta(project: SourceTree) -> tuple[str, str] | None:
    pinned = (project.json("package.json") or {}).get("volta")
    version = pinned.get("node") if isinstance(pinned, dict) else None
    return (version, "package.json") if isinstance(version, str) else None


def arguments(script: str) -> tuple[str, ...]:
    """A script as the arguments of a process. Only a script that a shell has to read gets a shell."""
    try:
        words = split_command(script)
    except ValueError:
        words = []
    if not words or _SHELL.search(script):
        return ("/bin/sh", "-c", script if _SHELL.search(script) else f"exec {script}")
    return ("env", *words) if re.match(r"\w+=", words[0]) else tuple(words)


def _texts(content: Mapping[str, object], key: str, path: str) -> dict[str, str]:
    value = content.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(f"{path}: {key} is not an object", hint=f"Correct {path}.", path=path)
    return {name: text for name, text in value.items() if isinstance(text, str)}
