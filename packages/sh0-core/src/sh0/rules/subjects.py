"""What rules look at: files, Dockerfiles, Compose files and whole projects, each read at most once."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from sh0.source.dockerfile import Dockerfile, parse
from sh0.source.globs import matches
from sh0.source.tree import Project

if TYPE_CHECKING:
    from sh0.source.yamltext import Document

__all__ = ["ComposeFile", "DockerfileText", "ProjectTree", "TextFile"]


@attrs.frozen(slots=False)
class TextFile:
    """A file of the project.

    Attributes:
        path: Relative to the project, posix.
        text: Its text, at most the first mebibyte, with Unix ends of lines; bytes that are no UTF-8 are U+FFFD.
        crlf: Whether a line of the file ends with a carriage return and a line feed.
    """

    path: str
    text: str
    crlf: bool = False

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines, without their ends."""
        return tuple(self.text.split("\n"))

    def may_match(self, pattern: str) -> bool:
        """Whether a regular expression can match the text; say so before `re` has to find out, which is slower by far.

        Where RE2 knows the syntax of the pattern, its answer is exact (with ``\\w``, ``\\s`` and ``\\d`` in ASCII) and
        takes linear time. Of one that it does not know, such as one that looks ahead, it is always True.
        """
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            return re2.search(pattern, self.text, options=options) is not None
        except re2.error:
            return True

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character of the text."""
        before = self.text.rfind("\n", 0, offset)
        return self.text.count("\n", 0, offset) + 1, offset - before


@attrs.frozen(slots=False)
class DockerfileText:
    """A Dockerfile of the project.

    Attributes:
        file: The file.
        project: The project around it, for what only that can tell (which files it copies, a ``.dockerignore``).
        context: The folder of the project that it is built from, empty for all of it; None where nothing says so.
        target: Name or number of the stage that is built, as the Compose file says; empty for the last.
    """

    file: TextFile
    project: Project
    context: str | None = None
    target: str = ""

    @cached_property
    def parsed(self) -> Dockerfile:
        """Its stages and instructions."""
        return parse(self.file.text)


@attrs.frozen
class ComposeFile:
    """A Compose file of the project.

    Attributes:
        file: The file.
        document: Its content as written, with the place of every value; variables are not replaced.
    """

    file: TextFile
    document: "Document"

    def services(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Its services that are mappings, as written."""
        top = self.document.value if isinstance(self.document.value, dict) else {}
        services = top.get("services")
        for name, service in services.items() if isinstance(services, dict) else ():
            if isinstance(service, dict):
                yield name, service


@attrs.frozen
class ProjectTree:
    """The project as a whole. What a rule reads through it is remembered, so that it looks again when that changes.

    Attributes:
        project: The project.
    """

    project: Project

    def matching(self, *patterns: str) -> Iterator[TextFile]:
        """Files whose name or path matches one of the patterns, in order."""
        for path in self.project.names:
            name = path.rpartition("/")[2]
            if any(matches(name, pattern) or matches(path, pattern) for pattern in patterns):
                text = self.project.text(path)
                if text is not None:
                    yield TextFile(path, text)
