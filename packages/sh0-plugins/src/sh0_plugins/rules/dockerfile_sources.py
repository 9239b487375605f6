"""What COPY and ADD take that is not there: the Dockerfile does not build."""

import os
import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import (
    DEPTH_LIMIT,
    SKIPPED,
    Category,
    Hit,
    Rule,
    Severity,
    Subject,
    expand_variables,
    key_value_pairs,
    matches_pattern,
    unquote,
)
from sh0_plugins.rules.commands import spot
from sh0_plugins.rules.dockerfile_copies import ignored, sources
from sh0_plugins.rules.dockerfile_grammar import usual_syntax
from sh0_plugins.rules.dockerfile_runs import passed_over

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction, Stage

__all__ = ["RULES"]

_ELSEWHERE: Final = r"(?:[a-z][a-z0-9+.-]*://|git@|[\w.-]+\.[a-z]+/.*\.git(?:#|$))"
_WILD: Final = r"[*?\[\\]"


class _Context:
    """The files that a build may copy from.

    Args:
        docker: The Dockerfile.
        folder: Where its context begins in the project, with a slash at its end.
    """

    def __init__(self, docker: "DockerfileText", folder: str) -> None:
        self._root = posixpath.join(str(docker.project.root), folder)
        self._submodules = set(re.findall(r"(?m)^[ \t]*path\s*=\s*(\S+)", docker.project.text(".gitmodules") or ""))
        excludes = ignored(docker, folder)
        self.all = frozenset(name[len(folder) :] for name in docker.project.names if name.startswith(folder))
        kept = {name for name in self.all if not excludes(name)}
        self.present = frozenset(kept | _folders(kept))
        self.excluded = frozenset(self.all | _folders(self.all)) - self.present
        self.truncated = docker.project.truncated

    def unsure(self, path: str) -> bool:
        """Whether it may be there although it was not seen: a link, an empty folder, one that is passed over."""
        parts = path.split("/")
        if self.truncated or len(parts) > DEPTH_LIMIT or any(part in SKIPPED for part in parts):
            return True
        if any("/".join(parts[:end]) in self._submodules for end in range(1, len(parts) + 1)):
            return True
        here = self._root
        for part in parts:
            here = os.path.join(here, part)
            if os.path.islink(here):
                return True
        return os.path.isdir(here) and not os.listdir(here)


def _folders(names: "set[str] | frozenset[str]") -> set[str]:
    return {name[:at] for name in names for at, character in enumerate(name) if character == "/"}


def _missing(docker: "DockerfileText") -> Iterator[Hit]:
    if docker.context is None or not usual_syntax(docker):
        return
    context, passed = None, passed_over(docker)
    for stage in docker.parsed.stages:
        for instruction, words in _copied(docker, stage):
            context = context or _Context(docker, f"{docker.context}/" if docker.context else "")
            for hit in _looked_for(docker, context, instruction, words):
                yield attrs.evolve(hit, severity=hit.severity or passed(instruction))


def _copied(docker: "DockerfileText", stage: "Stage") -> "Iterator[tuple[Instruction, list[str]]]":
    """The instructions of a stage that copy from the context, each with its sources."""
    known: dict[str, str] = {}
    for instruction in stage.instructions:
        if instruction.name == "ENV":
            known |= key_value_pairs(instruction.text, docker.parsed.escape)
            known = {name: value for name, value in known.items() if "$" not in value}
        elif instruction.name == "ARG":
            for word in instruction.text.split():
                known.pop(word.partition("=")[0], None)
        elif not (instruction.arguments is None and instruction.text.startswith("[")):
            words = [_known(source, known) for source in (*sources(instruction), *_mounted(instruction))]
            if words:
                yield instruction, words


def _mounted(instruction: "Instruction") -> Iterator[str]:
    """What the mounts of a RUN take from the context."""
    for name, value in instruction.flags if instruction.name == "RUN" else ():
        given = dict(part.partition("=")[::2] for part in value.strip("\"'").split(",")) if name == "mount" else {}
        source = given.get("source") or given.get("src")
        if source and given.get("type", "bind") == "bind" and not given.get("from"):
            yield source


def _known(source: str, known: dict[str, str]) -> str:
    names = re.findall(r"\$\{?([A-Za-z_]\w*)", source)
    return unquote(expand_variables(source, known)) if names and all(name in known for name in names) else source


def _looked_for(
    docker: "DockerfileText", context: _Context, instruction: "Instruction", words: list[str]
) -> Iterator[Hit]:
    missing = []
    for source in words:
        path = posixpath.normpath("/" + source).lstrip("/")
        if "$" in source or re.match(_ELSEWHERE, source) or not path:
            continue
        if path in context.present:
            if source.startswith("../"):
                said = f"{source} leads out of the folder that is built."
                yield Hit(said, instruction.line, 1, severity=Severity.WARNING)
            continue
        if re.search(_WILD, path):
            pattern = re.sub(r"\\(.)", r"[\1]", path) if "\\" in path else path
            if not any(
                matches_pattern(name, pattern) and name.count("/") == path.count("/") for name in context.present
            ):
                missing.append(source)
        elif source.startswith(".."):
            yield Hit(f"{source} leads out of the folder that is built.", instruction.line, 1)
        elif not context.unsure(path):
            said = "the .dockerignore excludes it" if path in context.excluded else "it is not there"
            done = "mounted" if instruction.name == "RUN" else "copied"
            yield Hit(f"{source} cannot be {done}: {said}.", *spot(docker, instruction, re.escape(source.strip("\"'"))))
    if len(missing) == len(words) and not context.truncated:
        yield Hit(f"Nothing matches {' or '.join(missing)}.", instruction.line, 1, severity=Severity.WARNING)


RULES: Final = (
    Rule(
        id="SH0-DF027",
        category=Category.DOCKERFILE,
        severity=Severity.ERROR,
        title="Source that is not there",
        why=(
            "The builder sees what is committed and what `.dockerignore` keeps, nothing else. It refuses to copy what "
            "it cannot see, so nothing is deployed."
        ),
        remedy=(
            "Correct the path: it is relative to the folder that is built, whatever WORKDIR says. Commit the file, or "
            "take its line out of `.dockerignore`; what the build makes is made in the Dockerfile."
        ),
        link="https://docs.docker.com/build/concepts/context/",
        subject=Subject.DOCKERFILE,
        check=_missing,
    ),
)
