# Many readers at once behind each web server, within the limits that its file
# of conf/ names; none of them is refused or cut, and none misses a frame.
load ../helper/stack
load ../helper/servers
load ../helper/reader
load ../helper/readers

setup() { setup_stack; }
teardown() { teardown_stack; }

nobody_failed() { counted cut 0 && counted refused 0 || { cat "$RUN/crowd"; return 1; }; }

# What processes share with nobody, in KB.
anonymous() { # PID...
    local pid
    for pid; do sed -n 's/^Anonymous: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup"; done | awk '{ n += $1 } END { print n + 0 }'
}

# The web server's processes: whoever it has started, but for the responder.
server_processes() {
    local pid
    for pid in "$SERVER" $(pgrep -P "$SERVER"); do
        responders | grep -qx "$pid" || echo "$pid"
    done
}

# shellcheck disable=SC2046 # words
measure() { echo "$(anonymous $(server_processes)) $(anonymous $(responders))"; }

say_memory() { # COUNT KIND BEFORE
    echo "$1 $3 $(measure)" |
        awk -v kind="$2" '{ printf "# %s: %.1f KB a stream, responders %.2f KB\n", kind, ($4 - $2) / $1, ($5 - $3) / $1 }' >&3
}

# comes COUNT KIND
comes() {
    local before
    start_broker
    RESPONDER_OPTIONS='--heartbeat 30' start_server "$2"
    [ "$(status_of "$URL/tasks")" = 200 ]
    before=$(measure)
    crowd "$1" '"task":"seen-by-all"'
    await_count opened "$1"
    say_memory "$1" "$2" "$before"
    end_task seen-by-all
    await_count marked "$1"
    nobody_failed
    # shellcheck disable=SC2046 # words
    kill $(responders)
    await_count ended "$1"
    nobody_failed
    tail -n 1 "$RUN/crowd"
    [ -z "$RESPONDER" ] || forget "$RESPONDER"
}

# Eight streams are what lighttpd allows on a connection, and curl shares one well
# within a process only.
@test "lighttpd with TLS: a thousand streams on 125 HTTP/2 connections" {
    local i j streams
    start_broker
    # On a machine so busy that handshakes take seconds, lighttpd's keep-alive
    # limit of 5 s closes HTTP/2 connections before their first request.
    SITE_EXTRA='server.max-keep-alive-idle = 60' RESPONDER_OPTIONS='--heartbeat 30' start_server lighttpd-tls
    for ((i = 1; i <= 125; i++)); do
        streams=()
        for j in {1..8}; do streams+=(-o "$RUN/out.$i.$j" "$URL/events"); done
        curl -sN --http2 --parallel --parallel-max 8 -w '%{exitcode} %{http_code} %{num_connects}\n' "${streams[@]}" \
            >"$RUN/ends.$i" 2>/dev/null 3>&- &
        CLIENTS+=($!)
        [ $((i % 25)) = 0 ] || continue # not a hundred handshakes at a time
        await "$((i * 8)) have opened" eval '[ "$(cat "$RUN"/out.* | grep -c "^event: synced")" = $((i * 8)) ]'
    done
    end_task seen-by-all
    await "all have the frame" eval '[ "$(cat "$RUN"/out.* | grep -c "\"task\":\"seen-by-all\"")" = 1000 ]'
    # shellcheck disable=SC2046 # words
    kill $(responders)
    await "all have ended" eval '[ "$(cat "$RUN"/ends.* | grep -c "^0 200 ")" = 1000 ]'
    [ "$(awk '{ n += $3 } END { print n }' "$RUN"/ends.*)" = 125 ]
}

@test "lighttpd: a thousand streams" { comes 1000 lighttpd; }
@test "lighttpd, responder apart: a thousand streams" { comes 1000 lighttpd-external; }
@test "Apache with mod_proxy_fcgi: a thousand streams" { comes 1000 proxy; }
@test "nginx: a thousand streams" { comes 1000 nginx; }

@test "Apache with mod_fcgid: a hundred streams, a process each" {
    local before
    start_broker
    start_server fcgid
    before=$(measure)
    crowd 100 '"task":"seen-by-all"'
    await_count opened 100
    say_memory 100 fcgid "$before"
    [ "$(responders | wc -l)" = 100 ]
    end_task seen-by-all
    await_count marked 100
    [ "$(status_of "$URL/tasks/seen-by-all")" = 200 ]
    # shellcheck disable=SC2046 # words
    kill $(responders)
    await_count ended 100
    nobody_failed
}

# 0.2 MB where it was measured; a sanitizer's build takes some MB, and what the
# table of all tasks would take is told from that no more.
@test "Apache with mod_fcgid: a process that streams one task is small, however many there are" {
    local most=600
    grep -q fsanitize "$BUILD_DIR/config.status" && most=60000
    start_broker
    for i in {1..500}; do echo '{"task":"other'"$i"'","message":"'"$(printf 'x%.0s' {1..2000})"'"}'; done |
        nc -NU "$HEADWAY_PUBLISH_SOCKET"
    start_server fcgid
    subscriber "$RUN/out" /events/mine
    await_frame "$RUN/out" 'event: synced'
    # shellcheck disable=SC2046 # words
    [ "$(anonymous $(responders))" -lt "$most" ]
}
