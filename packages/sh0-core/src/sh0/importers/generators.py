"""Who makes the value of a secret: sh0 at random, or somebody else."""

import base64
import binascii
import re

__all__ = ["generator_like", "issued_elsewhere"]

_FOREIGN = re.compile(
    r"(?:.*_)?(?:SMTP|MAIL|MAILER|OAUTH|OIDC|SSO|CLIENT|GITHUB|GITLAB|GOOGLE|OPENAI|ANTHROPIC|AWS|AZURE|STRIPE|SLACK|DISCORD|"
    r"TELEGRAM|TWILIO|SENTRY|LICENSE|API)_.*|.*(?:API_?KEY|TOKEN|ACCESS_KEY)",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def issued_elsewhere(name: str) -> bool:
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
