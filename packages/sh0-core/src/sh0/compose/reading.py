"""Compose files read: the one way from texts to a `ComposeProject`."""

import posixpath
import re
from collections.abc import Iterable, Mapping

from sh0.compose.elements import read_configs, read_networks, read_secrets, read_volumes
from sh0.compose.fields import Fields
from sh0.compose.files import FileSource, resolve
from sh0.compose.graph import check_references, resolved
from sh0.compose.loading import Loading, find
from sh0.compose.model import ComposeProject, Note, NoteKind, Variable
from sh0.compose.notes import notes
from sh0.compose.service_reading import read_service
from sh0.compose.services import Service
from sh0.compose.tree import Interpolation, bad, grow
from sh0.errors import Invalid, NotFound

__all__ = ["find", "read"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LETTERS = "of lower-case letters, digits, hyphens and underscores"


def read(
    files: FileSource,
    path: str | tuple[str, ...] = "",
    environment: Mapping[str, str] | None = None,
    profiles: Iterable[str] = (),
    name: str = "",
) -> ComposeProject:
    """Read a Compose project.

    Args:
        files: Where its files are; nothing outside is ever read.
        path: The Compose file, or several that are merged in order. Empty: the usual names are looked for at the top,
            and ``compose.override.yaml`` comes on top of what is found.
        environment: Variables that the files may use. Those of an ``.env`` file beside the first file come below.
        profiles: Profiles that are on; "*" for all. ``COMPOSE_PROFILES`` is honoured where none is given.
        name: Name of the project; empty: ``COMPOSE_PROJECT_NAME``, then ``name`` in the file, then the folder's. The
            files may use it as ``COMPOSE_PROJECT_NAME``.

    Raises:
        NotFound: There is no such file.
        Invalid: The files cannot be right. Message and details say where: file, line and path in the file.
    """
    paths = (path,) if isinstance(path, str) and path else tuple(path) or find(files)
    if not paths:
        raise NotFound("there is no compose.yaml here", hint="Name the Compose file.")
    paths = tuple(resolve("", each) for each in paths)
    folder = posixpath.dirname(paths[0])
    loading = Loading(files)
    variables = loading.variables([resolve(folder, ".env")], environment or {})
    name = name or variables.get("COMPOSE_PROJECT_NAME", "") or _name(loading, paths, variables)
    if name and not _NAME.fullmatch(name):
        raise Invalid(f"the name of a project must be {_LETTERS}, not {name!r:.60}", hint="Choose another name.")
    if name:
        variables["COMPOSE_PROJECT_NAME"] = name
    tree = loading.project(paths, folder, variables)
    _refuse_missing(loading)
    on = frozenset(profiles) or frozenset(filter(None, variables.get("COMPOSE_PROFILES", "").split(",")))
    project = Fields(tree, "")
    services, off = _services(project.below("services"), on, loading, variables)
    used = _variables(loading)
    found = ComposeProject(
        name=name,
        services=services,
        inactive=off,
        volumes=read_volumes(project, services.values()),
        networks=read_networks(project, services.values()),
        configs=read_configs(project, services.values(), loading, variables),
        secrets=read_secrets(project, services.values(), loading, variables),
        variables=used,
        notes=notes(tree, services, used.values(), loading.notes),
        files=tuple(loading.read),
        extensions=project.extensions(),
    )
    check_references(found)
    return found


def _services(
    entries: Fields, on: frozenset[str], loading: Loading, variables: Mapping[str, str]
) -> tuple[dict[str, Service], tuple[str, ...]]:
    """The services that run, and the names of the others: those that are off, or have no replicas."""
    found: dict[str, Service] = {}
    off: dict[str, tuple[str, ...]] = {}
    elsewhere = set()
    idle: list[str] = []
    for key, node in entries.node.items.items():
        entry = entries.below(key)
        profiles = entry.texts("profiles")
        if entry.has("provider"):
            elsewhere.add(key)
        elif profiles and "*" not in on and not on & set(profiles):
            off[key] = profiles
        elif (service := read_service(key, node, loading, variables)).replicas:
            found[key] = service
        else:
            idle.append(key)
            message = f"{key} has no replicas: it is defined, and not started"
            loading.notes.append(Note(NoteKind.CHANGED, key, "replicas", message, service.place))
    if not found:
        raise bad(entries.node.place, "services", "there is no service to run", "Declare one, or turn on its profile.")
    return resolved(found, off, frozenset((*elsewhere, *idle))), (*off, *idle)


def _refuse_missing(loading: Loading) -> None:
    missing = {name: found for each in loading.interpolations for name, found in each.missing.items()}
    if missing:
        said = [f"{place}: {name}{': ' if text else ''}{text}" for name, (text, place) in missing.items()]
        raise Invalid(
            "\n".join(["variables without a value:", *said]),
            hint=f"Set {', '.join(missing)}.",
            variables=list(missing),
        )


def _variables(loading: Loading) -> dict[str, Variable]:
    found: dict[str, Variable] = {}
    for each in loading.interpolations:
        for name, (use, place) in each.used.items():
            found.setdefault(name, Variable(name, use.set, use.default, place))
    return found


def _name(loading: Loading, paths: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """The name that the last of the files gives, or the folder's with the letters that Compose allows."""
    for document in reversed([each for path in paths for each in loading.documents(path)]):
        written = document.value.get("name") if isinstance(document.value, dict) else None
        if isinstance(written, str) and written:
            node = Interpolation(variables.get).apply(grow(document).at(("name",)), ("name",))
            if not _NAME.fullmatch(str(node.value)):
                raise bad(node.place, "name", f"must be {_LETTERS}, not {node.value!r:.60}")
            return str(node.value)
    folder = posixpath.basename(posixpath.dirname(paths[0]))
    return re.sub(r"[^a-z0-9_-]", "", folder.lower()).lstrip("_-")
