#!/bin/sh
# Answers as the official image's does to --connect --innodb_initialized.
exec mariadb-admin --user=healthcheck --host=localhost ping
