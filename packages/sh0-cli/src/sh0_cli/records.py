"""Any result of an operation on the screen: a record as names and values, several as a table."""

from collections.abc import Mapping

import attrs

from sh0 import DeploymentEvent, LogLine
from sh0_cli.output import Output
from sh0_cli.words import word

_INTERNAL: Mapping[str, tuple[str, ...]] = {
    "App": ("slot", "declared", "stopped"),
    "ConfiguredApp": ("slot", "declared", "stopped", "deployment"),
    "Deployment": ("snapshot", "number", "changes", "app"),
    "Release": ("snapshot", "number"),
    "Volume": ("source", "attachment", "deleted", "ready", "server"),
}
"""Fields that only programs read; JSON has them."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "App": ("name", "project", "live", "replicas", "branch", "created"),
    "Deployment": ("id", "state", "reason", "revision", "requested_by", "created"),
    "AppInstance": ("process", "replica", "state", "since", "restarts", "container", "deployment", "address", "port"),
    "BuildVariable": ("name", "value", "changed", "secret"),
    "EffectiveVariable": ("name", "value", "origin", "changed", "secret"),
    "SharedVariable": ("name", "value", "changed", "secret"),
    "SshKey": ("name", "fingerprint", "grants", "created"),
    "Event": ("time", "kind", "subject", "message"),
    "AuditEntry": ("time", "caller", "address", "operation", "arguments", "outcome"),
}
"""Columns of the classes that have more fields than a line has room for."""


def show(output: Output, result: object) -> None:
    """Print what an operation returned."""
    if output.json:
        output.document(result)
    elif isinstance(result, list | tuple):
        if result and attrs.has(type(result[0])):
            names = _columns(type(result[0]))
            rows = [[word(getattr(record, name), human=output.pretty) for name in names] for record in result]
            output.table([name.replace("_", " ") for name in names], rows)
        else:
            for each in result:
                output.say(str(each))
            if not result:
                output.table((), (), empty="None.")
    elif result is None:
        if output.pretty:
            output.say("Done.")
    elif attrs.has(type(result)):
        _record(output, result)
    else:
        output.text(word(result, human=output.pretty))


def _record(output: Output, record: object) -> None:
    """A record as names and values, then each list of records in it as a table."""
    kind = type(record)
    hidden = _INTERNAL.get(kind.__name__, ())
    names = [field.name for field in attrs.fields(kind) if field.name not in hidden]  # type: ignore[arg-type]
    values = {name: getattr(record, name) for name in names}
    lists = {name: value for name, value in values.items() if isinstance(value, tuple | list) and _records(value)}
    output.pairs(
        (name.replace("_", " "), word(value, human=output.pretty))
        for name, value in values.items()
        if name not in lists
    )
    for name, value in lists.items():
        output.heading(name.replace("_", " "))
        show(output, value)


def _records(value: "tuple[object, ...] | list[object]") -> bool:
    return bool(value) and attrs.has(type(value[0]))


def show_item(output: Output, item: object) -> None:
    """Print one item of a stream."""
    if output.json:
        output.item(item)
    elif isinstance(item, LogLine | DeploymentEvent):
        output.printed(item.text)
    elif attrs.has(type(item)):
        output.say("\t".join(word(getattr(item, name), human=output.pretty) for name in _columns(type(item))))
    else:
        output.say(word(item, human=output.pretty))


def _columns(cls: type) -> tuple[str, ...]:
    if cls.__name__ in _COLUMNS:
        return _COLUMNS[cls.__name__]
    return tuple(field.name for field in attrs.fields(cls))
