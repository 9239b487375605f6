"""The commands that install a Python project, per package manager.

Everything goes into one virtual environment, ``/venv``, that the last stage takes over as it is. The package
managers themselves live in another one, ``/opt/tools``, which stays behind in the build stage, so that neither their
dependencies nor a distribution's "externally managed" mark get in the way.
"""

import shlex

import attrs

from sh0.plugin import Invalid, SourceTree, inner_table
from sh0_plugins.recipes.python.packages import PythonProject
from sh0_plugins.recipes.python.requirements import normalise
from sh0_plugins.recipes.python.workspace import UvWorkspace
from sh0_plugins.sentences import no_lock

__all__ = ["VENV", "Installation", "installation"]

VENV = "/venv"
_TOOLS = "/opt/tools"

_TOOL = {"uv": "uv", "poetry": "poetry>=2,<3", "pdm": "pdm[locked]>=2.20,<3", "pipenv": "pipenv"}

_LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock"}

_SYSTEM_PACKAGES = {
    # Packages on PyPI that have no wheel for Linux, with what Debian calls the headers and libraries they need.
    "psycopg2": (("gcc", "libc6-dev", "libpq-dev"), ("libpq5",)),
    "mysqlclient": (("gcc", "libc6-dev", "pkg-config", "default-libmysqlclient-dev"), ("libmariadb3",)),
    "uwsgi": (("gcc", "libc6-dev"), ()),
    "python-ldap": (("gcc", "libc6-dev", "libldap2-dev", "libsasl2-dev"), ("libldap-common",)),
    "pycairo": (("gcc", "libc6-dev", "pkg-config", "libcairo2-dev"), ("libcairo2",)),
    "weasyprint": ((), ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")),
}


@attrs.frozen
class Installation:
    """How the dependencies get into the virtual environment; see `sh0.builds.model.Detection` for the fields."""

    setup: tuple[str, ...]
    manifests: tuple[str, ...]
    copy_first: bool
    install: tuple[str, ...]
    build: tuple[str, ...]
    build_packages: tuple[str, ...]
    runtime_packages: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def installation(project: SourceTree, facts: PythonProject, extra: tuple[str, ...] = ()) -> Installation:
    """Work out the commands.

    Args:
        project: The project.
        facts: Its manifests.
        extra: Packages to install beyond them (a web server).
    """
    setup = [f"python -m venv {VENV}"]
    if facts.manager in _TOOL:
        tool = shlex.quote(_TOOL[facts.manager])
        setup.append(f"python -m venv {_TOOLS} && {_TOOLS}/bin/pip install {tool}")
    if facts.workspace is not None:
        return _workspace(facts.workspace, facts, tuple(setup), extra)
    copy_first = facts.local or (facts.manager == "pyproject" and facts.dynamic)
    build: list[str] = []
    warnings: list[str] = []
    if facts.manager in ("pyproject", "uv", "poetry", "pdm") and not (facts.manager == "pyproject" and facts.dynamic):
        reason = _not_a_package(project, facts)
        if reason is None:
            build.append("pip install --no-deps --editable .")
        elif reason:
            warnings.append(reason)
    if facts.manager in _LOCKS and not facts.locked:
        warnings.append(no_lock(_LOCKS[facts.manager]))
    install = _commands(facts)
    if extra:
        install.append(f"pip install {shlex.join(extra)}")
    # Where pip is told the requirements themselves, the layer outlives every other change of pyproject.toml.
    manifests = () if facts.manager == "pyproject" else facts.manifests
    return Installation(
        tuple(setup),
        manifests,
        copy_first,
        tuple(install),
        tuple(build),
        *_system_packages(facts),
        tuple(warnings),
    )


def _workspace(
    workspace: UvWorkspace, facts: PythonProject, setup: tuple[str, ...], extra: tuple[str, ...]
) -> Installation:
    """Everything that one member needs; the second step adds the members themselves, once their source is there."""
    sync = f"{_TOOLS}/bin/uv sync {'--frozen ' if workspace.locked else ''}--inexact --no-dev"
    member = f"--package {shlex.quote(workspace.name)}"
    return Installation(
        setup,
        workspace.manifests,
        False,
        (f"{sync} --no-install-workspace {member}", *([f"pip install {shlex.join(extra)}"] if extra else [])),
        (f"{sync} {member}",),
        *_system_packages(facts),
        () if workspace.locked else (no_lock(_LOCKS["uv"]),),
    )


def _system_packages(facts: PythonProject) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Debian packages of the build stage, and of the last one."""
    build_packages = {"git"} if facts.git else set()
    runtime_packages: set[str] = set()
    for name in facts.packages:
        for_build, for_running = _SYSTEM_PACKAGES.get(name, ((), ()))
        build_packages.update(for_build)
        runtime_packages.update(for_running)
    return tuple(sorted(build_packages)), tuple(sorted(runtime_packages))


def _commands(facts: PythonProject) -> list[str]:
    match facts.manager:
        case "uv":
            frozen = "--frozen " if facts.locked else ""
            return [f"{_TOOLS}/bin/uv sync {frozen}--inexact --no-dev --no-install-project"]
        case "poetry":
            return [f"{_TOOLS}/bin/poetry install --only main --no-root --no-interaction"]
        case "pdm":
            how = "sync" if facts.locked else "install"
            return [f"{_TOOLS}/bin/pdm {how} --prod --no-self --no-editable"]
        case "pipenv":
            how = "sync" if facts.locked else "install --skip-lock"
            return [f"{_TOOLS}/bin/pipenv {how}"]
        case "pip":
            return [f"pip install --requirement {shlex.quote(facts.manifests[0])}"]
        case "pyproject" if facts.dynamic:
            return ["pip install --editable ."]
        case "pyproject" if facts.dependencies:
            return [f"pip install {_quoted(facts.dependencies)}"]
        case "none" if facts.local:
            return ["pip install --editable ."]
    return []


def _quoted(dependencies: tuple[str, ...]) -> str:
    for text in dependencies:
        if not text.isprintable():
            raise Invalid(
                f"pyproject.toml: the dependency {text!r} holds a character that no requirement has",
                hint="Correct pyproject.toml.",
                path="pyproject.toml",
            )
    return shlex.join(dependencies)


def _not_a_package(project: SourceTree, facts: PythonProject) -> str | None:
    """None if the project itself can be installed; otherwise why not, empty if nobody would expect it to be."""
    if not inner_table(facts.pyproject, "build-system"):
        return ""
    tools = inner_table(facts.pyproject, "tool")
    if inner_table(tools, "poetry").get("package-mode") is False or inner_table(tools, "uv").get("package") is False:
        return ""
    if inner_table(tools, "pdm").get("distribution") is False:
        return ""
    named = (
        inner_table(tools, "poetry", "packages"),
        inner_table(tools, "hatch", "build"),
        inner_table(tools, "pdm", "build"),
    )
    if (
        any(named)
        or "packages" in inner_table(tools, "poetry")
        or "module" in inner_table(tools, "flit")
        or "setuptools" in tools
    ):
        return None
    name = inner_table(facts.pyproject, "project").get("name") or inner_table(tools, "poetry").get("name")
    if not isinstance(name, str):
        return "pyproject.toml gives no name: only the dependencies are installed, not the project itself."
    module = normalise(name).replace("-", "_")
    for place in (module, f"src/{module}"):
        if project.has(f"{place}.py") or project.has_folder(place):
            return None
    return f"There is no package {module}: only the dependencies are installed, not the project itself."
