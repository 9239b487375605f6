"""Passwords that are written in the original become variables: nobody's stack has the password of the catalogue."""

import re
from typing import Any

from sh0.importers.draft import Draft
from sh0.importers.generators import generator_like
from sh0.sensitive import names_secret

__all__ = ["credentials"]

_PLAIN = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d{1,5}|/\S*|https?://\S*)?", re.IGNORECASE)
_IN_URL = re.compile(r"(?P<head>://[^/\s:@$]*:)(?P<password>[^/\s@$]+)(?=@)")


def credentials(draft: Draft) -> None:
    """Turn literal passwords, keys and tokens into variables, the same one wherever the same value stands."""
    known: dict[str, str] = {}
    for service, environment in draft.environments():
        for name, value in environment.items():
            if not isinstance(value, str) or "$" in value or not names_secret(name) or _PLAIN.fullmatch(value):
                continue
            path = ("services", service, "environment", name)
            if value not in known:
                variable = name if name not in draft.variables else f"{service}_{name}".upper().replace("-", "_")
                known[value] = draft.declare(variable, generate=generator_like(value))
                draft.changed(path, f"the value of {name} is now made at random: {known[value]}")
            environment[name] = known[value]
    for service, content in draft.services.items():
        draft.services[service] = _everywhere(content, known, draft, service)


def _everywhere(value: Any, known: dict[str, str], draft: Draft, service: str) -> Any:
    """Replace the passwords in addresses, the known and the others, and the known ones in commands."""
    if isinstance(value, dict):
        return {key: _everywhere(inner, known, draft, service) for key, inner in value.items()}
    if isinstance(value, list):
        return [_everywhere(inner, known, draft, service) for inner in value]
    if not isinstance(value, str):
        return value

    def change(match: "re.Match[str]") -> str:
        password = match["password"]
        if password not in known:
            name = f"{service}_PASSWORD".upper().replace("-", "_")
            known[password] = draft.declare(name, f"Password that {service} uses", generate="password:24")
            draft.changed(("services", service), f"a password in an address is now made at random: {known[password]}")
        return match["head"] + known[password]

    value = _IN_URL.sub(change, value)
    for literal, variable in known.items():
        if len(literal) >= 6 and literal in value and not literal.isalpha():
            value = value.replace(literal, variable)
    return value
