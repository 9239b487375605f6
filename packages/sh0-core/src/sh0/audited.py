"""Arguments of calls as the audit log keeps them: without secrets, without internals, and short."""

from collections.abc import Mapping
from itertools import islice
from typing import Final

from sh0.codec import ARGUMENTS, demand_shallow, plain, rule_of, structure, unstructure
from sh0.operations.registry import Operation
from sh0.sensitive import REDACTED, without_credentials

_TEXT: Final = 1000  # characters of a text that are kept
_ENTRIES: Final = 100  # entries of a collection that are kept


def for_audit(operation: Operation, arguments: Mapping[str, object]) -> dict[str, object]:
    """Arguments as the audit log keeps them, whoever sent them and whether or not they were accepted.

    They may be plain JSON, in which a secret is a string like any other, so what is secret is told from the type of
    the parameter. A value that breaks its rule is not repeated; an upload is left out, and so is what only parts of the
    platform say to each other. What is long is cut: the log is kept for ever, and any caller may write to it.
    """
    kept: dict[str, object] = {}
    for parameter in operation.parameters:
        rule = rule_of(parameter.type)
        internal = parameter.upload or (rule is not None and rule.internal)
        if parameter.name in arguments and not internal:
            try:
                kept[parameter.name] = _audited(arguments[parameter.name], parameter.type)
            except Exception:  # whatever was sent, the call is in the log
                kept[parameter.name] = REDACTED
    return kept


def _audited(value: object, annotation: object) -> object:
    if value is None:
        return None
    demand_shallow(value, "$")
    return _cleaned(unstructure(structure(plain(value), annotation, converter=ARGUMENTS)))


def _cleaned(value: object) -> object:
    """Plain JSON in which no URL carries a password, and nothing is long."""
    if isinstance(value, str):
        return _cut(without_credentials(value))
    if isinstance(value, list | tuple):
        more = len(value) - _ENTRIES
        return [*map(_cleaned, value[:_ENTRIES]), *([f"… and {more} more"] if more > 0 else [])]
    if isinstance(value, dict):
        more = len(value) - _ENTRIES
        kept = {_cut(str(key)): _cleaned(value[key]) for key in islice(value, _ENTRIES)}
        return kept | ({"…": f"and {more} more"} if more > 0 else {})
    return value


def _cut(text: str) -> str:
    more = len(text) - _TEXT
    return text if more <= 0 else f"{text[:_TEXT]}… and {more} more characters"
