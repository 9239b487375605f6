"""What a rule is, and what it finds. No I/O."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import attrs

from sh0.place import Place

if TYPE_CHECKING:
    from sh0.rules.subjects import ComposeFile, DockerfileText, ProjectTree, TextFile

__all__ = ["Category", "Edit", "Finding", "Fix", "Hit", "Place", "Rule", "Severity", "Subject"]


class Severity(StrEnum):
    """How bad it is.

    Attributes:
        ERROR: It stops a deployment.
        WARNING: It should be fixed.
        HINT: It could be fixed.
    """

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Category(StrEnum):
    """What a rule is about.

    Attributes:
        SECRETS: Passwords, keys and tokens in files.
        EXPOSURE: What others can reach or read.
        DOCKERFILE: How an image is made.
        COMPOSE: What a Compose file asks for.
        DEPENDENCIES: What a project installs.
        RUNTIME: How an app starts and what it runs as.
        RELIABILITY: Whether it goes on, and comes back.
        PERFORMANCE: How fast it builds and answers.
    """

    SECRETS = "secrets"
    EXPOSURE = "exposure"
    DOCKERFILE = "dockerfile"
    COMPOSE = "compose"
    DEPENDENCIES = "dependencies"
    RUNTIME = "runtime"
    RELIABILITY = "reliability"
    PERFORMANCE = "performance"


class Subject(StrEnum):
    """What a rule looks at, and with that, when it has to look again.

    Attributes:
        FILE: One file at a time.
        DOCKERFILE: A Dockerfile that has been read.
        COMPOSE: A Compose project that has been read.
        PROJECT: The whole tree.
    """

    FILE = "file"
    DOCKERFILE = "dockerfile"
    COMPOSE = "compose"
    PROJECT = "project"


@attrs.frozen
class Edit:
    """A replacement of whole lines.

    Attributes:
        path: The file; it is made if it is not there.
        first: First line that is replaced, from 1; 0 together with `last` 0 writes a new file.
        last: Last line that is replaced; `first` - 1 inserts before `first`.
        lines: The lines that come instead, without their ends.
    """

    path: str
    first: int
    last: int
    lines: tuple[str, ...]


@attrs.frozen
class Fix:
    """A change that fixes a finding and cannot break anything.

    Attributes:
        title: What it does, in the imperative.
        edits: The changes.
        unix_ends: Files whose lines shall all end with a line feed alone.
    """

    title: str
    edits: tuple[Edit, ...]
    unix_ends: tuple[str, ...] = ()


@attrs.frozen
class Hit:
    """What a rule's function yields.

    Attributes:
        message: What was found there, in a sentence; never the secret itself.
        line: Line of the file that was looked at, from 1; 0 for the file as a whole.
        column: Column, from 1; 0 for the line as a whole.
        path: The file, where a rule looks at a whole project; empty: the file that was looked at.
        fix: A safe change that fixes it, if there is one.
        severity: Where it differs from the rule's own.
    """

    message: str
    line: int = 0
    column: int = 0
    path: str = ""
    fix: Fix | None = None
    severity: Severity | None = None


Check: TypeAlias = (
    "Callable[[TextFile], Iterable[Hit]] | Callable[[DockerfileText], Iterable[Hit]] | "
    "Callable[[ComposeFile], Iterable[Hit]] | Callable[[ProjectTree], Iterable[Hit]]"
)


@attrs.frozen
class Rule:
    """One thing that is looked for.

    Attributes:
        id: Stable, as in ``SH0-DF003``: letters for the topic, then a number that is never used again.
        category: What it is about.
        severity: How bad it is, as a rule.
        title: What is wrong, in a few words.
        why: Why it matters, in a sentence or two.
        remedy: How it is fixed, in a sentence or two.
        link: Where to read more: the upstream documentation.
        subject: What `check` is given.
        check: Yields what it finds. Pure: it reads nothing but what it is given.
        files: For `Subject.FILE`: patterns of names (``*.py``) or paths (``config/*.yml``), as in `fnmatch`;
            none: every file.
        trigger: For `Subject.FILE`: a regular expression in RE2's syntax; a file whose text it does not match is not
            given to `check`. Nearly every rule should have one: all triggers are matched in a single pass.
    """

    id: str
    category: Category
    severity: Severity
    title: str
    why: str
    remedy: str
    link: str
    subject: Subject
    check: Check
    files: tuple[str, ...] = ()
    trigger: str = ""


@attrs.frozen
class Finding:
    """Something that a rule found.

    Attributes:
        rule: Id of the rule.
        category: What the rule is about.
        severity: How bad it is.
        message: What was found; never the secret itself.
        place: Where.
        fix: A safe change that fixes it, if there is one.
    """

    rule: str
    category: Category
    severity: Severity
    message: str
    place: Place
    fix: Fix | None = None
