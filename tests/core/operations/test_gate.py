"""The one gate: who is calling, may they, run, audit."""

import errno
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import attrs
import pytest

from sh0 import codec
from sh0.audited import for_audit
from sh0.errors import (
    DiskFull,
    Forbidden,
    InvalidValue,
    LicenceRequired,
    NotFound,
    Unauthenticated,
    Unavailable,
    UnknownOperation,
)
from sh0.operations import (
    SYSTEM,
    AuditRecord,
    Caller,
    CallerKind,
    Effect,
    Gate,
    Operation,
    Operations,
    Registry,
    Scope,
    Shape,
    acting_as,
    current_caller,
    operation,
)
from sh0.operations.caller import ANONYMOUS
from sh0.sensitive import REDACTED
from sh0.values import AppName, Port, Secret

ANNA = Caller(CallerKind.TOKEN, "anna", frozenset({"apps:write"}))


class Toys(Operations, domain="toys"):
    """Operations to play with."""

    def __init__(self, others: "Toys | None" = None) -> None:
        self.others = others
        self.seen: list[object] = []

    @operation("GET /toys", effect=Effect.READ, scope=Scope.APPS)
    def look(self) -> str:
        """Look."""
        return str(current_caller())

    @operation("POST /toys", effect=Effect.WRITE, scope=Scope.APPS)
    def make(self, name: AppName, *, port: Port = 80, secret: Secret | None = None) -> str:
        """Make one."""
        self.seen.append((name, port, secret))
        if name == "broken":
            raise NotFound("no such toy")
        if name == "fault":
            raise ZeroDivisionError
        if name == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        if name == "reset":
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        return name

    @operation("POST /toys/many", effect=Effect.WRITE, scope=Scope.APPS)
    def make_many(self, names: tuple[AppName, ...]) -> int:
        """Make several, each through the operation itself."""
        for name in names:
            (self.others or self).make(name)
        return len(names)

    @operation("GET /toys/count", effect=Effect.READ, scope=Scope.APPS)
    def count(self, to: int) -> Iterator[str]:
        """Count, and say who counts."""
        for number in range(to):
            yield f"{number} {current_caller()}"
            self.make("counted")
        if to > 99:
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    @operation("POST /toys/upload", effect=Effect.WRITE, scope=Scope.APPS)
    def upload(self, body: BinaryIO) -> int:
        """Count the bytes."""
        return len(body.read())

    @operation("DELETE /toys/{name}", effect=Effect.DESTROY, scope=Scope.APPS)
    def destroy(self, name: AppName) -> None:
        """Destroy one."""


AUDIT = list[AuditRecord]


@pytest.fixture
def audit() -> AUDIT:
    return []


@pytest.fixture
def toys(audit: AUDIT) -> Toys:
    return Toys().behind(Gate(codec.check_arguments, for_audit, audit.append))


def told(audit: AUDIT) -> list[tuple[str, str, Mapping[str, object], str]]:
    return [(str(r.caller), r.call.operation, r.call.arguments, r.outcome) for r in audit]


def test_a_program_that_opened_the_platform_is_the_system(toys: Toys) -> None:
    assert current_caller() is SYSTEM
    assert toys.look() == "system"


def test_a_call_that_changes_something_is_audited_with_its_caller(toys: Toys, audit: AUDIT) -> None:
    with acting_as(ANNA):
        toys.make("ball", port=81)
    assert told(audit) == [("token:anna", "toys.make", {"name": "ball", "port": 81}, "ok")]


def test_reading_is_not_audited(toys: Toys, audit: AUDIT) -> None:
    toys.look()
    with acting_as(ANONYMOUS), pytest.raises(Unauthenticated):
        toys.look()
    assert audit == []


@pytest.mark.parametrize(
    ("caller", "name", "error", "outcome"),
    [
        (ANNA, "broken", NotFound, "not-found"),
        (ANNA, "fault", ZeroDivisionError, "error"),
        (ANNA, "full", DiskFull, "disk-full"),
        (ANNA, "reset", Unavailable, "unavailable"),
        (ANNA, "Bad Name", InvalidValue, "invalid-value"),
        (ANONYMOUS, "ball", Unauthenticated, "unauthenticated"),
        (Caller(CallerKind.KEY, "eve"), "ball", Forbidden, "forbidden"),
    ],
)
def test_what_went_wrong_is_audited_with_its_code(
    toys: Toys, audit: AUDIT, caller: Caller, name: str, error: type[Exception], outcome: str
) -> None:
    with acting_as(caller), pytest.raises(error):
        toys.make(name)
    assert [record.outcome for record in audit] == [outcome]
    assert audit[0].caller == caller


def test_who_may_not_is_stopped_before_anything_runs(toys: Toys) -> None:
    with acting_as(ANONYMOUS), pytest.raises(Unauthenticated):
        toys.make("ball")
    with acting_as(attrs.evolve(ANNA, grants=frozenset({"apps:read"}))), pytest.raises(Forbidden, match="apps:write"):
        toys.make("ball")
    assert toys.seen == []


def test_who_may_not_learns_nothing_of_the_arguments(toys: Toys) -> None:
    """The credential is asked for before the arguments are looked at."""
    with acting_as(ANONYMOUS), pytest.raises(Unauthenticated):
        toys.make("Bad Name")


def test_a_call_from_inside_an_operation_is_trusted_and_audited_once(toys: Toys, audit: AUDIT) -> None:
    toys.make_many(("a", "b"))
    assert [(record.call.operation, record.outcome) for record in audit] == [("toys.make_many", "ok")]
    assert [seen[0] for seen in toys.seen] == ["a", "b"]  # type: ignore[index]


def test_a_call_from_inside_an_operation_is_still_checked(toys: Toys) -> None:
    inner = Toys().behind(Gate(codec.check_arguments, for_audit, lambda record: None))
    toys.others = inner
    toys.make_many(("ball",))
    with pytest.raises(InvalidValue):
        toys.make_many(("Bad Name",))
    assert len(inner.seen) == 1


def test_the_next_call_after_a_nested_one_passes_the_gate_again(toys: Toys, audit: AUDIT) -> None:
    toys.make_many(("a",))
    with acting_as(ANONYMOUS), pytest.raises(Unauthenticated):
        toys.make("b")
    assert [record.outcome for record in audit] == ["ok", "unauthenticated"]


def test_a_stream_runs_as_whoever_called_it_wherever_it_is_read(toys: Toys, audit: AUDIT) -> None:
    """Its steps are inside the operation: they are trusted and not audited, and the reader stays outside."""
    with acting_as(ANNA):
        stream = toys.count(2)
    read: list[str] = []
    with acting_as(ANONYMOUS):
        thread = threading.Thread(target=lambda: read.extend(stream))
        thread.start()
        thread.join(5)
        assert current_caller() is ANONYMOUS
        with pytest.raises(Unauthenticated):
            toys.look()
    assert read == ["0 token:anna", "1 token:anna"]
    assert audit == []


def test_what_the_system_refuses_while_a_stream_is_read_is_an_error_of_sh0(toys: Toys) -> None:
    with pytest.raises(Unavailable, match="a connection failed: Connection reset by peer"):
        list(toys.count(100))


def test_a_stream_can_be_closed_early(toys: Toys) -> None:
    stream = toys.count(10)
    assert next(stream) == "0 system"
    stream.close()  # type: ignore[attr-defined]
    assert list(stream) == []


def test_a_secret_is_redacted_in_the_audit_log_whether_it_came_as_a_secret_or_as_json(toys: Toys, audit: AUDIT) -> None:
    toys.make("ball", secret=Secret("hunter22"))
    toys.make("ball", secret="hunter22")  # type: ignore[arg-type]
    assert "hunter22" not in repr(audit)
    assert [record.call.arguments["secret"] for record in audit] == [REDACTED] * 2
    assert toys.seen[1] == ("ball", 80, Secret("hunter22"))


def test_an_upload_is_not_part_of_the_audit_log(toys: Toys, audit: AUDIT) -> None:
    import io

    assert toys.upload(io.BytesIO(b"12345")) == 5
    assert audit[0].call.arguments == {}


@pytest.mark.parametrize("archive", ["/some/folder", b"bytes", 5, None])
def test_what_is_no_open_file_is_no_upload(toys: Toys, archive: object) -> None:
    with pytest.raises(InvalidValue, match=r"\$\.\w+: expected a file that is open for reading") as refused:
        toys.upload(archive)  # type: ignore[arg-type]
    assert "sh0.pack" in refused.value.hint


@pytest.mark.parametrize(("mode", "wrong"), [("r", "open for text"), ("wb", "open for writing"), ("", "closed")])
def test_a_file_that_gives_no_bytes_is_no_upload(toys: Toys, mode: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("12345")
    with (tmp_path / "a").open(mode or "rb") as file:
        if not mode:
            file.close()
        with pytest.raises(InvalidValue, match=f"in binary mode, got one that is {wrong}"):
            toys.upload(file)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [tempfile.TemporaryFile, tempfile.NamedTemporaryFile, tempfile.SpooledTemporaryFile])
def test_temporary_files_of_bytes_are_uploads(toys: Toys, kind: Callable[[], AbstractContextManager[BinaryIO]]) -> None:
    with kind() as file:
        file.write(b"12345")
        file.seek(0)
        assert toys.upload(file) == 5


def test_arguments_are_checked_and_brought_to_their_types(toys: Toys) -> None:
    toys.make("ball", port=81)
    for arguments in ({"port": "81"}, {"port": 0}, {"name": 5}, {"secret": 5}):
        with pytest.raises(InvalidValue):
            toys.make(**({"name": "ball"} | arguments))
    assert len(toys.seen) == 1


def test_what_is_missing_or_unknown_is_an_invalid_value_and_not_a_fault(toys: Toys) -> None:
    """The same for a program in this process as for a request."""
    with pytest.raises(InvalidValue, match=r"toys\.make needs 'name'"):
        toys.make()  # type: ignore[call-arg]
    with pytest.raises(InvalidValue, match=r"toys\.make has no parameter 'size'"):
        toys.make("ball", size=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        toys.make("ball", name="ball")  # type: ignore[misc]
    with pytest.raises(TypeError):
        toys.make("ball", 80)  # type: ignore[call-arg]


def test_the_licence_is_asked_before_anything_runs(audit: AUDIT) -> None:
    class Nothing:
        def demand(self, operation: Operation) -> None:
            raise LicenceRequired(f"{operation.name} is not covered")

    toys = Toys().behind(Gate(codec.check_arguments, for_audit, audit.append, Nothing()))
    with pytest.raises(LicenceRequired):
        toys.make("ball")
    assert toys.seen == []
    assert audit[0].outcome == "licence-required"


@pytest.mark.parametrize(
    ("grant", "allowed"),
    [
        ("apps:read", {Effect.READ}),
        ("apps:write", {Effect.READ, Effect.WRITE}),
        ("apps:destroy", set(Effect)),
        ("*:read", {Effect.READ}),
        ("*:destroy", set(Effect)),
        ("env:destroy", set()),
        ("", set()),
    ],
)
def test_a_stronger_grant_includes_the_weaker_ones(grant: str, allowed: set[Effect]) -> None:
    caller = Caller(CallerKind.TOKEN, "x", frozenset({grant}))
    assert {effect for effect in Effect if caller.permits(Scope.APPS, effect)} == allowed


def test_acting_as_somebody_ends_with_its_block() -> None:
    with acting_as(ANNA):
        with acting_as(ANONYMOUS):
            assert current_caller() is ANONYMOUS
        assert current_caller() is ANNA
    assert current_caller() is SYSTEM


def test_another_thread_does_not_inherit_the_caller() -> None:
    seen: list[Caller] = []
    with acting_as(ANNA):
        thread = threading.Thread(target=lambda: seen.append(current_caller()))
        thread.start()
        thread.join(5)
    assert seen == [SYSTEM]


def test_the_registry_reads_everything_off_the_methods() -> None:
    registry = Registry.of(Toys)
    make = registry.get("toys.make")
    assert (make.verb, make.path, make.effect, make.scope, make.shape) == (
        "POST",
        "/toys",
        Effect.WRITE,
        Scope.APPS,
        Shape.VALUE,
    )
    assert [(p.name, p.required) for p in make.parameters] == [("name", True), ("port", False), ("secret", False)]
    assert registry.get("toys.count").shape is Shape.STREAM
    assert registry.get("toys.count").returns is str
    upload = registry.get("toys.upload").upload
    assert upload is not None
    assert upload.name == "body"
    with pytest.raises(UnknownOperation):
        registry.get("toys.juggle")


def test_a_fixed_path_goes_before_one_with_a_parameter() -> None:
    registry = Registry.of(Toys)
    assert registry.match("GET", "/toys/count")[0].name == "toys.count"
    assert registry.match("DELETE", "/toys/x")[1] == {"name": "x"}
    for verb, path in (("PUT", "/toys"), ("GET", "/toys/"), ("DELETE", "/toys/a/b"), ("GET", "/toysx")):
        with pytest.raises(NotFound):
            registry.match(verb, path)
