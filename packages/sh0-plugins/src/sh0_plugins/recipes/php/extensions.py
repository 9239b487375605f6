"""How PHP's extensions get into the official image.

Those that the image has already are left alone. The others are compiled in the build stage, and the last stage takes
them over with the libraries they load: package names are those of Debian 12, which the images in use are made from.
"""

from collections.abc import Iterable

import attrs

__all__ = ["EXTENSION_FOLDERS", "Extensions", "extensions"]

EXTENSION_FOLDERS = ("/usr/local/lib/php/extensions", "/usr/local/etc/php/conf.d")
"""Where the image keeps extensions and what loads them."""

_BUNDLED = {
    # Name: packages to compile it, packages to run it.
    "bcmath": ((), ()),
    "bz2": (("libbz2-dev",), ()),
    "calendar": ((), ()),
    "exif": ((), ()),
    "gd": (
        ("libfreetype-dev", "libjpeg62-turbo-dev", "libpng-dev", "libwebp-dev"),
        ("libfreetype6", "libjpeg62-turbo", "libpng16-16", "libwebp7"),
    ),
    "gettext": ((), ()),
    "gmp": (("libgmp-dev",), ("libgmp10",)),
    "intl": (("libicu-dev",), ("libicu72",)),
    "ldap": (("libldap-dev",), ("libldap-2.5-0",)),
    "mysqli": ((), ()),
    "pcntl": ((), ()),
    "pdo_mysql": ((), ()),
    "pdo_pgsql": (("libpq-dev",), ("libpq5",)),
    "pgsql": (("libpq-dev",), ("libpq5",)),
    "shmop": ((), ()),
    "soap": (("libxml2-dev",), ("libxml2",)),
    "sockets": ((), ()),
    "sysvmsg": ((), ()),
    "sysvsem": ((), ()),
    "sysvshm": ((), ()),
    "xsl": (("libxslt1-dev",), ("libxslt1.1",)),
    "zip": (("libzip-dev",), ("libzip4",)),
}
_PECL = {
    "apcu": ((), ()),
    "imagick": (("libmagickwand-dev",), ("libmagickwand-6.q16-6",)),
    "mongodb": (("libssl-dev",), ()),
    "redis": ((), ()),
}
_PRESENT = frozenset(
    {"core", "ctype", "curl", "date", "dom", "fileinfo", "filter", "hash", "iconv", "json", "libxml", "mbstring"}
    | {
        "mysqlnd",
        "opcache",
        "openssl",
        "pcre",
        "pdo",
        "pdo_sqlite",
        "phar",
        "posix",
        "random",
        "readline",
        "reflection",
    }
    | {"session", "simplexml", "sodium", "spl", "sqlite3", "standard", "tokenizer", "xml", "xmlreader", "xmlwriter"}
    | {"zend_opcache", "zlib"}
)
_CONFIGURE = "docker-php-ext-configure gd --with-freetype --with-jpeg --with-webp"


@attrs.frozen
class Extensions:
    """What adds extensions to the image; see `sh0.builds.model.Detection` for the fields."""

    setup: tuple[str, ...]
    build_packages: tuple[str, ...]
    runtime_packages: tuple[str, ...]
    warnings: tuple[str, ...]


def extensions(names: Iterable[str], version: str) -> Extensions:
    """Work out the commands for these extensions and the cache of compiled scripts.

    Args:
        names: Extensions, in the spelling of Composer without ``ext-``.
        version: Series of PHP.
    """
    wanted = sorted(set(names) - _PRESENT)
    bundled = [name for name in wanted if name in _BUNDLED]
    pecl = [name for name in wanted if name in _PECL]
    unknown = [name for name in wanted if name not in _BUNDLED and name not in _PECL]
    setup = [_CONFIGURE] if "gd" in bundled else []
    if bundled:
        setup.append(f'docker-php-ext-install -j"$(nproc)" {" ".join(bundled)}')
    if pecl:
        setup.append(f"pecl install {' '.join(pecl)} && docker-php-ext-enable {' '.join(pecl)} && rm -rf /tmp/pear")
    if tuple(map(int, version.split("."))) < (8, 5):  # From then on it is part of PHP itself.
        setup.append("docker-php-ext-enable opcache")
    packages = [_BUNDLED.get(name) or _PECL[name] for name in (*bundled, *pecl)]
    told = (
        f"sh0 does not know how to add {', '.join(unknown)} to PHP's image: composer install will say if it is missing."
    )
    return Extensions(
        tuple(setup),
        tuple(sorted({each for build, _ in packages for each in build})),
        tuple(sorted({each for _, run in packages for each in run})),
        (told,) if unknown else (),
    )
