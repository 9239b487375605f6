"""Values to plain JSON and back: one place where types meet the outside.

Converters from the same rules: `JSON` is strict (the text ``"1"`` is no number), `ARGUMENTS` holds texts and
collections without a rule to a general one as well, `TEXT` reads arguments of command lines and query strings, and the
store derives one that encrypts secrets. Errors carry the path to what is wrong, as in ``$.domains[2].host``.
"""

import io
import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import Annotated, Any, Self, TypeVar, Union, cast, get_args, get_origin

import attrs
import cattrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError, IterableValidationError
from cattrs.cols import homogenous_tuple_structure_factory, is_mapping, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from sh0.errors import InvalidValue
from sh0.nearest import did_you_mean
from sh0.operations.registry import MISSING, Operation
from sh0.rule import COLLECTION as COLLECTION_RULE
from sh0.rule import TEXT as TEXT_RULE
from sh0.rule import Rule
from sh0.sensitive import REDACTED, masked
from sh0.values import ByteSize, Secret

T = TypeVar("T")
_Structure = Callable[[object, object], object]

SECRET_LIMIT = (1 << 17) - 1  # MAX_ARG_STRLEN of Linux, with the NUL at its end
_LONGEST_NUMBER = 100  # characters
DEEPEST = 32  # levels of lists and objects in an argument


def rule_of(annotation: object) -> Rule | None:
    """The rule that an annotation carries."""
    if get_origin(annotation) is Annotated:
        return next((extra for extra in get_args(annotation)[1:] if isinstance(extra, Rule)), None)
    return None


def union_members(annotation: object) -> tuple[object, ...]:
    """The members of a union, or nothing for any other type."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else ()


def _is_sum_type(annotation: object) -> bool:
    members = [member for member in union_members(annotation) if member is not type(None)]
    return len(members) > 1 and all(attrs.has(cast(type, m)) and hasattr(m, "kind") for m in members)


def make_converter(*, lenient: bool = False, judging: bool = False) -> Converter:
    """A converter with the rules of this module.

    Args:
        lenient: Whether scalars are read from texts.
        judging: Whether texts, secrets and collections without a rule are held to that of `sh0.rule`, as arguments are.
    """
    converter = Converter(forbid_extra_keys=True, detailed_validation=True, prefer_attrib_converters=False)

    def exact(kind: type) -> Callable[[object, type], object]:
        def structure(value: object, target: type) -> object:
            if issubclass(target, Enum):  # cattrs finds this hook for subclasses too, and a StrEnum is a str
                return _member(value, target)
            if kind is float and type(value) is int:
                return float(value)
            if kind is int and type(value) is float and value.is_integer():  # JSON has numbers only
                value = int(value)
            if kind is str and isinstance(value, StrEnum):
                value = value.value
            if type(value) is not kind:
                raise ValueError(f"expected {_JSON_NAMES[kind]}, not {_json_name(value)}")
            return value

        return structure

    def loose(kind: type) -> Callable[[object, type], object]:
        def structure(value: object, target: type) -> object:
            if issubclass(target, Enum):
                return _member(value, target)
            if kind is not str and isinstance(value, str) and len(value) > _LONGEST_NUMBER:
                raise ValueError(f"expected {_JSON_NAMES[kind]}, not {_shown(value)}")
            if kind is bool and isinstance(value, str):
                if value.lower() not in _BOOLEANS:
                    raise ValueError(f"expected true or false, not {_shown(value)}")
                return _BOOLEANS[value.lower()]
            try:
                read = kind(value)
            except (TypeError, ValueError, OverflowError):
                raise ValueError(f"expected {_JSON_NAMES[kind]}, not {_shown(value)}") from None
            return read

        return structure

    scalar = loose if lenient else exact
    text = scalar(str)

    def ruled(rule: Rule | None) -> Callable[[object, type], object]:
        def structure(value: object, target: type) -> object:
            read = text(value, target)
            if rule is not None and type(read) is str:
                rule.demand_length(read)  # of what is megabytes long no letter is looked at
                return rule.check(_carried(read))
            return _carried(read)

        return structure

    def number(kind: type) -> Callable[[object, type], object]:
        read = scalar(kind)
        return lambda value, target: _carried(read(value, target))

    for kind in (int, float, bool):
        converter.register_structure_hook(kind, number(kind))
    converter.register_structure_hook(str, ruled(TEXT_RULE if judging else None))

    def structure_sum(annotation: object) -> Callable[[object, object], object]:
        members = {m.kind: m for m in cast("tuple[Any, ...]", union_members(annotation)) if m is not type(None)}

        def structure(value: object, _: object) -> object:
            if value is None and type(None) in union_members(annotation):
                return None
            kind = value.get("kind") if isinstance(value, Mapping) else None
            if not isinstance(value, Mapping) or not isinstance(kind, str) or kind not in members:
                raise ValueError(f"expected an object with kind {' or '.join(map(repr, sorted(members)))}")
            return converter.structure({k: v for k, v in value.items() if k != "kind"}, members[kind])

        return structure

    def structure_rule(annotation: object) -> Callable[[object, object], object]:
        rule, base = rule_of(annotation), get_args(annotation)[0]
        if rule is None:
            return lambda value, _: converter.structure(value, base)
        if base is str:  # its own rule holds instead of the one for any text
            of_text = ruled(rule)
            return lambda value, _: of_text(value, str)
        if _is_list(base):
            return a_list(base, rule)
        if is_mapping(base):
            return an_object(base, rule)
        return lambda value, _: rule.check(converter.structure(value, base))

    def shaped(shape: tuple[type, ...], said: str, read: Callable[..., Any]) -> Callable[..., _Structure]:
        def make(annotation: Any, rule: Rule | None = COLLECTION_RULE if judging else None) -> _Structure:
            inner = read(annotation, converter)

            def structure(value: object, _: object) -> object:
                if not isinstance(value, shape):
                    raise ValueError(f"expected {said}, not {_json_name(value)}")
                return inner(value if rule is None else rule.check(value), annotation)

            return structure

        return make

    a_list = shaped((list, tuple), "a list", homogenous_tuple_structure_factory)
    an_object = shaped((Mapping,), "an object", mapping_structure_factory)

    # cattrs takes anything that can be walked through: the letters of a string for a list, its own for an object
    converter.register_structure_hook_factory(_is_list, lambda t: a_list(t))
    converter.register_structure_hook_factory(is_mapping, lambda t: an_object(t))
    a_record = shaped((Mapping,), "an object", _read_class)
    converter.register_structure_hook_factory(attrs.has, lambda t: a_record(t))
    converter.register_structure_hook_factory(lambda t: cast(object, get_origin(t)) is Annotated, structure_rule)
    converter.register_structure_hook_factory(_is_sum_type, structure_sum)
    converter.register_structure_hook_func(lambda t: t is object, lambda value, _: value)
    converter.register_unstructure_hook_func(
        lambda t: t is object, lambda value: value if type(value) is object else converter.unstructure(value)
    )
    converter.register_structure_hook(datetime, lambda value, _: _moment(value))
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
    converter.register_structure_hook(Secret, lambda value, _: _secret(value, judging=judging))
    converter.register_structure_hook_func(
        _is_secret_text,
        lambda value, kind: None if value is None and _may_be_none(kind) else _secret(value, judging=judging),
    )
    converter.register_unstructure_hook(Secret, lambda _: REDACTED)
    converter.register_structure_hook(ByteSize, lambda value, _: _size(value))
    converter.register_unstructure_hook(ByteSize, int)
    converter.register_structure_hook_func(
        lambda t: isinstance(t, type) and issubclass(t, Enum), lambda value, t: _member(value, t)
    )
    converter.register_unstructure_hook_factory(
        lambda t: (
            isinstance(t, type)
            and attrs.has(t)
            and isinstance(getattr(t, "kind", None), str)
            and "kind" not in attrs.fields_dict(t)
        ),
        lambda t: _tagged(converter, t),
    )
    return converter


def _is_secret_text(annotation: object) -> bool:
    return {*union_members(annotation)} - {types.NoneType} == {str, Secret}


def _may_be_none(annotation: object) -> bool:
    return types.NoneType in union_members(annotation)


def _is_file_text(annotation: object) -> bool:
    """Whether a text is that of a file, which comes back as it was given."""
    return (rule := rule_of(annotation)) is not None and rule.several_lines


def _is_list(annotation: object) -> bool:
    arguments = get_args(annotation)
    return get_origin(annotation) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis


def _read_class(cls: type[Any], converter: Converter) -> Callable[..., Any]:
    return make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True)


def _tagged(converter: Converter, cls: type) -> Callable[[Any], dict[str, object]]:
    plain: Callable[[Any], dict[str, object]] = make_dict_unstructure_fn(cls, converter)
    return lambda value: {"kind": value.kind, **plain(value)}


_JSON_NAMES = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
_BOOLEANS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def _shown(value: object) -> str:
    """The beginning of a value; of a long text the rest is not even looked at."""
    return repr(value[:60]) if isinstance(value, str) else f"{value!r:.60}"


def _json_name(value: object) -> str:
    if value is None:
        return "null"
    if type(value) in _JSON_NAMES:
        return f"{_JSON_NAMES[type(value)]} ({_shown(value)})"
    return "a list" if isinstance(value, list | tuple) else "an object"


def _carried(value: object) -> object:
    """A scalar that JSON, UTF-8 and SQLite can carry."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("expected Unicode text, not half of a surrogate pair") from None
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"expected a finite number, not {value}")
    elif type(value) is int and not -(1 << 63) <= value < 1 << 63:
        raise ValueError("expected a whole number of at most 64 bits")
    return value


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a time as in 2026-01-31T12:00:00+00:00, not {_json_name(value)}")
    return datetime.fromisoformat(value)


def _secret(value: object, *, judging: bool) -> Secret:
    plain = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(plain, str):
        raise ValueError("expected a string")  # the value itself stays unsaid
    if judging and len(plain) > SECRET_LIMIT:
        raise ValueError(f"expected at most {SECRET_LIMIT >> 10} KiB: the kernel takes no longer variable or argument")
    if judging and "\x00" in plain:
        raise ValueError("expected text without the character NUL (U+0000), which ends a variable for the kernel")
    _carried(plain)
    return value if isinstance(value, Secret) else Secret(plain)


def _size(value: object) -> ByteSize:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(f"expected a size as in 512m, not {_json_name(value)}")
    size = ByteSize.parse(value)
    _carried(int(size))
    return size


def _member(value: object, kind: type[Enum]) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{_shown(value)} is none of {', '.join(str(m.value) for m in kind)}") from None


JSON = make_converter()
JSON.register_unstructure_hook(str, lambda text: masked(text.value if isinstance(text, StrEnum) else text))
JSON.register_unstructure_hook_func(_is_file_text, lambda text: text)
ARGUMENTS = make_converter(judging=True)
TEXT = make_converter(lenient=True, judging=True)


class UnknownField(str):
    """The reason for refusing a field that a record does not have.

    Args:
        name: Its name.
        known: Names of those that it has.
    """

    field: str

    def __new__(cls, name: str, known: Iterable[str]) -> Self:
        made = super().__new__(cls, "; ".join(filter(None, (f"unknown field {name!r:.80}", did_you_mean(name, known)))))
        made.field = name
        return made


def reasons(error: BaseException, path: str = "$") -> Iterator[tuple[str, str]]:
    """Path and reason of everything that is wrong in a value, innermost first."""
    if isinstance(error, ClassValidationError):
        noted, bare = error.group_exceptions()
        for inner, note in noted:
            yield from reasons(inner, f"{path}.{note.name}")
        for inner in bare:
            yield from reasons(inner, path)
    elif isinstance(error, IterableValidationError):
        listed, bare = error.group_exceptions()
        for inner, item in listed:
            yield from reasons(inner, f"{path}[{item.index!r}]")
        for inner in bare:
            yield from reasons(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(cast(Any, error.cl))]
        for name in sorted(map(str, error.extra_fields)):
            yield path, UnknownField(name, known)
    elif isinstance(error, KeyError):
        yield path, "missing"
    else:
        yield path, str(error)


def structure(value: object, annotation: Any, *, path: str = "$", converter: Converter = JSON) -> Any:
    """Read a plain value as a type.

    Raises:
        InvalidValue: It does not fit; the message has the path and the reason.
    """
    try:
        return converter.structure(value, annotation)
    except (cattrs.BaseValidationError, ValueError, OverflowError, TypeError, KeyError, AttributeError) as error:
        found = sorted(reasons(error, path), key=lambda each: not isinstance(each[1], UnknownField))
        where, why = found[0]
        more = {"field": why.field} if isinstance(why, UnknownField) else {}
        said = "; ".join(f"{at}: {reason}" for at, reason in found[:5])
        raise InvalidValue(said, path=where, reason=str(why), **more) from None


def unstructure(value: object) -> Any:
    """A value as plain JSON, to be shown: secrets are redacted, and credentials in the URLs of texts.

    Texts of files (`sh0.values.FileText`) stay as they are.
    """
    return JSON.unstructure(value)


def check_arguments(
    operation: Operation, arguments: Mapping[str, object], *, converter: Converter = ARGUMENTS
) -> dict[str, object]:
    """Arguments of a call, each as its parameter's type. Values that are of the type already pass as they are.

    Raises:
        InvalidValue: One does not fit, is missing or unknown.
    """
    known = {parameter.name: parameter for parameter in operation.parameters}
    for name in arguments:
        if name not in known:
            raise InvalidValue(f"{operation.name} has no parameter {name!r}", path=f"$.{name}", reason="unknown")
    checked: dict[str, object] = {}
    for name, parameter in known.items():
        if name not in arguments:
            if parameter.default is MISSING:
                raise InvalidValue(f"{operation.name} needs {name!r}", path=f"$.{name}", reason="missing")
            continue
        value = arguments[name]
        if parameter.upload and (wrong := _unreadable(value)):
            raise InvalidValue(
                f"$.{name}: expected a file that is open for reading in binary mode, got {wrong}",
                hint="Open the file with open(path, 'rb'), or pack a folder with sh0.pack(folder).",
                path=f"$.{name}",
                reason="no open file",
            )
        if parameter.upload or (value is None and parameter.default is None):
            checked[name] = value
        else:
            demand_shallow(value, f"$.{name}")
            checked[name] = structure(plain(value), parameter.type, path=f"$.{name}", converter=converter)
    return checked


def _unreadable(value: object) -> str:
    """What a value is instead of a file that can be read as bytes; empty if it is one."""
    if not callable(getattr(value, "read", None)):
        return type(value).__name__
    if getattr(value, "closed", False):
        return "one that is closed"
    if isinstance(value, io.TextIOBase) or hasattr(value, "encoding"):
        return "one that is open for text"
    mode = getattr(value, "mode", "")
    writes = isinstance(mode, str) and mode[:1] in ("w", "a", "x") and "+" not in mode
    return "one that is open for writing" if writes else ""


def demand_shallow(value: object, path: str) -> None:
    """Let a value through whose lists and objects are not nested deeper than anything of sh0.

    Raises:
        InvalidValue: They are; whatever walks through it by calling itself would fail.
    """
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for each in level
            if isinstance(each, list | tuple | Mapping)
            for child in (each.values() if isinstance(each, Mapping) else each)
        ]
        if not level:
            return
    raise InvalidValue(f"{path}: nested deeper than {DEEPEST} levels", path=path, reason="nested too deeply")


def arguments_from_text(operation: Operation, arguments: Mapping[str, object]) -> dict[str, object]:
    """Arguments of a call whose scalars are texts, as on a command line, each as its parameter's type.

    Raises:
        InvalidValue: One does not fit, is missing or unknown.
    """
    return check_arguments(operation, arguments, converter=TEXT)


def plain(value: object) -> object:
    """Attrs values as dicts, so that a caller inside the process passes the same checks; secrets stay secrets."""
    if isinstance(value, Secret) or value is None:
        return value
    return _KEEPING.unstructure(value)


_KEEPING = make_converter()
_KEEPING.register_unstructure_hook(Secret, lambda value: value)


def with_secrets(value: object) -> Any:
    """A value as plain JSON with its secrets in clear: for a request to the platform, never for an answer."""
    return _CLEAR.unstructure(value)


_CLEAR = make_converter()
_CLEAR.register_unstructure_hook(Secret, lambda value: value.reveal())
