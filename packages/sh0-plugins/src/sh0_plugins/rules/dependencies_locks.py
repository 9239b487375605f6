"""Lock files: missing, several, or older than the manifest that they belong to."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import Category, Hit, Rule, Severity, Subject, app_dockerfile
from sh0_plugins.rules.manifests import beside, folder_of, may_be_deployed, node_dependencies, place_of, wanted
from sh0_plugins.rules.paths import for_examples, for_tests, generated
from sh0_plugins.sentences import no_lock, several_locks

if TYPE_CHECKING:
    from sh0.plugin import ProjectTree

__all__ = ["RULES"]

_NODE_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_MANAGERS = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "Yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "Bun",
    "bun.lockb": "Bun",
}
_PYTHON_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")


def _refused(check: "Callable[[ProjectTree], Iterator[Hit]]") -> "Callable[[ProjectTree], Iterator[Hit]]":
    """The check of a lock file that a build refuses.

    A Dockerfile may install without it, and of another folder than the app's nothing is installed: a warning there.
    """

    def judged(tree: "ProjectTree") -> Iterator[Hit]:
        own = tree.project.has(app_dockerfile(tree.project))
        for hit in check(tree):
            sure = not own and may_be_deployed(tree.project, folder_of(hit.path))
            yield hit if sure else attrs.evolve(hit, severity=hit.severity or Severity.WARNING)

    return judged


def _manifests(tree: "ProjectTree", name: str) -> Iterator[str]:
    for path in tree.project.names:
        if (path == name or path.endswith(f"/{name}")) and not (
            for_tests(path) or for_examples(path) or generated(path)
        ):
            yield path


def _node_missing(tree: "ProjectTree") -> Iterator[Hit]:
    for path in _manifests(tree, "package.json"):
        manifest = tree.project.json(path) or {}
        if (
            any(True for _ in node_dependencies(manifest))
            and beside(tree.project, folder_of(path), *_NODE_LOCKS, "deno.lock") is None
        ):
            yield Hit(f"{path} names dependencies, and no lock file says which versions of them.", 1, 1, path)


def _node_several(tree: "ProjectTree") -> Iterator[Hit]:
    for path in _manifests(tree, "package.json"):
        folder = folder_of(path)
        locks = [lock for lock in _NODE_LOCKS if tree.project.has(folder + lock)]
        if len({_MANAGERS[lock] for lock in locks}) > 1:
            yield Hit(several_locks(folder + lock for lock in locks), path=folder + locks[0])


def _node_stale(tree: "ProjectTree") -> Iterator[Hit]:
    for path in _manifests(tree, "package.json"):
        folder = folder_of(path)
        lock = tree.project.first(
            *(folder + name for name in ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"))
        )
        if lock is None:
            continue
        text, manifest = tree.project.text(lock) or "", tree.project.text(path) or ""
        locked = _locked_node(lock, text)
        for name, wished in node_dependencies(tree.project.json(path) or {}):
            if not wanted(wished) or not locked or len(text) >= 1 << 20:
                continue
            place = place_of(manifest, rf"\"{re.escape(name)}\"\s*:")
            if name not in locked:
                yield Hit(f"{name} is not in {lock}, so the installation is refused.", *place, path)
            elif locked[name] not in (None, wished):
                yield Hit(f"{name} is wanted as {wished}, and {lock} was made for {locked[name]}.", *place, path)


def _locked_node(lock: str, text: str) -> dict[str, str | None]:
    """Names in a lock file of Node, with the range that each was locked for, where it says so for this package."""
    if lock.endswith("yarn.lock"):
        return dict.fromkeys(re.findall(r"(?:^\"?|, \"?)(@?[^@\s\",]+)@", text, re.MULTILINE))
    if lock.endswith("pnpm-lock.yaml"):
        several = (
            len(re.findall(r"(?m)^  \S[^\n]*:\n    (?:dependencies|devDependencies|optionalDependencies):", text)) > 1
        )
        found = re.findall(r"(?m)^ {2,6}'?(@?[\w./-]+)'?:\n +specifier: '?([^\n']+)'?$", text)
        old = re.findall(r"(?m)^ {2,4}'?(@?[\w./-]+)'?: [\d]", text)
        return {**dict.fromkeys(old), **{name: None if several else wished for name, wished in found}}
    names: dict[str, str | None] = dict.fromkeys(re.findall(r"\"node_modules/([^\"]+)\": \{", text))
    names.update(dict.fromkeys(re.findall(r"(?m)^    \"(@?[^\"/]+(?:/[^\"/]+)?)\": \{", text)))
    own = re.search(r"\"packages\": \{\s*\"\": \{(.*?)\n    \}", text, re.DOTALL)
    names.update(re.findall(r"(?m)^        \"(@?[^\"]+)\": \"([^\"]+)\"", own[1]) if own else ())
    return names


def _python_missing(tree: "ProjectTree") -> Iterator[Hit]:
    for path in _manifests(tree, "requirements.txt"):
        lines = (tree.project.text(path) or "").split("\n")
        loose = [
            (number, line)
            for number, line in enumerate(lines, 1)
            if re.match(r"[A-Za-z][\w.-]*(?:\[[^\]]*\])?[ \t]*(?:$|[<>~!;#])", line)
        ]
        if loose and beside(tree.project, folder_of(path), *_PYTHON_LOCKS) is None:
            number, line = loose[0]
            name = re.split(r"[\s<>~!;#\[]", line)[0]
            more = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
            yield Hit(f"{name}{more} may be installed in another version tomorrow.", number, 1, path)
    for path in _manifests(tree, "pyproject.toml"):
        folder = folder_of(path)
        text = tree.project.text(path) or ""
        wants = re.search(r"(?m)^dependencies[ \t]*=[ \t]*\[\s*[\"']|^\[tool\.poetry\.dependencies\]", text)
        if wants and beside(tree.project, folder, *_PYTHON_LOCKS, "requirements.txt", "requirements.lock") is None:
            yield Hit(
                f"{path} names dependencies, and no lock file says which versions of them.",
                *place_of(text, r"(?m)^dependencies|^\[tool\.poetry\.dep"),
                path,
                severity=Severity.HINT,
            )


def _python_stale(tree: "ProjectTree") -> Iterator[Hit]:
    for path in _manifests(tree, "pyproject.toml"):
        folder = folder_of(path)
        lock = tree.project.first(*(folder + name for name in ("uv.lock", "poetry.lock", "pdm.lock")))
        text = tree.project.text(lock) if lock else None
        if text is None or len(text) >= 1 << 20:
            continue
        locked = {_plain(name) for name in re.findall(r"(?m)^name = \"([^\"]+)\"", text)}
        for name in _python_names(tree.project.toml(path) or {}):
            if locked and _plain(name) not in locked:
                place = place_of(tree.project.text(path) or "", rf"(?i)\b{re.escape(name)}\b")
                yield Hit(f"{name} is not in {lock}, which is older than the manifest.", *place, path)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _python_names(manifest: dict[str, object]) -> Iterator[str]:
    project = manifest.get("project")
    wished = project.get("dependencies") if isinstance(project, dict) else None
    for text in wished if isinstance(wished, list) else ():
        found = re.match(r"\s*([A-Za-z0-9][\w.-]*)", str(text))
        if found is not None:
            yield found[1]
    tool = manifest.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    table = poetry.get("dependencies") if isinstance(poetry, dict) else None
    yield from (
        (name for name, wished in table.items() if name != "python" and isinstance(wished, str))
        if isinstance(table, dict)
        else ()
    )


def _others_missing(tree: "ProjectTree") -> Iterator[Hit]:
    kinds = (
        ("composer.json", "composer.lock", r"\"require\"\s*:\s*\{\s*\"[^\"]+/[^\"]+\""),
        ("Gemfile", "Gemfile.lock", r"(?m)^[ \t]*gem\s"),
        ("Cargo.toml", "Cargo.lock", r"(?m)^\[dependencies\]\s*\n\s*\w"),
        ("mix.exs", "mix.lock", r"\{:\w+,\s*\""),
        ("Pipfile", "Pipfile.lock", r"(?m)^\[packages\]\s*\n\s*\w"),
        ("go.mod", "go.sum", r"(?m)^require\s"),
    )
    for manifest, lock, wants in kinds:
        for path in _manifests(tree, manifest):
            text = tree.project.text(path) or ""
            program = manifest != "Cargo.toml" or any(
                tree.project.has(folder_of(path) + name) for name in ("src/main.rs", "src/bin/main.rs")
            )
            vendored = manifest == "go.mod" and tree.project.has(folder_of(path) + "vendor/modules.txt")
            if (
                program
                and not vendored
                and re.search(wants, text)
                and beside(tree.project, folder_of(path), lock) is None
            ):
                yield Hit(no_lock(folder_of(path) + lock), *place_of(text, wants), path)


def _others_stale(tree: "ProjectTree") -> Iterator[Hit]:
    kinds = (
        (
            "composer.json",
            "composer.lock",
            r"\"(?P<at>[a-z0-9_.-]+/[a-z0-9_.-]+)\"\s*:\s*\"[^\"]*\"",
            r"\"name\": \"([^\"]+)\"",
        ),
        (
            "Gemfile",
            "Gemfile.lock",
            r"(?m)^[ \t]*gem\s+[\"'](?P<at>[\w.-]+)[\"'](?![^\n]*\b(?:platforms?|install_if|path|git|github):)",
            r"(?m)^ {4}([\w.-]+) \(",
        ),
        ("go.mod", "go.sum", r"(?m)^(?:require\s+|\t)(?P<at>[\w.-]+\.[\w.-]+/[\w./~-]+) v[0-9]", r"(?m)^(\S+) v"),
    )
    for manifest, lock, wants, has in kinds:
        for path in _manifests(tree, manifest):
            locked = tree.project.text(folder_of(path) + lock)
            text = tree.project.text(path) or ""
            if (
                locked is None
                or len(locked) >= 1 << 20
                or re.search(r"(?m)^(?:replace\s|go\.work)|\"repositories\"|\"replace\"", text)
            ):
                continue
            known = set(re.findall(has, locked))
            required = _section(text) if manifest == "composer.json" else text
            for found in re.finditer(wants, required):
                if known and found["at"] not in known:
                    yield Hit(f"{found['at']} is not in {lock}.", *place_of(text, re.escape(found["at"])), path)


def _section(text: str) -> str:
    """What a composer.json requires to run."""
    found = re.search(r"\"require\"\s*:\s*(\{[^}]*\})", text)
    return found[1] if found else ""


_WHY = (
    "Without a lock file each build takes the newest versions there are. What was tested is not what runs, and "
    "a rollback cannot bring it back."
)
_STALE = (
    "The lock file was made before the last change of the manifest. A strict installation refuses it; a "
    "lenient one installs what nobody tested."
)

RULES: Final = (
    Rule(
        id="SH0-DP001",
        category=Category.DEPENDENCIES,
        severity=Severity.HINT,
        title="Lock file of Node.js is missing",
        why=_WHY,
        remedy="Run `npm install` (or that of your package manager) and commit the lock file.",
        link="https://docs.npmjs.com/cli/configuring-npm/package-lock-json",
        subject=Subject.PROJECT,
        check=_node_missing,
    ),
    Rule(
        id="SH0-DP002",
        category=Category.DEPENDENCIES,
        severity=Severity.ERROR,
        title="Lock file of Node.js is stale",
        why=_STALE,
        remedy="Run `npm install` (or that of your package manager) and commit both files.",
        link="https://docs.npmjs.com/cli/commands/npm-ci",
        subject=Subject.PROJECT,
        check=_refused(_node_stale),
    ),
    Rule(
        id="SH0-DP003",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Lock files of several package managers",
        why="Only one of them is kept up to date, and nobody can tell which the server will use.",
        remedy="Keep one, remove the others, and name the package manager in `packageManager` of package.json.",
        link="https://nodejs.org/api/packages.html#packagemanager",
        subject=Subject.PROJECT,
        check=_node_several,
    ),
    Rule(
        id="SH0-DP004",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Dependencies of Python are not pinned",
        why=_WHY,
        remedy="Use uv or Poetry and commit their lock file, or write exact versions with `pip freeze` or pip-tools.",
        link="https://pip.pypa.io/en/stable/topics/repeatable-installs/",
        subject=Subject.PROJECT,
        check=_python_missing,
    ),
    Rule(
        id="SH0-DP005",
        category=Category.DEPENDENCIES,
        severity=Severity.ERROR,
        title="Lock file of Python is stale",
        why=_STALE,
        remedy="Run `uv lock`, `poetry lock` or `pdm lock`, and commit both files.",
        link="https://docs.astral.sh/uv/concepts/projects/sync/",
        subject=Subject.PROJECT,
        check=_refused(_python_stale),
    ),
    Rule(
        id="SH0-DP006",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Lock file is missing",
        why=_WHY,
        remedy=(
            "Let the package manager write it (`composer update`, `bundle lock`, `cargo generate-lockfile`, "
            "`mix deps.get`, `go mod tidy`) and commit it."
        ),
        link="https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control",
        subject=Subject.PROJECT,
        check=_others_missing,
    ),
    Rule(
        id="SH0-DP007",
        category=Category.DEPENDENCIES,
        severity=Severity.ERROR,
        title="Lock file is stale",
        why=_STALE,
        remedy=(
            "Let the package manager write it again (`composer update --lock`, `bundle lock`, `go mod tidy`) "
            "and commit it."
        ),
        link="https://go.dev/ref/mod#go-sum-files",
        subject=Subject.PROJECT,
        check=_refused(_others_stale),
    ),
)
