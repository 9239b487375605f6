<?php
// What the official image does with its variables, as far as the template uses them.
$cfg['blowfish_secret'] = random_bytes(32);
$cfg['PmaAbsoluteUri'] = getenv('PMA_ABSOLUTE_URI');
$cfg['AllowArbitraryServer'] = getenv('PMA_ARBITRARY') === '1';
$cfg['Servers'][1] = ['auth_type' => 'cookie', 'host' => getenv('PMA_HOST') ?: 'db'];
$cfg['TempDir'] = '/tmp';
