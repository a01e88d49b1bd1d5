# shellcheck shell=bash
# What scripts/postgres and scripts/redis have in common: one private server in one folder. Sourced, never run.
#
# The sourcing script sets `kind` and `patience` (seconds a start may take), and defines
#   create                writes what the server needs into $dir; must be harmless when all is there
#   launch PORT           starts the server in the background with the lock (fd 9) closed; sets $launched to its pid
#   is_ready PID PORT     true once the server answers; must not be fooled by another server on that port
#   finish                the last step of a start, with $port set
#   recorded_pid          the pid the folder names, alive or not
#   runs_here PID         true if that process is the server of this folder
#   signal_for MODE       the signal for a `smart` or `immediate` stop
#   url_of PORT, and socket_url_of PORT if it is PostgreSQL
#   forget                deletes the files the server made
#
# In the folder: port (the last one used, taken again when free), follower (which watchdog's word counts), lock.

self=$(realpath -- "$0")
: "${kind:?}" "${patience:?}"
launched=

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

usage() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    exit "$1"
}

# What the kernel says of process $1 behind its name, as the array `fields` of the caller. Watchdogs ask often, so nothing
# is started for it.
read_fields() {
    local stat=''
    { IFS= read -rd '' stat <"/proc/$1/stat" || [[ -n $stat ]]; } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
}

# alive PID [SINCE]: a zombie counts as gone, as its parent may never collect it, and so does a later process with the pid.
alive() {
    local fields
    [[ -n $1 ]] && read_fields "$1" && [[ ${fields[0]} != [ZX] ]] && [[ ${2:-${fields[19]}} == "${fields[19]}" ]]
}

# Tells a process from a later one with the same pid.
started_at() {
    local fields
    read_fields "$1" && printf '%s' "${fields[19]}"
}

# True if one argument of process $1 is exactly $2. Readable for every user, unlike /proc/PID/cwd.
has_argument() {
    local arguments=() argument
    { mapfile -d '' arguments <"/proc/$1/cmdline"; } 2>/dev/null || return 1
    for argument in "${arguments[@]}"; do
        [[ $argument == "$2" ]] && return 0
    done
    return 1
}

port_is_free() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Below 32768, where the kernel's ephemeral ports begin, so no outgoing connection can take it.
random_port() {
    local port attempt
    for ((attempt = 0; attempt < 50; attempt++)); do
        port=$((20000 + RANDOM % 12768))
        port_is_free "$port" && printf '%s' "$port" && return
    done
    die "no free port between 20000 and 32767"
}

recorded_port() {
    cat "$dir/port" 2>/dev/null || true
}

running_pid() {
    local pid
    pid=$(recorded_pid)
    [[ $pid =~ ^[0-9]+$ ]] && alive "$pid" && runs_here "$pid" && printf '%s' "$pid"
}

# Milliseconds on the wall clock; good enough for bounding waits.
now_ms() {
    printf '%s' $((${EPOCHREALTIME/[.,]/} / 1000))
}

# One command at a time a folder. The loop is for a folder that was deleted while we waited.
lock() {
    local attempt
    for ((attempt = 0; attempt < 5; attempt++)); do
        mkdir -p "$dir"
        { exec 9>>"$dir/lock"; } 2>/dev/null || die "$dir is not writable for $(id -un)"
        flock -w 120 9 || die "another command has held $dir/lock for two minutes"
        [[ $dir/lock -ef /proc/self/fd/9 ]] && return
    done
    die "$dir keeps disappearing"
}

# Waits for the launched server; 0 ready, 1 ended, 2 took too long.
await_ready() {
    local deadline
    deadline=$(($(now_ms) + patience * 1000))
    while (($(now_ms) < deadline)); do
        is_ready "$1" "$2" && return 0
        alive "$1" || return 1
        sleep 0.02
    done
    return 2
}

# Starts on $wanted, else on the folder's last port, else on a random one. A port lost to somebody else between
# choice and bind is replaced, unless the caller insists on it; then it is tried for five seconds.
start() {
    local log="$dir/$kind.log" attempt size result why deadline
    deadline=$(($(now_ms) + 5000))
    port=${wanted:-$(recorded_port)}
    if [[ -n $wanted ]] && ! port_is_free "$wanted"; then
        die "port $wanted is taken"
    fi
    for ((attempt = 0; attempt < 60; attempt++)); do
        if [[ -z $port ]] || { [[ -z $insist ]] && ! port_is_free "$port"; }; then
            port=$(random_port)
        fi
        touch "$log"
        size=$(stat -c %s "$log")
        launch "$port"
        result=0
        await_ready "$launched" "$port" || result=$?
        if ((result == 0)); then
            printf '%s\n' "$port" >"$dir/port"
            finish
            return
        fi
        ((result == 2)) && kill -KILL "$launched" 2>/dev/null
        why=$(tail -c +$((size + 1)) "$log")
        case $why in
        *[Aa]"ddress already in use"*) [[ -n $insist ]] || port= ;;
        *"still in use"* | *"lock file"*"already exists"*) ;; # children of a killed server are still leaving
        *) break ;;
        esac
        if [[ -n $insist || $why != *[Aa]"ddress already in use"* ]]; then
            (($(now_ms) < deadline)) || break
            sleep 0.1
        fi
    done
    printf '%s\n' "$why" | tail -n 12 >&2
    die "$kind did not start in $dir (see $log)"
}

stop() {
    local pid signal deadline
    pid=$(running_pid) || return 0
    # A test that was killed may have left it frozen: then it hears no signal, and its children would outlive it.
    # shellcheck disable=SC2046 # one word a process
    kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null || true
    for signal in "$(signal_for "$1")" "$(signal_for immediate)" KILL; do
        kill "-$signal" "$pid" 2>/dev/null || [[ ! -d /proc/$pid ]] || die "may not stop process $pid of another user"
        deadline=$(($(now_ms) + 20000))
        while alive "$pid"; do
            (($(now_ms) < deadline)) || continue 2
            sleep 0.02
        done
        return 0
    done
    die "$kind, process $pid, does not end"
}

# Only our own files go, unless the whole folder is known to be ours.
remove() {
    stop immediate
    forget
    if [[ -e $dir/temporary ]]; then
        rm -rf -- "$dir"
        return
    fi
    rm -f -- "$dir/port" "$dir/follower" "$dir/$kind.log" "$dir/lock"
    rmdir -- "$dir" 2>/dev/null || echo "$dir holds other files and stays"
}

# Leaves a watchdog in a session of its own, without any of our descriptors. The latest `--follow` counts.
follow() {
    local since token
    since=$(started_at "$1") || die "there is no process $1 to follow"
    token="$BASHPID.$(now_ms)"
    printf '%s\n' "$token" >"$dir/follower"
    setsid nohup "$self" watch "$dir" "$1" "$since" "$token" "$temporary" </dev/null >/dev/null 2>&1 9>&- &
}

# The watchdog: `watch DIR PID SINCE TOKEN TEMPORARY`, from `follow` only. A round starts no process: benchmarks run beside
# it, and forking would take them a core for some milliseconds.
watch() {
    local followed=$1 since=$2 token=$3 temporary=$4 never
    cd /
    exec {never}<> <(:) # nobody writes to it, so that reading is waiting
    while alive "$followed" "$since"; do
        read -rt 0.3 -u "$never" || true
        is_latest "$token" || return 0
    done
    lock
    is_latest "$token" || return 0
    if [[ -n $temporary ]]; then
        remove
    else
        stop immediate
    fi
}

# Whether no `--follow` came after the one that left $1.
is_latest() {
    local word=''
    { read -r word <"$dir/follower"; } 2>/dev/null || true
    [[ $word == "$1" ]]
}

# Deleting is allowed only where nothing but ours can be: the folder was new or empty when first used as temporary.
mark_temporary() {
    [[ -e $dir/temporary ]] && return
    [[ -z $(find "$dir" -mindepth 1 ! -name lock -print -quit) ]] ||
        die "$dir is not empty, so it cannot be --temporary"
    : >"$dir/temporary"
}

parse() {
    wanted='' followed='' temporary='' standby_of='' mode=smart
    while (($#)); do
        case $1 in
        --port) wanted=${2:?--port needs a number} && shift 2 ;;
        --follow) followed=${2:?--follow needs a process id} && shift 2 ;;
        --temporary) temporary=yes && shift ;;
        --standby-of) [[ $kind == postgres ]] && standby_of=${2:?--standby-of needs a URL} && shift 2 ;;
        --immediate) mode=immediate && shift ;;
        *) die "unknown option $1; see $0 help" ;;
        esac
    done
    [[ -z $wanted || $wanted =~ ^[0-9]{1,5}$ ]] || die "--port $wanted is not a port"
    [[ -z $followed || $followed =~ ^[0-9]+$ ]] || die "--follow $followed is not a process id"
    [[ -z $temporary || -n $followed ]] || die "--temporary needs --follow"
    insist=$wanted
}

start_command() {
    lock
    if [[ -n $temporary ]]; then mark_temporary; fi
    [[ -z $followed ]] || alive "$followed" || die "there is no process $followed to follow"
    if running_pid >/dev/null; then
        port=$(recorded_port)
        [[ -z $wanted || $wanted == "$port" ]] || die "already running on port $port, not $wanted"
    else
        create
        start
    fi
    if [[ -n $followed ]]; then follow "$followed"; fi
    url_of "$port"
}

restart_command() {
    lock
    stop "$mode"
    insist=${wanted:-$(recorded_port)}
    create
    start
    url_of "$port"
}

private_server() {
    local command=${1:-help} pid
    case $command in help | -h | --help) usage 0 ;; esac
    [[ -n ${2:-} && ${2:-} != --* ]] || usage 64 >&2
    dir=$(realpath -m -- "$2")
    shift 2
    if [[ $command == watch ]]; then
        watch "$@"
        return
    fi
    parse "$@"
    case $command in
    start) start_command ;;
    restart) restart_command ;;
    stop) if [[ -d $dir ]]; then lock && stop "$mode"; fi ;;
    remove) if [[ -d $dir ]]; then lock && remove; fi ;;
    pid)
        pid=$(running_pid) || die "not running in $dir"
        echo "$pid"
        ;;
    url)
        running_pid >/dev/null || die "not running in $dir"
        url_of "$(recorded_port)"
        ;;
    socket-url)
        [[ $kind == postgres ]] || usage 64 >&2
        running_pid >/dev/null || die "not running in $dir"
        socket_url_of "$(recorded_port)"
        ;;
    status)
        pid=$(running_pid) || { echo stopped && exit 3; }
        echo "running, process $pid, port $(recorded_port)"
        ;;
    *) usage 64 >&2 ;;
    esac
}
