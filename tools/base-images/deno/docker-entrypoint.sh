#!/bin/sh
set -e
case "$1" in
    -* | cache | eval | install | lint | run | serve | task | test) exec deno "$@" ;;
esac
exec "$@"
