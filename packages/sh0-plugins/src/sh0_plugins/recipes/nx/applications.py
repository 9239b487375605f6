"""The applications of a workspace of Nx, as their project.json files and the files of their tools say."""

import posixpath

import attrs

from sh0.plugin import SourceTree, UnsupportedProject, inner_table
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import read_package

__all__ = ["Application", "find_application"]

_LIMIT = 200
_CONFIGURATIONS = (
    # Stem of a file, and what the plugin for it builds.
    ("next.config", "@nx/next:build"),
    ("vite.config", "@nx/vite:build"),
    ("webpack.config", "@nx/webpack:webpack"),
)


@attrs.frozen
class Application:
    """One application.

    Attributes:
        name: What Nx calls it.
        folder: Where it is, relative to the top of the workspace.
        executor: What builds it; empty if its folder says so by itself, being a package.
        output: Folder of the result, relative to the top.
        production: Whether the target has a configuration for production.
        platform: What it is built for, ``node`` or ``web``, or empty.
        command: What its target ``start`` runs, or empty.
    """

    name: str
    folder: str
    executor: str
    output: str
    production: bool = False
    platform: str = ""
    command: str = ""

    def refusal(self) -> UnsupportedProject:
        """The refusal of one that is built by something else."""
        return UnsupportedProject(
            f"found the application {self.name} of Nx, which {self.executor} builds",
            hint='Add "build" and "start" for it to the scripts in package.json, or add a Dockerfile.',
            stack="node",
            found=self.executor,
        )


def find_application(project: SourceTree) -> tuple[SourceTree, Application] | None:
    """The application to deploy, and the top of its workspace; None if the project is none of Nx's.

    Raises:
        UnsupportedProject: There are several, and nothing says which.
    """
    for top, folder in ((project, ""), *project.around):
        settings = top.json("nx.json", lenient=True) if top.has("nx.json") else None
        if settings is None:
            continue
        if folder:
            own = project.has("project.json") and not project.has("package.json")
            return (top, _application(top, folder)) if own else None
        if top.has("project.json") or _starts(top):  # the top is itself the application
            return None
        found = _applications(top)
        named = settings.get("defaultProject")
        chosen = [each for each in found if each.name == named] or found
        if len(chosen) == 1:
            return top, chosen[0]
        if chosen:
            names = ", ".join(each.folder for each in chosen)
            raise UnsupportedProject(
                f"found a workspace of Nx with several applications: {names}",
                hint=f'Set the root folder of the app to one of them (--root {chosen[0].folder}), or "defaultProject" '
                "in nx.json.",
                folders=[each.folder for each in chosen],
            )
        return None
    return None


def _starts(top: SourceTree) -> bool:
    """Whether the top's own package starts something that is no command of Nx."""
    package = read_package(top)
    script = package.start_script() if package is not None else ""
    return bool(script) and script.removeprefix("npx ").split()[0] != "nx"


def _applications(top: SourceTree) -> list[Application]:
    files = [name for name in top.names if name.endswith("/project.json")][:_LIMIT]
    folders = [posixpath.dirname(name) for name in files if _is_application(top, name)]
    if not folders:
        packages = [posixpath.dirname(n) for n in top.names if n.startswith("apps/") and n.endswith("/package.json")]
        folders = [folder for folder in packages[:_LIMIT] if folder.count("/") == 1]
    return [_application(top, each) for each in folders if not each.endswith("-e2e")]


def _is_application(top: SourceTree, path: str) -> bool:
    content = top.json(path, lenient=True) or {}
    return content.get("projectType") == "application" or (
        "projectType" not in content and path.startswith("apps/") and bool(inner_table(content, "targets"))
    )


def _application(top: SourceTree, folder: str) -> Application:
    content = top.json(f"{folder}/project.json", lenient=True) or {}
    targets = content.get("targets") or content.get("architect")
    build = inner_table(targets, "build") if isinstance(targets, dict) else {}
    start = inner_table(targets, "start") if isinstance(targets, dict) else {}
    options = inner_table(build, "options")
    executor = build.get("executor") or build.get("builder") or ("nx:run-commands" if build.get("command") else "")
    output = _output(build, options, folder)
    named = inner_table(top.json("workspace.json", lenient=True) or {}, "projects")
    name = content.get("name") or next((each for each, place in named.items() if place == folder), None)
    platform = options.get("target") or options.get("platform")
    if not executor and not top.has(f"{folder}/package.json"):
        executor, output, platform = _by_files(top, folder)
    if "angular" in str(executor) and str(executor).endswith(":application"):
        output = posixpath.join(output or f"dist/{folder}", "browser")
    return Application(
        str(name or posixpath.basename(folder)),
        folder,
        str(executor),
        _inside(output or f"dist/{folder}"),
        "production" in inner_table(build, "configurations"),
        str(platform or ""),
        _command(start),
    )


def _output(build: dict[str, object], options: dict[str, object], folder: str) -> str:
    """Where the result is, as far as the target says: by its option, or by its list of outputs."""
    stated = options.get("outputPath")
    stated = stated.get("base") if isinstance(stated, dict) else stated
    outputs = build.get("outputs")
    first = outputs[0] if isinstance(outputs, list) and outputs else None
    if not isinstance(stated, str) and isinstance(first, str) and "{options" not in first:
        stated = first.replace("{projectRoot}", folder)
    return stated.replace("{workspaceRoot}/", "") if isinstance(stated, str) else ""


def _by_files(top: SourceTree, folder: str) -> tuple[str, str, str]:
    """What the plugins of Nx take a folder for by its configuration, where its result is, and what it is for."""
    member = SourceTree(top.root, folder)
    for stem, executor in _CONFIGURATIONS:
        configuration = read_configuration(member, stem)
        if configuration.path:
            stated = configuration.setting("outDir") or ""
            output = posixpath.normpath(posixpath.join(folder, stated)) if stated else ""
            return executor, output, configuration.setting("target") or ""
    return "", "", ""


def _command(target: dict[str, object]) -> str:
    options = inner_table(target, "options")
    commands = options.get("commands")
    first = commands[0] if isinstance(commands, list) and len(commands) == 1 else options.get("command")
    text = first.get("command") if isinstance(first, dict) else first
    text = text if isinstance(text, str) else target.get("command")
    return text.strip() if isinstance(text, str) and not text.startswith("nx ") else ""


def _inside(path: str) -> str:
    """A folder below the top of the workspace; the usual one of all results if it leads elsewhere."""
    path = posixpath.normpath(path)
    return "dist" if path.startswith(("..", "/")) or not path.isprintable() else path
