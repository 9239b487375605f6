"""Looking at a project with a set of rules. Nothing of it is executed, and a rule that fails stops no other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sh0.builds.project import Project
from sh0.errors import Invalid
from sh0.rules.model import Finding, Hit, Place, Rule, Subject
from sh0.rules.report import BrokenRule, Report
from sh0.rules.subjects import ComposeFile, DockerfileText, ProjectTree, TextFile
from sh0.rules.triggers import Triggers

__all__ = ["check", "check_folder"]

_DOCKERFILE = re.compile(r"(?:.*/)?(?:Dockerfile|Containerfile)(?:\.[^/]*)?|.*\.(?:Dockerfile|dockerfile)")
_COMPOSE = re.compile(r"(?:.*/)?(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml")
_FINDS_LIMIT = 200
"""Findings of a rule in a file; what comes after them says nothing new."""


def check(project: Project, rules: Iterable[Rule], origins: Mapping[str, str] | None = None) -> Report:
    """Look at a project.

    Args:
        project: The project.
        rules: What to look for.
        origins: Name of the plugin of each rule, by its id, for when one fails.
    """
    return _Check(project, tuple(rules), origins or {}).report()


def check_folder(folder: str | Path) -> Report:
    """Look at the project in a folder with the rules of every plugin that is installed. Nothing of it is executed.

    Args:
        folder: The folder.
    """
    from sh0.plugins import Plugins

    return check(Project(Path(folder)), Plugins().rules())


class _Check:
    """One check while it runs."""

    def __init__(self, project: Project, rules: tuple[Rule, ...], origins: Mapping[str, str]) -> None:
        self._project, self._origins = project, origins
        self._of = {subject: [rule for rule in rules if rule.subject is subject] for subject in Subject}
        self._triggers = Triggers(self._of[Subject.FILE])
        self._broken: dict[str, BrokenRule] = {}
        self._findings: list[Finding] = []

    def report(self) -> Report:
        self._run(self._of[Subject.PROJECT], ProjectTree(self._project), "")
        for path in self._project.names:
            self._look(path)
        found = sorted(self._findings, key=lambda f: (f.place.path, f.place.line, f.place.column, f.rule))
        notes = ("Only the first 20000 files were looked at.",) if self._project.truncated else ()
        return Report(tuple(found), (), tuple(self._broken.values()), len(self._project.names), notes)

    def _look(self, path: str) -> None:
        text = self._project.text(path)
        if text is None:
            return
        file = TextFile(path, text)
        self._run(self._triggers.of(path, text.encode()), file, path)
        if _DOCKERFILE.fullmatch(path):
            self._run(self._of[Subject.DOCKERFILE], DockerfileText(file, self._project), path)
        if self._of[Subject.COMPOSE] and _COMPOSE.fullmatch(path):
            self._look_at_compose(file)

    def _look_at_compose(self, file: TextFile) -> None:
        from sh0.yamltext import load

        try:
            document = load(file.text, file.path)
        except Invalid:
            return
        self._run(self._of[Subject.COMPOSE], ComposeFile(file, document), file.path)

    def _run(self, rules: Iterable[Rule], subject: object, path: str) -> None:
        for rule in rules:
            if rule.id in self._broken:
                continue
            try:
                self._findings.extend(_findings(rule, subject, path))
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
                self._broken[rule.id] = BrokenRule(rule.id, self._origins.get(rule.id, ""), path, said)


def _findings(rule: Rule, subject: object, path: str) -> Iterator[Finding]:
    hit: Hit
    for count, hit in enumerate(rule.check(subject)):  # type: ignore[arg-type]  # the subject is that of the rule
        if count >= _FINDS_LIMIT:
            return
        place = Place(hit.path or path, hit.line, hit.column)
        yield Finding(rule.id, rule.category, hit.severity or rule.severity, hit.message, place, hit.fix)
