# shellcheck shell=bash
# Servers and services of scripts/bench and scripts/bench-compare. Sourced, never run.
#
# The sourcing script sets, before it starts anything,
#   service_binary, load_binary   the programs
#   out                           the folder of results
# A stack is a new PostgreSQL, a new Redis and one or two services on them. One runs at a time; its processes and
# files are gone when the next one starts, or when the script ends, however it ends.

: "${out:?}" "${service_binary:?}" "${load_binary:?}"
export ADMIN_TOKEN=benchmark-token-0123456789
# Clients are elsewhere in real life, and take no core from the service when its answer wakes them. Those of an open loop
# have a clock to keep.
as_client=(chrt --batch 0)
scratch='' database='' socket='' gate='' pooler='' services=() shops=() admin='' running=''

die() {
    printf 'bench: %s\n' "$*" >&2
    exit 1
}

say() {
    printf 'bench: %s\n' "$*" >&2
}

need_programs() {
    local program missing=()
    for program in jq wrk curl column; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    ((${#missing[@]} == 0)) || die "not installed: ${missing[*]}; on Debian: apt-get install jq wrk curl bsdextrautils"
}

# Below 32768, where the kernel's ephemeral ports begin.
free_port() {
    local port
    for ((port = 20000 + RANDOM % 12000; port < 32768; port++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# On a disk, which /tmp may not be, and where user postgres gets to.
make_scratch() {
    scratch=$(mktemp -d "${BENCH_DIR:-/var/tmp}/flashsale-bench.XXXXXX")
    chmod 755 "$scratch"
    trap clean_up EXIT
    trap 'exit 130' INT TERM HUP
}

# shellcheck disable=SC2317 # called by the trap
clean_up() {
    [[ -z $running ]] || kill "$running" 2>/dev/null || true
    stop_stack
    [[ ! -d $scratch/base ]] || git worktree remove --force "$scratch/base" || true # of scripts/bench-compare
    rm -rf -- "$scratch"
}

# bounded SECONDS COMMAND…: in the background, so that a signal to this script is heard at once.
bounded() {
    local status=0
    timeout --kill-after=10 "$@" </dev/null &
    running=$!
    wait "$running" || status=$?
    running=''
    return "$status"
}

start_servers() {
    stop_stack
    database=$(scripts/postgres start "$scratch/postgres" --follow $$ --temporary)
    socket=$(scripts/postgres socket-url "$scratch/postgres")
    gate=$(scripts/redis start "$scratch/redis" --follow $$ --temporary)
    fill_wal
}

# Segments of the write-ahead log that a server has never used are first written full of zeros, 30 to 50 ms each, in the
# middle of somebody's commit. One that has run for a while reuses old segments; these servers are minutes old. Forty last
# as long as a run of a minute; the caller sets wal_segments where more are wanted, up to max_wal_size.
fill_wal() {
    {
        echo 'CREATE TABLE fill (x int);'
        printf 'INSERT INTO fill VALUES (%d); SELECT pg_switch_wal();\n' $(seq "${wal_segments:-40}")
        echo 'DROP TABLE fill; CHECKPOINT;'
    } | sql >>"$out/load.log"
}

# start_service [NAME=VALUE…]: as in production, metrics on, log to a file, PostgreSQL of the same machine over its Unix
# socket.
start_service() {
    local port admin_port
    port=$(free_port)
    until admin_port=$(free_port) && [[ $admin_port != "$port" ]]; do :; done
    env DATABASE_URL="$socket" REDIS_URL="$gate" HTTP_HOST=127.0.0.1 HTTP_PORT="$port" ADMIN_PORT="$admin_port" \
        SALE_SCHEDULE=off APP_ENV=production LOG_LEVEL=info "$@" \
        setsid setpriv --pdeathsig TERM -- "$service_binary" serve --migrate </dev/null >>"$out/service.log" 2>&1 &
    services+=($!)
    shops+=("http://127.0.0.1:$port")
    admin=${admin:-http://127.0.0.1:$admin_port}
    await "service is not ready, see $out/service.log" curl -fs --max-time 2 -o "$scratch/ready" \
        "http://127.0.0.1:$port/health/ready"
}

# PgBouncer in front of the servers that run, 20 sessions a database; prints nothing, sets $pooler to its process.
start_pooler() {
    local server=${database##*:} user=()
    pooler_port=$(free_port)
    cat >"$scratch/pgbouncer.ini" <<SETTINGS
[databases]
* = host=127.0.0.1 port=${server%%/*} user=flashsale
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler_port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
SETTINGS
    ((EUID != 0)) || user=(-u postgres) # it refuses to run as root
    setsid setpriv --pdeathsig TERM -- /usr/sbin/pgbouncer "${user[@]}" "$scratch/pgbouncer.ini" </dev/null \
        >>"$out/pgbouncer.log" 2>&1 &
    pooler=$!
    await "PgBouncer does not answer, see $out/pgbouncer.log" psql -XqAtc 'SELECT 1' -o "$scratch/ready" \
        "${database/:${server%%/*}\//:$pooler_port/}"
}

# start_stack [NAME=VALUE…]: new servers and one service.
start_stack() {
    start_servers
    start_service "$@"
}

stop_services() {
    local service deadline=$((SECONDS + 15))
    ((${#services[@]} == 0)) || kill -TERM "${services[@]}" 2>/dev/null || true
    for service in "${services[@]}"; do
        while kill -0 "$service" 2>/dev/null; do
            ((SECONDS < deadline)) || kill -KILL "$service" 2>/dev/null || true
            sleep 0.05
        done
        wait "$service" || true
    done
    services=() shops=() admin=''
}

stop_stack() {
    stop_services
    [[ -z $pooler ]] || kill "$pooler" 2>/dev/null || true
    pooler=''
    [[ -z $scratch ]] || scripts/postgres remove "$scratch/postgres" || true
    [[ -z $scratch ]] || scripts/redis remove "$scratch/redis" || true
}

# await MESSAGE COMMAND…: until the command succeeds, a minute at most.
await() {
    local message=$1 deadline=$((SECONDS + 60))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || die "$message"
        sleep 0.1
    done
}

sql() {
    psql -XqAt -v ON_ERROR_STOP=1 "$database" "$@"
}

# load LABEL SCENARIO [OPTION…]: one measured run on the stack. A broken promise ends the bench at its end.
load() {
    local label=$1 scenario=$2 status=0 options=(--admin-url "$admin" --quiet) pid client=("${as_client[@]}")
    shift 2
    [[ " $* " != *' --rate '* ]] || client=()
    for pid in "${shops[@]}"; do options+=(--url "$pid"); done
    for pid in "${services[@]}"; do options+=(--watch "service=$pid"); done
    options+=(--watch "postgres=$(scripts/postgres pid "$scratch/postgres")")
    if pid=$(scripts/redis pid "$scratch/redis" 2>/dev/null); then options+=(--watch "redis=$pid"); fi
    [[ -z $pooler ]] || options+=(--watch "pgbouncer=$pooler")
    bounded "${RUN_SECONDS:-1200}" "${client[@]}" "$load_binary" "$scenario" "${options[@]}" --label "$label" \
        --json "$out/${results:-runs}.jsonl" "$@" >>"$out/load.log" 2>&1 || status=$?
    ((status == 0)) || fail_run "$label" "$status"
}

# Same options, nothing recorded: brings a service to working temperature.
rehearse() {
    bounded 60 "${as_client[@]}" "$load_binary" flow --url "${shops[0]}" --admin-url "$admin" --quiet \
        --connections 64 --warm-up 0 --duration 2 >>"$out/load.log" 2>&1 || fail_run "a rehearsal" $?
}

fail_run() {
    say "$1: flashsale-load ended with $2; the end of $out/load.log:"
    tail -n 5 "$out/load.log" >&2
    failures=$((failures + 1))
}
