# Many readers at once behind each web server, within the limits that its file
# of conf/ names; none of them is refused or cut, and none misses a frame.
load ../helper/stack
load ../helper/servers
load ../helper/reader
load ../helper/readers

setup() { setup_stack; }
teardown() { teardown_stack; }

nobody_failed() { counted cut 0 && counted refused 0 || { cat "$RUN/crowd"; return 1; }; }

# comes COUNT KIND
comes() {
    start_broker
    RESPONDER_OPTIONS='--heartbeat 30' start_server "$2"
    crowd "$1" '"task":"seen-by-all"'
    await_count opened "$1"
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
    start_broker
    # 100 and one to ask with
    CONF_EDIT='s/MaxProcesses 100/MaxProcesses 101/' start_server fcgid
    crowd 100 '"task":"seen-by-all"'
    await_count opened 100
    [ "$(responders | wc -l)" = 100 ]
    end_task seen-by-all
    await_count marked 100
    [ "$(status_of "$URL/tasks/seen-by-all")" = 200 ]
    # shellcheck disable=SC2046 # words
    kill $(responders)
    await_count ended 100
    nobody_failed
}

# Anonymous memory: what a process does not share. 0.2 MB where it was measured;
# a sanitizer's build is another matter.
@test "Apache with mod_fcgid: a process that streams one task is small, however many there are" {
    local pid
    not grep -q fsanitize "$BUILD_DIR/config.status" || skip "sanitizers take more"
    start_broker
    for i in {1..500}; do echo '{"task":"other'"$i"'","message":"'"$(printf 'x%.0s' {1..2000})"'"}'; done |
        nc -NU "$HEADWAY_PUBLISH_SOCKET"
    start_server fcgid
    subscriber "$RUN/out" /events/mine
    await_frame "$RUN/out" 'event: synced'
    pid=$(responders)
    awk '/^Anonymous:/ { print; exit !($2 < 600) }' "/proc/$pid/smaps_rollup"
}
