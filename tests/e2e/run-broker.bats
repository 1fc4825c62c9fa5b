# headway run and a broker that is away, frozen, killed, or says no: the command
# never notices, and the report comes back.
load ../helper/stack
load ../helper/heard

setup() {
    setup_stack
    mkfifo "$RUN/go"
}
teardown() { teardown_stack; }

# took COMMAND... -- in $TOOK, seconds
took() {
    local start=$EPOCHREALTIME
    "$@"
    TOOK=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
}
less_than() { awk -v t="$TOOK" -v max="$1" 'BEGIN { exit !(t < max) }' || { echo "$TOOK s"; false; }; }

@test "no broker: one warning, or none with --quiet, and everything else as ever" {
    run headway run -- sh -c 'echo x; exit 3'
    [ "$status" = 3 ]
    [ "${#lines[@]}" = 2 ] && [[ $output == *"going on without the broker"*x* ]]
    run headway run --quiet -- sh -c 'echo x; exit 3'
    [ "$status" = 3 ] && [ "$output" = x ]
}

@test "a frozen broker: the command starts at once all the same, and its end waits for a second at most" {
    start_broker
    kill -STOP "$BROKER"
    took headway run --quiet -- sh -c 'date +%s.%N >"$0"' "$RUN/began"
    kill -CONT "$BROKER"
    less_than 3
    # the time at which it began, by its own word
    TOOK=$(awk -v a="$EPOCHREALTIME" -v t="$TOOK" -v b="$(cat "$RUN/began")" 'BEGIN { print b - (a - t) }')
    less_than 1
}

@test "a frozen broker takes nothing from the command's speed" {
    start_broker
    headway run --name x --quiet -- sh -c 'echo ready; read -r x <"$0"; seq 300000; echo end' "$RUN/go" >"$RUN/out" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    await "it is ready" grep -q ready "$RUN/out"
    kill -STOP "$BROKER"
    echo >"$RUN/go"
    await "it has printed all" grep -q end "$RUN/out"
    kill -CONT "$BROKER"
    wait "$pid"
    [ "$(wc -l <"$RUN/out")" = 300002 ]
}

@test "a broker that comes back has everything within two seconds, though nothing is printed" {
    start_broker
    start_lighttpd
    headway run --name x --title T --quiet -- sh -c 'echo 10%; read -r x <"$0"' "$RUN/go" >/dev/null 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    shown x .title T
    started=$(record x .started)
    kill_broker
    start_broker
    took shown x .title T
    less_than 2
    # when it began, not when the broker did
    [ "$(jq -n "$(record x .started) - $started | fabs < 0.01")" = true ]
    echo >"$RUN/go"
    wait "$pid"
    shown x .state done
}

@test "a broker killed at the end, or away at the beginning and there at the end" {
    start_broker
    headway run --quiet -- sh -c 'read -r x <"$0"; exit 7' "$RUN/go" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    exec 8>"$RUN/go"
    kill_broker
    echo >&8
    exec 8>&-
    status=0
    wait "$pid" || status=$?
    [ "$status" = 7 ]
    headway run --name late --quiet -- sh -c 'read -r x <"$0"; exit 7' "$RUN/go" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    exec 8>"$RUN/go"
    start_broker
    start_lighttpd
    shown late .state null
    echo >&8 # whatever has been started since holds this end too
    exec 8>&-
    wait "$pid" || :
    shown late '[.state, .exit] | join("|")' "failed|7"
}

@test "a broker that refuses: one warning, and the command runs" {
    start_broker
    seq 1 20000 | sed 's/.*/{"task":"t\/&"}/' | nc -NU "$HEADWAY_PUBLISH_SOCKET" >/dev/null
    run headway run -- echo x
    [ "$status" = 0 ]
    [ "${#lines[@]}" = 2 ] && [[ $output == *"the broker refuses to show this: "*x ]]
}

@test "who holds the name already: both go on, each by itself" {
    start_broker
    start_lighttpd
    headway run --name x -- sh -c 'read -r x <"$0"' "$RUN/go" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    shown x .state null
    run headway run --name x -- sh -c 'echo "$HEADWAY_TASK"; headway set below 1 2'
    [ "$status" = 0 ]
    # a second name is told before the command begins, to it and to us
    [ "$output" = 'headway: "x" is running already: this one is "x.2"'$'\n'x.2 ]
    echo >"$RUN/go"
    wait "$pid"
    shown x .state done
    shown x.2 .state done
    shown x.2/below .percent 50.00
}

@test "a refusal is not for ever: the next broker is told" {
    # one that is full, and then gone
    echo '{"error":"4096 publishers are connected, the limit"}' | nc -lNU "$HEADWAY_PUBLISH_SOCKET" >/dev/null 3>&- &
    CLIENTS+=($!)
    await "it listens" test -S "$HEADWAY_PUBLISH_SOCKET"
    headway run --name x -- sh -c 'read -r x <"$0"' "$RUN/go" 2>"$RUN/err" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    await "it is refused" shows "$RUN/err" "the broker refuses to show this: 4096 publishers"
    rm -f "$HEADWAY_PUBLISH_SOCKET"
    start_broker
    start_lighttpd
    shown x .state null
    echo >"$RUN/go"
    wait "$pid"
    shown x .state done
}

@test "what is printed after the end is passed on, and nobody is told of it" {
    start_listener
    mkfifo "$RUN/late" "$RUN/read"
    # longer than what is told at once, a twentieth of a second
    headway run --quiet --name x -- sh -c '(read -r _ <"$0/late"; for i in $(seq 20); do echo "late $i"; sleep 0.02; done >&2) &
        echo before >&2; head -c 120000 /dev/zero | tr "\0" x' "$RUN" \
        2>"$RUN/err" 3>&- | (read -r _ <"$RUN/read"; wc -c >"$RUN/count") 3>&- &
    CLIENTS+=($!)
    await "the end is told" shows "$HEARD" '"state":"done"'
    echo >"$RUN/late"
    await "it is passed on" shows "$RUN/err" "late 20"
    echo >"$RUN/read"
    await "all is read" test -s "$RUN/count"
    [ "$(cat "$RUN/count")" = 120000 ]
    [ "$(cat "$RUN/err")" = "before"$'\n'"$(seq -f 'late %g' 20)" ]
    grep -q before "$HEARD"
    not grep -q late "$HEARD"
}
