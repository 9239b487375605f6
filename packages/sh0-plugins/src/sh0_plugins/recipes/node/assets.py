"""Front-end assets that a project of another language builds with Node.

Node comes into the build stage from its own image, so that the language is there too: some plugins of Vite ask it for
routes, and ``rails assets:precompile`` starts the bundler itself. Nothing of Node is in the last stage.
"""

import posixpath

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.node.install import node_installation
from sh0_plugins.recipes.node.package import node_version, read_package

__all__ = ["with_assets"]

_MODULES = "/usr/local/lib/node_modules"
_COMMANDS = "ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && "
_COMMANDS += "ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx"
_OF_MIX = ("production", "prod")  # what Laravel Mix calls its build


def with_assets(detection: Detection, project: SourceTree, *, folder: str = "", script: bool = True) -> Detection:
    """The same detection with what package.json asks for; unchanged if there is nothing to build.

    Args:
        detection: What was found about the project's own language.
        project: The project.
        folder: Folder of package.json, relative to the project.
        script: Run the build script. False: a step of the detection does so, and needs only the packages.

    Raises:
        Invalid: package.json is broken.
    """
    if not project.has(posixpath.join(folder, "package.json")):
        return detection
    project = SourceTree(project.root, folder) if folder else project
    package = read_package(project)
    if package is None or not (package.dependencies or package.development):
        return detection
    mix = _OF_MIX if "laravel-mix" in {*package.dependencies, *package.development} else ()
    build = next((name for name in ("build", *mix) if name in package.scripts), "")
    if script and not build:
        return detection
    version = node_version(project, package)
    how = node_installation(project, package, None)
    inside = f"cd {folder} && " if folder else ""
    run = (f"{inside}{how.run} {build}",) if script else ()
    return attrs.evolve(
        detection,
        tools={**detection.tools, "/usr/local/bin/node": version.image, _MODULES: version.image},
        setup=(*detection.setup, _COMMANDS, *how.setup),
        manifests=(*detection.manifests, *(posixpath.join(folder, path) for path in how.manifests)),
        copy_first=detection.copy_first or how.copy_first,
        install=(*detection.install, f"{inside}{how.install}"),
        build=(*detection.build, *run, f"rm -rf {posixpath.join(folder, 'node_modules')}"),
        build_environment={**detection.build_environment, **how.environment},
        warnings=(*detection.warnings, *version.warnings, *how.warnings),
    )
