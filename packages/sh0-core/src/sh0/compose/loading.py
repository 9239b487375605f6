"""Compose files into one tree: variables, ``extends``, ``include`` and overriding files followed."""

import posixpath
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from sh0.compose import dotenv
from sh0.compose.canonical import canonical
from sh0.compose.files import FileSource, is_inside, resolve
from sh0.compose.merge import merge, without_tags
from sh0.compose.schema import validate
from sh0.compose.tree import Interpolation, Node, bad, grow, walk
from sh0.errors import Invalid, NotFound
from sh0.place import Place
from sh0.yamltext import Document, load

__all__ = ["Loading", "find"]

FILES_LIMIT: Final = 100
"""Files that a project may consist of, and projects that it may include."""
TEXT_LIMIT: Final = 8 << 20
"""Characters that they may come to."""
NODES_LIMIT: Final = 20_000
"""Values that they may come to."""

NAMES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES: Final = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_ELEMENTS: Final = ("services", "volumes", "networks", "configs", "secrets", "models", "jobs")


def find(files: FileSource, folder: str = "") -> tuple[str, ...]:
    """The Compose file of a folder by its usual names, then the file that overrides it; nothing if there is none."""

    def first(names: Sequence[str]) -> tuple[str, ...]:
        paths = (resolve(folder, name) for name in names)
        return next(((path,) for path in paths if files.text(path) is not None), ())

    found = first(NAMES)
    return (*found, *first(_OVERRIDES)) if found else ()


@attrs.define
class Loading:
    """Reads the files of one project.

    Attributes:
        files: Where they are.
        read: Those that were read, in order.
        interpolations: One per project that was read: this one, and each that it includes.
    """

    files: FileSource
    read: list[str] = attrs.field(factory=list)
    interpolations: list[Interpolation] = attrs.field(factory=list)
    _characters: int = 0
    _nodes: int = 0
    _documents: dict[str, Document] = attrs.field(factory=dict)
    _trees: dict[tuple[str, str, int], Node] = attrs.field(factory=dict)

    def text(self, path: str) -> str | None:
        """The text of a file, counted."""
        text = self.files.text(path)
        if text is not None and path not in self.read:
            self.read.append(path)
            self._characters += len(text)
            if len(self.read) > FILES_LIMIT or self._characters > TEXT_LIMIT:
                raise Invalid(
                    f"the project has more than {FILES_LIMIT} files, or more than {TEXT_LIMIT >> 20} MiB of them",
                    hint="Split it.",
                    path=path,
                )
        return text

    def document(self, path: str, place: Place | None = None) -> Document:
        """A Compose file as it is written.

        Raises:
            NotFound: It is not there.
        """
        if path not in self._documents:
            text = self.text(path)
            if text is None:
                where = f"{place}: " if place else ""
                raise NotFound(f"{where}there is no file {path}", hint="Name a file of the project.", path=path)
            self._documents[path] = load(text, path)
        return self._documents[path]

    def variables(self, paths: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
        """The variables of ``.env`` files, the environment's own on top; a file that is not there is no error."""
        found: dict[str, str] = {}
        for path in paths:
            text = self.text(path)
            if text is not None:
                parsed = dotenv.parse(text, path, {**found, **environment})
                found |= {name: value for name, value in parsed.items() if value is not None}
        return {**found, **environment}

    def project(
        self,
        paths: Sequence[str],
        folder: str,
        environment: Mapping[str, str],
        chain: tuple[str, ...] = (),
        place: Place | None = None,
    ) -> Node:
        """Files merged in order, with all that they include.

        Args:
            paths: The files.
            folder: What their paths are relative to.
            environment: Variables that they may use.
            chain: The files that led here.
            place: Where these are named.

        Raises:
            Invalid: Something in them cannot be right; the message says where.
            NotFound: A file is not there.
        """
        for path in paths:
            if path in chain:
                circle = " → ".join([*chain[chain.index(path) :], path])
                raise bad(place or Place(path), "include", f"the files include each other in a circle: {circle}")
        interpolation = Interpolation(environment.get)
        self.interpolations.append(interpolation)
        if len(self.interpolations) > FILES_LIMIT:
            raise bad(place or Place(paths[0]), "include", f"more than {FILES_LIMIT} projects are included")
        tree: Node | None = None
        for path in paths:
            over = self._file(path, folder, interpolation, place)
            known = {} if tree is None else dict(tree.items.get("services", tree).items)
            over = self._extended(over, path, interpolation, known)
            tree = without_tags(over) if tree is None else merge(tree, over)
        assert tree is not None, "there is at least one file"
        return self._included(tree, folder, environment, (*chain, *paths))

    def _file(self, path: str, folder: str, interpolation: Interpolation, place: Place | None) -> Node:
        """One file: read, variables replaced, checked, in its long form."""
        key = (path, folder, id(interpolation))
        if key in self._trees:
            return self._trees[key]
        document = self.document(path, place)
        self._count(len(document.marks), path)
        tree = grow(document)
        if isinstance(tree.value, dict):
            tree = tree.holding({k: v for k, v in tree.items.items() if k != "version"})  # says nothing
        tree = interpolation.apply(tree)
        validate(without_tags(tree) if document.tags else tree)
        self._trees[key] = canonical(tree, folder)
        return self._trees[key]

    def _count(self, nodes: int, path: str) -> None:
        self._nodes += nodes
        if self._nodes > NODES_LIMIT:
            raise Invalid(
                f"{path}: the project's Compose files come to more than {NODES_LIMIT} values",
                hint="Split the project.",
                path=path,
            )

    def _extended(self, tree: Node, path: str, interpolation: Interpolation, known: Mapping[str, Node]) -> Node:
        services = tree.items.get("services")
        if services is None:
            return tree
        all_services = {**known, **services.items}
        found = {name: self._service(name, path, all_services, interpolation, ()) for name in services.items}
        return tree.holding({**tree.items, "services": services.holding(found)})

    def _service(
        self,
        name: str,
        path: str,
        services: Mapping[str, Node],
        interpolation: Interpolation,
        chain: tuple[tuple[str, str], ...],
    ) -> Node:
        """A service over the one it extends, if it extends one."""
        node = services[name]
        extends = node.items.get("extends")
        if extends is None:
            return node
        chain = (*chain, (path, name))
        base, file = str(extends.items["service"].value), extends.items.get("file")
        other = path if file is None else str(file.value)
        if (other, base) in chain:
            circle = " → ".join(service for _, service in [*chain[chain.index((other, base)) :], (other, base)])
            raise bad(extends.place, f"services.{name}.extends", f"services extend each other in a circle: {circle}")
        if len(chain) > 50:
            raise bad(extends.place, f"services.{name}.extends", "more than 50 services extend each other")
        if other != path:
            if not is_inside(other):
                raise bad(extends.place, f"services.{name}.extends", f"{other} lies outside of the project")
            tree = self._file(other, posixpath.dirname(other), interpolation, extends.place)
            services = tree.items["services"].items if "services" in tree.items else {}
        if base not in services:
            raise bad(extends.place, f"services.{name}.extends", f"there is no service {base} in {other}")
        below = self._service(base, other, services, interpolation, chain)
        self._count(sum(1 for _ in walk(below)), path)
        own = node.holding({key: child for key, child in node.items.items() if key != "extends"})
        return attrs.evolve(merge(below, own, ("services", name)), place=node.place)

    def _included(self, tree: Node, folder: str, environment: Mapping[str, str], chain: tuple[str, ...]) -> Node:
        include = tree.items.get("include")
        top = {key: child for key, child in tree.items.items() if key != "include"}
        for entry in include.elements if include else ():
            paths = _paths(entry.items.get("path", entry), folder)
            for path in paths:
                if "://" in path or path.startswith(("oci:", "git@")):
                    raise bad(entry.place, "include", f"{path} is elsewhere, and sh0 fetches no Compose files")
                if not is_inside(path):
                    raise bad(entry.place, "include", f"{path} lies outside of the project")
            if not paths:
                raise bad(entry.place, "include", "needs a path")
            below = entry.items.get("project_directory")
            directory = posixpath.dirname(paths[0]) if below is None else resolve(folder, str(below.value))
            given = entry.items.get("env_file")
            env_files = [resolve(directory, ".env")] if given is None else _paths(given, folder)
            variables = self.variables(env_files, environment)
            found = _settled(self.project(paths, directory, variables, chain, entry.place), variables)
            for element in _ELEMENTS:
                if element in found.items:
                    top[element] = _joined(top.get(element), found.items[element], element)
        return tree.holding(top)


def _settled(tree: Node, variables: Mapping[str, str]) -> Node:
    """What is included, with the values that only its own variables have."""

    def service(node: Node) -> Node:
        entries = node.items.get("environment")
        if entries is None:
            return node
        found = {k: v.holding(variables.get(k)) if v.value is None else v for k, v in entries.items.items()}
        return node.holding({**node.items, "environment": entries.holding(found)})

    def config(node: Node) -> Node:
        source = node.items.get("environment")
        if source is None or source.value not in variables:
            return node
        rest = {key: child for key, child in node.items.items() if key != "environment"}
        return node.holding({**rest, "content": source.holding(variables[source.value])})

    top = dict(tree.items)
    for element, settle in (("services", service), ("configs", config), ("secrets", config)):
        if element in top:
            found = {name: settle(child) for name, child in top[element].items.items()}
            top[element] = top[element].holding(found)
    return tree.holding(top)


def _paths(node: Node, folder: str) -> list[str]:
    each = node.elements if isinstance(node.value, list) else [node]
    return [str(one.value) if "://" in str(one.value) else resolve(folder, str(one.value)) for one in each]


def _joined(own: Node | None, included: Node, element: str) -> Node:
    """What is included beside what is there; the same name twice must mean the same."""
    if own is None:
        return included
    for name, child in included.items.items():
        if name in own.items and own.items[name].plain() != child.plain():
            raise bad(
                child.place,
                f"{element}.{name}",
                f"is included here, and something else of that name is in {own.items[name].place}",
                "Rename one of them.",
            )
    return own.holding({**included.items, **own.items})
