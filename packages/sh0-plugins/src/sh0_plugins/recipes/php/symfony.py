"""Symfony: the kernel behind public/index.php."""

import shlex

import attrs

from sh0.plugin import Detection, SourceTree, split_lines
from sh0_plugins.recipes.node.assets import with_assets
from sh0_plugins.recipes.php.composer import read_composer
from sh0_plugins.recipes.php.php import php_base

__all__ = ["detect_symfony"]

_SETTLED = "<?php return ['APP_ENV' => 'prod', 'APP_DEBUG' => '0'];"
_OWN = frozenset({"APP_ENV", "APP_DEBUG", "APP_SECRET"})


def detect_symfony(project: SourceTree) -> Detection | None:
    """A project that requires Symfony's framework bundle and has ``public/index.php``.

    Its ``.env`` never enters an image. A file that Symfony reads instead says that this is production, and the names of
    the other variables are told, for the app to set.
    """
    package = read_composer(project)
    if package is None or not package.has("symfony/framework-bundle") or not project.has("public/index.php"):
        return None
    database = ("pdo_mysql", "pdo_pgsql") if any(name.startswith("doctrine/") for name in package.requires) else ()
    after = [f"printf '%s\\n' {shlex.quote(_SETTLED)} > .env.local.php"]
    if "post-install-cmd" in package.scripts:
        after.append("composer run-script --no-dev post-install-cmd")
    needed = (*package.extensions, "intl", *database)
    found = php_base(project, package, "public", needed, front_controller=True)
    building = {**found.build_environment, "APP_ENV": "prod", "APP_DEBUG": "0"}
    environment = {**found.environment, "APP_ENV": "prod", "APP_DEBUG": "0"}
    found = attrs.evolve(found, framework="Symfony", build=(*found.build, *after), environment=environment)
    found = attrs.evolve(found, build_environment=building)
    found = attrs.evolve(found, ignore=(*found.ignore, "**/.env"))
    names = sorted(_variables(project.text(".env") or "") - _OWN)
    if names:
        found = found.warn(f"The file .env stays out of the image: set {', '.join(names)} as variables of the app.")
    return with_assets(found, project)


def _variables(text: str) -> set[str]:
    lines = (line.strip().removeprefix("export ") for line in split_lines(text))
    return {line.partition("=")[0].strip() for line in lines if "=" in line and not line.startswith("#")}
