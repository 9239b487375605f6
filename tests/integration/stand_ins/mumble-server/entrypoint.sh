#!/bin/sh
# What the official image does with its variables, as far as the template uses them.
set -e
chown -R mumble-server:mumble-server /data
{
    echo database=/data/mumble-server.sqlite
    env | sed -n 's/^MUMBLE_CONFIG_\([^=]*\)=/\1=/p'
} > /etc/mumble-server.ini
as() { setpriv --reuid mumble-server --regid mumble-server --clear-groups "$@"; }
as murmurd -ini /etc/mumble-server.ini -supw "$MUMBLE_SUPERUSER_PASSWORD"
exec setpriv --reuid mumble-server --regid mumble-server --clear-groups "$@" -ini /etc/mumble-server.ini
