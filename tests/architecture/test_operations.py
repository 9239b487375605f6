"""What every operation must have, and that none can be reached around the gate."""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Union, get_args, get_origin

import pytest

from sh0 import codec
from sh0.audited import for_audit
from sh0.domain_classes import DOMAINS
from sh0.errors import Forbidden, Sh0Error, Unauthenticated, error_types
from sh0.operations import Caller, CallerKind, Effect, Gate, Operation, Operations, Scope, Shape, acting_as
from sh0.operations.caller import ANONYMOUS
from sh0.operations.mark import MARK
from sh0.operations.schema import Schemas
from sh0.platform import Platform, registry
from sh0.values import Secret
from sh0.wire import openapi, projection

OPERATIONS = list(registry)
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
CLASSES: Mapping[str, type[Operations]] = {cls.domain: cls for cls in DOMAINS}


def bare(operation: Operation, gate: Gate | None) -> Operations:
    """Operations without anything behind them: whoever gets through the gate falls on their face."""
    made: Operations = object.__new__(CLASSES[operation.domain])
    return made.behind(gate) if gate else made


def call(operation: Operation, caller: Caller, **arguments: object) -> None:
    gate = Gate(codec.check_arguments, for_audit, lambda record: None)
    with acting_as(caller):
        getattr(bare(operation, gate), operation.method)(**arguments)


@each_operation
def test_it_is_documented_to_its_last_parameter(operation: Operation) -> None:
    assert operation.summary.endswith(".")
    assert {p.name: p.description for p in operation.parameters if not p.description} == {}
    method = getattr(CLASSES[operation.domain], operation.method)
    named = set(re.findall(r"^ +(\w+): ", (method.__doc__ or "").partition("Args:")[2].partition("Raises:")[0], re.M))
    assert named <= {p.name for p in operation.parameters}, "documents a parameter that it does not have"


@each_operation
def test_the_errors_that_it_documents_exist(operation: Operation) -> None:
    assert set(operation.raises) <= {error.__name__ for error in error_types()}


@each_operation
def test_it_has_scope_and_effect_and_a_route_that_names_its_parameters(operation: Operation) -> None:
    assert isinstance(operation.scope, Scope)
    assert isinstance(operation.effect, Effect)
    assert operation.verb in ("GET", "POST", "PATCH", "PUT", "DELETE")
    assert set(operation.path_parameters) <= {p.name for p in operation.parameters}
    assert (operation.verb == "GET") <= (operation.effect is Effect.READ)


def test_no_two_operations_share_a_route() -> None:
    shapes = [(o.verb, re.sub(r"\{\w+\}", "{}", o.path)) for o in OPERATIONS]
    assert len(shapes) == len(set(shapes))


@each_operation
def test_a_request_to_its_route_reaches_it(operation: Operation) -> None:
    path = re.sub(r"\{\w+\}", "x1", operation.path)
    assert registry.match(operation.verb, path)[0] is operation


@each_operation
def test_its_arguments_fit_the_place_where_they_travel(operation: Operation) -> None:
    """In paths and queries there are only texts, so an object can travel in a body only."""
    travels = Schemas()
    for parameter in operation.parameters:
        if (projection.in_query(operation) or parameter.name in operation.path_parameters) and not parameter.upload:
            assert "$ref" not in str(travels.of(parameter.type)), parameter.name
            assert "additionalProperties" not in str(travels.of(parameter.type)), parameter.name


def test_the_openapi_document_has_every_operation_and_no_dead_reference() -> None:
    document = openapi.document(registry)
    listed = {o["operationId"] for path in document["paths"].values() for o in path.values()}  # type: ignore[attr-defined]
    assert listed == {operation.name for operation in OPERATIONS}
    schemas = document["components"]["schemas"]  # type: ignore[index]
    assert set(re.findall(r"'#/components/schemas/(\w+)'", str(document))) <= set(schemas)


def test_every_schema_of_the_openapi_document_is_json_schema() -> None:
    import jsonschema

    for schema in openapi.document(registry)["components"]["schemas"].values():  # type: ignore[index]
        jsonschema.Draft202012Validator.check_schema(schema)


def test_no_two_classes_of_the_api_share_a_name() -> None:
    """A schema is called as its class is."""
    from typing import get_args

    import attrs

    seen: dict[str, set[type]] = {}

    def walk(annotation: object) -> None:
        if isinstance(annotation, type) and attrs.has(annotation):
            known = seen.setdefault(annotation.__name__, set())
            if annotation not in known:
                known.add(annotation)
                for field in attrs.fields(annotation):
                    walk(field.type)
        for inner in get_args(annotation):
            walk(inner)

    for operation in OPERATIONS:
        for annotation in (operation.returns, *(p.type for p in operation.parameters)):
            walk(annotation)
    assert {name: kinds for name, kinds in seen.items() if len(kinds) > 1} == {}


def test_a_platform_has_an_attribute_for_every_domain() -> None:
    assert set(CLASSES) == set(Platform.__annotations__)
    assert len(DOMAINS) == len(CLASSES)


def test_every_marked_method_is_known_to_the_registry() -> None:
    marked = {f"{cls.domain}.{n}" for cls in DOMAINS for n, member in vars(cls).items() if hasattr(member, MARK)}
    assert marked == {operation.name for operation in OPERATIONS}


@each_operation
def test_it_refuses_to_run_before_there_is_a_gate(operation: Operation) -> None:
    with pytest.raises(RuntimeError, match="before its platform was composed"):
        getattr(bare(operation, None), operation.method)()


@each_operation
def test_nobody_in_particular_may_call_it(operation: Operation) -> None:
    with pytest.raises(Unauthenticated):
        call(operation, ANONYMOUS)


@each_operation
def test_a_grant_of_every_other_scope_does_not_cover_it(operation: Operation) -> None:
    parts = operation.parts.scopes if operation.parts else frozenset()
    others = frozenset(f"{scope.value}:destroy" for scope in Scope if scope not in (operation.scope, *parts))
    with pytest.raises(Forbidden):
        call(operation, Caller(CallerKind.TOKEN, "acme", others))


OF_SEVERAL_SCOPES = {
    "cron.list": "a job of an app belongs to the apps, one of the platform to the servers",
    "events.follow": "an event belongs to the scope that its kind names",
    "events.list": "an event belongs to the scope that its kind names",
}


def test_what_shows_callers_a_part_is_named_with_its_reason() -> None:
    """Who may read one of the scopes is let in, and the gate leaves out the rest: that is for reading only."""
    shown = {operation.name for operation in OPERATIONS if operation.parts is not None}
    assert shown == set(OF_SEVERAL_SCOPES)
    assert all(registry.get(name).effect is Effect.READ for name in shown)


@each_operation
def test_a_lesser_grant_of_its_scope_does_not_cover_it(operation: Operation) -> None:
    lesser = {Effect.READ: (), Effect.WRITE: ("read",), Effect.DESTROY: ("read", "write")}[operation.effect]
    grants = frozenset(f"{scope}:{level}" for level in lesser for scope in (operation.scope.value, "*"))
    with pytest.raises(Forbidden):
        call(operation, Caller(CallerKind.TOKEN, "reader", grants))


@each_operation
def test_a_caller_confined_to_an_app_cannot_leave_it(operation: Operation) -> None:
    """Neither by naming another app, nor by naming none, nor through an operation that has no app at all."""
    confined = Caller(CallerKind.TOKEN, "ci", frozenset({"*:destroy"}), app="shop")
    names = {p.name for p in operation.parameters}
    for arguments in ({}, {"app": "other"}, {"app": None}, {"app": ["shop"]}, {"name": "shop"}, {"project": "shop"}):
        own = operation.belongs_to is not None and arguments.get("app") is None  # the gate shows what is the app's own
        if set(arguments) <= names and not own:
            with pytest.raises(Forbidden):
                call(operation, confined, **arguments)


OF_ALL_APPS = {
    "apps.list": "each is an app",
    "audit.list": "an entry names its app",
    "cron.list": "a job names its app, or is the platform's own",
    "domains.authority": "a certificate for browsers, which names no app",
    "domains.list": "each leads to an app",
    "drains.list": "each is of an app",
    "events.follow": "an event names its app",
    "events.list": "an event names its app",
    "system.status": "versions and ports, which name no app",
    "volumes.list": "each belongs to an app, or to a stack",
}


def test_what_the_confined_may_read_of_the_platform_is_named_with_its_reason() -> None:
    """Another list is seen by them only once somebody has said whose its items are."""
    shown = {operation.name for operation in OPERATIONS if operation.belongs_to is not None}
    assert shown == set(OF_ALL_APPS)
    assert all(registry.get(name).effect is Effect.READ for name in shown)


@each_operation
def test_its_grant_lets_a_caller_through(operation: Operation) -> None:
    """Beyond the gate is nothing here, so whoever passes meets either the check of arguments or a bare object."""
    grant = frozenset({f"{operation.scope.value}:{operation.effect.value}"})
    values = {p.name: "x1" for p in operation.parameters if p.required and not p.upload}
    said = ""
    try:
        call(operation, Caller(CallerKind.TOKEN, "friend", grant), **values)
    except (Sh0Error, AttributeError, TypeError) as error:
        said = str(error)
    assert "may not call" not in said
    assert "needs a credential" not in said


@each_operation
def test_it_has_a_shape_that_its_route_can_carry(operation: Operation) -> None:
    if operation.shape is Shape.TERMINAL:
        assert operation.verb == "POST"
    if operation.upload is not None:
        assert operation.verb == "POST"
        assert operation.shape is Shape.VALUE


def lonely_secret(annotation: object) -> bool:
    """Whether a Secret stands in an annotation where no plain text may stand for it."""
    parts = get_args(annotation)
    either = get_origin(annotation) in (Union, UnionType) and str in parts
    return annotation is Secret or (not either and any(map(lonely_secret, parts)))


@each_operation
def test_whoever_gives_a_secret_may_give_a_plain_text(operation: Operation) -> None:
    """Type checkers take what the gate takes, so that nobody has to wrap every value."""
    assert not [parameter.name for parameter in operation.parameters if lonely_secret(parameter.type)]
