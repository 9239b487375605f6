"""Files over files, and services over those they extend, by the rules of the Compose Specification."""

from sh0.compose.tree import Node
from sh0.compose.unique import key_of
from sh0.source.yamltext import Path

__all__ = ["merge", "without_tags"]


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
        if path[:1] == ("services",) and _replaced(base, over, path[2:]):
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
        if path[:1] == ("services",) and path[2:] in (("command",), ("entrypoint",), ("healthcheck", "test")):
            return without_tags(over)
        return base.holding(_joined(base, without_tags(over), path))
    if over.value is None and path[2:3] != ("environment",):
        return base
    return without_tags(over)


def _joined(base: Node, over: Node, path: Path) -> list[Node]:
    """Both lists, each entry once; the place of an entry is its first, its content its last."""
    key_of_entry = key_of(path)
    found: dict[object, Node] = {}
    for index, each in enumerate([*base.elements, *over.elements]):
        if key_of_entry is not None:
            found[key_of_entry(each)] = each
        elif path[:1] == ("networks",) and path[2:] == ("ipam", "config") and "subnet" in each.items:
            key = str(each.items["subnet"].value)
            found[key] = merge(found[key], each) if key in found else each
        else:
            found[index if isinstance(each.value, dict | list) else str(each.value)] = each
    return list(found.values())


def _replaced(base: Node, over: Node, path: Path) -> bool:
    """Whether a mapping of a service replaces the one below: the options of another log driver, and a single limit."""
    if path == ("logging",):
        named = [driver.value for node in (base, over) if (driver := node.items.get("driver"))]
        return len(set(named)) == 2
    return len(path) == 2 and path[0] == "ulimits"


def without_tags(node: Node) -> Node:
    """A tree whose ``!reset`` entries are gone; there was nothing to reset."""
    if isinstance(node.value, dict):
        kept = {key: without_tags(child) for key, child in node.items.items() if child.tag != "!reset"}
        return Node(kept, node.place)
    if isinstance(node.value, list):
        return Node([without_tags(child) for child in node.elements if child.tag != "!reset"], node.place)
    return Node(node.value, node.place) if node.tag else node
