"""A start script and nothing else that sh0 knows."""

from sh0.plugin import DEBIAN, Detection, SourceTree, UnsupportedProject, split_lines
from sh0_plugins.recipes.foreign import foreign_stack

__all__ = ["detect_shell"]

SHELL_PORT = 8080
_SCRIPTS = ("start.sh", "run.sh", "entrypoint.sh", "docker-entrypoint.sh", "serve.sh")
_HELD = frozenset({"sh", "bash", "dash", "perl"})
_PACKAGES = {
    "zsh": "zsh",
    "fish": "fish",
    "ksh": "ksh",
    "mksh": "mksh",
    "tcsh": "tcsh",
    "csh": "csh",
    "busybox": "busybox",
}
_PACKAGES |= {"tclsh": "tcl", "lua": "lua5.4", "guile": "guile-3.0", "gawk": "gawk", "rc": "rc", "yash": "yash"}
"""Interpreters that are a package of Debian."""


def detect_shell(project: SourceTree) -> Detection | None:
    """Run the script in Debian, by the program that its first line names. No other program is installed for it.

    Raises:
        UnsupportedProject: Debian's base image does not hold that program, nor is it known which package does.
    """
    script = project.first(*_SCRIPTS)
    if script is None or project.has("package.json") or foreign_stack(project) is not None:
        return None
    words = _interpreter(split_lines(project.text(script) or "")[:1])
    if words and words[0] not in _HELD and words[0] not in _PACKAGES:
        raise UnsupportedProject(
            f"{script} is run by {words[0]}, as its first line says, and plain Debian does not hold it",
            hint=f"Write it for sh or bash, or add a Dockerfile that installs {words[0]}.",
            stack="shell",
        )
    told = f"{script} runs in plain Debian: what it calls has to be in the repository, or use a Dockerfile. "
    return Detection(
        "shell",
        start=(*(words or ("sh",)), script),
        port=SHELL_PORT,
        runtime_packages=(_PACKAGES[words[0]],) if words and words[0] in _PACKAGES else (),
        runtime_image=DEBIAN,
        warnings=(told + "It must listen on $PORT.",),
    )


def _interpreter(first: list[str]) -> tuple[str, ...]:
    """The program that a script's first line names, with its options; nothing if it has no such line."""
    line = first[0].removeprefix("\ufeff") if first else ""
    words = line.removeprefix("#!").split() if line.startswith("#!") else []
    if words and words[0].rpartition("/")[2] == "env":
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    return (words[0].rpartition("/")[2], *words[1:]) if words else ()
