"""Caches and lists of package managers that stay in the image."""

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import Category, Edit, Fix, Hit
from sh0_plugins.rules.commands import Call, calls, spot
from sh0_plugins.rules.dockerfile_rule import dockerfile_rule
from sh0_plugins.rules.dockerfile_runs import Run, image_runs, replaced

if TYPE_CHECKING:
    from sh0.plugin import DockerfileText, Instruction

__all__ = ["RULES"]

_OFF: Final = frozenset({"0", "off", "no", "false", "f", "n", ""})
_LISTS: Final = "rm -rf /var/lib/apt/lists/*"


@attrs.frozen
class Cache:
    """What a package manager leaves behind.

    Attributes:
        programs: Its names.
        verbs: What it is told when it fills the cache; an empty one: nothing.
        folders: Where the cache is. A mount there, or removing them afterwards, keeps it out of the layer.
        cleaning: What it is told to empty the cache: the first words after its name.
        options: Those that make it keep nothing.
        variable: The variable that does the same, where its value says so.
    """

    programs: tuple[str, ...]
    verbs: tuple[str, ...]
    folders: tuple[str, ...]
    cleaning: tuple[tuple[str, ...], ...] = ()
    options: tuple[str, ...] = ()
    variable: str = ""

    def fills(self, call: Call) -> bool:
        """Whether a command fills it."""
        program, *rest = call.tool
        told = next((word for word in rest if not word.startswith("-")), "")
        return program in self.programs and told in self.verbs

    def is_off(self, call: Call, run: Run) -> bool:
        """Whether nothing is kept, by an option, a variable, or a mount."""
        values = {**run.variables, **call.assignments}
        value = values.get(self.variable) if self.variable else None
        return (
            any(option in call.words for option in self.options)
            or (value is not None and value.strip("\"'").lower() not in _OFF)
            or any(self._holds(mounted) for mounted in run.mounted)
        )

    def _holds(self, path: str) -> bool:
        path = re.sub(r"^(?:~|\$\{?HOME\}?)(?=/)", "/root", path.rstrip("/*"))
        return (
            len(path) > 1
            and any(
                f"{folder}/".startswith(f"{path}/") or path.startswith(f"{folder}/") or path.endswith(folder[5:])
                for folder in self.folders
            )
        ) or f"/{self.programs[0]}" in path

    def empties(self, call: Call) -> bool:
        """Whether a command empties it."""
        program, *rest = call.tool
        told = tuple(word for word in rest if not word.startswith("-"))
        if program in self.programs and any(told[: len(words)] == words for words in self.cleaning):
            return True
        return program == "rm" and any(self._holds(word) for word in told if len(word) > 1)


_YUM: Final = Cache(
    ("yum", "dnf", "dnf5", "microdnf", "tdnf"),
    (
        *("install", "in", "localinstall", "groupinstall", "reinstall", "rei", "update", "upgrade", "up"),
        *("upgrade-minimal", "up-min", "distro-sync"),
    ),
    ("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5"),
    (("clean", "all"), ("clean",)),
)
_ZYPPER: Final = Cache(
    ("zypper",),
    ("install", "in", "update", "up", "patch", "dist-upgrade", "dup"),
    ("/var/cache/zypp",),
    (("clean",), ("cc",)),
)
_APK: Final = Cache(("apk",), ("add",), ("/var/cache/apk",), (("cache", "clean"),), ("--no-cache",))
_PIP: Final = Cache(
    ("pip",),
    ("install",),
    ("/root/.cache/pip",),
    (("cache", "purge"),),
    ("--no-cache-dir", "--no-cache-dir=true"),
    "PIP_NO_CACHE_DIR",
)
_NPM: Final = Cache(
    ("npm",), ("install", "i", "ci", "add", "clean-install"), ("/root/.npm",), (("cache", "clean"),), ("--no-cache",)
)
_YARN: Final = Cache(
    ("yarn",),
    ("install", "add", ""),
    ("/root/.cache/yarn", "/usr/local/share/.cache/yarn"),
    (("cache", "clean"),),
    ("--version", "--help", "-v"),
)
_APT: Final = Cache(("apt-get", "apt", "aptitude"), ("install",), ("/var/lib/apt/lists",), (("distclean",),))


def _left(docker: "DockerfileText", *caches: Cache) -> "Iterator[tuple[Run, Call, Cache]]":
    """The first command of each RUN that fills one of the caches, which then stays in the image."""
    for run in image_runs(docker):
        for at, call in enumerate(run.calls):
            cache = next((cache for cache in caches if cache.fills(call)), None)
            if cache is None or cache.is_off(call, run) or any(map(cache.empties, run.calls[at + 1 :])):
                continue
            yield run, call, cache
            break


def _stays(docker: "DockerfileText", caches: tuple[Cache, ...], said: str) -> Iterator[Hit]:
    for run, call, cache in _left(docker, *caches):
        program = call.words[0]
        names = "|".join(map(re.escape, {program, *cache.programs}))
        yield Hit(said.format(program), *spot(docker, run.instruction, rf"(?:^|[\s;&/])(?:{names})\s"))


def _packages(docker: "DockerfileText") -> Iterator[Hit]:
    return _stays(docker, (_YUM, _ZYPPER), "The cache of {0} stays in the layer.")


def _node(docker: "DockerfileText") -> Iterator[Hit]:
    return _stays(docker, (_NPM, _YARN), "The cache of {0} stays in the layer.")


def _apk(docker: "DockerfileText") -> Iterator[Hit]:
    for run, _, _ in _left(docker, _APK):
        line, column = spot(docker, run.instruction, r"\bapk\s+(?:-\S+\s+)*add\b")
        fix = replaced(docker, line, r"\b(apk\s+(?:-\S+\s+)*add)\b", r"\1 --no-cache", "Keep no index of packages")
        yield Hit("The index of packages stays in the layer.", line, column, fix=fix)


def _pip(docker: "DockerfileText") -> Iterator[Hit]:
    for run, _, _ in _left(docker, _PIP):
        line, column = spot(docker, run.instruction, r"\bpip[\d.]*\s+install\b")
        fix = replaced(docker, line, r"\b(pip[\d.]*\s+install)\b", r"\1 --no-cache-dir", "Keep no cache of pip")
        yield Hit("The cache of pip stays in the layer.", line, column, fix=fix)


def _lists(docker: "DockerfileText") -> Iterator[Hit]:
    runs = list(image_runs(docker))
    installing = [run for run in runs if any(map(_APT.fills, run.calls))]
    every_updates = all(any("update" in call.words[1:3] for call in run.calls) for run in installing)
    keeps_files = any(call.words[0] == "rm" and "docker-clean" in call.words[-1] for run in runs for call in run.calls)
    for run in installing:
        mounted = _APT.is_off(run.calls[0], run)
        if mounted and (not keeps_files or any("/var/cache/apt".startswith(path) for path in run.mounted)):
            continue
        if any(map(_APT.empties, run.calls)):
            continue
        what = "packages as they were fetched" if mounted else "package lists"
        fix = _cleaned(docker, run.instruction) if every_updates and not mounted else None
        yield Hit(f"The {what} stay in the layer.", *spot(docker, run.instruction, r"\binstall\b"), fix=fix)


def _cleaned(docker: "DockerfileText", instruction: "Instruction") -> Fix | None:
    last = docker.file.lines[instruction.last - 1]
    simple = (
        instruction.arguments is None
        and not instruction.heredocs
        and not re.search(r"\|\||;|&\s*$|#", instruction.text)
        and all(call.path == call.words[0] for call in calls(instruction))
    )
    if not simple or not last.strip() or last.rstrip().endswith(("\\", "`", "&")):
        return None
    lines = (f"{last.rstrip()} \\", f"    && {_LISTS}")
    return Fix(
        "Remove the package lists in the same layer",
        (Edit(docker.file.path, instruction.last, instruction.last, lines),),
    )


_rule = partial(dockerfile_rule, category=Category.PERFORMANCE)

RULES: Final = (
    _rule(
        "SH0-PF002",
        "Package lists stay in the image",
        "They are some 20 to 40 MB that every pull carries, and no layer after this one can take them out again.",
        "End the same RUN with `&& rm -rf /var/lib/apt/lists/*`, or mount a cache for them.",
        "https://docs.docker.com/build/building/best-practices/#apt-get",
        _lists,
    ),
    _rule(
        "SH0-PF003",
        "Index of Alpine packages stays in the image",
        "The index is of no use in a running container and makes every pull larger.",
        "Write `apk add --no-cache …`.",
        "https://github.com/hadolint/hadolint/wiki/DL3019",
        _apk,
    ),
    _rule(
        "SH0-PF005",
        "Cache of pip stays in the image",
        "pip keeps every download, and in an image nobody uses it again.",
        "Write `pip install --no-cache-dir`, or mount a cache: `RUN --mount=type=cache,target=/root/.cache/pip`.",
        "https://pip.pypa.io/en/stable/topics/caching/",
        _pip,
    ),
    _rule(
        "SH0-PF011",
        "Cache of yum, dnf or zypper stays in the image",
        "It holds what was downloaded and the lists of all repositories, often more than the packages themselves.",
        "End the same RUN with `&& dnf clean all` (`yum clean all`, `zypper clean`), or mount a cache.",
        "https://github.com/hadolint/hadolint/wiki/DL3040",
        _packages,
    ),
    _rule(
        "SH0-PF012",
        "Cache of npm or Yarn stays in the image",
        "Every package lies in the image twice: once installed, and once as it was downloaded.",
        (
            "End the same RUN with `&& npm cache clean --force` (`yarn cache clean`), or mount a cache: "
            "`RUN --mount=type=cache,target=/root/.npm npm ci`."
        ),
        "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
        _node,
    ),
)
