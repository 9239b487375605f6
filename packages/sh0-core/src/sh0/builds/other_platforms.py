"""Files of other platforms: sh0 does not follow them, so it names what they say and what of it `sh0.yaml` can say.

Nothing is told where a sh0.yaml stands beside them: its author has decided.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from sh0.errors import Invalid
from sh0.sensitive import names_secret
from sh0.source.lines import lines_of
from sh0.source.tree import Project

__all__ = ["Statement", "other_platforms", "statements"]

_START, _BUILD, _INSTALL, _HEALTH = "processes.web", "build.build", "build.install", "health.path"
_DOCKERFILE, _PORT, _REPLICAS = "build.dockerfile", "port", "replicas"

_KEYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    # What each file may say, and the key of sh0.yaml for it; an empty one where there is none.
    "app.json": (
        ("env", "environment"),
        ("scripts", ""),
        ("formation.web.quantity", _REPLICAS),
        ("formation", ""),
        ("healthchecks.web.0.path", _HEALTH),
        ("healthchecks", ""),
        ("addons", ""),
        ("buildpacks", ""),
    ),
    "heroku.yml": (
        ("build.docker.web", _DOCKERFILE),
        ("build.config", ""),
        ("run.web", _START),
        ("run", ""),
        ("release", ""),
        ("setup", ""),
    ),
    "render.yaml": (
        ("services.0.buildCommand", _BUILD),
        ("services.0.startCommand", _START),
        ("services.0.preDeployCommand", ""),
        ("services.0.healthCheckPath", _HEALTH),
        ("services.0.dockerfilePath", _DOCKERFILE),
        ("services.0.envVars", "environment"),
        ("services.0.disk", ""),
        ("services.1", ""),
        ("databases", ""),
    ),
    "railway.json": (),
    "railway.toml": (),
    "nixpacks.toml": (
        ("phases.install.cmds.0", _INSTALL),
        ("phases.build.cmds.0", _BUILD),
        ("phases.setup", ""),
        ("start.cmd", _START),
        ("variables", "environment"),
        ("providers", ""),
    ),
    "railpack.json": (
        ("steps.install.commands", ""),
        ("steps.build.commands", ""),
        ("deploy.startCommand", _START),
        ("deploy.variables", "environment"),
        ("deploy.aptPackages", ""),
        ("packages", ""),
        ("provider", ""),
    ),
    "fly.toml": (
        ("build.dockerfile", _DOCKERFILE),
        ("http_service.internal_port", _PORT),
        ("processes.web", _START),
        ("processes.app", _START),
        ("http_service.checks.0.path", _HEALTH),
        ("deploy.release_command", ""),
        ("env", "environment"),
        ("mounts", ""),
        ("services", ""),
        ("processes", ""),
    ),
    "captain-definition": (
        ("dockerfilePath", _DOCKERFILE),
        ("dockerfileLines", ""),
        ("imageName", ""),
        ("templateId", ""),
    ),
    "vercel.json": (
        ("installCommand", _INSTALL),
        ("buildCommand", _BUILD),
        ("outputDirectory", ""),
        ("rewrites", ""),
        ("redirects", ""),
        ("headers", ""),
        ("routes", ""),
        ("functions", ""),
        ("crons", ""),
    ),
    "netlify.toml": (
        ("build.command", _BUILD),
        ("build.publish", ""),
        ("build.functions", ""),
        ("build.environment", "environment"),
        ("redirects", ""),
        ("headers", ""),
    ),
    "koyeb.yaml": (
        ("services.0.git.run_command", _START),
        ("services.0.git.build_command", _BUILD),
        ("services.0.health_checks", ""),
        ("services.0.env", "environment"),
        ("services", ""),
    ),
    "zbpack.json": (
        ("install_command", _INSTALL),
        ("build_command", _BUILD),
        ("start_command", _START),
        ("output_dir", ""),
    ),
    "project.toml": (("build.env", "environment"), ("build.buildpacks", ""), ("io.buildpacks", "")),
    "zeabur.json": (("buildCommand", _BUILD), ("startCommand", _START)),
    "scalingo.json": (
        ("env", "environment"),
        ("scripts", ""),
        ("formation.web.amount", _REPLICAS),
        ("formation", ""),
        ("addons", ""),
    ),
    "app.yaml": (
        ("runtime", ""),
        ("entrypoint", _START),
        ("env_variables", "environment"),
        ("handlers", ""),
        ("automatic_scaling", ""),
    ),
    "apprunner.yaml": (
        ("build.commands.build.0", _BUILD),
        ("run.command", _START),
        ("run.network.port", _PORT),
        ("run.env", "environment"),
        ("run.pre-run", ""),
    ),
    ".do/app.yaml": (
        ("services.0.build_command", _BUILD),
        ("services.0.run_command", _START),
        ("services.0.http_port", _PORT),
        ("services.0.instance_count", _REPLICAS),
        ("services.0.dockerfile_path", _DOCKERFILE),
        ("services.0.health_check.http_path", _HEALTH),
        ("services.0.envs", "environment"),
        ("services.1", ""),
        ("workers", ""),
        ("jobs", ""),
        ("databases", ""),
    ),
    ".platform.app.yaml": (
        ("hooks.build", ""),
        ("hooks.deploy", ""),
        ("web.commands.start", _START),
        ("variables.env", "environment"),
        ("mounts", ""),
        ("relationships", ""),
        ("workers", ""),
        ("crons", ""),
    ),
    "manifest.yml": (
        ("applications.0.command", _START),
        ("applications.0.instances", _REPLICAS),
        ("applications.0.health-check-http-endpoint", _HEALTH),
        ("applications.0.env", "environment"),
        ("applications.0.services", ""),
        ("applications.0.processes", ""),
        ("applications.1", ""),
    ),
    "config/deploy.yml": (
        ("proxy.app_port", _PORT),
        ("proxy.healthcheck.path", _HEALTH),
        ("env.clear", "environment"),
        ("env.secret", ""),
        ("servers", ""),
        ("volumes", ""),
        ("accessories", ""),
    ),
    "static.json": (
        ("root", ""),
        ("routes", ""),
        ("redirects", ""),
        ("headers", ""),
        ("clean_urls", ""),
        ("error_page", ""),
    ),
}
_RAILWAY = (
    ("build.buildCommand", _BUILD),
    ("build.dockerfilePath", _DOCKERFILE),
    ("deploy.startCommand", _START),
    ("deploy.preDeployCommand", ""),
    ("deploy.healthcheckPath", _HEALTH),
    ("deploy.numReplicas", _REPLICAS),
    ("deploy.cronSchedule", ""),
)
_LISTS: Final = (".buildpacks", "CHECKS", "DOKKU_SCALE", "Aptfile")
_DEVELOPMENT: Final = frozenset({"Procfile.dev", "Procfile.development", "Procfile.local", "Procfile.test"})
_LENGTH, _NAMES = 200, 12


@attrs.frozen
class Statement:
    """What one file says.

    Attributes:
        path: The file.
        said: The keys that say something.
        written: As much of it as sh0.yaml can say, by its first two keys.
    """

    path: str
    said: tuple[str, ...]
    written: Mapping[str, Mapping[str, object]]

    @property
    def untold(self) -> tuple[str, ...]:
        """The keys that it has nothing for."""
        known = dict(_KEYS[self.path] or _RAILWAY)
        return tuple(key for key in self.said if not known[key])


def other_platforms(project: Project) -> Iterator[str]:
    """A sentence about each file of another platform at the top.

    Args:
        project: The project.
    """
    if project.has("sh0.yaml"):
        return
    for each in statements(project):
        yield _sentence(each) if each.said else f"{each.path} cannot be read, and is not used."
    for path in _LISTS:
        lines = [line.strip() for line in lines_of(project.text(path) or "") if line.strip()[:1] not in ("", "#")]
        if lines:
            yield f"{path} says {', '.join(line[:60] for line in lines[:_NAMES])}: not used."
    for path in project.glob("Procfile.*"):
        if path not in _DEVELOPMENT:
            yield f"{path} is not used: only a Procfile is read."


def statements(project: Project) -> Iterator[Statement]:
    """What each file of another platform at the top says; of one that cannot be read, nothing.

    Args:
        project: The project.
    """
    for path, keys in _KEYS.items():
        if project.has(path):
            try:
                document = _document(project, path)
            except Invalid:
                yield Statement(path, (), {})
                continue
            said, written = _found(document, keys or _RAILWAY)
            if said:
                yield Statement(path, tuple(said), written)


def _document(project: Project, path: str) -> object:
    if path.endswith(".toml"):
        return project.toml(path)
    if path.endswith((".yaml", ".yml")):
        from sh0.source.yamltext import load  # worth its time to load only where there is such a file

        return load(project.text(path) or "", path).value
    return project.json(path, lenient=True)


def _found(document: object, keys: tuple[tuple[str, str], ...]) -> tuple[list[str], dict[str, dict[str, object]]]:
    """What a document says, and as much of it as sh0.yaml can say, by its first two keys."""
    said, written = list[str](), dict[str, dict[str, object]]()
    for key, target in keys:
        value = _at(document, key)
        if value in (None, "", [], {}) or any(name.startswith(f"{key}.") for name in said):
            continue
        said.append(key)
        section, _, name = target.partition(".")
        if target == "environment":
            written["environment"] = _variables(value)
        elif target and isinstance(value, str | int) and not isinstance(value, bool):
            place = written.setdefault(section, {})
            place.setdefault(name, _stated(target, value))
    return said, {section: values for section, values in written.items() if values}


def _stated(target: str, value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    return (value.removeprefix("./") if target == _DOCKERFILE else value)[:_LENGTH]


def _at(value: object, key: str) -> object:
    for part in key.split("."):
        if isinstance(value, list) and part.isdigit():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _variables(value: object) -> dict[str, object]:
    """Variables of a table, or of a list whose entries have a key or a name; a value is kept where it is no secret."""
    entries = value if isinstance(value, list) else []
    listed = [(each.get("key") or each.get("name"), each) for each in entries if isinstance(each, dict)]
    pairs = list(value.items()) if isinstance(value, dict) else listed
    return {str(name)[:60]: _variable(str(name), stated) for name, stated in pairs[:_NAMES] if name}


def _variable(name: str, stated: object) -> dict[str, object]:
    text = stated.get("value") if isinstance(stated, dict) else stated
    if isinstance(text, str | int | float) and not isinstance(text, bool) and not names_secret(name):
        return {"value": str(text)[:_LENGTH]}
    optional = isinstance(stated, dict) and stated.get("required") is False
    return {"required": not optional}


def _sentence(each: Statement) -> str:
    told, written = f"{each.path} says {', '.join(each.said)}: not used", each.written
    if not written:
        return f"{told}."
    lines = {section: values.get("", values) for section, values in written.items()}
    shown = ", ".join(f"{section}: {json.dumps(value, ensure_ascii=False)}" for section, value in lines.items())
    return f"{told}. Write in sh0.yaml what shall hold: {{{shown}}}"
