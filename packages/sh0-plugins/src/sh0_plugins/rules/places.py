"""Where a pattern matches in a file, found in a single pass.

Patterns are texts: `re` compiles each when it is first used and keeps it, so that importing rules costs nothing.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sh0.plugin import Hit
from sh0_plugins.rules.paths import for_development, for_tests, generated

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["Placed", "each", "everywhere", "in_code", "starts"]

Placed = tuple[re.Match[str], int, int]
"""A match with its line and column."""

_COMMENTS = ("#", "//", "*", "/*", "-- ", ";", "<!--", "{#", "'''", '"""')


def everywhere(file: "TextFile", pattern: str) -> Iterator[Placed]:
    """Every match, with line and column of its group ``at``, or of the match itself."""
    if not file.may_match(pattern):
        return
    text, line, counted = file.text, 1, 0
    for match in re.finditer(pattern, text):
        start = match.start("at") if "at" in match.re.groupindex else match.start()
        line += text.count("\n", counted, start)
        counted = start
        yield match, line, start - text.rfind("\n", 0, start)


def starts(file: "TextFile", pattern: str) -> Iterator[int]:
    """Where a pattern in the syntax of RE2 begins to match; in linear time however many alternatives it has."""
    import re2

    behind, encoded = 0, 0
    content = file.text.encode(errors="surrogatepass")
    for match in re2.compile(pattern.encode()).finditer(content):
        behind += len(content[encoded : match.start()].decode(errors="surrogatepass"))
        encoded = match.start()
        yield behind


def in_code(file: "TextFile", pattern: str) -> Iterator[Placed]:
    """Every match on a line that is no comment."""
    for match, line, column in everywhere(file, pattern):
        at = match.start("at") if "at" in match.re.groupindex else match.start()
        if not file.text[at - column + 1 : at + 3].lstrip().startswith(_COMMENTS):
            yield match, line, column


def each(pattern: str, message: str) -> "Callable[[TextFile], Iterator[Hit]]":
    """A check that reports every match in code, but for tests, development and what tools wrote.

    Args:
        pattern: What is looked for.
        message: What was found; ``{0}`` is the match, ``{1}`` its first group.
    """

    def check(file: "TextFile") -> Iterator[Hit]:
        if for_tests(file.path) or for_development(file.path) or generated(file.path):
            return
        for match, line, column in in_code(file, pattern):
            yield Hit(message.format(match[0].strip(), *match.groups()), line, column)

    return check
