"""The project's own elements: volumes, networks, configs and secrets."""

from collections.abc import Mapping

from sh0.compose.fields import Fields
from sh0.compose.loading import Loading
from sh0.compose.model import Config, Network, Volume
from sh0.compose.tree import bad
from sh0.errors import Invalid
from sh0.place import Place
from sh0.values import Secret

__all__ = ["read_config", "read_network", "read_volume"]


def read_volume(key: str, entry: Fields) -> Volume:
    """A volume that the files declare."""
    return Volume(
        key=key,
        name=entry.text("name"),
        driver=entry.text("driver"),
        options=entry.mapping("driver_opts"),
        external=entry.truth("external"),
        labels=entry.mapping("labels"),
        place=entry.node.place,
    )


def read_network(key: str, entry: Fields) -> Network:
    """A network that the files declare."""
    return Network(
        key=key,
        name=entry.text("name"),
        driver=entry.text("driver"),
        options=entry.mapping("driver_opts"),
        external=entry.truth("external"),
        internal=entry.truth("internal"),
        subnets=tuple(block.text("subnet") for block in entry.below("ipam").each("config") if block.has("subnet")),
        labels=entry.mapping("labels"),
        place=entry.node.place,
    )


def read_config(key: str, entry: Fields, loading: Loading, environment: Mapping[str, str]) -> Config:
    """A config or a secret that the files declare, with its content.

    Raises:
        Invalid: It has no source of its content, or more than one; or its file cannot be read.
    """
    external = entry.truth("external")
    sources = [source for source in ("file", "content", "environment") if entry.has(source)]
    if not external and len(sources) != 1:
        said = "none" if not sources else " and ".join(sources)
        raise bad(entry.node.place, entry.path, f"needs one of file, content, environment or external; it has {said}")
    content, origin = None, "the platform"
    if not external:
        content, origin = _content(entry, sources[0], loading, environment)
    return Config(
        key=key,
        name=entry.text("name"),
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
