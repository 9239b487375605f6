#!/bin/sh
# Like the official image: the arguments are files in /data, by their patterns.
exec kiwix-serve --port=8080 $*
