"""Which files a rule is for. Most patterns are ``*.something``, which takes no regular expression."""

import re
from functools import cached_property
from typing import Final

from sh0.source.globs import LastOf, anchored

__all__ = ["Names", "is_compose", "is_dockerfile"]

_SPECIAL: Final = frozenset("*?[")
_DOCKERFILE: Final = re.compile(r"(?:.*/)?(?:Dockerfile|Containerfile)(?:[._-][^/]*)?|.*\.(?:Dockerfile|dockerfile)")
_COMPOSE: Final = re.compile(r"(?:.*/)?(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml")


def is_dockerfile(path: str) -> bool:
    """Whether a file is a Dockerfile, by its name; what is to be ignored for one is none."""
    return _DOCKERFILE.fullmatch(path) is not None and not path.endswith(".dockerignore")


def is_compose(path: str) -> bool:
    """Whether a file is a Compose file, by its name."""
    return _COMPOSE.fullmatch(path) is not None


class Names:
    """Patterns as in `fnmatch`, case and all, each of which a file's name or path may match.

    Args:
        patterns: The patterns; none match every file.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._every = not patterns
        self._exact = frozenset(pattern for pattern in patterns if not _SPECIAL & set(pattern))
        self._endings = tuple(p[1:] for p in patterns if p[:1] == "*" and not _SPECIAL & set(p[1:]))
        self._other = [p for p in patterns if _SPECIAL & set(p) and not (p[:1] == "*" and not _SPECIAL & set(p[1:]))]

    def match(self, path: str) -> bool:
        """Whether one of them matches."""
        if self._every or path in self._exact or path.endswith(self._endings):
            return True
        name = path.rpartition("/")[2]
        return name in self._exact or bool(self._other and max(map(self._any.last, (path, name))) >= 0)

    @cached_property
    def _any(self) -> LastOf:
        return LastOf(tuple(map(anchored, self._other)))
