"""Files over files, and services over those they extend, by the rules of the Compose Specification."""

from typing import Final

from sh0.compose.tree import Node
from sh0.yamltext import Path

__all__ = ["merge", "without_tags"]

_KEYED: Final = {
    "ports": ("host_ip", "target", "published", "protocol"),
    "volumes": ("target",),
    "configs": ("target", "source"),
    "secrets": ("target", "source"),
    "devices": ("target",),
    "env_file": ("path",),
}
"""Lists of a service that hold each key once; the later entry of the same key takes the earlier one's place."""


def merge(base: Node, over: Node, path: Path = ()) -> Node:
    """The content of one file with another's on top. Both are in the long form.

    Args:
        base: What is there.
        over: What comes on top; ``!reset`` removes and ``!override`` replaces what is there.
        path: Where both are, from the top.
    """
    if over.tag == "!override":
        return without_tags(over)
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        if path[:1] == ("services",) and path[2:] == ("logging",) and _driver(base) != _driver(over):
            return without_tags(over)
        found = dict(base.items)
        for key, child in over.items.items():
            if child.tag == "!reset":
                found.pop(key, None)
            elif key in found:
                found[key] = merge(found[key], child, (*path, key))
            else:
                found[key] = without_tags(child)
        return Node(found, over.place, base.tag)
    if isinstance(base.value, list) and isinstance(over.value, list):
        inside = path[2:] if path[:1] == ("services",) else ()
        if inside in (("command",), ("entrypoint",), ("healthcheck", "test")):
            return without_tags(over)
        return base.holding(_joined(base, without_tags(over), str(inside[0]) if len(inside) == 1 else ""))
    if over.value is None and path[2:3] != ("environment",):
        return base
    return without_tags(over)


def _joined(base: Node, over: Node, key: str) -> list[Node]:
    """Both lists, each entry once; the place of an entry is its first, its content its last."""
    found: dict[object, Node] = {}
    for index, each in enumerate([*base.elements, *over.elements]):
        found[_identity(each, key, index)] = each
    return list(found.values())


def _identity(node: Node, key: str, index: int) -> object:
    if not isinstance(node.value, dict | list):
        return str(node.value)
    if key not in _KEYED:
        return index
    entries = {name: node.items.get(name) for name in _KEYED[key]}
    if key in ("configs", "secrets") and entries["target"] is not None:
        entries.pop("source")
    return tuple((name, None if child is None else str(child.value)) for name, child in entries.items())


def _driver(node: Node) -> object:
    driver = node.items.get("driver")
    return None if driver is None else driver.value


def without_tags(node: Node) -> Node:
    """A tree whose ``!reset`` entries are gone; there was nothing to reset."""
    if isinstance(node.value, dict):
        kept = {key: without_tags(child) for key, child in node.items.items() if child.tag != "!reset"}
        return Node(kept, node.place)
    if isinstance(node.value, list):
        return Node([without_tags(child) for child in node.elements if child.tag != "!reset"], node.place)
    return Node(node.value, node.place) if node.tag else node
