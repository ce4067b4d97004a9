# The PostgreSQL of docker-compose.yml as a project of its own: says `ready`, lives until its input
# ends, leaves nothing behind. Orders come in $COMPOSE_PROJECT_NAME and $VIGIL_POSTGRES_PORT.
set -eu

finish() {
    docker compose down --volumes --timeout 1 >/dev/null 2>&1 || true
}
trap finish EXIT
# PIPE: whoever started us may be gone before we are ready.
trap 'exit 1' HUP INT PIPE TERM

docker compose up --detach --wait postgres >&2 </dev/null

echo ready 2>/dev/null || exit 1
read -r _ || true
