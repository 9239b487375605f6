"""Every short form in its long one, and every path relative to the top of the project, so that files can be merged."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from sh0.compose import ports, volumes
from sh0.compose.files import resolve
from sh0.compose.tree import Node, bad
from sh0.place import Place

__all__ = ["canonical"]

_URL = re.compile(r"[a-z][a-z0-9+.-]*://|git@|github\.com/|[a-z-]+-image:")


@attrs.frozen
class _Base:
    """What a value is relative to: the folder of its paths, and the element it is in, for messages."""

    folder: str
    where: str


_Rewrite = Callable[[Node, _Base], Node]


def canonical(tree: Node, base: str) -> Node:
    """The content of a valid file in its long form.

    Args:
        tree: The content, with variables replaced.
        base: Folder that its paths are relative to, itself relative to the top of the project.

    Raises:
        Invalid: A short form cannot be read.
    """
    top = dict(tree.items)
    for element, rewrite in _TOP.items():
        if element in top:
            found = {
                name: rewrite(child, _Base(base, f"{element}.{name}")) for name, child in top[element].items.items()
            }
            top[element] = top[element].holding(found)
    return tree.holding(top)


def _keys(rewrites: Mapping[str, _Rewrite]) -> _Rewrite:
    """Rewrites the entries of a mapping, and makes an empty value an empty mapping."""

    def rewrite(node: Node, base: _Base) -> Node:
        found = {
            key: rewrites[key](child, base) if key in rewrites and child.value is not None else child
            for key, child in node.items.items()
        }
        return node.holding(found)

    return rewrite


def _new(value: Any, place: Place) -> Node:
    """A tree of plain values, all at one place."""
    if isinstance(value, dict):
        return Node({key: _new(child, place) for key, child in value.items()}, place)
    if isinstance(value, list):
        return Node([_new(child, place) for child in value], place)
    return Node(value, place)


def _pairs(node: Node, _: _Base) -> Node:
    """``- KEY=value`` as ``KEY: value``."""
    if not isinstance(node.value, list):
        return node
    found: dict[str, Node] = {}
    for element in node.elements:
        key, equals, value = str(element.value).partition("=")
        if not key and not equals:
            continue  # a variable that is not set, which is told of where variables are replaced
        found[key] = element.holding(value if equals else None)
    return node.holding(found)


def _hosts(node: Node, base: _Base) -> Node:
    """``- name=address`` (or ``name:address``) as ``name: [address, …]``."""
    found: dict[str, list[Node]] = {}
    if isinstance(node.value, list):
        for element in node.elements:
            match = re.fullmatch(r"([^=:]+)[=:](.+)", str(element.value))
            if match is None:
                raise bad(
                    element.place,
                    f"{base.where}.extra_hosts",
                    f"must have the form name=address, not {element.value!r:.60}",
                )
            found.setdefault(match[1], []).append(element.holding(match[2].strip("[]")))
    else:
        for name, child in node.items.items():
            found[name] = child.elements or [child.holding(str(child.value).strip("[]"))]
    return node.holding({name: Node(each, each[0].place) for name, each in found.items() if each})


def _many(node: Node, _: _Base) -> Node:
    """One as a list of one."""
    return node if isinstance(node.value, list) else node.holding([Node(node.value, node.place)])


def _named(default: Callable[[], dict[str, object]]) -> _Rewrite:
    """``- name`` as ``name: default``."""

    def rewrite(node: Node, _: _Base) -> Node:
        if not isinstance(node.value, list):
            return node
        return node.holding({str(each.value): _new(default(), each.place) for each in node.elements})

    return rewrite


def _path(node: Node, base: _Base) -> Node:
    if _URL.match(str(node.value)) or str(node.value).startswith("~"):
        return node
    return node.holding(resolve(base.folder, str(node.value)))


def _env_files(node: Node, base: _Base) -> Node:
    found = []
    for each in _many(node, base).elements:
        entry = dict(each.items) if each.items else {"path": each}
        found.append(Node({**entry, "path": _path(entry["path"], base)}, each.place, each.tag))
    return node.holding(found)


def _label_files(node: Node, base: _Base) -> Node:
    return node.holding([_path(each, base) for each in _many(node, base).elements])


def _ports(node: Node, base: _Base) -> Node:
    found: list[Node] = []
    for index, each in enumerate(node.elements):
        if isinstance(each.value, dict):
            found.append(each)
            continue
        try:
            found += [_new(entry, each.place) for entry in ports.parse(each.value)]
        except ValueError as error:
            raise bad(each.place, f"{base.where}.ports[{index}]", str(error)) from None
        if len(found) > ports.PORTS_LIMIT:
            raise bad(each.place, f"{base.where}.ports", f"are more than {ports.PORTS_LIMIT}")
    return node.holding(found)


def _volumes(node: Node, base: _Base) -> Node:
    found: list[Node] = []
    for index, each in enumerate(node.elements):
        entry = each
        if not isinstance(each.value, dict):
            try:
                entry = _new(volumes.parse(str(each.value)), each.place)
            except ValueError as error:
                raise bad(each.place, f"{base.where}.volumes[{index}]", str(error)) from None
        source = entry.items.get("source")
        kind = entry.items.get("type")
        if source is not None and kind is not None and kind.value == "bind":
            entry = entry.holding({**entry.items, "source": _path(source, base)})
        found.append(entry)
    return node.holding(found)


def _grants(node: Node, _: _Base) -> Node:
    found = [each if each.items else Node({"source": each}, each.place) for each in node.elements]
    return node.holding(found)


def _build(node: Node, base: _Base) -> Node:
    section = node if isinstance(node.value, dict) else Node({"context": node}, node.place, node.tag)
    return _BUILD(section, base)


def _extends(node: Node, base: _Base) -> Node:
    if not isinstance(node.value, dict):
        return Node({"service": node}, node.place)
    return _keys({"file": _path})(node, base)


def _external(node: Node, base: _Base) -> Node:
    """``external: {name: x}``, which is deprecated, as ``external: true`` and ``name: x``."""
    node = _keys({"labels": _pairs, "file": _path})(node, base)
    external = node.items.get("external")
    if external is None or not external.items:
        return node
    name = {"name": external.items["name"]} if "name" in external.items else {}
    return node.holding({**node.items, "external": _new(True, external.place), **name})


_BUILD: Final = _keys(
    {
        "context": _path,
        "args": _pairs,
        "labels": _pairs,
        "ssh": _pairs,
        "additional_contexts": _pairs,
        "extra_hosts": _hosts,
        "secrets": _grants,
        "no_cache_filter": _many,
    }
)
_SERVICE: Final = _keys(
    {
        "annotations": _pairs,
        "build": _build,
        "configs": _grants,
        "depends_on": _named(lambda: {"condition": "service_started"}),
        "deploy": _keys({"labels": _pairs}),
        "dns": _many,
        "dns_search": _many,
        "env_file": _env_files,
        "environment": _pairs,
        "extends": _extends,
        "extra_hosts": _hosts,
        "label_file": _label_files,
        "labels": _pairs,
        "models": _named(dict),
        "networks": _named(dict),
        "ports": _ports,
        "secrets": _grants,
        "sysctls": _pairs,
        "tmpfs": _many,
        "volumes": _volumes,
    }
)
_TOP: Final[Mapping[str, _Rewrite]] = {
    "services": _SERVICE,
    "volumes": _external,
    "networks": _external,
    "configs": _external,
    "secrets": _external,
}
