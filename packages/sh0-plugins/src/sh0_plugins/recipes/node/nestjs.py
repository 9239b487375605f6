"""NestJS, whose start script is for development and whose ``start:prod`` is not."""

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.node.build import node_base
from sh0_plugins.recipes.node.package import arguments, read_package

__all__ = ["detect_nestjs"]


def detect_nestjs(project: SourceTree) -> Detection | None:
    """Build with ``nest build``; start what ``start:prod`` says, else a start script, else its main file."""
    package = read_package(project)
    if package is None or "@nestjs/core" not in package.dependencies:
        return None
    script = package.scripts.get("start:prod", "").strip() or package.start_script()
    configuration = project.json("nest-cli.json") or {}
    compiled = bool(configuration) or package.has("@nestjs/cli") or "build" in package.scripts
    build = "build" if "build" in package.scripts else "nest build" if compiled else None
    main = str(configuration.get("entryFile") or "main").removesuffix(".js")
    if configuration.get("monorepo") is True:
        root = str(configuration.get("root") or "").strip("/")
        main = f"{root}/{main}" if root else main
    if not script and not compiled:
        return None
    start = arguments(script) if script else ("node", f"dist/{main}.js")
    return attrs.evolve(node_base(project, package, start, build), framework="NestJS")
