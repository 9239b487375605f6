"""Python without a web framework that sh0 knows, and what all Python recipes share."""

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject, inner_table, read_processes
from sh0_plugins.recipes.line_programs import programs
from sh0_plugins.recipes.python.entry import entry_files
from sh0_plugins.recipes.python.install import VENV, installation
from sh0_plugins.recipes.python.packages import PythonProject, read_python_project
from sh0_plugins.recipes.python.pip import WITHOUT_PIP, uses_pip
from sh0_plugins.recipes.python.runners import named_commands, without_runner
from sh0_plugins.recipes.python.source import read_source
from sh0_plugins.recipes.python.version import python_version
from sh0_plugins.recipes.python.wheels import SERIES, pins, without_wheel
from sh0_plugins.sentences import local_only

__all__ = ["PYTHON_PORT", "detect_python", "python_base", "refuse_unlisted"]

PYTHON_PORT = 8000
_SCRIPTS = ("main.py", "app.py", "server.py", "run.py", "bot.py", "start.py", "src/main.py", "src/app.py")
_SERVERS = frozenset({"gunicorn", "uvicorn", "hypercorn", "daphne", "waitress"})
_PROGRAMS = {"waitress-serve": "waitress"}

_TOOL_ENVIRONMENT = {
    "uv": {"UV_PROJECT_ENVIRONMENT": VENV, "UV_PYTHON": f"{VENV}/bin/python", "UV_PYTHON_DOWNLOADS": "never"}
    | {"UV_COMPILE_BYTECODE": "1", "UV_LINK_MODE": "copy", "UV_NO_CACHE": "1"},
    "poetry": {"POETRY_VIRTUALENVS_CREATE": "false", "POETRY_CACHE_DIR": "/tmp/poetry"},
    "pdm": {"PDM_CHECK_UPDATE": "false", "PDM_USE_VENV": "true"},
    "pipenv": {"PIPENV_VERBOSITY": "-1", "PIPENV_NOSPIN": "1"},
}


def python_base(project: SourceTree, facts: PythonProject, extra: tuple[str, ...] = ()) -> Detection:
    """A detection with everything but framework and start command.

    Args:
        project: The project.
        facts: Its manifests.
        extra: Packages to install beyond the dependencies.
    """
    pinned = pins(project, facts)
    version = python_version(project, facts, pinned)
    line = without_runner(read_processes(project).get("web", ""), named_commands(project))
    started = [_PROGRAMS.get(name, name) for name in (word.split(" -m ")[-1] for word in programs(line))]
    wanted = next((name for name in started if name in _SERVERS), "")
    warnings: tuple[str, ...] = ()
    if wanted and not facts.depends_on(wanted) and wanted not in extra and facts.manager != "none":
        extra = (*extra, wanted)
        warnings = (
            f"The command of web starts {wanted}, which is not among the dependencies: it is installed in addition.",
        )
    how = installation(project, facts, extra)
    return Detection(
        "python",
        version=version.version,
        version_source=version.source,
        package_manager="pip" if facts.manager in ("pyproject", "none") else facts.manager,
        setup=how.setup,
        manifests=how.manifests,
        copy_first=how.copy_first,
        install=how.install,
        build=how.build,
        cleanup=() if uses_pip(project, facts) else (WITHOUT_PIP,),
        artifacts=(VENV,),
        port=PYTHON_PORT,
        environment={"PATH": f"{VENV}/bin:$PATH", "PYTHONUNBUFFERED": "1"},
        build_environment={
            "PATH": f"{VENV}/bin:$PATH",
            "VIRTUAL_ENV": VENV,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_PROGRESS_BAR": "off",
            "PIP_ROOT_USER_ACTION": "ignore",
            **_TOOL_ENVIRONMENT.get(facts.manager, {}),
        },
        build_packages=how.build_packages,
        runtime_packages=how.runtime_packages,
        build_image=version.image,
        runtime_image=version.image,
        root=facts.workspace.folder if facts.workspace else "",
        warnings=(
            *version.warnings,
            *how.warnings,
            *warnings,
            *without_wheel(pinned, version.version, SERIES),
        ),
    )


def detect_python(project: SourceTree) -> Detection | None:
    """A Python project that is a script, a package with one script, or that has a Procfile."""
    facts = read_python_project(project)
    if facts is None:
        return None
    start, path = _start(project, facts)
    if not start and project.has("package.json"):
        return None
    conda = project.first("environment.yml", "environment.yaml")
    if facts.manager == "none" and conda is not None:
        raise UnsupportedProject(
            f"found a conda environment ({conda}), which sh0 does not build by itself",
            hint="List what it needs from PyPI in requirements.txt, or add a Dockerfile from a conda image.",
            found=conda,
        )
    if facts.manager == "none" and not start and not read_processes(project):
        return None
    if facts.manager == "none":
        refuse_unlisted(project, path)
    detection = attrs.evolve(python_base(project, facts), start=start)
    if not path or project.has("Procfile"):
        return detection
    source = read_source(path, project.text(path) or "")
    if source.ports:
        detection = attrs.evolve(detection, port=source.ports[0])
    if source.local_only:
        detection = detection.warn(local_only(path))
    if source.broken is not None:
        detection = detection.warn(f"{path}, line {source.broken}: this does not parse as Python.")
    return detection


def _start(project: SourceTree, facts: PythonProject) -> tuple[tuple[str, ...], str]:
    """The start command and the file that it runs."""
    present = [path for path in _SCRIPTS if project.has(path)]
    guarded = [path for path in present if read_source(path, project.text(path) or "").main]
    chosen = next(iter([*guarded, *present]), None)
    if chosen is not None:
        return ("python", chosen), chosen
    scripts = inner_table(facts.pyproject, "project", "scripts")
    if len(scripts) == 1 and inner_table(facts.pyproject, "build-system"):
        return (next(iter(scripts)),), ""
    packages = [n for n in project.names if n.endswith("/__main__.py") and n.count("/") == 1]
    if len(packages) == 1:
        return ("python", "-m", packages[0].split("/")[0]), packages[0]
    alone = [path for path in entry_files(project) if "/" not in path and path != "__init__.py"]
    if len(alone) == 1:
        return ("python", alone[0]), alone[0]
    return (), ""


def refuse_unlisted(project: SourceTree, path: str) -> None:
    """Refuse a project that imports a framework and has no file that lists what to install.

    Args:
        project: The project.
        path: The file that is started; empty: look into all.

    Raises:
        UnsupportedProject: It does.
    """
    known = {"flask": "Flask", "django": "Django", "fastapi": "FastAPI", "aiohttp": "aiohttp", "tornado": "Tornado"}
    files = [path] if path else entry_files(project)
    for file in files:
        for module in sorted(read_source(file, project.text(file) or "").modules & known.keys()):
            raise UnsupportedProject(
                f"{file} imports {known[module]}, but no file says that it has to be installed",
                hint=f"Add a file requirements.txt with the line `{module}`.",
                found=file,
            )
