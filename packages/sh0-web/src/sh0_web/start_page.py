"""The page at ``/``, until there is a dashboard."""

import base64
import hashlib
import html
import re
from pathlib import Path

from flask import Response

from sh0 import __version__

_FILE = Path(__file__).with_name("start.html")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class StartPage:
    """Name, version and the next step, on one page without scripts or files of its own."""

    def __init__(self) -> None:
        self._text = _FILE.read_text(encoding="utf-8").replace("{version}", html.escape(__version__))
        style = _STYLE.search(self._text)
        if style is None:
            raise ValueError(f"{_FILE} has no style")
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def answer(self, address: str) -> Response:
        """The page.

        Args:
            address: The web process's own address, as the reader typed it.
        """
        text = self._text.replace("{address}", html.escape(address.rstrip("/")))
        answer = Response(text, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = self.policy
        return answer
