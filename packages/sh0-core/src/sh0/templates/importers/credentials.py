"""Passwords that are written in the original become variables: nobody's stack has the password of the catalogue."""

import base64
import binascii
import re
from typing import Any

from sh0.sensitive import names_secret
from sh0.templates.importers.draft import Draft

__all__ = ["credentials", "foreign", "generator_like"]

_FOREIGN = re.compile(
    r"(?:.*_)?(?:SMTP|MAIL|MAILER|OAUTH|OIDC|SSO|CLIENT|GITHUB|GITLAB|GOOGLE|OPENAI|ANTHROPIC|AWS|AZURE|STRIPE|SLACK|DISCORD|"
    r"TELEGRAM|TWILIO|SENTRY|LICENSE|API)_.*|.*(?:API_?KEY|TOKEN|ACCESS_KEY)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d{1,5}|/\S*|https?://\S*)?", re.IGNORECASE)
_IN_URL = re.compile(r"(?P<head>://[^/\s:@$]*:)(?P<password>[^/\s@$]+)(?=@)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def foreign(name: str) -> bool:
    """Whether a secret of that name is given out by somebody else, so that making one up would be of no use."""
    return _FOREIGN.fullmatch(name) is not None


def generator_like(value: str) -> str:
    """The generator that makes values of the kind of this one."""
    if _UUID.fullmatch(value):
        return "uuid"
    if len(value) >= 16 and re.fullmatch(r"[0-9a-f]+", value):
        return f"hex:{min(len(value), 128)}"
    if len(value) >= 24 and re.fullmatch(r"[A-Za-z0-9+/]+={1,2}", value):
        try:
            return f"base64:{min(max(len(base64.b64decode(value)), 16), 128)}"
        except binascii.Error:
            pass
    return "password:24" if len(value) <= 24 else "secret:32"


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
