"""A repository's own Dockerfile, which always wins."""

import re

from sh0.builds.dockerfile_text import parse
from sh0.builds.model import Detection
from sh0.builds.project import Project
from sh0.errors import Invalid

__all__ = ["detect_dockerfile"]

USUAL = "Dockerfile"

_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")


def detect_dockerfile(project: Project, path: str = USUAL) -> Detection | None:
    """Read the port from EXPOSE (the lowest of the last stage), or from PORT among its variables.

    Args:
        project: The project.
        path: Where its Dockerfile is.

    Raises:
        Invalid: Another path than the usual one was asked for, and no file is there.
    """
    text = project.text(path)
    if text is None:
        if path == USUAL:
            return None
        raise Invalid(
            f"there is no file {path}, which is set as the Dockerfile of this app",
            hint="Commit that file, or set the path of the Dockerfile to where it is.",
            path=path,
        )
    port = exposed_port(text)
    silent = "The Dockerfile has no EXPOSE: set the port of the app if it cannot be found out from the image."
    return Detection("dockerfile", port=port, dockerfile=path, dockerfile_text=text, warnings=() if port else (silent,))


def exposed_port(text: str) -> int | None:
    """The port that the image of a Dockerfile listens on, as far as it says so."""
    stages: dict[str, tuple[list[int], dict[str, str]]] = {}
    globals_: dict[str, str] = {}
    ports: list[int] = []
    variables = globals_
    for instruction in parse(text).instructions:
        name, arguments = instruction.name, instruction.text
        if name == "FROM":
            words = _expand(arguments, globals_).split()
            inherited = stages.get(words[0].lower(), ([], {})) if words else ([], {})
            ports, variables = list(inherited[0]), dict(inherited[1])
            alias = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else str(len(stages))
            stages[alias] = (ports, variables)
        elif name == "ARG":
            key, equals, value = arguments.partition("=")
            variables.setdefault(key.strip(), value.strip().strip("\"'") if equals else globals_.get(key.strip(), ""))
        elif name == "ENV":
            variables.update(_pairs(_expand(arguments, variables)))
        elif name == "EXPOSE":
            for word in _expand(arguments, variables).split():
                number, _, protocol = word.partition("/")
                port = _port(number.split("-")[0])
                if protocol.lower() in ("", "tcp") and port is not None:
                    ports.append(port)
    if ports:
        return min(ports)
    return _port(variables.get("PORT", ""))


def _port(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) < 65536 else None


def _expand(text: str, variables: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda m: variables.get(m[1] or m[3]) or m[2] or "", text)


def _pairs(arguments: str) -> dict[str, str]:
    words = re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)", arguments)
    if words:
        return {key: value.strip("\"'") for key, value in words}
    key, _, value = arguments.partition(" ")
    return {key: value.strip()}
