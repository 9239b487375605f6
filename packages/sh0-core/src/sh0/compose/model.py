"""A Compose project as records: what `sh0.compose.reading.read` makes of the files. No I/O.

All forms that the Compose Specification allows for a thing have become one: short syntax, lists of ``K=V``, durations,
sizes and booleans written as texts. Variables are replaced, files merged, ``extends`` and ``include`` followed,
``env_file`` read. What runs inside a service is in `sh0.compose.services`.
"""

from collections.abc import Mapping
from enum import StrEnum

import attrs

from sh0.compose.permissions import Permission, PermissionKind
from sh0.compose.services import Service
from sh0.place import Place
from sh0.values import Secret

__all__ = [
    "ComposeProject",
    "Config",
    "Network",
    "Note",
    "NoteKind",
    "Permission",
    "PermissionKind",
    "Variable",
    "Volume",
]


class NoteKind(StrEnum):
    """What is to be known about a project.

    Attributes:
        UNSUPPORTED: A key is not honoured.
        DANGEROUS: It reaches beyond a container, and needs a permission.
        CHANGED: A key means something else here.
        UNSET: A variable has no value.
    """

    UNSUPPORTED = "unsupported"
    DANGEROUS = "dangerous"
    CHANGED = "changed"
    UNSET = "unset"


@attrs.frozen
class Note:
    """Something about the files that the operator has to know.

    Attributes:
        kind: What sort of remark it is.
        service: Name of the service; empty for the project's own elements.
        key: The key, from the service downwards, as in ``deploy.placement``; for the project's own elements from the
            top, as in ``networks.front.ipam``; for a variable its name.
        message: What sh0 makes of it, in a sentence.
        place: Where it is written.
        allow: For a dangerous one: what kind of thing the operator must allow. For one that is changed: what would make
            sh0 do as the file says, if anything does.
        subject: What exactly, as in `Permission`.
    """

    kind: NoteKind
    service: str
    key: str
    message: str
    place: Place
    allow: PermissionKind | None = None
    subject: str = ""

    @property
    def permission(self) -> Permission | None:
        """What the operator must allow, if anything."""
        return None if self.allow is None else Permission(self.allow, self.subject, self.service)


@attrs.frozen
class Variable:
    """A variable that the files use as ``${NAME}``.

    Attributes:
        name: Its name.
        set: Whether it has a value (from the environment given, or an ``.env`` file).
        default: What the file gives instead of a missing value, or None.
        place: Where it is used first.
    """

    name: str
    set: bool
    default: str | None
    place: Place


@attrs.frozen
class Volume:
    """A named volume.

    Attributes:
        key: Name by which services mount it.
        name: Name on the engine if the file gives one; empty: sh0 chooses, and keeps it apart from other stacks'.
        driver: Its driver; empty for the engine's own.
        options: Options of the driver.
        external: Whether it exists already and is never made or removed.
        labels: Labels.
        place: Where it is declared.
    """

    key: str
    name: str
    driver: str
    options: Mapping[str, str]
    external: bool
    labels: Mapping[str, str]
    place: Place = attrs.field(eq=False)


@attrs.frozen
class Network:
    """A network.

    Attributes:
        key: Name by which services join it.
        name: Name on the engine if the file gives one; empty: sh0 chooses.
        driver: Its driver; empty for the engine's own.
        options: Options of the driver.
        external: Whether it exists already and is never made or removed.
        internal: Whether nothing outside of it can be reached from it.
        subnets: Address ranges that the file asks for, in CIDR form.
        labels: Labels.
        place: Where it is declared; the file's first line for the one that every project has, ``default``.
    """

    key: str
    name: str
    driver: str
    options: Mapping[str, str]
    external: bool
    internal: bool
    subnets: tuple[str, ...]
    labels: Mapping[str, str]
    place: Place = attrs.field(eq=False)


@attrs.frozen
class Config:
    """A config or a secret: a small file that services are granted.

    Attributes:
        key: Name by which services are granted it.
        name: Name on the engine if the file gives one; empty otherwise.
        content: What is in it, from its ``file``, ``content`` or ``environment``; None if it is external, or if its
            file or variable is missing, which is an error only once a service is granted it.
        origin: Where the content comes from, in words, as in ``the file ./nginx.conf``.
        external: Whether the platform holds it already.
        labels: Labels.
        place: Where it is declared.
    """

    key: str
    name: str
    content: Secret | None
    origin: str
    external: bool
    labels: Mapping[str, str]
    place: Place = attrs.field(eq=False)


@attrs.frozen
class ComposeProject:
    """A whole Compose project.

    Attributes:
        name: From the argument, else ``name`` in the file, else the folder's, as Compose forms it.
        services: The services that are switched on, by name, in the order of the files; their dependencies have no
            cycle and all exist.
        inactive: Names of the services that are off because none of their profiles is on.
        volumes: Named volumes that the active services mount.
        networks: Networks that the active services join.
        configs: Configs that the active services are granted.
        secrets: Secrets that the active services are granted.
        variables: Every variable that the files use, by name.
        notes: What is unsupported, dangerous or different here, in the order of the files.
        files: The Compose files that were read, in order, then ``.env`` and others.
        extensions: The top-level ``x-`` elements, as written (variables replaced).
    """

    name: str
    services: Mapping[str, Service]
    inactive: tuple[str, ...] = ()
    volumes: Mapping[str, Volume] = attrs.field(factory=dict)
    networks: Mapping[str, Network] = attrs.field(factory=dict)
    configs: Mapping[str, Config] = attrs.field(factory=dict)
    secrets: Mapping[str, Config] = attrs.field(factory=dict)
    variables: Mapping[str, Variable] = attrs.field(factory=dict)
    notes: tuple[Note, ...] = ()
    files: tuple[str, ...] = ()
    extensions: Mapping[str, object] = attrs.field(factory=dict)

    def needed(self) -> frozenset[PermissionKind]:
        """What the operator must allow before this project may be started."""
        return frozenset(note.allow for note in self.notes if note.allow and note.kind is NoteKind.DANGEROUS)
