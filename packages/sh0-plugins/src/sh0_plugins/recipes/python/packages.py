"""How a Python project names its dependencies, and which tool installs them."""

from collections.abc import Mapping

import attrs

from sh0.plugin import SourceTree, inner_table
from sh0_plugins.recipes.outside import refuse_outside
from sh0_plugins.recipes.python.requirements import normalise, parse_requirement, read_requirements
from sh0_plugins.recipes.python.workspace import UvWorkspace, find_uv_workspace

__all__ = ["PythonProject", "read_python_project"]

_REQUIREMENTS = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements-prod.txt",
    "requirements/base.txt",
    "requirements/requirements.txt",
)


@attrs.frozen
class PythonProject:
    """What the manifests of a Python project say.

    Attributes:
        manager: ``uv``, ``poetry``, ``pdm``, ``pipenv``, ``pip`` (a requirements file), ``pyproject`` (installed by
            pip) or ``none`` (nothing but source).
        locked: Whether a lock file of that manager is there.
        manifests: The files that name the dependencies.
        packages: Names in normal form, each with its extras.
        dependencies: The requirement strings of ``[project]``.
        local: Some dependency is a path of this project.
        git: Some dependency comes from a Git repository.
        dynamic: The dependencies are computed by the build backend.
        pyproject: The whole of pyproject.toml.
        wanted_python: What ``requires-python``, Poetry or the Pipfile say about the version, and in which file.
        workspace: The workspace of uv that it is a member of.
    """

    manager: str
    locked: bool = False
    manifests: tuple[str, ...] = ()
    packages: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    dependencies: tuple[str, ...] = ()
    local: bool = False
    git: bool = False
    dynamic: bool = False
    pyproject: Mapping[str, object] = attrs.field(factory=dict)
    wanted_python: tuple[str, str] | None = None
    workspace: UvWorkspace | None = None

    def depends_on(self, name: str) -> bool:
        """Whether a package is among the dependencies."""
        return name in self.packages


def read_python_project(project: SourceTree) -> PythonProject | None:
    """Read the manifests; None if there is neither one of them nor a Python file at the top.

    Lock files come first (uv, Poetry, PDM, Pipenv), then a requirements file, then what pyproject.toml or a Pipfile
    say without a lock: whoever keeps a requirements file beside an unlocked pyproject.toml deploys from it.

    Raises:
        Invalid: A manifest is broken.
        UnsupportedProject: A dependency is a path out of the project.
    """
    pyproject = project.toml("pyproject.toml") or {}
    workspace = find_uv_workspace(project)
    if workspace is not None:
        found = _from_pyproject(project, pyproject, "uv", workspace.locked)
        return attrs.evolve(found, manifests=workspace.manifests, local=False, workspace=workspace)
    manager, locked = _manager(project, pyproject)
    if manager is None:
        return None
    if manager == "pip":
        path = project.first(*_REQUIREMENTS)
        assert path is not None
        listed = read_requirements(project, path)
        wanted = _requires_python(pyproject)
        return PythonProject(
            "pip", False, listed.files, listed.packages, (), bool(listed.local), listed.git, False, pyproject, wanted
        )
    if manager == "pipenv":
        return _pipenv(project, locked)
    if manager == "none":
        return PythonProject("none", manifests=(), local=project.has("setup.py"), pyproject=pyproject)
    return _from_pyproject(project, pyproject, manager, locked)


def _manager(project: SourceTree, pyproject: Mapping[str, object]) -> tuple[str | None, bool]:
    has_pyproject = bool(inner_table(pyproject, "project") or inner_table(pyproject, "tool", "poetry"))
    if has_pyproject:
        for lock, manager in (("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm")):
            if project.has(lock):
                return manager, True
    if project.has("Pipfile") and project.has("Pipfile.lock"):
        return "pipenv", True
    if project.first(*_REQUIREMENTS):
        return "pip", False
    if has_pyproject:
        for manager in ("uv", "poetry", "pdm"):
            if manager in inner_table(pyproject, "tool"):
                return manager, False
        return "pyproject", False
    if project.has("Pipfile"):
        return "pipenv", False
    if project.has("setup.py") or project.has("manage.py") or project.glob("*.py"):
        return "none", False
    return None, False


def _from_pyproject(project: SourceTree, pyproject: Mapping[str, object], manager: str, locked: bool) -> PythonProject:
    stated = inner_table(pyproject, "project").get("dependencies")
    dependencies = tuple(str(each) for each in stated) if isinstance(stated, list) else ()
    packages: dict[str, frozenset[str]] = {}
    for text in dependencies:
        named = parse_requirement(text)
        if named:
            packages[named[0]] = named[1]
    poetry = inner_table(pyproject, "tool", "poetry", "dependencies")
    specs: list[object] = [*inner_table(pyproject, "tool", "uv", "sources").values(), *poetry.values()]
    for name, spec in poetry.items():
        if name.lower() != "python":
            packages[normalise(name)] = _extras(spec)
    for spec in specs:
        if isinstance(spec, dict) and isinstance(spec.get("path"), str):
            refuse_outside("pyproject.toml", str(spec["path"]))
    local = any(_local(spec) for spec in specs) or any("@ file:" in text for text in dependencies)
    git = any(isinstance(spec, dict) and "git" in spec for spec in specs)
    git = git or any("git+" in text for text in dependencies)
    local = local or bool(inner_table(pyproject, "tool", "uv", "workspace"))
    dynamic = inner_table(pyproject, "project").get("dynamic")
    lock = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock"}.get(manager)
    manifests = ("pyproject.toml", *((lock,) if lock and locked else ()))
    extra = (f"{manager}.toml",) if manager != "pyproject" and project.has(f"{manager}.toml") else ()
    return PythonProject(
        manager,
        locked,
        (*manifests, *extra),
        packages,
        dependencies,
        local,
        git,
        isinstance(dynamic, list) and "dependencies" in dynamic,
        pyproject,
        _requires_python(pyproject),
    )


def _pipenv(project: SourceTree, locked: bool) -> PythonProject:
    pipfile = project.toml("Pipfile") or {}
    wanted = inner_table(pipfile, "packages")
    requires = inner_table(pipfile, "requires")
    version = requires.get("python_full_version") or requires.get("python_version")
    return PythonProject(
        "pipenv",
        locked,
        ("Pipfile", "Pipfile.lock") if locked else ("Pipfile",),
        {normalise(name): _extras(spec) for name, spec in wanted.items()},
        local=any(_local(spec) for spec in wanted.values()),
        git=any(isinstance(spec, dict) and "git" in spec for spec in wanted.values()),
        wanted_python=(str(version), "Pipfile") if version else None,
    )


def _requires_python(pyproject: Mapping[str, object]) -> tuple[str, str] | None:
    version = inner_table(pyproject, "project").get("requires-python")
    if version is None:
        version = inner_table(pyproject, "tool", "poetry", "dependencies").get("python")
    return (version, "pyproject.toml") if isinstance(version, str) else None


def _extras(spec: object) -> frozenset[str]:
    extras = spec.get("extras") if isinstance(spec, dict) else None
    return frozenset(normalise(str(each)) for each in extras) if isinstance(extras, list) else frozenset()


def _local(spec: object) -> bool:
    return isinstance(spec, dict) and ("path" in spec or "workspace" in spec)
