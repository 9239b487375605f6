#!/bin/sh
# Like the official image: Roundcube is copied to the volume where it is empty, and its database made.
set -e
[ -e /var/www/html/index.php ] || cp -r /usr/src/roundcubemail/. /var/www/html/
[ -e /var/roundcube/db/sqlite.db ] || sqlite3 /var/roundcube/db/sqlite.db < /usr/share/roundcube/SQL/sqlite.initial.sql
chown -R www-data:www-data /var/roundcube/db
exec "$@"
