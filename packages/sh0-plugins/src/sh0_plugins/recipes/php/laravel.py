"""Laravel: artisan, served from public/ with its assets built."""

import re

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.node.assets import with_assets
from sh0_plugins.recipes.php.composer import read_composer
from sh0_plugins.recipes.php.php import php_base

__all__ = ["detect_laravel"]

_HEALTH = re.compile(r"\bhealth:\s*[\"'](/[\w./-]*)[\"']")
_STORAGE = ("app/public", "framework/cache/data", "framework/sessions", "framework/views", "logs")
_FOLDERS = " ".join(["bootstrap/cache", *(f"storage/{name}" for name in _STORAGE)])
_DRIVERS = ("bcmath", "pcntl", "pdo_mysql", "pdo_pgsql")


def detect_laravel(project: SourceTree) -> Detection | None:
    """A project with ``artisan`` whose composer.json names the framework; Lumen, its little sister, too.

    Extensions for MySQL, PostgreSQL and queue workers are there besides what is asked for. The configuration is not
    cached into the image: it would hold the values of the build.
    """
    package = read_composer(project)
    if package is None or not project.has("artisan"):
        return None
    if not (package.has("laravel/framework") or package.has("laravel/lumen-framework")):
        return None
    found = php_base(project, package, "public", (*package.extensions, *_DRIVERS), front_controller=True)
    health = _HEALTH.search(project.text("bootstrap/app.php") or "")
    lumen = package.has("laravel/lumen-framework")
    found = attrs.evolve(
        found,
        framework="Lumen" if lumen else "Laravel",
        environment={**found.environment, "APP_ENV": "production", "LOG_CHANNEL": "stderr"},
        # The scripts that run with the autoloader start artisan, which writes into these folders.
        build=(f"mkdir -p {_FOLDERS}", *found.build),
        health=health[1] if health else "/",
    )
    found = found.warn("Laravel needs the variable APP_KEY: `php artisan key:generate --show` makes one.")
    return with_assets(found, project)
