"""The lines of processes, in the image that a recipe makes: what they start has to be in there.

A Procfile may have been written for the image of another builder, which keeps the build tools, or calls the program by
a name of its own. What is known to mean the recipe's own program becomes that program; of anything else that the image
does not hold the reader is warned.
"""

import posixpath
import re
import shlex
from collections.abc import Mapping

import attrs

from sh0.plugin import SHELL, Detection, SourceTree, inner_table, shell_arguments, split_command
from sh0_plugins.recipes.line_programs import CLASS_PATH, MODULE, PACKAGE_SCRIPT, SCRIPT_ENDINGS, programs
from sh0_plugins.recipes.php.heroku import heroku_program
from sh0_plugins.recipes.python.modules import may_be_imported
from sh0_plugins.recipes.python.runners import named_commands, without_runner
from sh0_plugins.recipes.python.source import read_source
from sh0_plugins.sentences import local_only

__all__ = ["process_line", "with_web_line"]

_WORDS = """
. : [ bash break case cat cd chmod command cp date do done echo elif else env eval exec exit export false fi for grep
head hostname if kill ln ls mkdir mv nice nohup printenv printf read rm sed set sh shift sleep sort source tail tee
test then time timeout touch trap true ulimit umask uname unset wait while xargs { } !
"""
_SHELL = frozenset(_WORDS.split())
"""What every base image holds."""
_BUILD_TOOLS = {
    # Programs that only build: what they would start, the recipe has built already.
    "bundle": {"ruby"},
    "cabal": set[str](),
    "cargo": set(),
    "clj": set(),
    "clojure": set(),
    "composer": set(),
    "crystal": set(),
    "dotnet": {"dotnet"},
    "go": set(),
    "gradle": set(),
    "gradlew": set(),
    "java": {"clojure", "java", "kotlin", "scala"},
    "lein": set(),
    "mix": set(),
    "mvn": set(),
    "mvnw": set(),
    "node": {"node", "bun", "deno"},
    "npm": {"node"},
    "npx": {"node"},
    **{name: set[str]() for name in ("hatch", "pdm", "pipenv", "pipx", "pnpm", "poetry", "rye", "uv", "uvx")},
    "php": {"php"},
    "python": {"python"},
    "ruby": {"ruby"},
    "sbt": set(),
    "stack": set(),
    "swift": set(),
    "yarn": {"node"},
    "zig": set(),
}
_PACKAGED = {
    # Programs that a package of the same name brings, and the language of that package.
    **dict.fromkeys(
        ("celery", "daphne", "flask", "gunicorn", "hypercorn", "streamlit", "uvicorn", "waitress"), "python"
    ),
    **dict.fromkeys(("puma", "rackup", "rails", "rake", "sidekiq", "thin", "unicorn"), "ruby"),
    **dict.fromkeys(("forever", "http-server", "next", "nodemon", "nuxt", "pm2", "serve", "ts-node", "vite"), "node"),
}
_SYSTEM = ("/bin", "/etc", "/home", "/lib", "/opt", "/root", "/sbin", "/srv", "/tmp", "/usr", "/var")
"""Folders of a base image that may hold anything."""
_FILES = (".sh", ".jar", ".war", "artisan", *(ending for endings in SCRIPT_ENDINGS.values() for ending in endings))
_HOOKS = ("preinstall", "install", "postinstall", "prepare", "prestart")
"""Scripts of package.json that may make further files."""
_RUNS = {
    "cabal": ("run",),
    "cargo": ("run",),
    "clj": ("-M",),
    "clojure": ("-M", "-X"),
    "crystal": ("run",),
    "dotnet": ("run",),
    "go": ("run",),
    "gradle": ("run", "bootRun"),
    "gradlew": ("run", "bootRun"),
    "lein": ("run", "ring", "trampoline", "with-profile"),
    "mix": ("phx.server", "run"),
    "mvn": ("spring-boot:run", "exec:java", "jetty:run"),
    "mvnw": ("spring-boot:run", "exec:java", "jetty:run"),
    "sbt": ("run",),
    "stack": ("exec", "run"),
    "swift": ("run",),
    "zig": ("build",),
}
_NATIVE = frozenset({"go", "rust", "zig", "crystal", "haskell", "swift"})
_SCRIPT = re.compile(r"(?:^|\s)python[\d.]{0,5}\s{1,9}(?:-\w\s{1,9})?([\w./-]{1,200}\.py)(?:\s|$)")
_BY_SCRIPT = re.compile(
    r"(?P<before>^|[;&|]\s{0,9}|\bexec\s{1,9})(?:pnpm|yarn|bun)(?: run)? "
    r"(?P<name>[\w:.-]{1,100})(?P<given>(?: [^;&|]{0,1000})?)$"
)
_OUTPUT = re.compile(r"(?:-o|--output)[ =](?:/app/)?(\S+)")


def with_web_line(found: Detection, line: str, project: SourceTree) -> Detection:
    """The same with what the web line starts.

    Args:
        found: What the recipe found.
        line: The command.
        project: The project.
    """
    if found.stack == "php" and (program := heroku_program(line)):
        return found.warn(f"{program} exists only at Heroku: Apache serves the same folder instead.")
    plain, warnings, missing = _installed(found, line, project)
    found, line = found.warn(*warnings), plain
    if missing is None:
        return _as_listened(attrs.evolve(found, start=shell_arguments(line)), line, project)
    told = f"The command of web starts {_not_held(missing)}"
    own = _own(found, line, missing)
    if own is None:
        return attrs.evolve(found, start=shell_arguments(line)).warn(f"{told}: write a line that starts what it holds.")
    shown = own[-1].removeprefix("exec ") if own[:2] == SHELL else shlex.join(own)
    return attrs.evolve(found, start=own).warn(f"{told}: `{shown}` is started instead.")


def process_line(found: Detection, line: str, project: SourceTree) -> tuple[str, tuple[str, ...]]:
    """The line of a process that gets no requests, as the image can run it, and warnings about it.

    Args:
        found: What the recipe found.
        line: The command.
        project: The project.
    """
    plain, warnings, missing = _installed(found, line, project)
    if missing is not None:
        warnings = (*warnings, f"The command starts {_not_held(missing)}: write a line that starts what it holds.")
    return plain, warnings


def _installed(found: Detection, line: str, project: SourceTree) -> tuple[str, tuple[str, ...], str | None]:
    """The line without what only installs, what to say about that, and what it starts that the image does not hold."""
    plain, warnings = _without_manager(line, found, project), tuple[str, ...]()
    if plain != line:
        warnings = (f"The image has what was installed, not what installs: `{plain}` is started instead.",)
    absent = sorted((word for word in programs(plain) if not _held(word, found, project)), key=_is_program)
    return plain, warnings, next(iter(absent), None)


def _not_held(missing: str) -> str:
    return f"{missing}, which {'package.json' if PACKAGE_SCRIPT.match(missing) else 'the image'} does not hold"


def _is_program(word: str) -> bool:
    """Whether it is no script of a package, which says more than the manager that is to run it."""
    return PACKAGE_SCRIPT.match(word) is None


def _without_manager(line: str, found: Detection, project: SourceTree) -> str:
    """The same command without the package manager that it goes through, which only the build has."""
    if found.stack == "python":
        return without_runner(line, named_commands(project))
    if found.stack != "node":
        return line
    scripts = _package_scripts(project)

    def by_npm(match: re.Match[str]) -> str:
        if match["name"] not in scripts:
            return match[0]
        given = match["given"].strip()
        return f"{match['before']}npm run {match['name']}" + (f" -- {given}" if given else "")

    return _BY_SCRIPT.sub(by_npm, line)


def _as_listened(found: Detection, line: str, project: SourceTree) -> Detection:
    """The same with what the script of Python that a line starts says about its address and port."""
    script = _SCRIPT.search(line) if found.stack == "python" else None
    if script is None or not project.has(path := posixpath.normpath(script[1])):
        return found
    text = project.text(path) or ""
    source = read_source(path, text)
    if source.ports and "PORT" not in line + text:
        found = attrs.evolve(found, port=source.ports[0])
    return found.warn(local_only(path)) if source.local_only else found


def _held(word: str, found: Detection, project: SourceTree) -> bool:
    """Whether the image holds a program, as far as that can be told: what cannot be told counts as held."""
    name = posixpath.basename(word)
    if word in _SHELL:
        return True
    if word.startswith("dotnet "):
        return False
    if module := MODULE.match(word):
        return found.stack != "python" or may_be_imported(module[1], project) or module[1] in _PACKAGED
    if given := CLASS_PATH.match(word):
        return any(_on_class_path(each, found, project) for each in given[1].split(":"))
    if script := PACKAGE_SCRIPT.match(word):
        return bool(found.root) or script[1] in _package_scripts(project)
    if name in _BUILD_TOOLS and ("/" not in word or name in ("mvnw", "gradlew")):
        return found.stack in _BUILD_TOOLS[name] or found.runtime_image.startswith(name)
    if word in _PACKAGED and found.stack in _PACKAGED.values():
        return found.stack == _PACKAGED[word] and (found.stack != "node" or _depends(word, found, project))
    if "/" not in word and not word.endswith(_FILES):
        # An interpreter's packages bring programs of any name; a compiled program has none beside it but these.
        return found.stack not in _NATIVE or name in _built(found)
    path = posixpath.normpath(posixpath.join("/app", found.root, word))
    if not path.startswith("/app/"):
        return any(_below(path, folder) for folder in _SYSTEM)
    inside = path.removeprefix("/app/")
    if found.stack in _NATIVE:
        return name in _built(found) and any(_below(path, each) for each in found.artifacts)
    if any(_below(path, each) for each in found.artifacts):
        return True
    if not found.keep_source:
        return False
    built = any(not command.startswith("composer ") for command in found.build)  # which makes vendor/ alone
    made = built or inside.startswith("vendor/") or any(hook in _package_scripts(project) for hook in _HOOKS)
    return made or project.has(posixpath.relpath(inside, found.root or "."))


def _on_class_path(element: str, found: Detection, project: SourceTree) -> bool:
    """Whether an element of a class path may hold anything; a folder may be one of what the build takes along."""
    path = posixpath.normpath(posixpath.join("/app", found.root, element.rstrip("*")))
    if any(_below(path, each) or _below(each, path) for each in (*found.artifacts, *_SYSTEM)):
        return True
    inside = path.removeprefix("/app/")
    return found.keep_source and (bool(found.build) or project.has(inside) or project.has_folder(inside))


def _package_scripts(project: SourceTree) -> Mapping[str, object]:
    return inner_table(project.json("package.json", lenient=True) or {}, "scripts")


def _depends(name: str, found: Detection, project: SourceTree) -> bool:
    """Whether package.json names the package; in a workspace another member may."""
    package = project.json("package.json", lenient=True) or {}
    return bool(found.root) or any(name in inner_table(package, part) for part in ("dependencies", "devDependencies"))


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _built(found: Detection) -> set[str]:
    """Names of the programs that the build makes."""
    outputs = [posixpath.basename(each) for command in found.build for each in _OUTPUT.findall(command)]
    return {*outputs, *(posixpath.basename(path) for path in found.artifacts)} - {"bin"}


def _own(found: Detection, line: str, missing: str) -> tuple[str, ...] | None:
    """The recipe's own start command where the line means the same program; None if it may mean another one."""
    if not found.start:
        return None
    try:
        words = split_command(line)
    except ValueError:
        return None
    name = posixpath.basename(missing).partition(" ")[0]
    if name in _RUNS:
        if not set(words) & set(_RUNS[name]):
            return None
        after = words[words.index("--") + 1 :] if "--" in words else []
        return _followed(found.start, after)
    if found.stack == "dotnet" and ("/" in missing or name in found.start):
        return found.start
    if found.stack not in _NATIVE or shell_arguments(line) != (*SHELL, f"exec {line}"):
        return None
    return _followed(found.start, words[1:])


def _followed(start: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    """A start command with further arguments, which a shell reads if they hold variables."""
    if not more:
        return start
    if any("$" in word for word in more):
        quoted = " ".join(f'"{word}"' if "$" in word else shlex.quote(word) for word in more)
        return shell_arguments(f"{shlex.join(start)} {quoted}")
    return (*start, *more)
