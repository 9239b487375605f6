"""Lists that hold each key once: of entries with the same key the last one counts, as Docker has it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs

from sh0.compose import volumes
from sh0.compose.model import Note, NoteKind
from sh0.compose.tree import Node
from sh0.source.yamltext import Path

__all__ = ["UNIQUE", "Repeated", "key_of", "unique"]

_Key = Callable[[Node], object]
Pattern = tuple[str, ...]


def _pair(node: Node) -> object:
    """``NAME`` of ``NAME=value``."""
    return str(node.value).partition("=")[0]


def _field(*names: str) -> _Key:
    """The first of these fields, or the whole text of a short form."""

    def key(node: Node) -> object:
        return next((str(node.items[name].value) for name in names if name in node.items), str(node.value))

    return key


def _grant(folder: str) -> _Key:
    """Where a config or secret is put; a target that is no absolute path lies in `folder`."""

    def key(node: Node) -> object:
        target = _field("target", "source")(node)
        return target if str(target).startswith("/") else f"{folder}{target}"

    return key


def _volume(node: Node) -> object:
    if node.items:
        return _field("target")(node)
    try:
        return volumes.parse(str(node.value))["target"]
    except ValueError:  # which its reader tells of
        return str(node.value)


def _memory(node: Node) -> object:
    return str(node.value).partition(":")[0]


def _device(node: Node) -> object:
    if node.items:
        return _field("target", "source")(node)
    parts = str(node.value).split(":")
    return parts[1] if len(parts) > 1 and not set(parts[1]) <= set("rwm") else parts[0]


def _port(node: Node) -> object:
    if not node.items:
        return str(node.value)
    return tuple(
        str(node.items[name].value) if name in node.items else default
        for name, default in (("host_ip", ""), ("published", ""), ("target", ""), ("protocol", "tcp"))
    )


_SERVICE: Final[Mapping[str, _Key]] = {
    **dict.fromkeys(
        (
            "annotations", "build.additional_contexts", "build.args", "build.labels", "build.tags", "cap_add",
            "cap_drop", "deploy.labels", "dns", "dns_opt", "dns_search", "environment", "labels", "links",
            "networks.*.aliases", "networks.*.link_local_ips", "profiles", "sysctls",
        ),
        _pair,
    ),
    "configs": _grant("/"),
    "devices": _device,
    "env_file": _field("path"),
    "expose": _field(),
    "ports": _port,
    "secrets": _grant("/run/secrets/"),
    "tmpfs": _memory,
    "volumes": _volume,
}  # fmt: skip
UNIQUE: Final[Mapping[Pattern, _Key]] = {
    **{("services", "*", *path.split(".")): key for path, key in _SERVICE.items()},
    **{(element, "*", "labels"): _pair for element in ("networks", "volumes", "configs", "secrets")},
}
"""The lists, by their path, and what tells their entries apart."""
_LENGTHS: Final = frozenset(map(len, UNIQUE))


def key_of(path: Path) -> _Key | None:
    """What tells the entries of a list apart that holds each key once; None for any other list."""
    if len(path) not in _LENGTHS:
        return None
    return next((key for pattern, key in UNIQUE.items() if _fits(pattern, path)), None)


def _fits(pattern: Pattern, path: Path) -> bool:
    return len(pattern) == len(path) and all(want in ("*", step) for want, step in zip(pattern, path, strict=True))


@attrs.frozen
class Repeated:
    """A tree without repeated entries.

    Attributes:
        tree: The tree.
        notes: What was dropped.
    """

    tree: Node
    notes: tuple[Note, ...]


def unique(tree: Node) -> Repeated:
    """A file whose lists hold each key once; the place of an entry is its first, its content its last.

    It is asked before anything is validated, since Docker's own check of repeated entries comes after this too.
    """
    notes: list[Note] = []

    def visit(node: Node, path: Path, patterns: tuple[Pattern, ...]) -> Node:
        here = [pattern for pattern in patterns if len(pattern) == len(path)]
        if here and isinstance(node.value, list):
            return node.holding(list(_last(node.elements, path, UNIQUE[here[0]], notes)))
        if not isinstance(node.value, dict):
            return node
        found = dict(node.value)
        for key, child in node.value.items():
            below = tuple(p for p in patterns if len(p) > len(path) and p[len(path)] in ("*", key))
            if below and isinstance(child.value, dict | list):
                found[key] = visit(child, (*path, key), below)
        return node.holding(found)

    return Repeated(visit(tree, (), tuple(UNIQUE)), tuple(notes))


def _last(elements: list[Node], path: Path, key_of: _Key, notes: list[Note]) -> Iterator[Node]:
    found: dict[object, Node] = {}
    for element in elements:
        key = key_of(element)
        if key in found:
            service = str(path[1]) if path[0] == "services" else ""
            where = ".".join(map(str, path[2:] if service else path))
            shown = ":".join(filter(None, key)) if isinstance(key, tuple) else key
            message = f"{where} has {shown!s:.80} more than once; the last entry counts"
            notes.append(Note(NoteKind.CHANGED, service, where, message, element.place))
        found[key] = element
    return iter(found.values())
