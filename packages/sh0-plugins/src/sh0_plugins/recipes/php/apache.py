"""Apache with PHP as an unprivileged user: the configuration, and the commands that put it into the official image.

The image lets any user run it. What it lacks is a port above 1024, which is ``$PORT`` here, and a document root that is
not its own.
"""

import shlex

from sh0_plugins.recipes.php.extensions import EXTENSION_FOLDERS

__all__ = ["APACHE_ENVIRONMENT", "APACHE_START", "apache_setup"]

APACHE_START = ("apache2-foreground",)
APACHE_ENVIRONMENT = {"WEB_CONCURRENCY": "16"}

_INI = ("expose_php = Off", "post_max_size = 64M", "upload_max_filesize = 64M")
_PRIVATE = (
    r"^/(vendor/.*\.php|node_modules/|composer\.(json|lock)|package(-lock)?\.json|Procfile|Dockerfile|sh0\.ya?ml)"
)


def apache_setup(root: str, *, front_controller: bool) -> tuple[str, ...]:
    """The commands for the last stage.

    Args:
        root: Absolute path of the document root.
        front_controller: ``index.php`` answers for every path that is no file.
    """
    ini = " ".join(shlex.quote(line) for line in _INI)
    lines = " ".join(shlex.quote(line) for line in _configuration(root, front_controller))
    scanned = EXTENSION_FOLDERS[1]
    return (
        f'cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini" && printf \'%s\\n\' {ini} > {scanned}/sh0.ini',
        "a2enmod -q headers remoteip rewrite && a2dismod -q -f autoindex status",
        f"printf '%s\\n' {lines} > /etc/apache2/sites-available/000-default.conf && : > /etc/apache2/ports.conf",
    )


def _configuration(root: str, front_controller: bool) -> list[str]:
    """Everything that the image's configuration leaves open or has otherwise.

    The address of the visitor and https are believed from private addresses and as the proxy says them. Other
    configuration files than ``.htaccess`` of the project are not read.
    """
    hidden = [r"/\.(?!well-known)", *([_PRIVATE] if root == "/app" else [])]
    return [
        "ServerName localhost",
        "ServerTokens Prod",
        "ServerSignature Off",
        "TraceEnable Off",
        "Listen ${PORT}",
        "StartServers 2",
        "MinSpareServers 1",
        "MaxSpareServers 4",
        "MaxRequestWorkers ${WEB_CONCURRENCY}",
        "GracefulShutdownTimeout 25",
        "RemoteIPHeader X-Forwarded-For",
        "RemoteIPInternalProxy 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
        "<VirtualHost *:${PORT}>",
        f'DocumentRoot "{root}"',
        'SetEnvIf X-Forwarded-Proto "^https$" HTTPS=on',
        "ErrorLog /dev/stderr",
        'CustomLog /dev/stdout "%a - %u %t \\"%r\\" %>s %O"',
        f'<Directory "{root}">',
        "Options FollowSymLinks",
        "AllowOverride All",
        "Require all granted",
        *(["FallbackResource /index.php"] if front_controller else []),
        "</Directory>",
        *(line for path in hidden for line in (f'<LocationMatch "{path}">', "Require all denied", "</LocationMatch>")),
        "</VirtualHost>",
    ]
