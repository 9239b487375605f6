"""The errors of sh0, one tree.

    Sh0Error
    ├── Invalid          the request cannot be right, whoever sends it
    │   ├── InvalidValue         a value breaks its rule; carries the path to it
    │   ├── TooLarge             more than the operation takes
    │   ├── UnknownOperation     no operation of that name
    │   ├── UnsupportedProject   no recipe builds this tree
    │   ├── Unreadable           files cannot be read within the time and memory that are given to it
    │   └── BadArchive           an uploaded archive is unsafe or unreadable
    ├── NotFound         a thing of that name does not exist
    ├── Conflict         the request collides with what exists
    │   ├── NameTaken            the name or host name is in use
    │   ├── HomeInUse            another process has this home open
    │   └── WrongState           the thing is not in a state that allows it
    ├── Denied           the caller may not
    │   ├── Unauthenticated      no credential, or one nobody knows
    │   ├── TooManyAttempts      too many that nobody knows, from one address
    │   ├── Forbidden            known, but without the scope
    │   └── LicenceRequired      the licence does not cover it
    ├── Failed           the work was tried and did not succeed
    │   ├── BuildFailed, BuildTimeout, BuildOutOfMemory, BadDockerfile
    │   ├── ChecksFailed             the checks of a deployment found errors
    │   ├── NotReady             the new version never answered its check
    │   ├── ContainerExited      the new version stopped before it was ready
    │   ├── PluginFailed         a plugin raised; it is disabled until sh0 starts again
    │   ├── MissingVariables     sh0.yaml requires variables that nobody has set
    │   ├── GitFailed            git could not fetch or unpack a revision
    │   ├── DeploymentFailed     a deployment that was waited for did not go live
    │   ├── CommandFailed        a one-off command did not end with exit code 0
    │   └── Cancelled            somebody cancelled it
    ├── Unavailable      something sh0 depends on does not answer
    │   ├── EngineUnavailable, ProxyUnavailable, ServerUnreachable, DaemonUnreachable
    │   ├── ImageUnavailable     an image can be neither found nor pulled
    │   ├── DiskFull
    │   └── DatabaseLocked       another process keeps the database locked
    └── Corrupt          stored state cannot be trusted; nothing is guessed
        └── Undecryptable        a secret does not open with this master key

Every error has a stable ``code`` that clients may compare, a message that says what happened and where, and a
``hint`` that says what to do. The core knows nothing of HTTP statuses or exit codes: a frontend maps each ``kind``
once.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar

from sh0.sensitive import masked, without_credentials

__all__ = [
    "BadArchive",
    "BadDockerfile",
    "BuildFailed",
    "BuildOutOfMemory",
    "BuildTimeout",
    "Cancelled",
    "ChecksFailed",
    "CommandFailed",
    "Conflict",
    "ContainerExited",
    "Corrupt",
    "DaemonUnreachable",
    "DatabaseLocked",
    "Denied",
    "DeploymentFailed",
    "DiskFull",
    "EngineUnavailable",
    "Failed",
    "Forbidden",
    "GitFailed",
    "HomeInUse",
    "ImageUnavailable",
    "Invalid",
    "InvalidValue",
    "Kind",
    "LicenceRequired",
    "MissingVariables",
    "NameTaken",
    "NotFound",
    "NotReady",
    "PluginFailed",
    "ProxyUnavailable",
    "ServerUnreachable",
    "Sh0Error",
    "TooLarge",
    "TooManyAttempts",
    "Unauthenticated",
    "Unavailable",
    "Undecryptable",
    "UnknownOperation",
    "Unreadable",
    "UnsupportedProject",
    "WrongState",
    "error_from_problem",
    "error_types",
    "internal_error",
]


class Kind(StrEnum):
    """What sort of error it is: the only thing that frontends need to map.

    Attributes:
        INVALID: An argument, a file or a project is not as it must be.
        TOO_LARGE: More was sent than is taken.
        NOT_FOUND: There is no such thing.
        CONFLICT: It collides with what exists, or the thing is in a state that does not allow it.
        UNAUTHENTICATED: The credential is missing, unknown or expired.
        LIMITED: There were too many attempts; later ones are answered again.
        FORBIDDEN: The caller may not do this.
        FAILED: It was tried, and what was asked for failed: a build, a deployment.
        UNAVAILABLE: Something that is needed does not answer: the daemon, the engine, the proxy, a registry.
        CORRUPT: What is stored cannot be trusted or read.
        INTERNAL: A mistake in sh0 itself.
    """

    INVALID = "invalid"
    TOO_LARGE = "too-large"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    UNAUTHENTICATED = "unauthenticated"
    LIMITED = "limited"
    FORBIDDEN = "forbidden"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    CORRUPT = "corrupt"
    INTERNAL = "internal"


class Sh0Error(Exception):
    """The root of every error that sh0 raises on purpose.

    Args:
        message: What happened, and where.
        hint: What the reader can do about it.
        details: Further facts as plain JSON values (a path, the last lines of a log).
    """

    code: ClassVar[str] = "error"
    kind: ClassVar[Kind] = Kind.INTERNAL

    def __init__(self, message: str, *, hint: str = "", **details: object) -> None:
        message = masked(without_credentials(message))
        super().__init__(message)
        self.message = message
        self.hint = masked(hint)
        self.details = {name: _shown(value) for name, value in details.items()}

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def to_problem(self) -> dict[str, object]:
        """The error as the members of an RFC 9457 problem document (without ``status``, which is HTTP's)."""
        problem: dict[str, object] = {
            "type": f"urn:sh0:{self.code}",
            "code": self.code,
            "detail": self.message,
        }
        if self.hint:
            problem["hint"] = self.hint
        if self.details:
            problem["details"] = self.details
        return problem


def _shown(value: object) -> object:
    """A detail in which no URL carries credentials."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list | tuple):
        return [*map(_shown, value)] if isinstance(value, list) else tuple(map(_shown, value))
    return {key: _shown(inner) for key, inner in value.items()} if isinstance(value, dict) else value


class Invalid(Sh0Error):
    """The request cannot be right, whoever sends it."""

    code = "invalid"
    kind = Kind.INVALID


class InvalidValue(Invalid):
    """A value breaks its rule; ``details["path"]`` says which, as in ``$.domains[2].host``."""

    code = "invalid-value"


class TooLarge(Invalid):
    """The request carries more than its operation takes."""

    code = "too-large"
    kind = Kind.TOO_LARGE


class UnknownOperation(Invalid):
    """No operation of that name exists."""

    code = "unknown-operation"


class UnsupportedProject(Invalid):
    """No recipe of the build engine knows how to build this tree."""

    code = "unsupported-project"


class Unreadable(Invalid):
    """Files cannot be read within the time and memory there is for it; ``details["reason"]`` says what ended it."""

    code = "unreadable"


class BadArchive(Invalid):
    """An uploaded archive is unreadable, too large, or would write outside its folder."""

    code = "bad-archive"


class NotFound(Sh0Error):
    """A thing of that name does not exist."""

    code = "not-found"
    kind = Kind.NOT_FOUND


class Conflict(Sh0Error):
    """The request collides with what exists."""

    code = "conflict"
    kind = Kind.CONFLICT


class NameTaken(Conflict):
    """The name, or the host name, is in use."""

    code = "name-taken"


class HomeInUse(Conflict):
    """Another process has this home open."""

    code = "home-in-use"


class WrongState(Conflict):
    """The thing is not in a state that allows the request."""

    code = "wrong-state"


class Denied(Sh0Error):
    """The caller may not do this."""

    code = "denied"
    kind = Kind.FORBIDDEN


class Unauthenticated(Denied):
    """There is no credential, or one that nobody knows."""

    code = "unauthenticated"
    kind = Kind.UNAUTHENTICATED


class TooManyAttempts(Denied):
    """Too many credentials that nobody knows, from one address."""

    code = "too-many-attempts"
    kind = Kind.LIMITED


class Forbidden(Denied):
    """The caller is known and lacks the scope."""

    code = "forbidden"


class LicenceRequired(Denied):
    """The installed licence does not cover the operation."""

    code = "licence-required"


class Failed(Sh0Error):
    """The work was tried and did not succeed."""

    code = "failed"
    kind = Kind.FAILED


class BuildFailed(Failed):
    """A build step ended with an error; ``details["log"]`` holds its last lines."""

    code = "build-failed"


class BuildTimeout(BuildFailed):
    """A build took longer than it may."""

    code = "build-timeout"


class BuildOutOfMemory(BuildFailed):
    """A build step was killed at its memory limit."""

    code = "build-out-of-memory"


class BadDockerfile(BuildFailed):
    """The engine could not parse the Dockerfile."""

    code = "bad-dockerfile"


class ChecksFailed(Failed):
    """The checks of a deployment found errors, which its app does not let pass."""

    code = "checks-failed"


class NotReady(Failed):
    """A new version was started and never passed its check; ``details["log"]`` holds its last lines."""

    code = "not-ready"


class ContainerExited(NotReady):
    """A new version stopped before it passed its check."""

    code = "container-exited"


class PluginFailed(Failed):
    """A plugin raised; ``details["plugin"]`` names it, and it is disabled until sh0 starts again."""

    code = "plugin-failed"


class MissingVariables(Failed):
    """A ``sh0.yaml`` requires variables that nobody has set; ``details["missing"]`` names them."""

    code = "missing-variables"


class GitFailed(Failed):
    """Git could not fetch, read or unpack a revision."""

    code = "git-failed"


class DeploymentFailed(Failed):
    """A deployment that was waited for did not go live; ``details["deployment"]`` names it."""

    code = "deployment-failed"


class CommandFailed(Failed):
    """A one-off command did not end with exit code 0; ``details["run"]`` names it."""

    code = "command-failed"


class Cancelled(Failed):
    """Somebody cancelled the work."""

    code = "cancelled"


class Unavailable(Sh0Error):
    """Something that sh0 depends on does not answer."""

    code = "unavailable"
    kind = Kind.UNAVAILABLE


class EngineUnavailable(Unavailable):
    """The Docker Engine does not answer."""

    code = "engine-unavailable"


class ProxyUnavailable(Unavailable):
    """The proxy does not answer on its runtime socket, or refused a command."""

    code = "proxy-unavailable"


class ServerUnreachable(Unavailable):
    """A server cannot be reached."""

    code = "server-unreachable"


class DaemonUnreachable(Unavailable):
    """Nobody serves this home or URL."""

    code = "daemon-unreachable"


class ImageUnavailable(Unavailable):
    """An image is neither on the server nor to be had from its registry."""

    code = "image-unavailable"


class DiskFull(Unavailable):
    """There is no room left to write."""

    code = "disk-full"


class DatabaseLocked(Unavailable):
    """Another process keeps the database locked for longer than is waited."""

    code = "database-locked"


class Corrupt(Sh0Error):
    """Stored state cannot be trusted. Nothing is guessed: the operation stops."""

    code = "corrupt"
    kind = Kind.CORRUPT


class Undecryptable(Corrupt):
    """A stored secret does not open with this home's master key."""

    code = "undecryptable"


def internal_error(error: BaseException, hint: str = "Please report it.") -> Sh0Error:
    """What is said of an exception that nobody foresaw: the same words wherever it is met.

    Args:
        error: The exception.
        hint: What the reader can do, such as where to look.
    """
    return Sh0Error(f"internal error: {type(error).__name__}: {error}", hint=hint)


def error_types(root: type[Sh0Error] = Sh0Error) -> Iterator[type[Sh0Error]]:
    """Every class of the tree, the root first."""
    yield root
    for child in root.__subclasses__():
        yield from error_types(child)


def error_from_problem(problem: Mapping[str, object]) -> Sh0Error:
    """The error that a problem document describes; a code of a newer server becomes a plain ``Sh0Error``."""
    types = {kind.code: kind for kind in error_types()}
    cls = types.get(str(problem.get("code")), Sh0Error)
    details = problem.get("details")
    error = cls(
        str(problem.get("detail") or problem.get("title") or "The server answered with an error."),
        hint=str(problem.get("hint") or ""),
    )
    error.details = dict(details) if isinstance(details, Mapping) else {}  # its keys may be any
    return error
