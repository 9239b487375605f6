"""Which version of Java a project asks for."""

import re

from sh0.plugin import LanguageVersion, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import JAVA

__all__ = ["java_version"]

_NUMBER = re.compile(r"(?:\b1\.)?(\d+)")
_HEROKU = re.compile(r"^java\.runtime\.version\s*[=:]\s*(\S+)", re.MULTILINE)


def java_version(project: SourceTree, manifest: tuple[str, str] | None) -> LanguageVersion:
    """The version of ``.java-version`` or ``.jdk-version``, a tool manager, ``system.properties``, or the build file.

    The names of vendors (``temurin-21.0.2``, ``17.0.9-tem``) and the old way to count (``1.8``) are understood. Where
    no image is of that very version, the next newer one runs what was compiled for it.

    Args:
        project: The project.
        manifest: What the build file asks for, and its path.
    """
    heroku = _HEROKU.search(project.text("system.properties") or "")
    wishes = (
        version_file(project, ".java-version", ".jdk-version"),
        declared_version(project, "java"),
        (heroku[1], "system.properties") if heroku else None,
        manifest,
    )
    wanted, source = next((wish for wish in wishes if wish is not None), (None, ""))
    if wanted is None:
        return JAVA.version(None, "")
    number = _NUMBER.search(wanted)
    if number is None:
        return JAVA.version(wanted, source)
    return JAVA.version(number[1], source)
