#!/bin/sh
# What the official image does with its variables, as far as the template uses them.
set -e
cat > /etc/clickhouse-server/users.xml <<XML
<yandex>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <$CLICKHOUSE_USER>
      <password>$CLICKHOUSE_PASSWORD</password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
    </$CLICKHOUSE_USER>
  </users>
</yandex>
XML
mkdir -p /etc/clickhouse-server/config.d "/var/lib/clickhouse/data/$CLICKHOUSE_DB" "/var/lib/clickhouse/metadata/$CLICKHOUSE_DB"
echo '<yandex><listen_host>0.0.0.0</listen_host></yandex>' > /etc/clickhouse-server/config.d/listen.xml
chown -R clickhouse:clickhouse /var/lib/clickhouse /var/log/clickhouse-server
exec setpriv --reuid clickhouse --regid clickhouse --clear-groups "$@"
