"""PHP without a framework that sh0 knows, and what all PHP recipes share."""

import attrs

from sh0.plugin import Detection, SourceTree, UnsupportedProject, read_processes
from sh0_plugins.recipes.node.assets import with_assets
from sh0_plugins.recipes.php.apache import APACHE_ENVIRONMENT, APACHE_START, apache_setup
from sh0_plugins.recipes.php.composer import (
    COMPOSER_AUTOLOADER,
    COMPOSER_ENVIRONMENT,
    COMPOSER_INSTALL,
    COMPOSER_TOOLS,
    ComposerPackage,
    php_version,
    read_composer,
)
from sh0_plugins.recipes.php.extensions import EXTENSION_FOLDERS, extensions
from sh0_plugins.recipes.php.heroku import heroku_folder
from sh0_plugins.sentences import no_lock

__all__ = ["PHP_PORT", "detect_composer", "detect_php", "php_base"]

PHP_PORT = 8080
_ROOTS = ("public", "web", "webroot", "public_html", "www", "htdocs")
_USUAL = ("mysqli", "pdo_mysql")


def detect_composer(project: SourceTree) -> Detection | None:
    """A project with a composer.json and an ``index.php`` where Apache can serve it.

    Raises:
        UnsupportedProject: There is no such file, and nothing else that could be served.
    """
    package = read_composer(project)
    if package is None:
        return None
    root = _document_root(project)
    if root is None and "web" in read_processes(project):
        root = "."  # Its own server, written in PHP.
    if root is None:
        raise UnsupportedProject(
            "found a PHP project (composer.json), but no index.php that could be served",
            hint="Add public/index.php, or a Dockerfile that starts something else.",
            stack="php",
        )
    found = php_base(project, package, root, package.extensions, front_controller=root != "." or bool(package.requires))
    return with_assets(found, project)


def detect_php(project: SourceTree) -> Detection | None:
    """Pages of PHP without Composer: ``index.php`` at the top, or in one of the usual folders; WordPress among them."""
    root = _document_root(project)
    if root is None:
        return None
    if project.has("wp-includes/version.php"):
        return _wordpress(project)
    return with_assets(php_base(project, None, root, _USUAL, front_controller=False), project)


def php_base(
    project: SourceTree,
    package: ComposerPackage | None,
    root: str,
    needed: tuple[str, ...],
    *,
    front_controller: bool,
) -> Detection:
    """A detection with everything but the framework.

    Args:
        project: The project.
        package: Its composer.json, if it has one.
        root: Folder that Apache serves, relative to the project.
        needed: Extensions.
        front_controller: ``index.php`` answers for every path that is no file.
    """
    version = php_version(project, package)
    added = extensions(needed, version.version)
    detection = Detection(
        "php",
        version=version.version,
        version_source=version.source,
        setup=added.setup,
        artifacts=EXTENSION_FOLDERS,
        start=APACHE_START,
        port=PHP_PORT,
        environment=APACHE_ENVIRONMENT,
        build_packages=added.build_packages,
        runtime_packages=added.runtime_packages,
        runtime_setup=apache_setup("/app" if root == "." else f"/app/{root}", front_controller=front_controller),
        build_image=version.image,
        runtime_image=version.image,
        warnings=(*version.warnings, *added.warnings),
    )
    if package is None:
        return detection
    if package.requires and not package.locked:
        detection = detection.warn(no_lock("composer.lock"))
    return attrs.evolve(
        detection,
        package_manager="composer",
        tools=COMPOSER_TOOLS,
        manifests=("composer.json", *(("composer.lock",) if package.locked else ())),
        copy_first=package.local,
        install=(COMPOSER_INSTALL,),
        build=(COMPOSER_AUTOLOADER,),
        build_environment=COMPOSER_ENVIRONMENT,
        build_packages=tuple(sorted({*added.build_packages, "git", "unzip"})),
    )


def _document_root(project: SourceTree) -> str | None:
    """The folder to serve: what a Procfile for Heroku names, else the first usual one with an index.php, or the top."""
    named = heroku_folder(read_processes(project).get("web", ""))
    if named and project.has_folder(named):
        return named
    return next((f for f in (*_ROOTS, ".") if project.has("index.php" if f == "." else f"{f}/index.php")), None)


def _wordpress(project: SourceTree) -> Detection:
    needed = (*_USUAL, "exif", "gd", "intl", "zip")
    found = attrs.evolve(php_base(project, None, ".", needed, front_controller=True), framework="WordPress")
    found = found.warn(
        "What WordPress writes (uploads, plugins, updates) is lost with its container, unless wp-content is a volume."
    )
    if not project.has("wp-config.php"):
        found = found.warn(
            "There is no wp-config.php: the installation would write one into a container that does not last."
        )
    return found
