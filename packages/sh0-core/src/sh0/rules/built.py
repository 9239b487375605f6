"""Which Dockerfiles of a project are built, and from which folder: the others are for something else."""

import posixpath
from collections.abc import Iterator, Mapping

from sh0.builds.project import Project
from sh0.builds.tables import table
from sh0.errors import Invalid

__all__ = ["built_dockerfiles", "may_be_built"]

_USUAL = "Dockerfile"
_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def built_dockerfiles(project: Project, named: str | None = None) -> dict[str, str]:
    """Paths of the Dockerfiles that something says are built, each with the folder that is its context.

    What counts is sh0.yaml, then the app's setting, then the usual name at the top; and the Compose files at the top.

    Args:
        project: The project.
        named: The Dockerfile of the app that is deployed.
    """
    manifest = _mapping(project, "sh0.yaml")
    root = "" if named is not None else _plain(table(manifest, "source").get("root") or "")
    path = _plain(table(manifest, "build").get("dockerfile") or named or _USUAL)
    return {**dict(_of_services(project)), posixpath.join(root, path): root}


def may_be_built(path: str, built: Mapping[str, str], project: Project) -> bool:
    """Whether a Dockerfile is one that is built, or may be: by an app whose root is the folder that it lies in.

    Args:
        path: The Dockerfile.
        built: What is known to be built.
        project: The project.
    """
    return path in built or (path.endswith(f"/{_USUAL}") and not any(map(project.has, built)))


def _of_services(project: Project) -> Iterator[tuple[str, str]]:
    for file in _COMPOSE:
        for service in table(_mapping(project, file), "services").values() if project.has(file) else ():
            build = service.get("build") if isinstance(service, dict) else None
            said = {"context": build} if isinstance(build, str) else build if isinstance(build, dict) else {}
            context = said.get("context", ".") if said else None
            if isinstance(context, str) and "$" not in context and "://" not in context:
                folder = _plain(context)
                yield posixpath.normpath(posixpath.join(folder, str(said.get("dockerfile", _USUAL)))), folder


def _plain(path: object) -> str:
    plain = posixpath.normpath(str(path)).lstrip("/")
    return "" if plain == "." else plain


def _mapping(project: Project, path: str) -> dict[object, object]:
    """The top of a YAML file; nothing of one that is broken, which its own reader reports."""
    text = project.text(path)
    if not text:
        return {}
    from sh0.yamltext import load  # worth its time to load only where there is such a file

    try:
        value = load(text, path).value
    except Invalid:
        return {}
    return dict(value) if isinstance(value, dict) else {}
