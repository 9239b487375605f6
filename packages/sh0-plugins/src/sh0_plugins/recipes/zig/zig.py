"""Zig, by its build.zig. The compiler comes from PyPI, where the project publishes it: there is no image of it."""

import re

from sh0.plugin import (
    DEBIAN,
    Detection,
    SourceTree,
    UnsupportedProject,
    declared_version,
    source_files,
    stated_port,
    version_file,
)
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files
from sh0_plugins.recipes.images import ZIG

__all__ = ["detect_zig"]

_PORT = 8080
_COMMENT = re.compile(r"//[^\n]*")
_EXECUTABLE = re.compile(r"\baddExecutable\(\s*\.\{[^;]{0,500}?\.name\s*=\s*\"([^\"]+)\"", re.DOTALL)
_MINIMUM = re.compile(r"\.minimum_zig_version\s*=\s*\"([^\"]+)\"")
_DEPENDENCIES = re.compile(r"\.dependencies\s*=\s*\.\{\s*\.")
_FRAMEWORKS = {"httpz": "http.zig", "zap": "Zap", "jetzig": "Jetzig", "tokamak": "Tokamak"}
_PORTS = re.compile(
    r"\.port\s*=\s*(\d{2,5})|(?:parseIp4?|resolveIp)\(\s*\"[^\"]*\",\s*(\d{2,5})|initIp4\([^,\n]{1,80},\s*(\d{2,5})"
)


def detect_zig(project: SourceTree) -> Detection | None:
    """A build with one executable. Zig changes between versions, so the one that build.zig.zon names is taken.

    Raises:
        UnsupportedProject: It has no executable, or several.
    """
    if not project.has("build.zig"):
        return None
    text = _COMMENT.sub("", project.text("build.zig") or "")
    package = _COMMENT.sub("", project.text("build.zig.zon") or "")
    names = list(dict.fromkeys(_EXECUTABLE.findall(text)))
    if len(names) != 1:
        several = f"several executables ({', '.join(names)})" if names else "no executable"
        raise UnsupportedProject(
            f"found a build.zig with {several}", hint="Add a Dockerfile that builds and starts it.", stack="zig"
        )
    minimum = _MINIMUM.search(package)
    version = ZIG.pick(
        version_file(project, ".zigversion", ".zig-version"),
        declared_version(project, "zig"),
        (minimum[1], "build.zig.zon") if minimum else None,
    )
    zig = "python -m ziglang build"
    manifests = tuple(name for name in ("build.zig", "build.zig.zon") if project.has(name))
    fetched = bool(_DEPENDENCIES.search(package))
    return Detection(
        "zig",
        framework=next((title for key, title in _FRAMEWORKS.items() if f".{key}" in package), ""),
        version=version.version,
        version_source=version.source,
        setup=(f"pip install ziglang=={version.version}.*",),
        manifests=manifests if fetched else (),
        install=(f"{zig} --fetch",) if fetched else (),
        build=(f"{zig} -Doptimize=ReleaseSafe",),
        artifacts=(f"/app/zig-out/bin/{names[0]}", *run_time_files(project, ".zig"), AUTHORITIES),
        keep_source=False,
        start=(f"/app/zig-out/bin/{names[0]}",),
        port=stated_port(source_files(project, ".zig", folder="src"), _PORTS) or _PORT,
        build_environment={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"},
        build_image=version.image,
        runtime_image=DEBIAN,
        ignore=("**/zig-out", "**/.zig-cache", "**/zig-cache"),
        warnings=version.warnings,
    )
