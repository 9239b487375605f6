"""Passwords: none has a default. It is made at random or asked for, and nobody can read it in this file."""

import re
from collections.abc import Iterator

from sh0.sensitive import names_secret
from sh0.source.yamltext import Path
from sh0.templates import generators
from sh0.templates.demands.subject import Subject, texts
from sh0.templates.model import TemplateVariable, VariableType

__all__ = ["passwords"]

LEAST_BITS = 64
_IN_URL = re.compile(r"://[^/\s:@$]*:(?!\$)[^/\s@]+@")
_OPTION = re.compile(r"--?(?:requirepass|password|secret|api-key|auth-token|token)[= ]+(?![$\s\"'-])\S")
_NO_SECRET = re.compile(r"(?:true|false|yes|no|none|null|disabled?|\d{1,6}|/\S*|https?://[^:@]*)?", re.IGNORECASE)
_NO_PASSWORD = re.compile(r".*ALLOW_(?:EMPTY|ANONYMOUS)\w*|POSTGRES_HOST_AUTH_METHOD", re.IGNORECASE)


def passwords(subject: Subject) -> None:
    """Check that no password, key or token is written in the file, and that those which are made are long enough."""
    for variable in subject.template.variables:
        for demand, message, remedy in _declared(variable):
            subject.note(demand, ("x-sh0", "variables", variable.name), f"{variable.name} {message}", remedy)
    for path, service in subject.services():
        for where, name, value in _environment(service, path):
            if names_secret(name) and "$" not in value.replace("$$", "") and not _NO_SECRET.fullmatch(value):
                remedy = "Declare a variable with generate."
                subject.note("default-password", where, f"{name} has its value in this file", remedy)
            if _NO_PASSWORD.fullmatch(name) and value.lower() in ("1", "yes", "true", "trust"):
                subject.note("default-password", where, f"{name} lets anybody in", "Set a password.")
        for place, text in texts(service, path):
            if _IN_URL.search(text) or _OPTION.search(text):
                remedy = "Put a variable in its place."
                subject.note("default-password", place, "a password is written in this text", remedy)


def _declared(variable: TemplateVariable) -> Iterator[tuple[str, str, str]]:
    secret = variable.type is VariableType.SECRET
    if variable.default is not None and (secret or names_secret(variable.name)):
        yield "default-password", "has a default", "Use generate, or required: true."
    optional = variable.required or variable.default is not None or variable.description.startswith("Optional")
    if secret and not variable.generate and not optional:
        remedy = "Use generate or required; if empty turns something off, begin its description with Optional."
        yield "default-password", "may stay empty", remedy
    if variable.generate and (bits := generators.parse(variable.generate).bits) < LEAST_BITS:
        yield "weak-secret", f"has only {bits} random bits", "Make it longer, as in password:16."


def _environment(service: object, path: Path) -> Iterator[tuple[Path, str, str]]:
    environment = service.get("environment") if isinstance(service, dict) else None
    if isinstance(environment, dict):
        for name, value in environment.items():
            if isinstance(value, str):
                yield (*path, "environment", name), name, value
    elif isinstance(environment, list):
        for index, item in enumerate(environment):
            name, _, value = str(item).partition("=")
            yield (*path, "environment", index), name, value
