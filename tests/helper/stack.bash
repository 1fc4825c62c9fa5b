# stack.bash -- starts the real parts for one test, and stops exactly those.
#
# Every test has a directory of its own ($RUN), sockets in it, and free ports on
# loopback. Nothing here sleeps for luck: await() waits for a named condition
# and fails loudly. What was started is stopped by its pid in teardown; a
# daemon that does not end orderly, or a sanitizer's report, fails the test.
# shellcheck shell=bash disable=SC2034 # tests use what is set here

: "${BUILD_DIR:=$BATS_TEST_DIRNAME/../../build}"
: "${SRC_DIR:=$BATS_TEST_DIRNAME/../..}"
BUILD_DIR=$(cd "$BUILD_DIR" && pwd)
SRC_DIR=$(cd "$SRC_DIR" && pwd)
PATH=$BUILD_DIR:$PATH:/usr/sbin:/sbin

# Generous, since a busy machine is no bug: a test that passes never waits this long.
: "${AWAIT_SECONDS:=20}"

# In CI a skip is a failure: a test that did not run has proved nothing.
missing() {
    if [ "${CI-}" = true ]; then
        echo "$1 is missing, and in CI nothing may be skipped" >&2
        return 1
    fi
    skip "$1 is missing"
}

need() {
    local program
    for program; do
        command -v "$program" >/dev/null || missing "$program"
    done
}

setup_stack() {
    unset MAKEFLAGS MFLAGS MAKELEVEL # of the make that runs us: a job's make is its own
    need curl jq nc pgrep
    # Not bats' own directory: that is 0700, and Apache's children are www-data.
    RUN=$(mktemp -d "${TMPDIR:-/tmp}/headway-test.XXXXXX")
    chmod 711 "$RUN"
    mkdir -m 1777 "$RUN/san"
    export HEADWAY_PUBLISH_SOCKET="$RUN/publish.sock"
    export HEADWAY_SUBSCRIBE_SOCKET="$RUN/subscribe.sock"
    export ASAN_OPTIONS="log_path=$RUN/san/asan:detect_leaks=1:abort_on_error=0"
    export UBSAN_OPTIONS="log_path=$RUN/san/ubsan:print_stacktrace=1"
    PIDS=() CLIENTS=() # a web server's exit status is its own affair: STRICT has ours
    declare -gA STRICT=()
    BROKER='' LIGHTTPD='' RESPONDER='' APACHE=''
}

teardown_stack() {
    local pid i failed=0
    for pid in "${CLIENTS[@]}"; do
        kill "$pid" 2>/dev/null || :
        wait "$pid" 2>/dev/null || :
    done
    for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do # the last first
        pid=${PIDS[i]}
        end_process "$pid" || failed=1
    done
    if compgen -G "$RUN/san/*" >/dev/null; then
        cat "$RUN"/san/*
        failed=1
    fi
    if [ "$failed" = 1 ] || [ -z "${BATS_TEST_COMPLETED-}" ]; then
        tail -n 30 "$RUN"/*.log 2>/dev/null || :
    fi
    rm -rf "$RUN"
    return "$failed"
}

# await WHAT COMMAND... -- until the command succeeds.
await() {
    local what=$1 end=$((SECONDS + AWAIT_SECONDS))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "not after $AWAIT_SECONDS s: $what ($*)" >&2
            return 1
        fi
        read -r -t 0.05 <> <(:) || :
    done
}

# not COMMAND... -- a test goes on after "! COMMAND", whatever that finds (bash
# does not heed the status of what is negated); after this it does not.
not() { if "$@"; then echo "it is so: $*" >&2; return 1; fi; }

gone() { ! kill -0 "$1" 2>/dev/null; }

# TERM, and a look at how it ends. Processes that were killed on purpose are
# taken off the list by forget().
end_process() {
    local status=0
    kill "$1" 2>/dev/null || :
    if ! await "process $1 ends after SIGTERM" gone_or_zombie "$1"; then
        kill -9 "$1" 2>/dev/null || :
        return 1
    fi
    wait "$1" 2>/dev/null || status=$?
    [ "$status" = 0 ] || [ -z "${STRICT[$1]-}" ] || { echo "process $1 ended with status $status"; return 1; }
}

parent_of() { ps -o ppid= -p "$1" | tr -d ' '; } # ps pads a short number

gone_or_zombie() {
    gone "$1" || [ "$(ps -o stat= -p "$1" 2>/dev/null | cut -c1)" = Z ]
}

all_gone() {
    local pid
    for pid; do gone_or_zombie "$pid" || return 1; done
}

forget() {
    local pid kept=()
    for pid in "${PIDS[@]}"; do
        [ "$pid" = "$1" ] || kept+=("$pid")
    done
    PIDS=("${kept[@]}")
    wait "$1" 2>/dev/null || :
}

# ---- the parts ----

start_broker() { # options
    rm -f "$RUN/ready"
    headwayd --ready-fd 9 "$@" 9>"$RUN/ready" 2>>"$RUN/broker.log" 3>&- &
    BROKER=$!
    PIDS+=("$BROKER") STRICT[$BROKER]=1
    await "the broker is ready" test -s "$RUN/ready"
}

kill_broker() { # signal
    kill "-${1:-KILL}" "$BROKER"
    await "the broker is gone" gone_or_zombie "$BROKER"
    forget "$BROKER"
}

# Below those that the kernel gives to clients (32768 and up): a test with a
# thousand of these would leave few free.
random_port() { echo $((20000 + RANDOM % 12768)); }

# on_a_free_port COMMAND -- with PORT set. A port can be taken between choosing
# and binding; the command fails then, and another one is chosen.
on_a_free_port() {
    local try
    for try in 1 2 3 4 5; do
        PORT=$(random_port)
        "$@" && return
    done
    return 1
}

start_lighttpd() { # responder options
    need lighttpd
    local include=${LIGHTTPD_CONF:-headway.conf}
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/lighttpd/$include.in" MOUNT="${MOUNT-}" RUN="$RUN" FCGI_SOCKET="$RUN/headway.fcgi.sock" \
        WWW="$SRC_DIR/www" RESPONDER="$BUILD_DIR/headway.fcgi${*:+ $*}" \
        SUBSCRIBE_SOCKET="$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/headway.conf"
    on_a_free_port run_lighttpd || { cat "$RUN/lighttpd.log" >&2; return 1; }
}

run_lighttpd() {
    : >"$RUN/lighttpd.log"
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/lighttpd/site.conf.in" PORT="$PORT" WWW="$SRC_DIR/www" \
        LOG="$RUN/lighttpd.log" INCLUDE="$RUN/headway.conf" >"$RUN/lighttpd.conf"
    lighttpd -D -f "$RUN/lighttpd.conf" >>"$RUN/lighttpd.out.log" 2>&1 3>&- &
    LIGHTTPD=$!
    await "lighttpd serves or has given up" lighttpd_decided
    if gone_or_zombie "$LIGHTTPD"; then
        wait "$LIGHTTPD" || :
        return 1
    fi
    PIDS+=("$LIGHTTPD")
    URL=http://127.0.0.1:$PORT${MOUNT-}
}

lighttpd_decided() {
    gone_or_zombie "$LIGHTTPD" || grep -q "server started" "$RUN/lighttpd.log"
}

# The responder that lighttpd has started.
responder_pid() { pgrep -P "$LIGHTTPD" -f headway.fcgi | head -n 1; }

start_responder() { # options; on $RUN/headway.fcgi.sock
    rm -f "$RUN/responder.ready"
    headway.fcgi --listen "$RUN/headway.fcgi.sock" --ready-fd 9 "$@" 9>"$RUN/responder.ready" 2>>"$RUN/responder.log" 3>&- &
    RESPONDER=$!
    PIDS+=("$RESPONDER") STRICT[$RESPONDER]=1
    await "the responder is ready" test -s "$RUN/responder.ready"
}

# ---- the two ends ----

# Lines to the broker; prints its answers.
publish() { printf '%s\n' "$@" | nc -NU "$HEADWAY_PUBLISH_SOCKET"; }

# What a subscriber is told of everything, up to `synced`.
table() { printf 'subscribe *\n' | timeout 2 nc -U "$HEADWAY_SUBSCRIBE_SOCKET" | sed '/ synced /q'; }

# What the web server says of a task (changes.bash has another source), and the
# same until it is so: within a round or two of being said.
record() { curl -sf "$URL/tasks/$1" | jq -r "${2-.}"; }    # NAME [FILTER]; nothing, if there is no such task
is_record() { [ "$(record "$1" "$2")" = "$3" ]; }          # NAME FILTER VALUE
shown() { await "$1's $2 is $3" is_record "$@" || { record "$1" >&2; return 1; }; }

# subscriber FILE PATH [curl options] -- a curl that appends what it gets to FILE.
subscriber() {
    local file=$1 path=$2
    shift 2
    curl -sN "$@" "$URL$path" >"$file" 2>/dev/null 3>&- &
    SUBSCRIBER=$!
    CLIENTS+=("$SUBSCRIBER")
}

shows() { grep -qF -- "$2" "$1"; } # FILE TEXT

await_frame() { await "$1 has $2" shows "$1" "$2"; }

# The ids, or the data, of a file of frames.
ids_of() { sed -n 's/^id: //p' "$1"; }
last_id() { ids_of "$1" | tail -n 1; }

descriptors() { find "/proc/$1/fd" -mindepth 1 | wc -l; }

status_of() { curl -s --max-time 10 -o /dev/null -w '%{http_code}' "$@"; }
