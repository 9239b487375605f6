"""The Java that a Gradle wrapper runs on: an old Gradle does not start on a new Java."""

import re
from typing import Final

from sh0.plugin import SourceTree
from sh0_plugins.recipes.images import JAVA

__all__ = ["wrapper_java"]

_PATH: Final = "gradle/wrapper/gradle-wrapper.properties"
_RELEASE = re.compile(r"^distributionUrl\s*=.*/gradle-(\d+)\.(\d+)", re.MULTILINE)
_NEWEST: Final = (
    # Releases of Gradle to the newest Java with long-term support that they run on (Gradle's compatibility matrix).
    ((9, 1), "25"),
    ((8, 5), "21"),
    ((7, 3), "17"),
    ((5, 0), "11"),
    ((0, 0), "8"),
)


def wrapper_java(project: SourceTree) -> tuple[str, str] | None:
    """The version, and the file that it follows from; None where the wrapper's Gradle runs on the default one.

    Args:
        project: The top of the build.
    """
    found = _RELEASE.search(project.text(_PATH) or "")
    if found is None:
        return None
    release = int(found[1][:4]), int(found[2][:4])
    newest = next(java for least, java in _NEWEST if release >= least)
    return None if int(newest) >= int(JAVA.default) else (newest, _PATH)
