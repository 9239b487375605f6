#!/bin/sh
# What the official image does with its variables, as far as templates use them.
set -e
user="${POSTGRES_USER:-postgres}"
database="${POSTGRES_DB:-$user}"
mkdir -p "$PGDATA" /run/postgresql
chown -R postgres:postgres "$PGDATA" /run/postgresql
chmod 0700 "$PGDATA"
as() { setpriv --reuid postgres --regid postgres --clear-groups "$@"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?is not set}"
    printf '%s\n' "$POSTGRES_PASSWORD" > /run/postgresql/password
    chown postgres /run/postgresql/password
    as initdb --pgdata "$PGDATA" --username "$user" --pwfile /run/postgresql/password --auth-host scram-sha-256 --no-sync
    rm /run/postgresql/password
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    if [ "$database" != postgres ]; then
        echo "create database \"$database\"" | as postgres --single -D "$PGDATA" postgres > /dev/null
    fi
fi
exec setpriv --reuid postgres --regid postgres --clear-groups "$@" -c listen_addresses='*'
