"""Variables: each that is used is declared, and each that is declared is used and can be answered."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sh0.source.dollars import REFERENCE
from sh0.source.yamltext import Path
from sh0.templates.demands.subject import Subject, texts
from sh0.templates.model import TemplateVariable, VariableType

__all__ = ["builtin_names", "names_in", "uses", "variables"]

_SERVICE = re.compile(r"[^A-Z0-9]")
_FREE = (VariableType.TEXT, VariableType.SECRET)
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")


def names_in(text: str) -> Iterator[str]:
    """Names of the variables that a text uses; ``$$`` is a dollar sign."""
    for match in REFERENCE.finditer(text):
        if not match["escaped"]:
            yield match["braced"] or match["plain"]


def uses(top: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every use of a variable in a Compose file, and where it stands.

    A use has a dollar sign, or is a bare name where Compose reads one: the source of a secret or config, a variable of
    a service's environment that has no value.
    """
    for key, value in top.items():
        if key != "x-sh0":
            for path, text in texts(value, (key,)):
                yield from ((path, name) for name in names_in(text))
    for section in ("secrets", "configs"):
        for entry, value in _entries(top.get(section)):
            if isinstance(name := value.get("environment"), str) and "$" not in name:
                yield (section, entry, "environment"), name
    for service, value in _entries(top.get("services")):
        environment, path = value.get("environment"), ("services", service, "environment")
        if isinstance(environment, dict):
            yield from (((*path, name), name) for name, given in environment.items() if given is None)
        elif isinstance(environment, list):
            bare = ((index, item) for index, item in enumerate(environment) if isinstance(item, str))
            yield from (((*path, index), name) for index, name in bare if "=" not in name and "$" not in name)


def _entries(section: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in section.items() if isinstance(section, dict) else ():
        if isinstance(value, dict):
            yield name, value


def builtin_names(services: tuple[str, ...]) -> tuple[str, ...]:
    """Variables that need no declaration where these services are exposed."""
    if not services:
        return ()
    each = [_SERVICE.sub("_", service.upper()) for service in services]
    return ("SH0_HOST", "SH0_URL", *(f"{kind}_{name}" for name in each for kind in ("SH0_HOST", "SH0_URL")))


def variables(subject: Subject) -> None:
    """Check that uses and declarations of variables agree, and that each declaration can be answered."""
    template, note = subject.template, subject.note
    declared = {variable.name for variable in template.variables}
    builtin = builtin_names(tuple(exposure.service for exposure in template.expose))
    used: set[str] = set()
    for path, name in uses(subject.top):
        if name not in used and name not in declared and name not in builtin:
            remedy = (
                "It names a service under expose, in capitals."
                if name.startswith("SH0_")
                else "Declare it under x-sh0.variables; a dollar sign of the program's own is written $$."
            )
            note("variables", path, f"the variable {name} is used and not declared", remedy)
        used.add(name)
    for variable in template.variables:
        if variable.name not in used:
            note(
                "variables",
                ("x-sh0", "variables", variable.name),
                f"the variable {variable.name} is declared and not used",
                f"Write ${{{variable.name}}} where it belongs, or remove it.",
            )
        for reason, remedy in _answers(variable):
            note("variables", ("x-sh0", "variables", variable.name), f"{variable.name}: {reason}", remedy)


def _answers(variable: TemplateVariable) -> Iterator[tuple[str, str]]:
    sources = [variable.default is not None, variable.generate is not None, variable.required]
    if sum(sources) > 1:
        yield "it has more than one of default, generate and required", "Keep one."
    if variable.type is VariableType.CHOICE and len(variable.choices) < 2:
        yield "a choice needs choices", "List at least two."
    optional = any(sources) or variable.type is VariableType.SECRET or variable.description.startswith("Optional")
    if not optional:
        yield "it may stay empty", "Use default, generate or required; or begin its description with Optional."
    if variable.choices and variable.type is not VariableType.CHOICE:
        yield "it has choices and is none", "Write type: choice."
    if variable.default is not None and (reason := refusal(variable, variable.default)):
        yield f"its default is refused: {reason}", "Give one of its type."


def refusal(variable: TemplateVariable, value: str) -> str:
    """Why a value cannot be that of a variable; empty if it can."""
    if "\x00" in value or len(value) > (65536 if variable.type in _FREE else 1000):
        return "it is too long, or has a zero byte in it"
    match variable.type:
        case VariableType.CHOICE if value not in variable.choices:
            return f"expected one of {', '.join(variable.choices)}"
        case VariableType.INTEGER if not re.fullmatch(r"-?[0-9]{1,18}", value):
            return "expected a whole number"
        case VariableType.PORT if not (re.fullmatch(r"[0-9]{1,5}", value) and 1 <= int(value) <= 65535):
            return "expected a number between 1 and 65535"
        case VariableType.BOOLEAN if value not in ("true", "false"):
            return "expected true or false"
        case VariableType.EMAIL if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            return "expected an e-mail address"
        case VariableType.URL if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value):
            return "expected an address with its scheme, as in https://example.org"
        case VariableType.HOST if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", value):
            return "expected a host name"
        case VariableType.TIMEZONE if not _ZONE.fullmatch(value):
            return "expected a time zone, as in Europe/Paris"
    return ""
