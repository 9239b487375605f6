#!/bin/sh
set -e
case "$1" in -*) exec bun "$@" ;; esac
command -v "$1" > /dev/null || exec bun "$@"
exec "$@"
