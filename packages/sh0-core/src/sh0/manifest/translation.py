"""A first sh0.yaml, out of the files that another platform reads."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import attrs

from sh0.builds.other_platforms import statements
from sh0.errors import Invalid
from sh0.manifest.reading import FILE, read_manifest
from sh0.source.local import local_folder
from sh0.source.tree import Project

__all__ = ["TranslatedManifest", "translate_folder"]

_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


@attrs.frozen
class TranslatedManifest:
    """What other platforms' files say, as a sh0.yaml.

    Attributes:
        text: Text of the sh0.yaml.
        files: The files that it was made of.
        untold: What of them it cannot say, as ``FILE: KEY``.
    """

    text: str
    files: tuple[str, ...]
    untold: tuple[str, ...]


def translate_folder(folder: str | Path, app: str) -> TranslatedManifest | None:
    """Translate what is understood of app.json, render.yaml, fly.toml and the like. Nothing is written or executed.

    Where two files say something about the same, the first counts. What a sh0.yaml would not accept is left out and
    told.

    Args:
        folder: The folder of the app.
        app: What it is called.

    Returns:
        None if there is no such file, or none of them says what a sh0.yaml can say, or a sh0.yaml is there already.

    Raises:
        NotFound: There is no such folder.
    """
    project = Project(local_folder(folder))
    if project.has(FILE):
        return None
    text, files, untold = f"app: {app}\n", list[str](), list[str]()
    sections: dict[str, dict[str, object]] = {}
    for each in statements(project):
        untold += [f"{each.path}: {key}" for key in each.untold]
        for section, values in each.written.items():
            known = sections.setdefault(section, {})
            fresh = {name: value for name, value in values.items() if name not in known}
            accepted = {name: value for name, value in fresh.items() if _accepted(app, section, {name: value})}
            known.update(accepted)
            untold += [f"{each.path}: {f'{section}.{name}'.rstrip('.')}" for name in fresh if name not in accepted]
            files += [each.path] if accepted else []
    kept = {section: values for section, values in sections.items() if values}
    if not kept:
        return None
    text += "".join(_section(section, values) for section, values in kept.items())
    told = "".join(f"# Not translated: {each}\n" for each in untold)
    named = tuple(dict.fromkeys(files))
    return TranslatedManifest(f"# Made of {', '.join(named)}.\n{told}{text}", named, tuple(untold))


def _accepted(app: str, section: str, values: Mapping[str, object]) -> bool:
    try:
        read_manifest(f"app: {app}\n{_section(section, values)}")
    except Invalid:
        return False
    return True


def _section(section: str, values: Mapping[str, object]) -> str:
    """A section in YAML; values are written as JSON, which YAML contains."""
    if "" in values:
        return f"{section}: {_plain(values[''])}\n"
    return f"{section}:\n" + "".join(f"  {_plain(name)}: {_plain(value)}\n" for name, value in values.items())


def _plain(value: object) -> str:
    bare = isinstance(value, str) and re.fullmatch(r"[A-Za-z]\w*", value, re.ASCII) and value.lower() not in _WORDS
    return str(value) if bare else json.dumps(value, ensure_ascii=False)
