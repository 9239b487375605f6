"""Short ways to read a Compose file in a test."""

from collections.abc import Mapping

from sh0.compose.files import TextFiles
from sh0.compose.model import ComposeProject
from sh0.compose.reading import read
from sh0.compose.services import Service


def project(
    text: str = "",
    environment: Mapping[str, str] | None = None,
    *,
    files: Mapping[str, str] | None = None,
    profiles: tuple[str, ...] = (),
) -> ComposeProject:
    """The project of a compose.yaml and other files."""
    texts = {**({"compose.yaml": text} if text else {}), **(files or {})}
    return read(TextFiles(texts), "", environment, profiles, "demo")


def service(body: str, environment: Mapping[str, str] | None = None, **files: str) -> Service:
    """The one service of a project, of the lines below its name."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    named = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    return project(f"services:\n  web:\n    image: web:1\n{lines}", environment, files=named).services["web"]
