"""What rules about the instructions of a Dockerfile have in common."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sh0.plugin import Category, Hit, Rule, Severity, Subject

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText

__all__ = ["dockerfile_rule"]


def dockerfile_rule(
    id: str,
    title: str,
    why: str,
    remedy: str,
    link: str,
    check: "Callable[[DockerfileText], Iterator[Hit]]",
    *,
    category: Category = Category.DOCKERFILE,
    severity: Severity = Severity.HINT,
) -> Rule:
    """A rule whose subject is a Dockerfile, a hint unless it is said to be more; see `sh0.plugin.Rule` for the rest."""
    return Rule(
        id=id,
        category=category,
        severity=severity,
        title=title,
        why=why,
        remedy=remedy,
        link=link,
        subject=Subject.DOCKERFILE,
        check=check,
    )
