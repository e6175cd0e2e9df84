#!/bin/sh
# Backs the PostgreSQL database up, or restores it. Needs pg_dump, pg_restore; DATABASE_URL, and BACKUPS (a folder).
#   backup.sh now            one backup, read back to see that it is whole; those older than KEEP days are deleted
#   backup.sh nightly        one every day at two o'clock, UTC
#   backup.sh restore FILE   into DATABASE_URL, which must hold no tables
set -eu
umask 077  # health data

now() {
    file="$BACKUPS/needlepoint-$(date -u +%Y%m%dT%H%M%SZ).dump"
    pg_dump --format=custom --no-owner --file="$file.part" "$DATABASE_URL"
    pg_restore --list "$file.part" >/dev/null
    mv "$file.part" "$file"
    find "$BACKUPS" -name 'needlepoint-*.dump' -mtime "+${KEEP:-14}" -delete
    echo "$file"
}

case "${1:-}" in
    now) now ;;
    nightly)
        while :; do
            sleep $(((86400 + 7200 - $(date -u +%s) % 86400) % 86400 + 1))
            now || echo "backup failed" >&2
        done ;;
    restore) pg_restore --exit-on-error --single-transaction --no-owner --dbname="$DATABASE_URL" "$2" ;;
    *) echo "usage: backup.sh now | nightly | restore FILE" >&2; exit 2 ;;
esac
