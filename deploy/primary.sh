#!/bin/sh
# Lets a replica in: run once by the image of PostgreSQL, when the primary's data are made.
set -eu
psql --username "$POSTGRES_USER" --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE replicator REPLICATION LOGIN PASSWORD :'password';
SQL
echo "host replication replicator samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
