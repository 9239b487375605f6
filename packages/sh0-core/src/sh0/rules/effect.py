"""Errors in lines that nothing runs or reads: they stop no deployment."""

import json
import re
from bisect import bisect_right
from typing import Final

import attrs

from sh0.errors import Invalid
from sh0.rules.built import app_dockerfile, built_dockerfiles, may_be_built, targets_of, web_command
from sh0.rules.model import Category, Finding, Severity
from sh0.rules.names import is_compose, is_dockerfile
from sh0.source.buildkit import built_stages
from sh0.source.dockerfile import Dockerfile, Instruction, parse
from sh0.source.procfile import parse as parse_procfile
from sh0.source.tree import Project

__all__ = ["NOT_BUILT", "Effects"]

NOT_BUILT: Final = "This Dockerfile is not the one that is built."
NOT_REACHED: Final = "The Compose file builds another stage, which does not need this one."
NOT_STARTED: Final = "The image that is built starts with another command."
NOT_INHERITED: Final = "The image that is built does not come from this stage, so it has not this variable."

_STARTING: Final = ("CMD", "ENTRYPOINT")

_ALWAYS: Final = frozenset({Category.SECRETS, Category.DEPENDENCIES})
"""What is true of a file whatever reads it; whether a dependency is installed its rules look at themselves."""

_MAY_RUN_SCRIPTS: Final = re.compile(
    r"\b(?:npm|npx|pnpm|yarn|bun|pm2|concurrently|corepack|turbo|nx|lerna|make|foreman|start)\b"
    r"|\.sh\b|entrypoint|^[\[\"'\s]*(?:exec )?\$"
)
"""Commands that may run a script of package.json."""


@attrs.frozen
class _Built:
    """A Dockerfile, and what is built of it.

    Attributes:
        file: The Dockerfile.
        targets: Stages that become an image; an empty name is the last.
        stages: Numbers of the stages that are built for that; all of them where nobody asks for one by name.
    """

    file: Dockerfile
    targets: tuple[str, ...]
    stages: frozenset[int]


class Effects:
    """What of a project takes effect when it is deployed, as far as its files say.

    Args:
        project: The project.
        named: The Dockerfile of the app that is deployed; None where nothing is deployed.
    """

    def __init__(self, project: Project, named: str | None) -> None:
        self._project, self._named = project, named
        self._dockerfiles: dict[str, _Built | None] = {}

    def judged(self, finding: Finding) -> Finding:
        """The finding; a hint with the reason where it would be an error, and is in something without effect."""
        if finding.severity is not Severity.ERROR or finding.category in _ALWAYS:
            return finding
        reason = self._reason(finding.place.path) or self._beyond(finding)
        if not reason:
            return finding
        return attrs.evolve(finding, severity=Severity.HINT, message=f"{finding.message} ({reason})")

    def _reason(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        if self._named is not None and is_compose(path):
            return "This app is not deployed from a Compose file."
        if is_dockerfile(path):
            built = built_dockerfiles(self._project, self._named)
            return "" if may_be_built(path, built, self._project, self._named) else NOT_BUILT
        if name not in ("Procfile", "package.json"):
            return ""
        dockerfile = app_dockerfile(self._project, self._named)
        if folder != dockerfile.rpartition("/")[0]:
            return ""  # the rule knows what it thinks of another folder
        web = web_command(self._project)
        own = self._text(dockerfile)
        targets = targets_of(self._project, dockerfile, self._named)
        if name == "Procfile":
            if web is not None:
                return "The process web of sh0.yaml is started instead."
            return "A Dockerfile is built, and its image starts its own command." if own is not None else ""
        images = [_command(parse(own), target) for target in targets] if own is not None else [self._web_line(folder)]
        started = [web] if web else images
        if any(each is None or _MAY_RUN_SCRIPTS.search(each) for each in started):
            return ""
        return "The app is started by another command."

    def _beyond(self, finding: Finding) -> str:
        """Why what a Dockerfile holds counts in no image that is built of it; its grammar counts in any case."""
        path = finding.place.path
        if finding.category is Category.DOCKERFILE or not is_dockerfile(path):
            return ""
        if path not in self._dockerfiles:
            self._dockerfiles[path] = self._built(path)
        built = self._dockerfiles[path]
        if built is None:
            return ""
        file, targets, line = built.file, built.targets, finding.place.line
        stages = file.stages[: bisect_right(file.stages, line, key=lambda each: each.start.line)]
        if stages and stages[-1].number not in built.stages:
            return NOT_REACHED
        own = next((each for each in file.instructions if each.line <= line <= each.last), None)
        if own is not None and own.name in _STARTING:
            return "" if any(own in started(file, target).values() for target in targets) else NOT_STARTED
        if own is not None and own.name == "ENV":
            return "" if any(stages[-1] in file.lineage(target) for target in targets) else NOT_INHERITED
        return ""

    def _built(self, path: str) -> "_Built | None":
        text, targets = self._text(path), targets_of(self._project, path, self._named)
        if text is None:
            return None
        file = parse(text)
        if targets == ("",):
            return _Built(file, targets, frozenset(range(len(file.stages))))
        return _Built(file, targets, frozenset[int]().union(*(built_stages(text, target) for target in targets)))

    def _web_line(self, folder: str) -> str | None:
        """The web line of the Procfile in a folder; None if there is none, or nobody can read it."""
        try:
            return parse_procfile(self._text(f"{folder}/Procfile" if folder else "Procfile") or "").get("web")
        except Invalid:
            return None

    def _text(self, path: str) -> str | None:
        try:
            return self._project.text(path)
        except Invalid:
            return None


def started(file: Dockerfile, target: str) -> dict[str, Instruction]:
    """The instructions that say what the image of a stage starts, by their names."""
    return {
        instruction.name: instruction
        for stage in file.lineage(target)
        for instruction in stage.instructions
        if instruction.name in _STARTING
    }


def _command(file: Dockerfile, target: str) -> str | None:
    """What the image of a stage starts, in one text; None if that is the business of its base image."""
    words = (
        instruction.text if instruction.arguments is None else json.dumps(instruction.arguments)
        for instruction in started(file, target).values()
    )
    return " ".join(words) or None
