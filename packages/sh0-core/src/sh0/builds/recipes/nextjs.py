"""Next.js, whatever installs it."""

import re

import attrs

from sh0.builds.model import Detection
from sh0.builds.node.package import arguments, read_package
from sh0.builds.project import Project
from sh0.builds.recipes.node import node_base, node_pages

__all__ = ["detect_next"]

_CONFIGS = ("next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs")
_EXPORT = re.compile(r"output\s*:\s*[\"']export[\"']")


def detect_next(project: Project) -> Detection | None:
    """Build with ``next build`` and start with ``next start``; a site that is exported is served as files."""
    package = read_package(project)
    if package is None or not (package.has("next") or project.first(*_CONFIGS)):
        return None
    script = package.start_script()
    start = arguments(script) if script else ("next", "start")
    build = "build" if "build" in package.scripts else "node_modules/.bin/next build"
    detection = node_base(project, package, start, build)
    environment = {**detection.environment, "NEXT_TELEMETRY_DISABLED": "1"}
    building = {**detection.build_environment, "NEXT_TELEMETRY_DISABLED": "1"}
    detection = attrs.evolve(detection, framework="Next.js", environment=environment, build_environment=building)
    if any(_EXPORT.search(project.text(path) or "") for path in _CONFIGS):
        return node_pages(detection, "Next.js", "out", single_page=False)
    return detection
