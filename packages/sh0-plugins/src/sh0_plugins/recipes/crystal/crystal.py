"""Crystal, by its shard.yml. The program is linked statically, so it needs nothing of the last stage."""

import re
import shlex

from sh0.plugin import (
    DEBIAN,
    PORT,
    Detection,
    SourceTree,
    UnsupportedProject,
    declared_version,
    source_files,
    stated_port,
    version_file,
)
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files, unbuilt_assets
from sh0_plugins.recipes.images import CRYSTAL
from sh0_plugins.sentences import no_lock

__all__ = ["detect_crystal"]

_PORT = 8080
_TARGETS = re.compile(r"^targets:[^\S\n]*\n((?:[ \t]+[^\n]*\n?|\n)+)", re.MULTILINE)
_TARGET = re.compile(r"^[ ]{2}([\w.\-]+):[ \t]*\n[ ]{3,}main:[ \t]*[\"']?([^\s\"']+)", re.MULTILINE)
_NEEDED = re.compile(r"^crystal:\s*[\"']?([^\"'\n]+)", re.MULTILINE)
_SHARD = re.compile(r"^  ([\w.\-]+):", re.MULTILINE)
_DEPENDENCIES = re.compile(r"^dependencies:[^\S\n]*\n((?:[ \t]+[^\n]*\n?|\n)+)", re.MULTILINE)
_LISTENS = re.compile(r"\b(?:bind_tcp|Kemal\.run)\b[\s(]*(?:\"[^\"]*\",\s*)?(\d{2,5})")
_KEMAL = ("--bind", "0.0.0.0", "--port", PORT)
_FRAMEWORKS = {
    # Shard, title, port of its examples, arguments that it understands.
    "kemal": ("Kemal", 3000, _KEMAL),
    "lucky": ("Lucky", 3000, ()),
    "amber": ("Amber", 3000, ()),
    "athena": ("Athena", 3000, ()),
    "grip": ("Grip", 5000, ()),
}


def detect_crystal(project: SourceTree) -> Detection | None:
    """A shard with one target.

    Raises:
        UnsupportedProject: It has no target, or several.
    """
    text = project.text("shard.yml")
    if text is None:
        return None
    targets = [target for section in _TARGETS.findall(text) for target in _TARGET.findall(section)]
    if len(targets) != 1:
        several = f"several targets ({', '.join(name for name, _ in targets)})" if targets else "no target"
        hint = "Name the program under `targets:`, or add a Dockerfile."
        raise UnsupportedProject(f"found a Crystal shard with {several}", hint=hint, stack="crystal")
    shards = {name for section in _DEPENDENCIES.findall(text) for name in _SHARD.findall(section)}
    title, port, arguments = next((found for key, found in _FRAMEWORKS.items() if key in shards), ("", _PORT, ()))
    needed = _NEEDED.search(text)
    version = CRYSTAL.pick(
        version_file(project, ".crystal-version"),
        declared_version(project, "crystal"),
        (needed[1].strip(), "shard.yml") if needed else None,
    )
    locked = project.has("shard.lock")
    name, main = targets[0]
    program = f"bin/{name}"
    flags = "--release --static --no-debug"
    return Detection(
        "crystal",
        framework=title,
        version=version.version,
        version_source=version.source,
        package_manager="shards",
        manifests=("shard.yml", *(("shard.lock",) if locked else ())),
        install=(f"shards install --production{' --frozen' if locked else ''}",) if shards else (),
        build=(f"mkdir -p bin && crystal build {shlex.quote(main)} {flags} -o {shlex.quote(program)}",),
        artifacts=(f"/app/{program}", *run_time_files(project, ".cr"), AUTHORITIES),
        keep_source=False,
        start=(f"/app/{program}", *arguments),
        port=stated_port(source_files(project, ".cr", folder="src"), _LISTENS) or port,
        build_image=version.image,
        runtime_image=DEBIAN,
        ignore=("/bin", "/lib"),
        warnings=(
            *version.warnings,
            *(() if locked or not shards else (no_lock("shard.lock"),)),
            *unbuilt_assets(project),
        ),
    )
