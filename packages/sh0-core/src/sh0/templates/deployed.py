"""Records of what templates became. No I/O."""

from collections.abc import Mapping

import attrs

from sh0.records.stack import Release, StackPlan
from sh0.templates.model import TemplateCategory, TemplateVariable
from sh0.values import ByteSize, StackName

__all__ = ["OutdatedStack", "TemplatePlan", "TemplateRelease", "TemplateSummary"]


@attrs.frozen
class TemplateSummary:
    """A template as it is listed.

    Attributes:
        name: What it is deployed by.
        title: The software's name.
        summary: What it is, in one sentence.
        categories: Where it is listed.
        memory: The least memory that all of it needs.
        revision: Counts up with every change of the template.
    """

    name: str
    title: str
    summary: str
    categories: tuple[TemplateCategory, ...]
    memory: ByteSize
    revision: int


@attrs.frozen
class TemplatePlan:
    """What deploying a template, or a newer revision of it, would do.

    Attributes:
        template: Name of the template.
        stack: Name of the stack that it makes.
        revision: Revision of the template.
        earlier: Revision that the stack is of now; None if it is new.
        asked: Required variables that nobody has given; there is no plan before they are.
        made: Variables that would be made at random.
        permissions: Why the template needs what it needs to be allowed.
        difference: Lines of a unified diff from the stack's file to the template's; none for a new stack.
        warnings: What should be known first.
        plan: What would be done.
    """

    template: str
    stack: StackName
    revision: int
    earlier: int | None
    asked: tuple[TemplateVariable, ...]
    made: tuple[str, ...]
    permissions: Mapping[str, str]
    difference: tuple[str, ...]
    warnings: tuple[str, ...]
    plan: StackPlan | None


@attrs.frozen
class TemplateRelease:
    """A release of a stack that a template made.

    Attributes:
        release: The release, which has begun.
        credentials: What was made at random for it, by the names of the variables. It is said when it is made, and
            again only while no release of the stack has been live.
    """

    release: Release
    credentials: Mapping[str, str]


@attrs.frozen
class OutdatedStack:
    """A stack whose template has a newer revision, or is gone.

    Attributes:
        stack: Name of the stack.
        template: Name of the template.
        revision: Revision that the stack is of.
        newest: Revision that there is; None: no plugin that is installed has the template.
    """

    stack: StackName
    template: str
    revision: int
    newest: int | None
