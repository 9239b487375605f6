"""Checking what is on this machine with the rules of every plugin that is installed."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs

from sh0.plugins.loading import BUILTIN
from sh0.rules.engine import check
from sh0.rules.model import Rule
from sh0.rules.report import Report
from sh0.source.local import local_file, local_folder
from sh0.source.tree import Project

NO_RULES: Final = "No rules are installed, so nothing was checked; the package sh0-plugins has them."

__all__ = ["Checker", "check_file", "check_folder"]


@attrs.frozen(slots=False)
class Checker:
    """A set of rules, ready to be used on several folders and files.

    Attributes:
        rules: What to look for.
        origins: Name of the plugin of each rule, by its id.
        notes: What every report of it says besides, such as which plugin's rules are missing.
    """

    rules: tuple[Rule, ...]
    origins: Mapping[str, str] = attrs.field(factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def installed(cls) -> "Checker":
        """The rules of every plugin that is installed. One that fails is named in every report, and left out."""
        from sh0.plugins import Plugins

        plugins = Plugins()
        rules, origins = plugins.rules(), plugins.rule_origins()
        notes = [f"The plugin {each.name} is left out: {each.problem}." for each in plugins.describe() if each.problem]
        notes += [f"The plugin {each.name}: {text}." for each in plugins.describe() for text in each.warnings]
        found = cls(rules, origins, tuple(notes))
        return attrs.evolve(found, notes=(*notes, NO_RULES)) if found.without_rules else found

    @property
    def without_rules(self) -> bool:
        """Whether no plugin brings a rule; the engine's own find hardly anything, whatever there is."""
        return all(self.origins.get(rule.id) == BUILTIN for rule in self.rules)

    def folder(
        self,
        folder: str | Path,
        *,
        dockerfile: str | None = None,
        memory: Path | None = None,
        seconds: float = 600.0,
        ignored: bool = False,
    ) -> Report:
        """Check the project in a folder.

        Args:
            folder: The folder.
            dockerfile: Path of the Dockerfile that is built; None: what the project says.
            ignored: Whether to look at what ``.gitignore`` and ``.sh0ignore`` exclude as well.
            memory: Where findings in files that do not change are remembered; None: nowhere.
            seconds: Time after which what is left is not looked at, and the report says so.

        Raises:
            NotFound: There is no such folder.
        """
        from sh0.rules.memory import Memory
        from sh0.rules.working_tree import WorkingTree

        folder = local_folder(folder)
        project = Project(folder) if ignored else WorkingTree(folder)
        remembered = None if memory is None else Memory(memory, str(project.root), self._digest)
        report = check(
            project, self.rules, dockerfile=dockerfile, origins=self.origins, memory=remembered, seconds=seconds
        )
        return self._noted(report)

    def file(self, file: str | Path) -> Report:
        """Check one file for itself: what is around it is looked at only as far as it takes to judge the file.

        Args:
            file: The file; places in the report are relative to its folder.

        Raises:
            NotFound: There is no such file.
        """
        file = local_file(file)
        return self._noted(check(Project(file.parent), self.rules, only=file.name, origins=self.origins))

    def _noted(self, report: Report) -> Report:
        return attrs.evolve(report, notes=(*report.notes, *self.notes), without_rules=self.without_rules)

    @cached_property
    def _digest(self) -> str:
        from sh0.rules.digest import digest

        return digest(self.rules)


def check_folder(folder: str | Path) -> Report:
    """Look for what is wrong with the project in a folder, with the rules of every plugin. Nothing of it is executed.

    Args:
        folder: The folder.

    Raises:
        NotFound: There is no such folder.
    """
    return Checker.installed().folder(folder)


def check_file(file: str | Path) -> Report:
    """Look for what is wrong with one file, with the rules of every plugin that are about single files.

    Args:
        file: The file; places in the report are relative to its folder.

    Raises:
        NotFound: There is no such file.
    """
    return Checker.installed().file(file)
