"""How the call of a hook is signed, so that who receives it knows who has sent it, and when. Pure."""

import hashlib
import hmac
from collections.abc import Mapping

TIMESTAMP, SIGNATURE = "X-Sh0-Timestamp", "X-Sh0-Signature"


def signed(body: bytes, secret: str, timestamp: int) -> Mapping[str, str]:
    """The header fields of a signed call: its time, and HMAC-SHA256 of ``TIMESTAMP.BODY`` under the secret."""
    text = f"{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {TIMESTAMP: str(timestamp), SIGNATURE: f"sha256={digest}"}
