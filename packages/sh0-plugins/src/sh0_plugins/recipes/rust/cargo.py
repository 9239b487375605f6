"""What Cargo.toml says, of one package or of a workspace."""

import posixpath

import attrs

from sh0.plugin import SourceTree, matches_pattern

__all__ = ["CargoProject", "Package", "find_cargo_workspace", "read_cargo_project"]

_EXTRA = {"bench": "benches", "example": "examples", "test": "tests"}


@attrs.frozen
class Package:
    """A package, by its Cargo.toml.

    Attributes:
        folder: Where it is, relative to the project; "." for the top.
        name: Its name.
        binaries: Names of its programs, each with the file that it is made of.
        default_run: The program that ``cargo run`` starts, if it says so.
        targets: Files that Cargo demands to be there, and whether each has to have a ``main``.
        dependencies: Names of the crates that it uses.
        local: Folders of those among them that are in the repository.
    """

    folder: str
    name: str
    binaries: dict[str, str]
    default_run: str
    targets: dict[str, bool]
    dependencies: frozenset[str]
    local: tuple[str, ...]


@attrs.frozen
class CargoProject:
    """The packages of a repository.

    Attributes:
        packages: Those of the workspace, or the only one with what it needs from the repository.
        manifests: Files that the crates need to be built without the source.
        minimum: Lowest version of Rust that it says it needs, or empty.
        locked: Whether there is a Cargo.lock.
    """

    packages: tuple[Package, ...]
    manifests: tuple[str, ...]
    minimum: str
    locked: bool


def read_cargo_project(project: SourceTree) -> CargoProject | None:
    """Read Cargo.toml and those of the workspace's members; None if there is none.

    Raises:
        Invalid: One of them is broken.
    """
    top = project.toml("Cargo.toml")
    if top is None:
        return None
    workspace = _table(top, "workspace")
    folders = ["."] if "package" in top else []
    if workspace:
        patterns = [posixpath.normpath(text) for text in _texts(workspace.get("members"))]
        left_out = {posixpath.normpath(text) for text in _texts(workspace.get("exclude"))}
        nested = [posixpath.dirname(name) for name in project.names if name.endswith("/Cargo.toml")]
        folders += [f for f in nested if f not in left_out and any(_matches(f, pattern) for pattern in patterns)]
    packages: dict[str, Package] = {}
    while folders:
        folder = folders.pop(0)
        if folder not in packages and project.has(_in(folder, "Cargo.toml")):
            packages[folder] = _package(project, folder)
            folders += packages[folder].local
    minimum = _table(top, "package").get("rust-version") or _table(workspace, "package").get("rust-version")
    # A path dependency need not be a member, and Cargo reads its manifest all the same.
    manifests = [name for name in project.names if posixpath.basename(name) == "Cargo.toml" and "/target/" not in name]
    others = ("Cargo.lock", ".cargo/config.toml", ".cargo/config")
    return CargoProject(
        tuple(packages.values()),
        (*manifests, *(name for name in others if project.has(name))),
        minimum if isinstance(minimum, str) else "",
        project.has("Cargo.lock"),
    )


def find_cargo_workspace(project: SourceTree) -> tuple[SourceTree, str] | None:
    """The workspace that a package is a member of, in the repository around it, and its folder there.

    Raises:
        Invalid: A Cargo.toml is broken.
    """
    for top, folder in project.around:
        workspace = _table(top.toml("Cargo.toml") or {}, "workspace")
        if any(_matches(folder, posixpath.normpath(pattern)) for pattern in _texts(workspace.get("members"))):
            return top, folder
    return None


def _package(project: SourceTree, folder: str) -> Package:
    manifest = project.toml(_in(folder, "Cargo.toml")) or {}
    package = _table(manifest, "package")
    name = str(package.get("name", ""))
    binaries: dict[str, str] = {}
    if project.has(_in(folder, "src/main.rs")):
        binaries[name] = _in(folder, "src/main.rs")
    base = _in(folder, "src/bin") + "/"
    for path in project.names:
        rest = path.removeprefix(base)
        if path.startswith(base) and rest.endswith(".rs") and rest.count("/") == rest.endswith("/main.rs"):
            binaries[rest.split("/")[0].removesuffix(".rs")] = path
    for entry in _tables(manifest.get("bin")):
        stated, title = entry.get("path"), str(entry.get("name", name))
        if isinstance(stated, str):
            file = _in(folder, stated)
            binaries = {key: value for key, value in binaries.items() if value != file}
            binaries[title] = file
    targets = dict.fromkeys(binaries.values(), True)
    library = _table(manifest, "lib").get("path", "src/lib.rs")
    if project.has(_in(folder, str(library))):
        targets[_in(folder, str(library))] = False
    script = package.get("build", "build.rs")
    if isinstance(script, str) and project.has(_in(folder, script)):
        targets[_in(folder, script)] = True
    for kind, usual in _EXTRA.items():
        for entry in _tables(manifest.get(kind)):
            label = entry.get("name", "")
            paths = (entry.get("path", ""), f"{usual}/{label}.rs", f"{usual}/{label}/main.rs")
            found = project.first(*(_in(folder, str(path)) for path in paths))
            if found is not None:
                targets[found] = True
    dependencies = _table(manifest, "dependencies")
    default = package.get("default-run")
    return Package(
        folder,
        name,
        binaries,
        default if isinstance(default, str) else "",
        targets,
        frozenset(dependencies),
        tuple(
            _in(folder, str(each["path"]))
            for each in dependencies.values()
            if isinstance(each, dict) and "path" in each
        ),
    )


def _matches(folder: str, pattern: str) -> bool:
    return folder.count("/") == pattern.count("/") and matches_pattern(folder, pattern)


def _table(value: dict[str, object], key: str) -> dict[str, object]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _tables(value: object) -> list[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _in(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))
