# Streams whose time is limited (--max-stream): they end cleanly, and nobody
# misses anything for it.
load ../helper/stack
load ../helper/reader

setup() { setup_stack; }
teardown() { teardown_stack; }

streams() { curl -s "$URL/healthz" | jq .streams; }

@test "a stream ends cleanly, between two frames, within its time" {
    start_broker --demo
    start_lighttpd --max-stream 2
    [ "$(status_of "$URL/healthz")" = 200 ]
    started=$EPOCHREALTIME
    curl -sN --max-time 10 "$URL/events" >"$RUN/out" # 18, were the body cut short
    lasted=$(elapsed_since "$started")
    between "$lasted" 0.9 2.9 || { echo "$lasted s"; false; }
    [ "$(tail -c 3 "$RUN/out" | od -An -c | tr -d ' ')" = '}\n\n' ]
}

@test "without --max-stream a stream goes on" {
    start_broker --demo
    start_lighttpd
    run curl -sN --max-time 4 "$URL/events"
    [ "$status" = 28 ] # it was curl that hung up
}

# As EventSource does it: again and again, with the last id.
resuming() { # FILE PATH TIMES
    local i last
    : >"$1"
    for ((i = 0; i < $3; i++)); do
        last=$(last_id "$1")
        curl -sN --max-time 10 ${last:+-H "Last-Event-ID: $last"} "$URL$2" >>"$1" || return
    done
}

@test "a reader that comes back with its last id has seen every end once" {
    start_broker
    start_lighttpd --max-stream 1
    resuming "$RUN/out" /events 6 3>&- &
    client=$!
    CLIENTS+=("$client")
    for ((i = 0; ; i++)); do
        publish '{"task":"job'$i'","state":"done"}' >/dev/null
        kill -0 "$client" 2>/dev/null || break
    done
    wait "$client"
    not grep -q '^event: resync' "$RUN/out"
    grep -o '"task":"job[0-9]*"' "$RUN/out" | sort >"$RUN/seen"
    [ -z "$(uniq -d "$RUN/seen")" ]
    seen=$(wc -l <"$RUN/seen")
    [ "$seen" -gt 20 ]
    for ((i = 0; i < seen; i++)); do # no hole up to the last one
        grep -qx "\"task\":\"job$i\"" "$RUN/seen" || { echo "job$i of $seen was missed"; false; }
    done
}

@test "many that open at once do not end at once, and all end cleanly" {
    start_broker
    start_lighttpd --max-stream 20
    [ "$(status_of "$URL/tasks")" = 200 ]
    for i in $(seq 40); do
        { curl -sN --max-time 40 "$URL/events" >/dev/null; echo "$? $EPOCHSECONDS" >>"$RUN/ends"; } 3>&- &
        CLIENTS+=($!)
    done
    await "forty streams" eval '[ "$(streams)" = 40 ]'
    AWAIT_SECONDS=30 await "all have ended" eval '[ "$(wc -l <"$RUN/ends")" = 40 ]'
    [ "$(cut -d' ' -f1 "$RUN/ends" | sort -u)" = 0 ]
    [ "$(cut -d' ' -f2 "$RUN/ends" | sort -u | wc -l)" -ge 2 ]
    [ "$(streams)" = 0 ]
}

@test "a stream whose reader takes nothing is closed thirty seconds after its time" {
    start_broker
    start_responder --max-stream 2
    long=$(printf 'x%.0s' {1..4000})
    for i in {1..150}; do echo '{"task":"t'$i'","message":"'"$long"'"}'; done | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    SOCKET=$RUN/headway.fcgi.sock
    start=$(descriptors "$RESPONDER")
    "$BUILD_DIR/tests/helper/rude" "$SOCKET" deafstream >"$RUN/out" 3>&- &
    CLIENTS+=($!)
    await "it is open" eval '[ "$(descriptors "$RESPONDER")" -gt '"$start"' ]'
    AWAIT_SECONDS=50 await "it is closed" shows "$RUN/out" "closed after"
    cat "$RUN/out"
    [[ $(tail -n 1 "$RUN/out") =~ ^closed\ after\ ([0-9]+)\ ms$ ]]
    [ "${BASH_REMATCH[1]}" -gt 29000 ]
}

@test "/healthz names the web server and the protocol, not the version; and no user where nobody was asked" {
    start_broker
    start_lighttpd
    run curl -s "$URL/healthz"
    [ "$(jq -c 'keys' <<<"$output")" = '["broker","max_streams","protocol","server","status","streams"]' ]
    [ "$(jq -r .server <<<"$output")" = lighttpd ]
    [ "$(jq -r .protocol <<<"$output")" = HTTP/1.1 ]
}

@test "a --max-stream that is no number of seconds is wrong usage" {
    for value in -1 x 1.5 31536001 ''; do
        run headway.fcgi --max-stream "$value" </dev/null
        [ "$status" = 2 ] || { echo "$value: $status"; false; }
    done
}
