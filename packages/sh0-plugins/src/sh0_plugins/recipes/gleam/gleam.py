"""Gleam on Erlang: the shipment that its compiler exports."""

import re

from sh0.plugin import (
    Detection,
    SourceTree,
    UnsupportedProject,
    declared_version,
    inner_table,
    source_files,
    stated_port,
    version_file,
)
from sh0_plugins.recipes.images import GLEAM
from sh0_plugins.sentences import local_only, no_lock

__all__ = ["detect_gleam"]

_PORT = 8000
_FRAMEWORKS = {"wisp": "Wisp", "mist": "Mist", "lustre": "Lustre"}
_PORTS = re.compile(r"\bmist\.port\(\s*(\d{2,5})|\bport:\s*(\d{2,5})")
_SHIPMENT = "build/erlang-shipment"


def detect_gleam(project: SourceTree) -> Detection | None:
    """A project with a main function, compiled to Erlang.

    Raises:
        UnsupportedProject: It is compiled to JavaScript, or is a library.
    """
    manifest = project.toml("gleam.toml")
    if manifest is None:
        return None
    name = str(manifest.get("name") or "")
    if manifest.get("target") == "javascript":
        raise UnsupportedProject(
            'found a Gleam project (gleam.toml) with target = "javascript"',
            hint="Add a Dockerfile that bundles and serves what it is compiled to.",
            stack="gleam",
        )
    main = f"src/{name}.gleam"
    if not re.search(r"^pub fn main\b", project.text(main) or "", re.MULTILINE):
        raise UnsupportedProject(
            f"found a Gleam project without a program: there is no function main in {main}",
            hint="Add one, which starts the server.",
            stack="gleam",
        )
    dependencies = {**inner_table(manifest, "dependencies")}
    least = manifest.get("gleam")
    version = GLEAM.pick(
        version_file(project, ".gleam-version"),
        declared_version(project, "gleam"),
        (least, "gleam.toml") if isinstance(least, str) else None,
    )
    texts = source_files(project, ".gleam", folder="src")
    manifests = tuple(name for name in ("gleam.toml", "manifest.toml") if project.has(name))
    found = Detection(
        "gleam",
        framework=next((title for key, title in _FRAMEWORKS.items() if key in dependencies), ""),
        version=version.version,
        version_source=version.source,
        manifests=manifests,
        install=("gleam deps download",),
        build=("gleam export erlang-shipment",),
        artifacts=(f"/app/{_SHIPMENT}",),
        keep_source=False,
        start=(f"/app/{_SHIPMENT}/entrypoint.sh", "run"),
        port=stated_port(texts, _PORTS) or _PORT,
        build_image=version.image,
        runtime_image=version.image,
        ignore=("build",),
        warnings=version.warnings,
    )
    if not project.has("manifest.toml"):
        found = found.warn(no_lock("manifest.toml"))
    # Mist listens on the local address unless it is told another one.
    served = "\n".join(texts)
    local = "mist.start" in served and "mist.bind" not in served
    return found.warn(local_only(main)) if local else found
