<?php
// What the official image does with its variables, as far as the template uses them.
$config['db_dsnw'] = getenv('ROUNDCUBEMAIL_DB_TYPE') . ':////var/roundcube/db/sqlite.db?mode=0646';
$config['imap_host'] = getenv('ROUNDCUBEMAIL_DEFAULT_HOST');
$config['smtp_host'] = getenv('ROUNDCUBEMAIL_SMTP_SERVER');
$config['skin'] = getenv('ROUNDCUBEMAIL_SKIN');
$config['des_key'] = substr(hash('sha256', gethostname()), 0, 24);
$config['log_driver'] = 'stdout';
