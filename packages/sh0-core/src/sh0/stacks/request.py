"""What somebody wants brought up, and what it comes to once its files are read."""

import shlex
from collections.abc import Mapping
from pathlib import Path

import attrs

from sh0.compose.model import ComposeProject
from sh0.compose.permissions import texts
from sh0.errors import Forbidden
from sh0.operations import Effect, Scope, current_caller
from sh0.records.stack import NeededPermission, TemplateOrigin
from sh0.stacks.planner import DeclaredVolumes, Situation
from sh0.values import Secret, ServerName


@attrs.frozen
class UpRequest:
    """A stack as somebody wants it.

    Attributes:
        stack: Its name; empty: the project's own.
        files: The Compose files, merged in order; empty: the usual names.
        variables: Variables for the files.
        profiles: Profiles that are on.
        allow: What is allowed with it: kinds of permissions, alone or with a subject.
        template: Which template it is of, if any.
        marked: Names of those variables that are secrets though their names do not say so.
        server: Server that a new stack gets; the one of a stack that there is does not change.
    """

    stack: str = ""
    files: tuple[str, ...] = ()
    variables: Mapping[str, Secret] = attrs.field(factory=dict)
    profiles: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    template: TemplateOrigin | None = None
    marked: tuple[str, ...] = ()
    server: ServerName | None = None

    @property
    def sealed(self) -> frozenset[Secret]:
        """The values of its marked variables."""
        return frozenset(self.variables[name] for name in self.marked if name in self.variables)


@attrs.frozen
class Prepared:
    """A request whose files were read.

    Attributes:
        request: The request; its stack has a name.
        tree: Folder of the files.
        project: What they say.
        declared: What Dockerfiles say of the volumes of images that are to be built, by service.
        situation: What is there already.
    """

    request: UpRequest
    tree: Path
    project: ComposeProject
    declared: Mapping[str, DeclaredVolumes]
    situation: Situation


def demand_permissions(needs: tuple[NeededPermission, ...], asked: frozenset[str]) -> None:
    """Let what is dangerous through, if the operator allows it.

    Args:
        needs: What the files ask for.
        asked: What this call allows.

    Raises:
        Forbidden: Something is not allowed, or the caller may not allow it.
    """
    caller = current_caller()
    if asked and not caller.permits(Scope.HOST, Effect.WRITE):
        raise Forbidden(
            f"{caller} may not allow a stack {', '.join(sorted(asked))}: it needs host:write",
            hint="What reaches the host is for the operator to allow, or for a token with host:write (not part of *).",
        )
    missing = [need for need in needs if not need.given]
    if missing:
        lines = [
            f"{need.where}: {need.service or 'the stack'}: {need.message} ({need.permission.text})" for need in missing
        ]
        wanted = texts(need.permission for need in missing)
        flags = " ".join(f"--allow {shlex.quote(text)}" for text in wanted)
        raise Forbidden(
            "\n".join(["this stack asks for what an operator has to allow:", *lines]),
            hint=f"If you trust it: {flags}",
            permissions=list(wanted),
        )
