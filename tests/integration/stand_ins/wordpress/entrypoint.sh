#!/bin/sh
# Like the official image: WordPress is copied to the volume where it is empty.
set -e
[ -e /var/www/html/index.php ] || cp -r /usr/src/wordpress/. /var/www/html/
exec "$@"
