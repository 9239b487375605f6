"""Which Dockerfiles of a project are built, from which folder, up to which stage; the others serve something else."""

import posixpath
from collections.abc import Iterator, Mapping

import attrs

from sh0.errors import Invalid
from sh0.source.tables import table
from sh0.source.tree import Project

__all__ = ["Built", "app_dockerfile", "built_dockerfiles", "may_be_built", "services_of", "targets_of", "web_command"]

_USUAL = "Dockerfile"
_ASIDE = frozenset(
    {"test", "tests", "spec", "specs", "e2e", "testdata", "fixtures", "example", "examples", "sample", "samples"}
    | {"doc", "docs", "documentation", ".devcontainer", ".github", ".circleci"}
)
"""Folders whose projects show or try something: no app has its root there unless it says so."""
_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@attrs.frozen
class Built:
    """What a service of a Compose file is built from.

    Attributes:
        path: The Dockerfile.
        folder: The folder that is its context.
        target: Name or number of the stage that is built; empty for the last.
        service: The service, as written.
    """

    path: str
    folder: str
    target: str
    service: Mapping[object, object]


def built_dockerfiles(project: Project, named: str | None = None) -> dict[str, str]:
    """Paths of the Dockerfiles that something says are built, each with the folder that is its context.

    What counts is sh0.yaml, then the app's setting, then the usual name at the top; and, unless an app is deployed, the
    Compose files at the top.

    Args:
        project: The project.
        named: The Dockerfile of the app that is deployed.
    """
    own = {app_dockerfile(project, named): _root(_mapping(project, "sh0.yaml"), named)}
    if named is not None:
        return own
    return {each.path: each.folder for each in _services(project)} | own


def app_dockerfile(project: Project, named: str | None = None) -> str:
    """Path of the Dockerfile that an app of the project is built by, if there is such a file.

    Args:
        project: The project.
        named: The Dockerfile of the app that is deployed.
    """
    manifest = _mapping(project, "sh0.yaml")
    path = _plain(table(manifest, "build").get("dockerfile") or named or _USUAL)
    return posixpath.join(_root(manifest, named), path)


def web_command(project: Project) -> str | None:
    """The command that sh0.yaml gives to the process web; None if it gives none."""
    web = table(_mapping(project, "sh0.yaml"), "processes").get("web")
    command = web.get("command") if isinstance(web, dict) else web
    return command if isinstance(command, str) else None


def may_be_built(path: str, built: Mapping[str, str], project: Project, named: str | None = None) -> bool:
    """Whether a Dockerfile is one that is built, or may be: by an app whose root is the folder that it lies in.

    Args:
        path: The Dockerfile.
        built: What is known to be built.
        project: The project.
        named: The Dockerfile of the app that is deployed, whose root is known.
    """
    if path in built or named is not None:
        return path in built
    folders, slash, name = path.rpartition("/")
    elsewhere = any(map(project.has, built)) or not _ASIDE.isdisjoint(folders.lower().split("/"))
    return bool(slash) and name == _USUAL and not elsewhere


def services_of(project: Project, path: str) -> tuple[Built, ...]:
    """The services of the Compose files at the top that are built by a Dockerfile."""
    return tuple(each for each in _services(project) if each.path == path)


def targets_of(project: Project, path: str, named: str | None = None) -> tuple[str, ...]:
    """The stages up to which a Dockerfile is built, each by its name or number; empty for the last.

    Args:
        project: The project.
        path: The Dockerfile.
        named: The Dockerfile of the app that is deployed.
    """
    if named is not None:
        return ("",)
    targets = [each.target for each in services_of(project, path)]
    if project.has("sh0.yaml") and path == app_dockerfile(project):
        targets.append("")
    return tuple(dict.fromkeys(targets)) or ("",)


def _services(project: Project) -> Iterator[Built]:
    """The services that a Compose file at the top builds from the project."""
    for file in _COMPOSE:
        for service in table(_mapping(project, file), "services").values() if project.has(file) else ():
            if not isinstance(service, dict):
                continue
            build = service.get("build")
            said = {"context": build} if isinstance(build, str) else build if isinstance(build, dict) else {}
            context = said.get("context", ".") if said else None
            if isinstance(context, str) and "$" not in context and "://" not in context:
                folder = _plain(context)
                path = posixpath.normpath(posixpath.join(folder, str(said.get("dockerfile", _USUAL))))
                target = said.get("target") or ""
                known = isinstance(target, str | int) and "$" not in str(target)
                yield Built(path, folder, str(target) if known else "", service)


def _root(manifest: dict[object, object], named: str | None) -> str:
    return "" if named is not None else _plain(table(manifest, "source").get("root") or "")


def _plain(path: object) -> str:
    plain = posixpath.normpath(str(path)).lstrip("/")
    return "" if plain == "." else plain


def _mapping(project: Project, path: str) -> dict[object, object]:
    """The top of a YAML file; nothing of one that is broken, which its own reader reports."""
    text = project.text(path)
    if not text:
        return {}
    from sh0.source.yamltext import load  # worth its time to load only where there is such a file

    try:
        value = load(text, path).value
    except Invalid:
        return {}
    return dict(value) if isinstance(value, dict) else {}
