"""Go: a module, or a workspace of some, with a program that serves."""

import posixpath
import re
import shlex

from sh0.plugin import DEBIAN, Detection, SourceTree, UnsupportedProject, declared_version, read_processes, version_file
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files, unbuilt_assets
from sh0_plugins.recipes.go.loose import find_loose_program
from sh0_plugins.recipes.go.module import GoProject, Program, find_go_project
from sh0_plugins.recipes.images import GO
from sh0_plugins.sentences import local_only

__all__ = ["detect_go", "detect_go_program"]

_FRAMEWORKS = {
    # Module path, title, port of its examples.
    "github.com/gin-gonic/gin": ("Gin", 8080),
    "github.com/labstack/echo": ("Echo", 1323),
    "github.com/gofiber/fiber": ("Fiber", 3000),
    "github.com/go-chi/chi": ("chi", 3000),
    "github.com/gorilla/mux": ("gorilla/mux", 8000),
    "github.com/beego/beego": ("Beego", 8080),
}
_PORT = 8080
_SERVES = re.compile(
    r"\b(?:ListenAndServe|ListenAndServeTLS|http\.Serve|net\.Listen)\b|\.(?:Run|Start|Listen)\(\s*(?:\"[\w.]*:|os\.|\":\")"
)
_ADDRESS = re.compile(
    r"(?:ListenAndServe|\.Run|\.Start|\.Listen|Addr:|net\.Listen\(\"tcp\",)\s*\(?\s*\"([\w.]*):(\d{2,5})\""
)
_READS_PORT = re.compile(r"(?:Getenv|LookupEnv)\(\s*\"PORT\"|env:\"PORT\b|\"\$\{?PORT\b")
_LOCAL = ("127.0.0.1", "localhost")


def detect_go(project: SourceTree) -> Detection | None:
    """A module with one program, or with one that serves among others.

    Raises:
        UnsupportedProject: It has no program, or several of which none is the obvious one.
    """
    found = find_go_project(project)
    return None if found is None else _detected(project, *found)


def detect_go_program(project: SourceTree) -> Detection | None:
    """A program at the top without a go.mod, which needs the standard library and nothing else.

    Raises:
        UnsupportedProject: It needs more.
    """
    facts = find_loose_program(project)
    return None if facts is None else _detected(project, "", facts)


def _detected(project: SourceTree, root: str, facts: GoProject) -> Detection:
    candidates = tuple(each for each in facts.programs if f"{each.folder}/".startswith(f"{root}/") or not root)
    processes = read_processes(project)
    program, warnings = _choose(candidates, by_procfile=bool(processes))
    built = candidates if processes or program is None else (program,)
    version = GO.pick(version_file(project, ".go-version"), declared_version(project, "go", "golang"), _least(facts))
    title, port = next((each for path, each in _FRAMEWORKS.items() if _requires(facts, path)), ("", _PORT))
    listens = _ADDRESS.search(program.text) if program else None
    if program and listens and listens[1] in _LOCAL:
        warnings = (*warnings, local_only(_listening(project, program)))
    if program and _READS_PORT.search(program.text):
        port = _PORT
    elif listens and 0 < int(listens[2]) < 65536:
        port = int(listens[2])
    folder = " -C /app" if root else ""
    flags = "-trimpath -ldflags='-s -w'"
    paths = {each.name: "." if each.folder == "." else f"./{each.folder}" for each in built}
    return Detection(
        "go",
        framework=title,
        version=version.version,
        version_source=version.source,
        manifests=() if facts.vendored else facts.manifests,
        install=() if facts.vendored or not facts.requires else ("go mod download",),
        build=(
            *((f"go mod init {shlex.quote(built[0].name)}",) if not facts.modules else ()),
            *(f"go build{folder} {flags} -o bin/{shlex.quote(n)} {shlex.quote(p)}" for n, p in paths.items()),
        ),
        artifacts=("/app/bin", *run_time_files(project, ".go", root=root), AUTHORITIES),
        keep_source=False,
        root=root,
        start=(f"/app/bin/{program.name}",) if program else (),
        port=port,
        environment={"PATH": "/app/bin:$PATH", **({"GIN_MODE": "release"} if title == "Gin" else {})},
        build_environment={
            "CGO_ENABLED": "1" if facts.cgo else "0",
            # A newer toolchain than the image's is fetched, as the go command does outside of this image.
            **({"GOTOOLCHAIN": "auto"} if not version.exact else {}),
        },
        build_image=version.image,
        runtime_image=DEBIAN,
        warnings=(*version.warnings, *warnings, *unbuilt_assets(project)),
    )


def _least(facts: GoProject) -> tuple[str, str] | None:
    # A module asks for this version at least; every newer Go builds it.
    return (f">={facts.go}", facts.go_source) if facts.go else None


def _requires(facts: GoProject, path: str) -> bool:
    return any(name == path or name.startswith(f"{path}/v") for name in facts.requires)


def _listening(project: SourceTree, program: Program) -> str:
    """The file of a program that says where it listens."""
    for path in project.names:
        if (posixpath.dirname(path) or ".") == program.folder and path.endswith(".go"):
            found = _ADDRESS.search(project.text(path) or "")
            if found and found[1] in _LOCAL:
                return path
    return program.folder


def _choose(programs: tuple[Program, ...], *, by_procfile: bool) -> tuple[Program | None, tuple[str, ...]]:
    """The program to start, and what to say about the others; None if the Procfile chooses."""
    if not programs:
        raise UnsupportedProject(
            "found a Go module without a program: there is no package main in it",
            hint="Add one, such as cmd/server/main.go, or set the root folder of the app to where it is.",
            stack="go",
        )
    if len(programs) == 1:
        return programs[0], ()
    obvious = [program for program in programs if program.folder == "."]
    serving = [program for program in programs if _SERVES.search(program.text)]
    usual = [program for program in programs if program.usual]
    # Where none of them listens, one alone has the usual name.
    alone = usual if len(usual) == 1 and not serving else []
    chosen = obvious or (serving if len(serving) == 1 else alone)
    if chosen:
        others = ", ".join(program.folder for program in programs if program is not chosen[0])
        why = "it is at the top" if obvious else "it is the one that listens" if serving else "it has a main.go"
        return chosen[0], (f"There are other programs ({others}): {chosen[0].name} is started, since {why}.",)
    if by_procfile:
        return None, ()
    folders = ", ".join(program.folder for program in programs)
    raise UnsupportedProject(
        f"found several Go programs and nothing that says which of them serves: {folders}",
        hint=f"Add a Procfile with a line such as `web: bin/{programs[0].name}`, or a Dockerfile.",
        stack="go",
    )
