"""The project's own elements that its services use: volumes, networks, configs and secrets."""

from collections.abc import Collection, Iterator, Mapping, Set

from sh0.compose.fields import Fields
from sh0.compose.loading import Loading
from sh0.compose.model import Config, Network, Volume
from sh0.compose.services import Service, VolumeMount
from sh0.compose.tree import Node, bad
from sh0.errors import Invalid
from sh0.place import Place
from sh0.ports.container import ENGINE_NAME
from sh0.values import Secret

__all__ = ["read_configs", "read_networks", "read_secrets", "read_volumes"]


def read_volumes(project: Fields, services: Collection[Service]) -> dict[str, Volume]:
    """The volumes that services mount, as far as they are declared."""
    used = {mount.source for each in services for mount in each.mounts if isinstance(mount, VolumeMount)}
    return {
        key: Volume(
            key=key,
            name=_name(key, entry, always=True),
            driver=entry.text("driver"),
            options=entry.mapping("driver_opts"),
            external=entry.truth("external"),
            labels=entry.mapping("labels"),
            place=entry.node.place,
        )
        for key, entry in _entries(project, "volumes", used)
    }


def read_networks(project: Fields, services: Collection[Service]) -> dict[str, Network]:
    """The networks that services join, as far as they are declared; the default one is there without that."""
    used = {key for each in services for key in each.networks}
    entries = dict(_entries(project, "networks", used))
    if "default" in used and "default" not in entries:
        top = Place(project.node.place.path, 1, 1)
        entries["default"] = Fields(Node({}, top), "networks.default")
    return {
        key: Network(
            key=key,
            name=_name(key, entry),
            driver=entry.text("driver"),
            options=entry.mapping("driver_opts"),
            external=entry.truth("external"),
            internal=entry.truth("internal"),
            subnets=tuple(block.text("subnet") for block in entry.below("ipam").each("config") if block.has("subnet")),
            labels=entry.mapping("labels"),
            place=entry.node.place,
        )
        for key, entry in entries.items()
    }


def read_configs(
    project: Fields, services: Collection[Service], loading: Loading, environment: Mapping[str, str]
) -> dict[str, Config]:
    """The configs that services are granted, as far as they are declared, with their content."""
    used = {grant.source for each in services for grant in each.configs}
    return {key: _config(key, entry, loading, environment) for key, entry in _entries(project, "configs", used)}


def read_secrets(
    project: Fields, services: Collection[Service], loading: Loading, environment: Mapping[str, str]
) -> dict[str, Config]:
    """The secrets that services and their builds are granted, as far as they are declared, with their content."""
    granted = [each.secrets for each in services] + [each.build.secrets for each in services if each.build]
    used = {grant.source for grants in granted for grant in grants}
    return {key: _config(key, entry, loading, environment) for key, entry in _entries(project, "secrets", used)}


def _entries(project: Fields, element: str, used: Set[str]) -> Iterator[tuple[str, Fields]]:
    entries = project.below(element)
    for key in entries.node.items:
        if key in used:
            yield key, entries.below(key)


def _name(key: str, entry: Fields, *, always: bool = False) -> str:
    """The name that the file gives an element on the engine.

    Raises:
        Invalid: It is not of the engine's grammar, and would be looked for (or made, if `always`) under it.
    """
    name, external = entry.text("name"), entry.truth("external")
    looked_for = name or (key if external else "")
    if looked_for and (external or always) and ENGINE_NAME.fullmatch(looked_for) is None:
        raise bad(
            entry.place("name"),
            f"{entry.path}.name",
            f"must be a name on the engine, not {looked_for!r:.100}",
            "Names have letters, digits and _.- and begin with a letter or a digit; mount a path as a bind.",
        )
    return name


def _config(key: str, entry: Fields, loading: Loading, environment: Mapping[str, str]) -> Config:
    """A config or a secret.

    Raises:
        Invalid: It has no source of its content, or more than one; or its file cannot be read.
    """
    external = entry.truth("external")
    sources = [source for source in ("file", "content", "environment") if entry.has(source)]
    if not external and len(sources) != 1:
        said = " and ".join(sources) or "none"
        raise bad(entry.node.place, entry.path, f"needs one of file, content, environment or external; it has {said}")
    content, origin = (None, "the platform") if external else _content(entry, sources[0], loading, environment)
    return Config(
        key=key,
        name=_name(key, entry),
        content=None if content is None else Secret(content),
        origin=origin,
        external=external,
        labels=entry.mapping("labels"),
        place=entry.node.place,
    )


def _content(entry: Fields, source: str, loading: Loading, environment: Mapping[str, str]) -> tuple[str | None, str]:
    value = entry.text(source)
    if source == "content":
        return value, "the Compose file"
    if source == "environment":
        return environment.get(value), f"the variable {value}"
    try:
        return loading.text(value), f"the file {value}"
    except Invalid as error:
        place: Place = entry.place(source)
        raise bad(place, entry.path, error.message, error.hint) from None
