#!/bin/sh
# What the official image does with its variables, as far as the template uses them.
set -e
cd /venv/lib/python3*/site-packages/pgadmin4
export PGADMIN_SETUP_EMAIL="$PGADMIN_DEFAULT_EMAIL" PGADMIN_SETUP_PASSWORD="$PGADMIN_DEFAULT_PASSWORD"
printf 'DEFAULT_SERVER = "0.0.0.0"\nSERVER_MODE = True\nUPGRADE_CHECK_ENABLED = False\n' > config_local.py
[ -e /var/lib/pgadmin/pgadmin4.db ] || /venv/bin/python setup.py setup-db
exec /venv/bin/gunicorn --bind 0.0.0.0:80 --workers 1 --threads 4 pgAdmin4:app
