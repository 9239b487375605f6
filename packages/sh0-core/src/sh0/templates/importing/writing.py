"""A draft as the text of a template, in the style in which templates are written."""

from typing import Any

import yaml

from sh0.importers.draft import Draft
from sh0.templates.model import FORMAT

__all__ = ["to_yaml", "write"]

_ORDER = ("title", "revision", "summary", "categories", "tags", "icon", "links", "source", "memory")
_FLOW = frozenset({"categories", "tags", "choices", "test"})
_FILE = ("services", "volumes", "networks", "configs", "secrets")


class _Flow(list[Any]):
    """A list that is written in one line."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list below its key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value.rstrip("\n") or value.count("\n") > 1 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def write(draft: Draft) -> str:
    """The template's file."""
    block: dict[str, Any] = {"format": FORMAT}
    block |= {key: draft.about[key] for key in _ORDER if draft.about.get(key)}
    if draft.permissions:
        block["allow"] = draft.permissions
    if draft.unpinned:
        block["unpinned"] = draft.unpinned
    if draft.expose:
        block["expose"] = draft.expose
    if draft.variables:
        block["variables"] = draft.variables
    rest = {key: draft.content[key] for key in _FILE if draft.content.get(key)}
    return "\n".join(to_yaml({key: value}) for key, value in {"x-sh0": block, **rest}.items())


def to_yaml(value: Any) -> str:
    """A value as YAML, with short lists in one line where the format has them so."""
    return yaml.dump(_flowed(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _flowed(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _flowed(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return _Flow(value) if key in _FLOW else [_flowed(inner) for inner in value]
    return value
