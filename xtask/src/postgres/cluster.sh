# A throw-away PostgreSQL server: says `ready`, lives until its input ends, leaves nothing behind.
# Orders come in $BINARIES and $PORT. Leaving out fsync is safe: nobody misses this data.
set -eu

folder=$(mktemp -d "${TMPDIR:-/tmp}/vigil-postgres.XXXXXX" 2>/dev/null ||
    mktemp -d /tmp/vigil-postgres.XXXXXX)
data=$folder/data
log=$folder/log
server=

finish() {
    if [ -n "$server" ]; then
        # QUIT stops it at once, whoever is still connected.
        kill -QUIT "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
# PIPE: whoever started us may be gone before we are ready.
trap 'exit 1' HUP INT PIPE TERM

give_up() {
    cat "$log" >&2
    exit 1
}

"$BINARIES/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --no-locale \
    --no-sync >"$log" 2>&1 </dev/null || give_up
cat >>"$data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $PORT
unix_socket_directories = '$folder'
max_connections = 200
fsync = off
full_page_writes = off
synchronous_commit = off
END

# Our own child, not a daemon of pg_ctl's: in a container nobody else would reap it.
"$BINARIES/postgres" -D "$data" >"$log" 2>&1 </dev/null &
server=$!
waits=0
until grep -q '^ready' "$data/postmaster.pid" 2>/dev/null; do
    waits=$((waits + 1))
    if [ "$waits" -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
        give_up
    fi
    sleep 0.1
done

echo ready 2>/dev/null || exit 1
read -r _ || true
