"""How operations look as HTTP. Pure, and shared by both sides.

A path parameter is in the path; the other arguments are in the query for GET, DELETE, uploads and terminals, and a JSON
object otherwise. A value answers as JSON, a stream as server-sent events, an error as RFC 9457 problem+json, a terminal
by an upgrade of the connection.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from urllib.parse import parse_qsl, quote, urlencode

from sh0 import codec
from sh0.errors import InvalidValue, Kind, Sh0Error
from sh0.operations import Operation, Registry, Shape
from sh0.values import Number

PREFIX = "/api/v1"
EVENT_STREAM = "text/event-stream"
PROBLEM = "application/problem+json"

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.TOO_LARGE: 413,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNAUTHENTICATED: 401,
    Kind.LIMITED: 429,
    Kind.FORBIDDEN: 403,
    Kind.FAILED: 424,
    Kind.UNAVAILABLE: 503,
    Kind.CORRUPT: 500,
    Kind.INTERNAL: 500,
}
"""The only place where kinds of errors become HTTP statuses."""


_BARE = frozenset({"", "application/x-www-form-urlencoded", "text/plain"})
"""What clients say of a body that they were told nothing of, as ``curl --data`` does."""


def content_type(operation: Operation) -> str:
    """The type of an operation's body."""
    return "application/json" if operation.upload is None else "application/octet-stream"


def other_content(operation: Operation, given: str) -> str:
    """What to do about a body of a type that the operation does not read; empty for one that it does.

    Args:
        operation: What is called.
        given: The header ``Content-Type``.
    """
    kind = given.partition(";")[0].strip().lower()
    if operation.upload is None and in_query(operation):
        return ""  # it has no body
    if operation.upload is not None:
        hint = f"The body is {operation.upload.name} itself, not a form: curl --data-binary @FILE."
        return hint if kind.startswith("multipart/") else ""
    right = kind in _BARE or kind.partition("/")[2] == "json" or kind.endswith("+json")
    return "" if right else "Send a JSON object, with 'Content-Type: application/json'."


def protocol_problem(status: int, title: str, detail: str, hint: str = "") -> Mapping[str, object]:
    """A problem document of what is wrong with a request before an operation is called."""
    problem = {"status": status, "title": title, "type": "urn:sh0:invalid", "code": "invalid", "detail": detail}
    return {**problem, "hint": hint} if hint else problem


def verbs(known: Sequence[str]) -> tuple[str, ...]:
    """The verbs that a path answers, for those that it has operations for."""
    return tuple(sorted({*known, "OPTIONS", *(["HEAD"] if "GET" in known else [])})) if known else ()


def creates(operation: Operation) -> bool:
    """Whether an operation makes a thing that was not there."""
    return operation.verb == "POST" and operation.method in ("create", "add")


def success(
    registry: Registry, operation: Operation, arguments: Mapping[str, object], result: object
) -> tuple[int, str]:
    """Status of an answer, and where what was created is found (empty for what cannot be read by itself)."""
    if not creates(operation):
        return 200, ""
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace("{" + name + "}", quote(str(arguments[name]), safe=""))
    path += "/" + quote(str(getattr(result, "id", None) or getattr(result, "name", "")), safe="")
    return 201, PREFIX + path if "GET" in registry.verbs(path) else ""


SINCE = "since"


def resumes(operation: Operation) -> bool:
    """Whether a stream can be taken up again after an item, with that parameter or the header ``Last-Event-ID``.

    A stream that goes back to a moment has a parameter of the same name, and no numbers.
    """
    numbers = (Number, Number | None)
    return operation.shape is Shape.STREAM and any(p.name == SINCE and p.type in numbers for p in operation.parameters)


def since(operation: Operation, arguments: Mapping[str, object]) -> int | None:
    """Number of the item before the first of a stream that can be taken up again; None for any other."""
    given = arguments.get(SINCE)
    return (given if isinstance(given, int) else 0) if resumes(operation) else None


def in_query(operation: Operation) -> bool:
    """Whether the arguments travel in the query."""
    return operation.verb in ("GET", "DELETE") or operation.upload is not None or operation.shape is Shape.TERMINAL


def target(operation: Operation, arguments: Mapping[str, object]) -> tuple[str, dict[str, object] | None]:
    """Path and query of a request, and its JSON body if it has one.

    Raises:
        InvalidValue: A value cannot be part of a path.
    """
    plain = {name: codec.with_secrets(value) for name, value in arguments.items()}
    path = operation.path
    for name in operation.path_parameters:
        value = str(plain.pop(name))
        if value in ("", ".", ".."):  # RFC 3986, section 5.2.4, would make it the path of another operation
            raise InvalidValue(f"$.{name}: {value!r} names nothing", path=f"$.{name}", reason="names nothing")
        path = path.replace("{" + name + "}", quote(value, safe=""))
    if not in_query(operation):
        return PREFIX + path, plain
    pairs = [(name, text) for name, value in plain.items() for text in _texts(value)]
    return PREFIX + path + ("?" + urlencode(pairs) if pairs else ""), None


def _texts(value: object) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list | tuple):
        return (str(item) for item in value)
    return (str(value),)


def known(operation: Operation, path: Mapping[str, str], query: str) -> dict[str, object]:
    """What a request says before its body is read, unchecked: enough to tell whether its caller may call at all."""
    names = {parameter.name for parameter in operation.parameters}
    texts = parse_qsl(query, keep_blank_values=True) if in_query(operation) else []
    return {**{name: text for name, text in texts if name in names}, **path}


def arguments(
    operation: Operation, path: Mapping[str, str], query: str, body: bytes, last_event: str | None = None
) -> dict[str, object]:
    """The arguments that a request carries.

    Args:
        operation: What is called.
        path: The parameters in its path.
        query: Its query.
        body: Its body.
        last_event: Its header ``Last-Event-ID``, for a stream that can be taken up again.

    Raises:
        InvalidValue: They do not fit the operation.
    """
    if in_query(operation):
        given: dict[str, object] = dict(path)
        several = {p.name for p in operation.parameters if _is_several(p.type)}
        for name, text in parse_qsl(query, keep_blank_values=True):
            if name in path:
                raise InvalidValue(f"$.{name}: it is in the path already", path=f"$.{name}", reason="given twice")
            if name in several:
                given.setdefault(name, [])
                held = given[name]
                if isinstance(held, list):
                    held.append(text)
            else:
                given[name] = text
        if last_event is not None and resumes(operation):
            given.setdefault(SINCE, last_event)
        upload = operation.upload
        if upload is not None:
            given[upload.name] = BytesIO()  # the body takes its place
        return codec.check_arguments(operation, given, converter=codec.TEXT)
    try:
        sent = json.loads(body, object_pairs_hook=_once) if body.strip() else {}
    except RecursionError:
        raise InvalidValue("the body is nested too deeply", path="$", reason="nested too deeply") from None
    except ValueError as error:
        hint = "Send a JSON object, with 'Content-Type: application/json'."
        raise InvalidValue(f"the body is not JSON: {error}", hint=hint, path="$", reason="not JSON") from None
    if not isinstance(sent, dict):
        raise InvalidValue("the body is not a JSON object", path="$", reason="not an object")
    codec.demand_shallow(sent, "$")
    return {**sent, **path}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON, in which no name may stand twice: whoever read it before may have gone by the other one."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidValue(f"{name!r:.60} stands twice in one object of the body", path="$", reason="given twice")
        found[name] = value
    return found


def _is_several(annotation: object) -> bool:
    return getattr(annotation, "__origin__", None) in (tuple, list)


def problem(error: Sh0Error) -> tuple[int, dict[str, object]]:
    """Status and document of an error."""
    status = STATUS[error.kind]
    return status, {
        "status": status,
        "title": error.code.replace("-", " ").capitalize(),
        **error.to_problem(),
    }


def dumps(value: object) -> bytes:
    """A value as JSON bytes, secrets redacted."""
    return json.dumps(codec.unstructure(value), ensure_ascii=False, separators=(",", ":")).encode()
