"""Compose files into one tree: variables, ``extends``, ``include`` and overriding files followed."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from sh0.compose import dotenv
from sh0.compose.canonical import canonical
from sh0.compose.files import FileSource, is_inside, resolve
from sh0.compose.merge import merge, without_tags
from sh0.compose.model import Note, NoteKind
from sh0.compose.schema import validate
from sh0.compose.tree import Interpolation, Node, bad, dotted, grow, walk
from sh0.compose.unique import unique
from sh0.errors import Invalid, NotFound
from sh0.place import Place
from sh0.source.yamltext import Document, load_all

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
        notes: What was dropped of them, and values of ``.env`` files that lost a part.
        interpolations: One per project that was read: this one, and each that it includes.
    """

    files: FileSource
    read: list[str] = attrs.field(factory=list)
    notes: list[Note] = attrs.field(factory=list)
    interpolations: list[Interpolation] = attrs.field(factory=list)
    _characters: int = 0
    _nodes: int = 0
    _documents: dict[str, tuple[Document, ...]] = attrs.field(factory=dict)
    _trees: dict[tuple[str, str, int], tuple[Node, ...]] = attrs.field(factory=dict)

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

    def documents(self, path: str, place: Place | None = None) -> tuple[Document, ...]:
        """The documents of a Compose file as they are written; none for a file of comments.

        Raises:
            NotFound: It is not there.
        """
        if path not in self._documents:
            text = self.text(path)
            if text is None:
                where = f"{place}: " if place else ""
                raise NotFound(f"{where}there is no file {path}", hint="Name a file of the project.", path=path)
            self._documents[path] = load_all(text, path)
        return self._documents[path]

    def variables(self, paths: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
        """The variables of ``.env`` files, the environment's own on top; a file that is not there is no error."""
        found: dict[str, str] = {}
        for path in paths:
            text = self.text(path)
            if text is not None:
                parsed = dotenv.parse(text, path, {**found, **environment}, self.cut_off(path))
                found |= {name: value for name, value in parsed.items() if value is not None}
        return {**found, **environment}

    def cut_off(self, path: str, service: str = "") -> Callable[[str, int], None]:
        """What notes that a value of an environment file lost a part, because it uses a variable that is not set."""

        def note(name: str, line: int) -> None:
            message = (
                f"the value of {name} uses a variable that is not set, so a part of it is empty; "
                f"if its dollar sign is meant, write the value in single quotes"
            )
            self.notes.append(Note(NoteKind.UNSET, service, name, message, Place(path, line, 1)))

        return note

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
            for over in self._file(path, folder, interpolation, place):
                known = {} if tree is None else dict(tree.items.get("services", tree).items)
                over = self._extended(over, path, interpolation, known)
                tree = without_tags(over) if tree is None else merge(tree, over)
        tree = Node(None, Place(paths[0], 1, 1)) if tree is None else tree
        validate(tree)
        return self._included(tree, folder, environment, (*chain, *paths))

    def _file(self, path: str, folder: str, interpolation: Interpolation, place: Place | None) -> tuple[Node, ...]:
        """The documents of a file: read, variables replaced, checked as parts of a whole, in their long form."""
        key = (path, folder, id(interpolation))
        if key not in self._trees:
            documents = [each for each in self.documents(path, place) if each.value is not None]
            self._trees[key] = tuple(self._document(each, folder, interpolation) for each in documents)
        return self._trees[key]

    def _document(self, document: Document, folder: str, interpolation: Interpolation) -> Node:
        self._count(len(document.marks), document.name)
        for key_path, mark in document.typed_keys.items():
            if key_path[0] in _ELEMENTS and "x-" not in {str(step)[:2] for step in key_path}:
                where = Place(document.name, mark.line, mark.column)
                raise bad(where, dotted(key_path), "is no text: Compose takes none of its keys as a number or a truth")
        tree = grow(document)
        if isinstance(tree.value, dict):
            tree = tree.holding({k: v for k, v in tree.items.items() if k != "version"})  # says nothing
        repeated = unique(interpolation.apply(tree))
        self.notes += repeated.notes
        tree = repeated.tree
        validate(without_tags(tree) if document.tags else tree, partial=True)
        return canonical(tree, folder)

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
            services = {}
            for tree in self._file(other, posixpath.dirname(other), interpolation, extends.place):
                over = tree.items["services"].items if "services" in tree.items else {}
                services = {**services, **{n: merge(services[n], s) if n in services else s for n, s in over.items()}}
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
