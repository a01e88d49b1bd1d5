# shellcheck shell=bash
# The cases of scripts/bench: what each group measures. Sourced, never run.
#
# The sourcing script sets `out` (folder of results), `programs` (folder of the build), `service_binary`, `load_binary`,
# `duration` and `warm_up` (seconds), and `round` (of the runs, from 1) before each case.
#
# cases_GROUP prints the group's cases, one a line: a function below and its arguments. Every case starts with new
# servers.

: "${out:?}" "${programs:?}" "${duration:?}" "${warm_up:?}"
round=0
# shellcheck source=scripts/bench-stack.bash
source scripts/bench-stack.bash

quick_groups=(floors flow checkout soldout rush open)
# shellcheck disable=SC2034 # for the sourcing script
all_groups=("${quick_groups[@]}" contend browse realistic bloom history instances telemetry readers pooler overload
    memory soak)

cases_floors() { printf 'floor_case %s\n' disk http redis postgres; }
cases_flow() { printf 'flow_case %d\n' 1 8 64 256; }
cases_checkout() { echo plain_case checkout; }
cases_soldout() { echo plain_case soldout; }
cases_contend() { echo contend_case; }
cases_browse() { echo plain_case browse; }
cases_realistic() { echo plain_case realistic --users 500; }
cases_rush() { echo rush_case; }
cases_open() { echo open_case; }
cases_soak() { echo soak_case; }
cases_bloom() {
    printf 'switched_case %s\n' 'checkout,filter_on' 'checkout,filter_off BLOOM_FILTER=off' \
        'soldout,bits_on' 'soldout,bits_off SOLD_BITS=off' \
        'soldout,both_off SOLD_BITS=off BLOOM_FILTER=off'
    printf 'without_redis_case %s\n' checkout soldout
}
cases_history() {
    printf 'stock_case %d\n' 10000 100000 1000000
    printf 'past_case %s\n' flow checkout
    printf 'users_case %d\n' 1 1000000
}
cases_instances() { printf 'instances_case %d\n' 64 128; }
cases_telemetry() {
    printf 'switched_case %s\n' 'flow,telemetry_on' 'flow,telemetry_off METRICS=off LOG_LEVEL=critical'
}
cases_readers() {
    printf 'readers_case %s\n' 'flow 0' 'flow 1000' 'rush 0' 'rush 1000'
    echo readers_memory_case
}
cases_pooler() {
    printf 'switched_case %s\n' 'flow,straight' 'flow,as_if_pooled POSTGRES_POOLER=transaction'
    echo pooler_case
}
cases_overload() { echo overload_case; }
cases_memory() { echo memory_case; }

# Without a service; every floor gets servers of its own.
floor_case() {
    local redis_port
    start_servers
    redis_port=${gate##*:}
    case $1 in
    disk) floor DiskFloor "$scratch" 2000 ;;
    http) http_floor ;;
    redis) floor RedisFloor "${redis_port%/*}" "$(scripts/redis pid "$scratch/redis")" "$duration" ;;
    postgres)
        floor PostgresFloor "$socket" "$(scripts/postgres pid "$scratch/postgres")" 200000 each
        floor PostgresFloor "$socket" "$(scripts/postgres pid "$scratch/postgres")" 200000 set
        ;;
    esac
}

floor() {
    bounded 180 "$programs/$1" "${@:2}" >>"$out/floors.jsonl" || die "$1 failed"
}

# It serves until it is told to end, then reports.
http_floor() {
    local port server
    port=$(free_port)
    "$programs/HTTPFloor" "$port" >>"$out/floors.jsonl" &
    server=$!
    services=("$server") # ended with the stack
    await "HTTPFloor does not listen" curl -fs --max-time 1 -o "$scratch/ready" "http://127.0.0.1:$port/"
    bounded 120 "${as_client[@]}" wrk -t1 -c64 -d"${duration}s" "http://127.0.0.1:$port/" >>"$out/load.log"
    stop_services
}

flow_case() {
    start_stack
    load "flow, $1 connections" flow --connections "$1" --duration "$duration" --warm-up "$warm_up"
}

# plain_case SCENARIO [OPTION…]: at 64 connections.
plain_case() {
    start_stack
    load "$1" "$1" --connections 64 --duration "$duration" --warm-up "$warm_up" "${@:2}"
}

# Nothing but the end of stock ends it; it has no time to warm up.
contend_case() {
    start_stack
    rehearse
    load contend contend --connections 64
}

rush_case() {
    start_stack
    rehearse
    load 'rush, 5000 shoppers, 10000 items' rush --users 5000 --items 10000 --connections 256
}

# long SECONDS: of a run that takes longer than others, unless all are cut short.
long() {
    echo $((duration < 10 ? duration : $1))
}

open_case() {
    start_stack
    load 'flow, open loop at 1667/s' flow --rate 1667 --connections 64 --duration "$(long 60)" \
        --warm-up "$warm_up"
}

# A sale holds a million items at most, so ten minutes are two sales of five, on the same servers. Once is enough. Half a
# minute after a stock was put on record the kernel writes it to disk, 200 MB at once; sales are not put on record as they
# begin, so the measured part begins after that.
soak_case() {
    local half
    ((round == 1)) || return 0
    local wal_segments=120 # it writes gigabytes, as a server would that reuses as many
    start_stack
    for half in first second; do
        load "flow, open loop at 2000/s, $half five minutes" flow --rate 2000 --connections 64 \
            --duration "$(long 300)" --warm-up "$(long 45)" --items 750000
        end_sale
    done
}

# Ends the newest sale, so that the background work on it does not fall on what is measured next.
end_sale() {
    local sale
    sale=$(curl -fs "${shops[0]}/sales" | jq -r '.sales[0].id')
    curl -fs -X POST "$admin/admin/sales/$sale/end" -H "Authorization: Bearer $ADMIN_TOKEN" -o "$scratch/ready"
}

# switched_case SCENARIO,NAME [VARIABLE=VALUE…]: the service with other settings, those of this program only.
switched_case() {
    local scenario=${1%%,*} name=${1#*,} setting known
    known=$("$service_binary" check-config)
    for setting in "${@:2}"; do
        if ! grep -q "^${setting%%=*} " <<<"$known"; then
            say "$1: this service has no setting ${setting%%=*}; left out"
            return 0
        fi
    done
    start_stack "${@:2}"
    load "$scenario, ${name//_/ }" "$scenario" --connections 64 --duration "$duration" --warm-up "$warm_up"
}

pooler_case() {
    local server
    start_servers
    start_pooler
    server=${database##*:}
    start_service POSTGRES_POOLER=transaction DATABASE_URL="${database/:${server%%/*}\//:$pooler_port/}"
    load "flow, by way of PgBouncer" flow --connections 64 --duration "$duration" --warm-up "$warm_up"
}

without_redis_case() {
    start_stack
    scripts/redis stop "$scratch/redis" --immediate
    load "$1, Redis away" "$1" --connections 64 --duration "$duration" --warm-up "$warm_up"
}

# Sold out before the time is over where the stock is small: the figure is of what was sold.
stock_case() {
    start_stack
    rehearse
    load "flow, stock of $1" flow --items "$1" --order random --connections 64 --duration "$duration" --warm-up 0
}

past_case() {
    start_servers
    start_service
    stop_services
    say "writing 5,000,000 attempts and 1,000,000 purchases of an ended sale"
    sql -f bench/history.sql >>"$out/load.log" 2>&1 || die "bench/history.sql failed, see $out/load.log"
    start_service
    rehearse
    load "$1, after 5000000 rows of history" "$1" --connections 64 --duration "$duration" --warm-up "$warm_up"
}

# users_case N: checkouts of a sale in which N users are on record already.
users_case() {
    local sale
    start_stack
    rehearse
    sale=$(curl -fs -X POST "$admin/admin/sales" -H "Authorization: Bearer $ADMIN_TOKEN" \
        -H 'Content-Type: application/json' -d '{"total_items":1000000}' | jq -r .id)
    await "sale $sale does not open" is_active "$sale"
    sql -v users="$1" >>"$out/load.log" <<'SQL'
INSERT INTO buyers (sale_no, user_id, ver, bought, lim)
SELECT s.sale_no, 'earlier-' || n, 1, 0, s.lim
FROM (SELECT sale_no, lim FROM sales ORDER BY sale_no DESC LIMIT 1) s, generate_series(1, :users) AS n;
SQL
    sql -c 'VACUUM ANALYZE buyers' -c CHECKPOINT
    load "checkout, $1 users on record" checkout --sale "$sale" --items 1000000 --connections 64 \
        --duration "$duration" --warm-up "$warm_up"
}

is_active() {
    [[ $(curl -fs "${shops[0]}/sales/$1" | jq -r .status) == active ]]
}

# instances_case CONNECTIONS: one instance and two, four times in turn on the same servers, since the machine's speed drifts
# by more within a minute than what is looked for. The connections are spread over the instances; the second one idles
# while the first is measured alone. The client is an ordinary process whatever their number is: beside two services a
# batch process waits so long for its turn that shoppers are late and batches small.
instances_case() {
    local turn count as_client=() both both_shops first
    start_stack
    start_service
    both=("${services[@]}") both_shops=("${shops[@]}")
    first=$(measured_runs)
    for turn in '1 2' '2 1' '1 2' '2 1'; do
        for count in $turn; do
            services=("${both[@]:0:count}") shops=("${both_shops[@]:0:count}")
            load "flow, instances: $count, $1 connections" flow --connections "$1" \
                --duration $(((duration + 1) / 2)) --warm-up 1
            end_sale
        done
    done
    services=("${both[@]}") shops=("${both_shops[@]}")
    fact "two instances of one, $1 connections" "$(tail -n "+$((first + 1))" "$out/runs.jsonl" | share_of_two)" %
}

# How many runs are on file.
measured_runs() {
    if [[ -e $out/runs.jsonl ]]; then wc -l <"$out/runs.jsonl"; else echo 0; fi
}

# What two instances sold, in per cent of what one did; reads the runs of an instances_case.
share_of_two() {
    jq -rs 'def sold($count): map(select(.label | test("instances: \($count),")) | .throughput) | add;
        sold(2) / sold(1) * 1000 | round / 10'
}

# Five times what the cap lets through, for a minute, then at once what it bears. Shoppers who are turned away are
# failures to flashsale-load, so those are allowed; promises are not.
overload_case() {
    start_stack PURCHASES_PER_SECOND_MAX=2000
    sleep 5
    fact 'memory before the overload' "$(resident_megabytes)" MB
    load 'flow, 10000/s under a cap of 2000/s' flow --rate 10000 --connections 1000 --duration "$(long 60)" \
        --warm-up "$warm_up" --items 700000 --max-failures 1000000
    load 'flow, 1000/s right after it' flow --rate 1000 --connections 64 --duration 5 --warm-up 0
    fact 'memory after the overload' "$(resident_megabytes)" MB
}

# readers_case SCENARIO N: while N readers follow the sale; they share the cores with everything else.
readers_case() {
    start_stack
    case $1 in
    flow)
        load "flow, readers: $2" flow --connections 64 --readers "$2" --duration "$duration" --warm-up "$warm_up"
        ;;
    rush)
        rehearse
        load "rush, readers: $2" rush --users 5000 --items 10000 --connections 256 --readers "$2"
        ;;
    esac
}

# What the service's memory grows by with two thousand readers of a sale that hardly sells.
readers_memory_case() {
    local before after
    start_stack
    load 'one flow a second, readers: 0' flow --rate 1 --duration 5 --warm-up 1
    before=$(last_memory)
    load 'one flow a second, readers: 2000' flow --rate 1 --duration 5 --warm-up 1 --readers 2000
    after=$(last_memory)
    fact 'memory of a reader' "$(awk -v before="$before" -v after="$after" \
        'BEGIN { printf "%.1f", (after - before) / 2000 }')" KB
}

# Memory without load and of a big sale, then the time to write the big sale's facts into an emptied Redis.
memory_case() {
    local before
    start_stack
    sleep 5
    fact 'memory of an idle service' "$(resident_megabytes)" MB
    load 'flow, stock of 100000, to the end' flow --items 100000 --connections 64 --duration 120 --warm-up 0
    fact 'memory after selling 100000 items' "$(resident_megabytes)" MB
    before=$(rebuilds)
    redis-cli -u "$gate" FLUSHALL >>"$out/load.log"
    await "the gate is not rebuilt" rebuilt_since "$before"
    fact 'rebuilding the gate of 100000 sold items' "$(awk -v before="$before" '
        BEGIN { split(before, old) } { printf "%.0f", ($2 - old[2]) / ($1 - old[1]) * 1000 }' <<<"$(rebuilds)")" ms
}

# Of the service in the last run, in KiB.
last_memory() {
    jq -s 'last.memory.service.max_kb' "$out/runs.jsonl"
}

resident_megabytes() {
    awk '/^VmRSS:/ { printf "%.1f", $2 / 1024 }' "/proc/${services[0]}/status"
}

# How often the gate was rebuilt, and the seconds that took together.
rebuilds() {
    curl -fs "${shops[0]}/metrics" | awk '
        /^flashsale_gate_rebuild_duration_seconds_count/ { count = $2 }
        /^flashsale_gate_rebuild_duration_seconds_sum/ { sum = $2 }
        END { print count + 0, sum + 0 }'
}

rebuilt_since() {
    local now
    now=$(rebuilds)
    ((${now% *} > ${1% *}))
}

# fact NAME VALUE UNIT: a figure that is not a run's.
fact() {
    jq -nc --arg fact "$1" --arg value "$2" --arg unit "$3" '{$fact, $value, $unit}' >>"$out/facts.jsonl"
}
