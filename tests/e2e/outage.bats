# The broker, the responder, the readers and the room for them come and go.
load ../helper/stack

setup() { setup_stack; }
teardown() { teardown_stack; }

@test "the broker is killed: streams stay, say so, and fill again when it is back" {
    start_broker --demo
    start_lighttpd
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" '"moved":3'
    kill_broker
    await_frame "$RUN/out" '{"up":false}'
    run grep -B 2 '{"up":false}' "$RUN/out"
    [[ $output != *id:*broker* ]] # it has no id: the cursor stays
    [ "$(status_of "$URL/healthz")" = 503 ]
    run curl -s -i "$URL/tasks"
    [[ $output == *" 503 "*"Retry-After: 2"*'{"error":"the broker is away"}'* ]]
    [ "$(status_of --head "$URL/events")" = 200 ]
    : >"$RUN/out.before"
    start_broker --demo
    # another table: forget what you have
    await_frame "$RUN/out" "event: resync"
    await "steps come again" eval '[ "$(sed "0,/resync/d" "$RUN/out" | grep -c moved)" -ge 5 ]'
    [ "$(status_of "$URL/healthz")" = 200 ]
    not gone "$SUBSCRIBER"
}

@test "before the first sync a request waits two seconds, then the broker counts as away" {
    start_lighttpd
    start=$EPOCHREALTIME
    [ "$(status_of "$URL/tasks")" = 503 ]
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { exit !(b - a > 1.8) }'
    # from then on at once
    start=$EPOCHREALTIME
    [ "$(status_of "$URL/healthz")" = 503 ]
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { exit !(b - a < 1.5) }'
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" '{"up":false}'
    not grep -q '^id:' "$RUN/out"
    start_broker --demo
    await_frame "$RUN/out" '"moved":'
    not grep -q resync "$RUN/out" # it had nothing to forget
}

@test "a broker that is slow to start is waited for" {
    start_lighttpd
    curl -s --max-time 10 "$URL/tasks" >"$RUN/tasks" 3>&- &
    CLIENTS+=($!)
    await "the responder has noticed" grep -q "the broker is away" "$RUN/lighttpd.out.log"
    start_broker
    await "the answer is there" shows "$RUN/tasks" '"tasks":['
}

@test "a frozen broker is no reason to hang: streams go on with their heartbeats" {
    start_broker --demo
    start_lighttpd --heartbeat 1
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" '"moved":2'
    kill -STOP "$BROKER"
    before=$(grep -c heartbeat "$RUN/out" || :)
    await "heartbeats go on" eval '[ "$(grep -c heartbeat "$RUN/out")" -ge $((before + 2)) ]'
    kill -CONT "$BROKER"
}

@test "SIGTERM: the broker ends with status 0 within two seconds and leaves no socket" {
    start_broker --demo
    start_lighttpd
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" '"moved"'
    start=$EPOCHREALTIME
    kill "$BROKER"
    wait "$BROKER"
    forget "$BROKER"
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { exit !(b - a < 2) }'
    [ ! -e "$HEADWAY_PUBLISH_SOCKET" ] && [ ! -e "$HEADWAY_SUBSCRIBE_SOCKET" ]
}

@test "SIGTERM: the responder's streams end orderly, no chunk is cut" {
    start_broker --demo
    start_lighttpd
    curl -sN "$URL/events" >"$RUN/out" 3>&- &
    client=$!
    await_frame "$RUN/out" '"moved"'
    kill "$(responder_pid)"
    wait "$client" # curl's 18 would mean a truncated body
    [ "$(tail -c 2 "$RUN/out" | od -An -tx1 | tr -d ' ')" = 0a0a ]
}

@test "a killed responder is started again by lighttpd, and a client resumes" {
    start_broker --demo
    start_lighttpd
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" '"moved"'
    kill -9 "$(responder_pid)"
    await "the stream is cut" gone_or_zombie "$SUBSCRIBER"
    await "it serves again" eval '[ "$(status_of "$URL/healthz")" = 200 ]'
    run curl -sN --max-time 2 -H "Last-Event-ID: $(last_id "$RUN/out")" "$URL/events"
    [[ $output == *'"moved"'* ]]
    [[ $output != *resync* ]]
}

@test "fifty readers killed: the responder's descriptors are back within two heartbeats" {
    start_broker --demo
    start_lighttpd --heartbeat 2
    [ "$(status_of "$URL/tasks")" = 200 ]
    pid=$(responder_pid)
    baseline=$(descriptors "$pid")
    readers=()
    for i in $(seq 50); do
        curl -sN "$URL/events" >/dev/null 2>&1 3>&- &
        readers+=($!)
    done
    CLIENTS+=("${readers[@]}")
    await "fifty streams" eval 'curl -s "$URL/healthz" | grep -q "\"streams\":50,"'
    kill -9 "${readers[@]}"
    AWAIT_SECONDS=5 await "the baseline again" eval '[ "$(descriptors "'"$pid"'")" -le '"$baseline"' ]'
    curl -s "$URL/healthz" | grep -q '"streams":0,'
}

@test "one stream too many is told busy and when to come back; the others are not disturbed" {
    start_broker --demo
    start_lighttpd --max-streams 2
    subscriber "$RUN/a" /events
    subscriber "$RUN/b" /events
    await_frame "$RUN/a" '"moved"'
    await_frame "$RUN/b" '"moved"'
    run curl -sN -i --max-time 5 "$URL/events"
    [ "$status" = 0 ]
    [[ $output == *"200 OK"*"event: busy"*'{"limit":2}'* ]]
    [[ $output =~ retry:\ ([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" -ge 10000 ] && [ "${BASH_REMATCH[1]}" -le 30000 ]
    more=$(($(grep -c moved "$RUN/a") + 10))
    await "the first goes on" eval '[ "$(grep -c moved "$RUN/a")" -ge '"$more"' ]'
    kill "$SUBSCRIBER"
    await "there is room again" eval '! curl -sN --max-time 1 "$URL/events" | grep -q busy'
}

@test "a responder with nobody to serve asks the broker for nothing" {
    start_broker --demo
    start_responder
    # the broker's descriptors: no link yet
    idle=$(descriptors "$BROKER")
    run "$BUILD_DIR/tests/helper/rude" "$RUN/headway.fcgi.sock" whole
    [[ $output == *'"broker":true'* ]]
    await "one link" eval '[ "$(descriptors "$BROKER")" = $(('"$idle"' + 1)) ]'
}

@test "SIGTERM while a job holds its task: the broker ends with status 0" {
    start_broker
    mkfifo "$RUN/fifo"
    headway pipe --name held --quiet <"$RUN/fifo" >/dev/null 3>&- &
    CLIENTS+=($!)
    exec 8>"$RUN/fifo"
    await "it is held" eval 'printf "subscribe *\n" | timeout 1 nc -U "$HEADWAY_SUBSCRIBE_SOCKET" | grep -q " held run "'
    kill "$BROKER"
    wait "$BROKER"
    forget "$BROKER"
    exec 8>&-
}

@test "more silent connections than descriptors: the streams that are there go on" {
    start_broker --demo
    ulimit -Sn 100
    ulimit -Hn 100
    start_responder
    "$BUILD_DIR/tests/helper/rude" "$RUN/headway.fcgi.sock" stdinstream >"$RUN/out" 3>&- &
    CLIENTS+=($!)
    "$BUILD_DIR/tests/helper/rude" "$RUN/headway.fcgi.sock" stdinstream >"$RUN/leaver" 3>&- &
    leaver=$!
    await_frame "$RUN/out" '"moved"'
    await_frame "$RUN/leaver" '"moved"'
    for i in $(seq 120); do
        "$BUILD_DIR/tests/helper/rude" "$RUN/headway.fcgi.sock" silent >/dev/null 3>&- &
        CLIENTS+=($!)
    done
    await "all that fit are there" eval '[ "$(descriptors "$RESPONDER")" -ge 55 ]'
    kill "$leaver"
    more=$(($(grep -c moved "$RUN/out") + 10))
    await "the stream goes on" eval '[ "$(grep -c moved "$RUN/out")" -ge '"$more"' ]'
    await "the silent ones are closed, and somebody new is served" \
        eval '"$BUILD_DIR/tests/helper/rude" "$RUN/headway.fcgi.sock" whole | grep -q broker'
}

@test "a health check does not disturb a stream of one task" {
    start_broker
    start_lighttpd
    subscriber "$RUN/out" /events/backup
    await_frame "$RUN/out" "event: synced"
    for i in 1 2 3; do [ "$(status_of "$URL/healthz")" = 200 ]; done
    publish '{"task":"backup","moved":1}'
    await_frame "$RUN/out" '"moved":1'
    [ "$(grep -c "event: synced" "$RUN/out")" = 1 ]
}

@test "a reader slower than the changes comes to synced, and gets its heartbeats" {
    need pv
    start_broker
    start_responder --heartbeat 1
    message=$(head -c 200 /dev/zero | tr '\0' m)
    seq 1 3000 | sed "s/.*/{\"task\":\"busy\\/&\",\"message\":\"$message\"}/" | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    { while :; do seq 1 3000 | sed 's/.*/{"task":"busy\/&","moved":1}/'; done; } 2>/dev/null |
        "$BUILD_DIR/tests/helper/deaf" "$HEADWAY_PUBLISH_SOCKET" 2>/dev/null 3>&- &
    CLIENTS+=($!)
    # GET /events in FastCGI, read at 300 KB/s: a snapshot alone takes some seconds
    { printf '\1\1\0\7\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\7\0\47\0\0\16\3REQUEST_METHODGET\13\7SCRIPT_NAME/events\1\4\0\7\0\0\0\0'
      read -r -t 16 <> <(:) || :; } | nc -U "$RUN/headway.fcgi.sock" | pv -qL 300k >"$RUN/out" 3>&- &
    CLIENTS+=($!)
    await_frame "$RUN/out" "event: synced"
    await "heartbeats among the records" eval '[ "$(grep -ac "event: heartbeat" "$RUN/out")" -ge 2 ]'
}
