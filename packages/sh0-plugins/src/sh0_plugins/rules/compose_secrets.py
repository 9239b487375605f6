"""Secrets that services are given: in plain text, everybody's, or none."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, names_secret
from sh0_plugins.rules.compose_privileges import hit, texts
from sh0_plugins.rules.secrets_placeholders import placeholder

if TYPE_CHECKING:
    from sh0.plugin import ComposeFile

__all__ = ["RULES"]

_USUAL = (
    "password passwd pass secret root admin administrator postgres mysql mariadb mongo redis changeme"
    " change-me default example guest minio minioadmin rabbitmq toor qwerty letmein 123456 12345678 123456789 1234"
    " test user changeit s3cr3t supersecret mysecretpassword admin123"
)
_DEFAULTS: Final = frozenset(_USUAL.split())
_NO_PASSWORD = (
    r"(?i)^(?:MYSQL_ALLOW_EMPTY_PASSWORD|MARIADB_ALLOW_EMPTY_ROOT_PASSWORD|ALLOW_EMPTY_PASSWORD|ALLOW_ANONYMOUS_LOGIN)$"
)


def _environment(service: dict[str, object]) -> Iterator[tuple[str, str, str | int]]:
    """Name, value and key or index of each variable that is given a value."""
    environment = service.get("environment")
    if isinstance(environment, dict):
        for name, value in environment.items():
            if value is not None:
                yield str(name), str(value), str(name)
    for index, text in enumerate(texts(environment) if isinstance(environment, list) else ()):
        name, equals, value = text.partition("=")
        if equals:
            yield name, value, index


def _plain_secrets(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        for variable, value, key in _environment(service):
            if (
                not names_secret(variable)
                or not value
                or "$" in value
                or value.startswith(("/", "<"))
                or value.lower() in ("true", "false")
            ):
                continue
            if value.lower() not in _DEFAULTS and not placeholder(value):
                yield hit(compose, f"{variable} of {name} is written in plain text.", name, "environment", key)


def _default_passwords(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        for variable, value, key in _environment(service):
            value = re.sub(r"^\$\{\w+:?-(.*)\}$", r"\1", value)
            open_door = (variable == "POSTGRES_HOST_AUTH_METHOD" and value == "trust") or (
                re.match(_NO_PASSWORD, variable) and value.lower() in ("yes", "true", "1")
            )
            if open_door:
                yield hit(
                    compose, f"{variable} lets everybody into {name} without a password.", name, "environment", key
                )
            elif names_secret(variable) and value.lower() in _DEFAULTS:
                yield hit(
                    compose, f"{variable} of {name} is a password that everybody tries first.", name, "environment", key
                )


RULES: Final = (
    Rule(
        id="SH0-CP009",
        category=Category.SECRETS,
        severity=Severity.WARNING,
        title="Secret in plain text in a Compose file",
        why=(
            "Whoever can read the repository can use it, and `docker inspect` shows it to everybody who may "
            "talk to the engine."
        ),
        remedy=(
            "Write `${DB_PASSWORD:?}` and set the value as a secret variable, or use `secrets:` and the "
            "image's `_FILE` variable."
        ),
        link="https://docs.docker.com/compose/how-tos/use-secrets/",
        subject=Subject.COMPOSE,
        check=_plain_secrets,
    ),
    Rule(
        id="SH0-CP010",
        category=Category.COMPOSE,
        severity=Severity.WARNING,
        title="Default password, or none",
        why=(
            "These are the first that anyone tries, by hand or by robot, as soon as the port can be reached "
            "from anywhere."
        ),
        remedy="Write `${DB_PASSWORD:?}` and set a long random value as a secret variable.",
        link="https://cheatsheetseries.owasp.org/cheatsheets/Database_Security_Cheat_Sheet.html",
        subject=Subject.COMPOSE,
        check=_default_passwords,
    ),
)
