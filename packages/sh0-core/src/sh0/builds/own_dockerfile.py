"""A repository's own Dockerfile, which always wins."""

from sh0.builds.model import Detection
from sh0.builds.target import demand_target
from sh0.errors import Invalid
from sh0.source.dockerfile_declared import exposed_port
from sh0.source.tree import Project

__all__ = ["detect_dockerfile"]

USUAL = "Dockerfile"


def detect_dockerfile(project: Project, path: str = USUAL, target: str = "") -> Detection | None:
    """Read the port from EXPOSE (the first of the stage that is built), or from PORT among its variables.

    Where neither is there, nothing is missing: the image that it starts from may expose one, and PORT is set otherwise.

    Args:
        project: The project.
        path: Where its Dockerfile is.
        target: Name or number of the stage that is built; empty for the last.

    Raises:
        Invalid: Another path than the usual one was asked for, and no file is there; or it has no such stage.
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
    demand_target(text, target, path)
    port = exposed_port(text, target)
    return Detection("dockerfile", port=port, dockerfile=path, dockerfile_text=text)
