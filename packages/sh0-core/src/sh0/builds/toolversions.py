"""Versions that a project asks for in files: those of a language, and those of tool managers that know them all.

The order in which a recipe looks is the same for every language (``docs/explanation/builds.md``): `version_file` of the
language's own, then `declared`, then the range in its manifest. `sh0.builds.images.Language.pick` takes the first.
"""

import re
from collections.abc import Iterable

from sh0.errors import Invalid
from sh0.source.lines import lines_of
from sh0.source.tree import Project

__all__ = ["declared", "version_file"]

_MISE = ("mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml")
_UNMANAGED = ("path:", "ref:", "sub-")
_LENGTH = 200
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SDKMAN = re.compile(r"^(\w+)\s*=\s*(\S+)", re.MULTILINE)


def version_file(project: Project, *paths: str) -> tuple[str, str] | None:
    """What the first of these files says that says anything, and which it was.

    Each is a file with nothing in it but a version: ``.nvmrc``, ``.python-version``, ``.ruby-version``.

    Args:
        project: The project.
        paths: The files, in order.

    Raises:
        Invalid: One of them holds what no text does.
    """
    for path in paths:
        for line in lines_of(project.text(path) or ""):
            wanted = line.split("#")[0].strip()
            if _CONTROL.search(wanted):
                hint = "Save it as text, with nothing but a version in it."
                raise Invalid(f"{path} is not text", hint=hint, path=path)
            if wanted:
                return wanted[:_LENGTH], path
    return None


def declared(project: Project, *tools: str) -> tuple[str, str] | None:
    """The version of a tool that mise, asdf or SDKMAN would install, and the file that says so.

    ``mise.toml`` comes before ``.tool-versions``, as in mise itself, and ``.sdkmanrc`` is last. Of several versions the
    first counts. A version that is a path or a revision is passed over.

    Args:
        project: The project.
        tools: Names of the tool, in order: ``node`` and ``nodejs``.

    Raises:
        Invalid: A file is broken.
    """
    for path in _MISE:
        table = (project.toml(path) or {}).get("tools")
        if isinstance(table, dict):
            found = _first(_stated(table[tool]) for tool in tools if tool in table)
            if found is not None:
                return found, path
    asdf = [line.split("#")[0].split() for line in lines_of(project.text(".tool-versions") or "")]
    found = _first(words[1:] for tool in tools for words in asdf if words[:1] == [tool])
    if found is not None:
        return found, ".tool-versions"
    sdkman = dict(_SDKMAN.findall(project.text(".sdkmanrc") or ""))
    found = _first([sdkman[tool]] for tool in tools if tool in sdkman)
    return None if found is None else (found, ".sdkmanrc")


def _stated(value: object) -> list[str]:
    """The versions in one of mise's notations: a text, a table with ``version``, or a list of either."""
    values = value if isinstance(value, list) else [value]
    texts = [each.get("version") if isinstance(each, dict) else each for each in values]
    return [str(text) for text in texts if isinstance(text, str | int | float) and not isinstance(text, bool)]


def _first(stated: Iterable[list[str]]) -> str | None:
    versions = (version.removeprefix("prefix:") for versions in stated for version in versions)
    return next((version for version in versions if version and not version.startswith(_UNMANAGED)), None)
