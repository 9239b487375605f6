"""A start script and nothing else that sh0 knows."""

from sh0.builds.foreign import foreign_stack
from sh0.builds.images import DEBIAN
from sh0.builds.model import Detection
from sh0.builds.project import Project

__all__ = ["detect_shell"]

SHELL_PORT = 8080
_SCRIPTS = ("start.sh", "run.sh", "entrypoint.sh", "docker-entrypoint.sh", "serve.sh")


def detect_shell(project: Project) -> Detection | None:
    """Run the script in Debian, with the shell that its first line names. Nothing is installed for it."""
    script = project.first(*_SCRIPTS)
    if script is None or project.has("package.json") or foreign_stack(project) is not None:
        return None
    first = (project.text(script) or "").partition("\n")[0]
    shell = "bash" if first.startswith("#!") and "bash" in first else "sh"
    told = f"{script} runs in plain Debian: what it calls has to be in the repository, or use a Dockerfile. "
    return Detection(
        "shell",
        start=(shell, script),
        port=SHELL_PORT,
        runtime_image=DEBIAN,
        warnings=(told + "It must listen on $PORT.",),
    )
