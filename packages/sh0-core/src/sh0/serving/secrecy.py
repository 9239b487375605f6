"""What must not appear in a log: told from the names and the forms of values. Pure.

A variable is a secret if somebody has marked it or its name says so, and of any other the parts that say so: the
password in a URL and what is random in its path, the values of pairs like ``Password=…``, of options like
``--requirepass …`` and of headers like ``Bearer …``. What is left are plain settings (an app's name, a mode, a
user), which a log has to show.
"""

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import unquote

from sh0.records.deployment import Snapshot
from sh0.sensitive import credentials_in, names_secret, words
from sh0.values import Secret

__all__ = ["SECRETS_FOLDER", "secrets_among", "secrets_in", "secrets_of"]

SECRETS_FOLDER = "/run/secrets/"

_PLAIN = re.compile(r"true|false|yes|no|on|off|none|null|nil|enabled?|disabled?|\d{1,3}", re.IGNORECASE)
# Lengths are bounded, so that the time is linear whatever a value holds.
_PAIR = re.compile(
    r"""(?:^|[;&?,\s{])["']?(?P<name>[\w.-][\w .-]{0,60})["']?\s{0,3}[=:]\s{0,3}"""
    r"""(?P<value>"[^"]{1,4096}"|'[^']{1,4096}'|[^;&,\s}]{1,4096})"""
)
_OPTION = re.compile(
    r"""(?:^|\s)--?(?P<name>[A-Za-z][\w.-]{0,60})\s{1,3}(?P<value>"[^"]{1,4096}"|'[^']{1,4096}'|[^\s-]\S{0,4095})"""
)
_HEADER = re.compile(r"\b(?:bearer|basic|token)\s{1,3}(?P<value>[\w.~+/=:-]{8,4096})", re.IGNORECASE)
_OF_A_URL = re.compile(r"[/:?&=#@,;\s]+")
_BY_CHANCE = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9_+/=-]{20,}")


def secrets_of(snapshot: Snapshot) -> Iterator[Secret]:
    """Values that no log of a deployment may show.

    Those of its variables, whoever has set them: the operator, the Compose file or sh0.yaml; and the files that it is
    given as secrets, whole and line by line.
    """
    marked = {*snapshot.marked, *snapshot.declared.build_secrets}
    if snapshot.container is not None:
        yield from secrets_among(snapshot.container.environment, marked)
        for file in snapshot.container.files:
            if file.target.startswith(SECRETS_FOLDER):
                yield Secret(base64.b64decode(file.content.reveal()).decode(errors="replace"))
    yield from secrets_among(snapshot.variables, marked)
    yield from secrets_among(snapshot.build_variables, marked)


def secrets_among(variables: Mapping[str, Secret], marked: Collection[str] = ()) -> Iterator[Secret]:
    """What is secret among variables: what is marked, and what tells from its name or its form."""
    for name, value in variables.items():
        yield from map(Secret, secrets_in(name, value.reveal()))
        if name in marked:
            yield value


def secrets_in(name: str, value: str) -> Iterator[str]:
    """What is secret in the value of a variable: all of it, parts or nothing.

    Of a URL or a connection string it is the password, what pairs with a secret's name and what looks made by chance,
    never scheme, host or the words of its path.
    """
    value = value.strip()
    parts = tuple(dict.fromkeys(_parts(value)))
    yield from parts
    composed = words(name)[-1:] in (("dsn",), ("string",))
    if (names_secret(name) and not (composed and parts) and not _PLAIN.fullmatch(value)) or _BY_CHANCE.fullmatch(value):
        yield value


def _parts(value: str) -> Iterator[str]:
    for found in credentials_in(value):
        yield from (found, unquote(found))
    for match in (*_PAIR.finditer(value), *_OPTION.finditer(value)):
        found = match["value"].strip("\"'")
        if names_secret(match["name"]) and not _PLAIN.fullmatch(found):
            yield from (found, unquote(found))
    for match in _HEADER.finditer(value):
        yield match["value"]
    if "://" in value:  # whoever knows the path of a webhook may call it
        yield from filter(_BY_CHANCE.fullmatch, _OF_A_URL.split(value))
