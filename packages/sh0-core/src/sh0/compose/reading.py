"""Compose files read: the one way from texts to a `ComposeProject`."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sh0.compose import notes
from sh0.compose.elements import read_config, read_network, read_volume
from sh0.compose.fields import Fields
from sh0.compose.files import FileSource, resolve
from sh0.compose.graph import check_references, without_inactive
from sh0.compose.loading import Loading, find
from sh0.compose.model import ComposeProject, Variable
from sh0.compose.service_reading import read_service
from sh0.compose.services import VolumeMount
from sh0.compose.tree import Node, bad
from sh0.errors import Invalid, NotFound
from sh0.place import Place

__all__ = ["find", "read"]


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
        name: Name of the project; empty: ``COMPOSE_PROJECT_NAME``, then ``name`` in the file, then the folder's.

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
    tree = loading.project(paths, folder, variables)
    _refuse_missing(loading)
    on = frozenset(profiles) or frozenset(filter(None, variables.get("COMPOSE_PROFILES", "").split(",")))
    project = Fields(tree, "")
    nodes = tree.items.get("services", Node({}, tree.place))
    runnable = {key: node for key, node in nodes.items.items() if not Fields(node, "").has("provider")}
    services = {key: read_service(key, node, loading, variables) for key, node in runnable.items()}
    active = without_inactive(services, on, frozenset(nodes.items) - frozenset(runnable))
    if not active:
        raise bad(nodes.place, "services", "there is no service to run", "Declare one, or turn on its profile.")

    def declared(element: str, used: Iterable[str], make: Any) -> dict[str, Any]:
        entries = project.below(element)
        wanted = set(used)
        return {key: make(key, entries.below(key)) for key in entries.node.items if key in wanted}

    each = active.values()
    networks = declared("networks", (key for service in each for key in service.networks), read_network)
    if "default" not in networks and any("default" in service.networks for service in each):
        networks["default"] = read_network("default", Fields(Node({}, Place(paths[0], 1, 1)), "networks.default"))

    def config(key: str, entry: Fields) -> Any:
        return read_config(key, entry, loading, variables)

    found = ComposeProject(
        name=_name(name, variables, tree, folder),
        services=active,
        inactive=tuple(key for key in services if key not in active),
        volumes=declared(
            "volumes", (m.source for s in each for m in s.mounts if isinstance(m, VolumeMount)), read_volume
        ),
        networks=networks,
        configs=declared("configs", (grant.source for service in each for grant in service.configs), config),
        secrets=declared(
            "secrets",
            (g.source for s in each for g in (*s.secrets, *(s.build.secrets if s.build else ()))),
            config,
        ),
        variables=_variables(loading),
        notes=notes.notes(tree, active),
        files=tuple(loading.read),
        extensions=project.extensions(),
    )
    check_references(found)
    return found


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


def _name(given: str, variables: Mapping[str, str], tree: Node, folder: str) -> str:
    """The project's name; one that is derived from a folder keeps the letters that Compose allows."""
    written = tree.items.get("name")
    name = given or variables.get("COMPOSE_PROJECT_NAME", "") or (str(written.value) if written else "")
    if not name:
        return re.sub(r"[^a-z0-9_-]", "", posixpath.basename(folder).lower()).lstrip("_-")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise bad(
            written.place if written else tree.place,
            "name",
            f"must be of lower-case letters, digits, hyphens and underscores, not {name!r:.60}",
        )
    return name
