"""Reading composer.json and composer.lock, and how Composer installs what they name."""

import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

from sh0.plugin import Invalid, LanguageVersion, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import COMPOSER, PHP
from sh0_plugins.recipes.outside import refuse_outside

__all__ = [
    "COMPOSER_AUTOLOADER",
    "COMPOSER_ENVIRONMENT",
    "COMPOSER_INSTALL",
    "COMPOSER_TOOLS",
    "ComposerPackage",
    "php_version",
    "read_composer",
]

COMPOSER_TOOLS = {"/usr/bin/composer": COMPOSER}
COMPOSER_ENVIRONMENT = {
    "COMPOSER_ALLOW_SUPERUSER": "1",
    "COMPOSER_NO_INTERACTION": "1",
    "COMPOSER_HOME": "/tmp/composer",
}
COMPOSER_INSTALL = "composer install --no-dev --no-progress --prefer-dist --no-scripts --no-autoloader"
COMPOSER_AUTOLOADER = "composer dump-autoload --no-dev --optimize"
_EXTENSION = re.compile(r"ext-([a-z0-9_-]+)", re.IGNORECASE)


@attrs.frozen
class ComposerPackage:
    """What composer.json and its lock file say.

    Attributes:
        requires: Packages that it names itself, name to constraint, without PHP and extensions.
        extensions: Extensions that it or a locked package of it needs ("pdo_pgsql"), sorted.
        scripts: Names of its scripts.
        locked: Whether there is a lock file.
        local: Some package lies in a folder of the project.
        wanted_php: The version of PHP that it asks for, and where.
    """

    requires: Mapping[str, str]
    extensions: tuple[str, ...]
    scripts: frozenset[str]
    locked: bool
    local: bool
    wanted_php: tuple[str, str] | None

    def has(self, name: str) -> bool:
        """Whether it names that package."""
        return name in self.requires


def read_composer(project: SourceTree) -> ComposerPackage | None:
    """Read composer.json, or None if there is none.

    Raises:
        Invalid: It is broken.
        UnsupportedProject: A package of its own lies out of the folder.
    """
    content = project.json("composer.json")
    if content is None:
        return None
    requires = {name.lower(): str(text) for name, text in _table(content, "require").items()}
    platform = _table(_table(content, "config"), "platform").get("php")
    stated = platform if isinstance(platform, str) else requires.get("php")
    extensions = set(_extensions(requires))
    for package in _locked_packages(project):
        extensions.update(_extensions(_table(package, "require")))
    repositories = content.get("repositories")
    listed = repositories.values() if isinstance(repositories, dict) else repositories
    paths = [path for each in (listed if isinstance(listed, Iterable) else ()) if (path := _path(each))]
    for path in paths:
        refuse_outside("composer.json", path)
    return ComposerPackage(
        {name: text for name, text in requires.items() if "/" in name},
        tuple(sorted(extensions)),
        frozenset(_table(content, "scripts")),
        project.has("composer.lock"),
        bool(paths),
        (stated, "composer.json") if stated else None,
    )


def php_version(project: SourceTree, package: ComposerPackage | None) -> LanguageVersion:
    """The version, in the order that all languages share; the range is Composer's ``platform``, or ``require``."""
    wanted = package.wanted_php if package else None
    manifest = (_comparators(wanted[0]), wanted[1]) if wanted else None
    return PHP.pick(version_file(project, ".php-version"), declared_version(project, "php"), manifest)


def _comparators(constraint: str) -> str:
    """A constraint of Composer in the notation of `sh0.builds.versions.choose`.

    Its tilde lets the last number grow, as PyPA's ``~=`` does, and one bar is enough for an alternative.
    """
    return re.sub(r"\|+", "||", re.sub(r"~(?!=)", "~=", constraint))


def _locked_packages(project: SourceTree) -> Iterator[Mapping[str, object]]:
    """Packages of the lock file that production needs; none of a lock file that is too large or broken."""
    try:
        lock = project.json("composer.lock") or {}
    except Invalid:
        return  # Composer will say so, and what composer.json names is enough to begin with.
    packages = lock.get("packages")
    yield from (each for each in packages if isinstance(each, dict)) if isinstance(packages, list) else ()


def _extensions(requires: Mapping[str, object]) -> Iterator[str]:
    for name in requires:
        found = _EXTENSION.fullmatch(name)
        if found:
            yield found[1].lower().replace("-", "_")


def _path(repository: object) -> str:
    url = repository.get("url") if isinstance(repository, dict) and repository.get("type") == "path" else None
    return url if isinstance(url, str) else ""


def _table(content: Mapping[str, object], key: str) -> dict[str, object]:
    value = content.get(key)
    return value if isinstance(value, dict) else {}
