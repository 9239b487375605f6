#!/bin/sh
# Like the official image: Matomo is copied to the volume where it is empty.
set -e
[ -e /var/www/html/matomo.php ] || cp -r /usr/src/matomo/. /var/www/html/
chown -R www-data:www-data /var/www/html
exec "$@"
