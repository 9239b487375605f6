"""What operations exist, read off the classes that define them."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, partial
from typing import IO, BinaryIO, Self, get_args, get_origin, get_type_hints

import attrs
from docstring_parser import DocstringStyle, parse

from sh0.errors import NotFound, UnknownOperation
from sh0.operations.mark import BODY, MARK, BelongsTo, Effect, Mark, Parts, Scope
from sh0.ports.terminal import Terminal

MISSING = inspect.Parameter.empty
UPLOADS = (IO[bytes], BinaryIO)  # the types of a parameter that is the body of a request


class Shape(StrEnum):
    """How a result comes.

    Attributes:
        VALUE: As one value.
        STREAM: Item by item.
        TERMINAL: As a two-way connection.
    """

    VALUE = "value"
    STREAM = "stream"
    TERMINAL = "terminal"


@attrs.frozen
class Parameter:
    """One parameter of an operation.

    Attributes:
        name: Its name.
        type: Its annotation, rules included.
        default: Its default, or `MISSING`.
        description: What it means.
        upload: Whether it is the body of the request, as bytes.
    """

    name: str
    type: object
    default: object
    description: str
    upload: bool = False

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is MISSING


@attrs.frozen
class Operation:
    """One operation: what every frontend projects.

    Attributes:
        name: ``domain.method``.
        domain: Name of the domain.
        method: Name of the method.
        verb: HTTP verb.
        path: Path template below the API's prefix.
        effect: What a call does.
        scope: Area that the caller's grants must cover.
        parameters: In the order of the signature.
        returns: Type of the result, or of one item of a stream.
        shape: How the result comes.
        summary: First sentence of the docstring.
        description: The rest of it.
        raises: Error class name to when it is raised.
        body: Most bytes of a request's JSON.
        belongs_to: Whose an item of the result is, for an operation that reads of all apps; see `operation`.
        parts: Of what area an item of the result is, for an operation that reads of several; see `operation`.
    """

    name: str
    domain: str
    method: str
    verb: str
    path: str
    effect: Effect
    scope: Scope
    parameters: tuple[Parameter, ...]
    returns: object
    shape: Shape
    summary: str
    description: str
    raises: Mapping[str, str]
    body: int = BODY
    belongs_to: BelongsTo | None = None
    parts: Parts | None = None

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Names in the path template."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def upload(self) -> Parameter | None:
        """The parameter that is the request's body, if there is one."""
        return next((p for p in self.parameters if p.upload), None)


def marks(cls: type) -> Iterator[tuple[str, Mark]]:
    """Name and mark of every operation that a class defines."""
    for name, member in vars(cls).items():
        mark = getattr(member, MARK, None)
        if isinstance(mark, Mark):
            yield name, mark


def describe(domain: str, cls: type, name: str, mark: Mark) -> Operation:
    """Read one operation off its method."""
    method = inspect.unwrap(getattr(cls, name))
    hints = get_type_hints(method, include_extras=True)
    doc = parse(inspect.getdoc(method) or "", DocstringStyle.GOOGLE)
    said = {p.arg_name: (p.description or "").replace("\n", " ") for p in doc.params}
    parameters = tuple(
        Parameter(p.name, hints[p.name], p.default, said.get(p.name, ""), upload=hints[p.name] in UPLOADS)
        for p in inspect.signature(method).parameters.values()
        if p.name != "self"
    )
    returns, shape = hints.get("return", type(None)), Shape.VALUE
    if get_origin(returns) is Iterator:
        (returns,), shape = get_args(returns), Shape.STREAM
    elif returns is Terminal:
        shape = Shape.TERMINAL
    return Operation(
        name=f"{domain}.{name}",
        domain=domain,
        method=name,
        verb=mark.verb,
        path=mark.path,
        effect=mark.effect,
        scope=mark.scope,
        parameters=parameters,
        returns=returns,
        shape=shape,
        summary=doc.short_description or "",
        description=doc.long_description or "",
        raises={r.type_name: r.description or "" for r in doc.raises if r.type_name},
        body=mark.body,
        belongs_to=mark.belongs_to,
        parts=mark.parts,
    )


class Registry:
    """Every operation of a set of domains. A domain is loaded when one of its operations is asked for.

    Args:
        domains: Name of each domain to what loads its class of operations.
    """

    def __init__(self, domains: Mapping[str, Callable[[], type]]) -> None:
        self._loading = domains
        self._loaded: dict[str, Mapping[str, Operation]] = {}

    @classmethod
    def of(cls, *classes: type) -> Self:
        """Every operation of classes that are loaded."""
        return cls({getattr(each, "domain", ""): partial(_itself, each) for each in classes})

    def domain(self, name: str) -> Mapping[str, Operation]:
        """The operations of one domain, by name, in the order of its class.

        Raises:
            UnknownOperation: There is no such domain.
        """
        if name not in self._loading:
            raise UnknownOperation(f"there is no domain {name!r}")
        if name not in self._loaded:
            cls = self._loading[name]()
            self._loaded[name] = {f"{name}.{each}": describe(name, cls, each, mark) for each, mark in marks(cls)}
        return self._loaded[name]

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation, by name."""
        return {name: operation for domain in self._loading for name, operation in self.domain(domain).items()}

    @cached_property
    def domains(self) -> Mapping[str, str]:
        """What each domain is about, in a line."""
        return {name: (inspect.getdoc(load()) or "").partition("\n")[0] for name, load in self._loading.items()}

    @cached_property
    def _routes(self) -> Sequence[tuple[str, re.Pattern[str], Operation]]:
        found = [(o.verb, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", o.path)), o) for o in self]
        return sorted(found, key=lambda route: route[2].path.count("{"))

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations.values())

    def get(self, name: str) -> Operation:
        """The operation of that name.

        Raises:
            UnknownOperation: There is none.
        """
        domain = name.partition(".")[0]
        found = self.domain(domain).get(name) if domain in self._loading else None
        if found is None:
            raise UnknownOperation(f"there is no operation {name!r}")
        return found

    def match(self, verb: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation behind a request, and the parameters in its path.

        Raises:
            NotFound: No route fits.
        """
        for route_verb, pattern, found in self._routes:
            if route_verb == verb and (match := pattern.fullmatch(path)):
                return found, match.groupdict()
        raise NotFound(f"nothing answers {verb} {path}", hint="The routes are listed at /api/v1/openapi.json.")

    def verbs(self, path: str) -> tuple[str, ...]:
        """The HTTP verbs that a path has operations for; none for a path that is unknown."""
        return tuple(sorted({verb for verb, pattern, _ in self._routes if pattern.fullmatch(path)}))


def _itself(cls: type) -> type:
    return cls
