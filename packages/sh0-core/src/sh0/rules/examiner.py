"""Running rules on what they look at. One that fails is named and disabled; comments can say to ignore a finding."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from sh0.arguments import misfit
from sh0.errors import Invalid
from sh0.rules.builtin import BROKEN_FILE
from sh0.rules.model import Finding, Hit, Place, Rule
from sh0.rules.report import BrokenRule, Outcome, Suppressed
from sh0.rules.suppression import reason_to_ignore

__all__ = ["Examiner", "OutOfTime"]

_HITS_LIMIT = 100
"""Findings of a rule in one file; what comes after them says nothing new."""

_PLACE = re.compile(r"^(?:, line \d+)?(?:, column \d+)?:? ")
"""What the message of a broken file begins with after its name; a finding has a place of its own."""

Lines = Callable[[str], Sequence[str]]
"""The lines of a file of the project, by its path; none if it has none."""


class OutOfTime(Exception):
    """The time that a check may take is over."""


class Examiner:
    """Runs rules.

    Args:
        origins: Name of the plugin of each rule, by its id.
        deadline: When to stop, as in `time.monotonic`.
    """

    def __init__(self, origins: Mapping[str, str], deadline: float) -> None:
        self._origins, self._deadline = origins, deadline
        self.broken: dict[str, BrokenRule] = {}

    def examine(self, rules: Iterable[Rule], subject: object, path: str, lines: Lines) -> tuple[Outcome, ...]:
        """What the rules find.

        Args:
            rules: Rules whose subject is `subject`.
            subject: What they are given.
            path: Its path, or empty for the project as a whole.
            lines: Where comments are looked for.

        Raises:
            OutOfTime: The time is over.
        """
        found: list[Outcome] = []
        for rule in rules:
            if time.monotonic() > self._deadline:
                raise OutOfTime
            if rule.id not in self.broken:
                found += [_judged(finding, lines) for finding in self._findings(rule, subject, path)]
        return tuple(found)

    def _findings(self, rule: Rule, subject: object, path: str) -> list[Finding]:
        found: list[Finding] = []
        try:
            for hit in rule.check(subject):  # type: ignore[arg-type]  # the subject is that of the rule
                found.append(_finding(rule, hit, path))
                if len(found) >= _HITS_LIMIT:
                    break
        except Invalid as error:  # a file of the project is broken: no fault of the rule
            return [broken_file(error, path)]
        except (Exception, SystemExit) as error:
            words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            self.broken[rule.id] = BrokenRule(rule.id, self._origins.get(rule.id, ""), path, words)
            return []
        return found


def broken_file(error: Invalid, path: str) -> Finding:
    """The finding that a file of the project cannot be read as what it is."""
    where, line = error.details.get("path"), error.details.get("line")
    place = Place(where if isinstance(where, str) else path, line if isinstance(line, int) else 0)
    message = _PLACE.sub("", error.message.removeprefix(place.path))
    message = message[:1].upper() + message[1:]
    return Finding(BROKEN_FILE.id, BROKEN_FILE.category, BROKEN_FILE.severity, message, place)


def _finding(rule: Rule, hit: Hit, path: str) -> Finding:
    if problem := misfit(hit, Hit):
        raise TypeError(problem)
    place = Place(hit.path or path, hit.line, hit.column)
    return Finding(rule.id, rule.category, hit.severity or rule.severity, hit.message, place, hit.fix)


def _judged(finding: Finding, lines: Lines) -> Outcome:
    place = finding.place
    reason = reason_to_ignore(finding.rule, place.line, lines(place.path)) if place.path else None
    return finding if reason is None else Suppressed(finding, reason, place.path)
