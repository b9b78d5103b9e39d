#!/bin/sh
# Copies the primary when the replica has no data yet, then follows it.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    until pg_isready --quiet --host primary; do sleep 1; done
    PGPASSWORD="$POSTGRES_PASSWORD" pg_basebackup --host primary --username replicator --pgdata "$PGDATA" \
        --wal-method stream --write-recovery-conf
    chmod 0700 "$PGDATA"
fi
exec postgres
