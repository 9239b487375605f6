"""Looking at a project with a set of rules. Nothing of it is executed, and nothing is read twice."""

import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from sh0.errors import Invalid
from sh0.rules import configuration, reading
from sh0.rules.built import built_dockerfiles, may_be_built, targets_of
from sh0.rules.configuration import Configuration
from sh0.rules.effect import NOT_BUILT, Effects
from sh0.rules.examiner import Examiner, OutOfTime, broken_file
from sh0.rules.model import Finding, Rule, Severity, Subject
from sh0.rules.names import Names, is_compose, is_dockerfile
from sh0.rules.report import Outcome, Report, Suppressed, worst
from sh0.rules.subjects import ComposeFile, DockerfileText, ProjectTree, TextFile
from sh0.rules.triggers import Triggers
from sh0.rules.watching import WatchedProject
from sh0.source.tree import NAMES_LIMIT, Project

if TYPE_CHECKING:
    from sh0.rules.memory import Memory

__all__ = ["check", "is_compose", "is_dockerfile"]


def check(
    project: Project,
    rules: Iterable[Rule],
    *,
    only: str | None = None,
    dockerfile: str | None = None,
    origins: Mapping[str, str] | None = None,
    memory: "Memory | None" = None,
    seconds: float = 600.0,
) -> Report:
    """Look at a project. What is found in a Dockerfile that is not built, or in what nothing runs, is a hint.

    Args:
        project: The project.
        rules: What to look for.
        only: The one file to look at; None for all, and for the project as a whole.
        dockerfile: The Dockerfile of the app that is deployed; None: what the project says.
        origins: Name of the plugin of each rule, by its id, for when one fails.
        memory: What earlier checks found.
        seconds: Time after which what is left is not looked at, and the report says so.
    """
    examiner = Examiner(origins or {}, time.monotonic() + seconds)
    return _Check(project, rules, examiner, memory, only=only, dockerfile=dockerfile).report()


class _Check:
    """One check while it runs."""

    def __init__(
        self,
        project: Project,
        rules: Iterable[Rule],
        examiner: Examiner,
        memory: "Memory | None",
        *,
        only: str | None,
        dockerfile: str | None,
    ) -> None:
        self._project, self._examiner, self._memory = project, examiner, memory
        self._only, self._dockerfile = only, dockerfile
        self._of: dict[Subject, list[Rule]] = {subject: [] for subject in Subject}
        for rule in rules:
            if only is None or rule.subject is not Subject.FILE or Names(rule.files).match(only):
                self._of[rule.subject].append(rule)
        self._paths = project.names if only is None else (only,)
        self._stamps = reading.stamps(project.root, self._paths)
        self._outcomes: list[Outcome] = []
        self._notes: list[str] = []

    def report(self) -> Report:
        try:
            self._look()
        except OutOfTime:
            self._notes.append("The time was over before everything had been looked at.")
        if self._only is None and self._project.truncated:
            self._notes.append(f"There are more than {NAMES_LIMIT} files; only the first of them were looked at.")
        if self._memory is not None and not self._examiner.broken:
            self._memory.save()
        configured, effects = self._configured(), Effects(self._project, self._dockerfile)
        found: set[Finding] = set()
        suppressed: list[Suppressed] = []
        for outcome in self._outcomes:
            if isinstance(outcome, Suppressed):
                suppressed.append(outcome)
            elif (reason := configured.reason_to_ignore(outcome)) is not None:
                suppressed.append(Suppressed(outcome, reason, configuration.FILE))
            else:
                found.add(outcome if self._only is not None else effects.judged(outcome))
        return Report(
            tuple(sorted(found, key=_order)),
            tuple(sorted(suppressed, key=lambda each: _order(each.finding))),
            tuple(self._examiner.broken.values()),
            len(self._stamps),
            tuple(self._notes),
            configured.mode,
        )

    def _look(self) -> None:
        if self._only is None:
            for rule in self._of[Subject.PROJECT]:
                self._look_widely(f"rule {rule.id}", [rule])
        dockerfiles = [path for path in self._stamps if is_dockerfile(path)] if self._of[Subject.DOCKERFILE] else []
        for_app = "" if self._dockerfile is None else f" for {self._dockerfile}"
        for path in dockerfiles:
            self._look_widely(f"file {path}{for_app}", self._of[Subject.DOCKERFILE], path)
        self._look_at_files()

    def _look_widely(self, key: str, rules: list[Rule], dockerfile: str = "") -> None:
        """What depends on more than one file: it is remembered together with all that it read."""
        known = self._memory.wide(key, self._names, self._stamps) if self._memory and self._only is None else None
        if known is not None:
            self._outcomes += known
            return
        watched = WatchedProject(self._project)
        subjects: list[ProjectTree | DockerfileText]
        if dockerfile:
            text = _text(watched, dockerfile)
            if text is None:
                return
            built = built_dockerfiles(watched, self._dockerfile)
            file, folder = TextFile(dockerfile, text), built.get(dockerfile)
            targets = targets_of(watched, dockerfile, self._dockerfile)
            subjects = [DockerfileText(file, watched, folder, target) for target in targets]
        else:
            built = {}
            subjects = [ProjectTree(watched)]
        examined = (
            self._examiner.examine(rules, subject, dockerfile, lambda path: _lines(watched, path))
            for subject in subjects
        )
        outcomes = worst(chain.from_iterable(examined))
        if dockerfile and self._only is None and not may_be_built(dockerfile, built, watched, self._dockerfile):
            outcomes = tuple(map(_as_hint, outcomes))
        self._outcomes += outcomes
        if self._memory and self._only is None:
            stamps = {path: self._stamps.get(path, "") for path in watched.read if path in self._stamps}
            self._memory.keep_wide(key, self._names, stamps, outcomes)

    def _look_at_files(self) -> None:
        compose = frozenset(filter(is_compose, self._stamps))
        unknown = []
        for path, stamp in self._stamps.items():
            known = self._memory.file(path, stamp) if self._memory else None
            if known is None:
                unknown.append(path)
            else:
                self._outcomes += known
        small = frozenset(path for path in unknown if reading.may_be_pointer(self._stamps[path]))
        reader = reading.Reader(self._project.root, Triggers(self._of[Subject.FILE]), compose, small)
        awaited = {}
        for file in reader.read(unknown):
            awaited[file.path] = outcomes = self._look_at(file, compose)
            self._outcomes += outcomes
        self._notes += [f"{path} could not be read: {why}." for path, why in sorted(reader.unreadable.items())]
        for path in unknown:
            if self._memory and path not in reader.unreadable:
                self._memory.keep_file(path, self._stamps[path], awaited.get(path, ()))

    def _look_at(self, found: reading.Awaited, compose: frozenset[str]) -> tuple[Outcome, ...]:
        file = TextFile(found.path, reading.decode(found.content), found.crlf)

        def lines(path: str) -> tuple[str, ...]:
            return file.lines if path == file.path else ()

        outcomes = self._examiner.examine(found.rules, file, file.path, lines)
        if file.path not in compose:
            return outcomes
        from sh0.source.yamltext import load

        try:
            subject = ComposeFile(file, load(file.text, file.path))
        except Invalid as error:
            return (*outcomes, broken_file(error, file.path))
        return outcomes + self._examiner.examine(self._of[Subject.COMPOSE], subject, file.path, lines)

    def _configured(self) -> Configuration:
        if self._only is not None or configuration.FILE not in self._stamps:
            return Configuration()
        try:
            return configuration.read(self._project.text(configuration.FILE) or "")
        except Invalid as error:
            self._outcomes.append(broken_file(error, configuration.FILE))
            return Configuration()

    @cached_property
    def _names(self) -> str:
        from hashlib import sha256

        return sha256("\0".join(self._paths).encode(errors="surrogateescape")).hexdigest()


def _as_hint(outcome: Outcome) -> Outcome:
    """The same about a Dockerfile that is not built: it neither stops a deployment nor is urgent."""
    if isinstance(outcome, Suppressed):
        return outcome
    message = f"{outcome.message} ({NOT_BUILT})"
    return attrs.evolve(outcome, severity=Severity.HINT, message=message)


def _text(project: Project, path: str) -> str | None:
    """The text of a file; None for one that is not there or cannot be read, which the report notes elsewhere."""
    try:
        return project.text(path)
    except Invalid:
        return None


def _lines(project: Project, path: str) -> list[str]:
    return (_text(project, path) or "").split("\n")


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.place
    return place.path, place.line, place.column, finding.rule, finding.message
