#!/bin/sh
# What the official image does with its variables, as far as templates use them.
set -e
data=/var/lib/mysql
chown -R mysql:mysql "$data"
if [ ! -d "$data/mysql" ]; then
    root="$MARIADB_ROOT_PASSWORD"
    [ -z "$MARIADB_RANDOM_ROOT_PASSWORD" ] || root="$(head -c 24 /dev/urandom | base64)"
    : "${root:?MARIADB_ROOT_PASSWORD is not set}"
    mariadb-install-db --user=mysql --datadir="$data" --skip-test-db --auth-root-authentication-method=normal > /dev/null
    {
        echo "flush privileges;"
        if [ -n "$MARIADB_DATABASE" ]; then
            echo "create database \`$MARIADB_DATABASE\`;"
            echo "create user '$MARIADB_USER'@'%' identified by '$MARIADB_PASSWORD';"
            echo "grant all on \`$MARIADB_DATABASE\`.* to '$MARIADB_USER'@'%';"
        fi
        echo "create user 'healthcheck'@'localhost';"
        echo "alter user 'root'@'localhost' identified by '$root';"
    } | mariadbd --user=mysql --datadir="$data" --bootstrap
fi
exec "$@" --user=mysql --datadir="$data" --bind-address=0.0.0.0
