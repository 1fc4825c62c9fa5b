# What only one way of being started has: mod_fcgid's processes, spawn-fcgi. What
# all servers have in common is in servers-KIND.bats.
load ../helper/stack
load ../helper/servers

setup() { setup_stack; }
teardown() { teardown_stack; }

@test "Apache with mod_fcgid: a cursor from one process is good in another" {
    start_broker --demo
    start_server fcgid
    subscriber "$RUN/a" /events # keeps its process busy: the next request gets another
    await_frame "$RUN/a" '"moved":5'
    for i in 1 2 3; do
        # mod_fcgid waits a second before it starts another process
        run curl -sN --max-time 4 -H "Last-Event-ID: $(last_id "$RUN/a")" "$URL/events"
        [[ $output != *resync* ]] || { echo "$output"; false; }
        [[ $output == *'"moved"'* ]]
    done
}

# When all its processes are busy, mod_fcgid waits for a whole second before it
# starts another.

@test "Apache with mod_fcgid: other requests need not wait while streams are open" {
    local try took
    start_broker --demo
    start_server fcgid
    for try in 1 2 3; do # a busy machine is no bug; and a stream more takes what has become free
        subscriber "$RUN/$try" /events
        await_frame "$RUN/$try" '"moved"'
        took=$(first_frame_after "$URL/tasks" moved)
        echo "# $took s"
        [[ $took != 0.* ]] || return 0
    done
    return 1
}

@test "Apache with mod_fcgid: who comes when another has left does not wait for a process" {
    start_broker
    publish '{"task":"a","moved":1}'
    start_server fcgid
    subscriber "$RUN/a" "/events/a?until=end" --max-time 20
    subscriber "$RUN/b" "/events/a?until=end" --max-time 20
    await_frame "$RUN/a" '"moved":1'
    await_frame "$RUN/b" '"moved":1'
    [ "$(pgrep -c -f "^$RUN/bin/headway.fcgi --max-stream 240")" = 2 ]
    publish '{"task":"a","state":"done"}' '{"task":"b","moved":1}'
    await "both have ended" all_gone "${CLIENTS[@]}"
    subscriber "$RUN/c" /events/b
    await_frame "$RUN/c" '"moved":1'
    within_a_second "$URL/events/b" moved
}

@test "spawn-fcgi starts the responder, lighttpd connects to it" {
    need spawn-fcgi
    start_broker --demo
    spawn-fcgi -n -s "$RUN/headway.fcgi.sock" -- "$BUILD_DIR/headway.fcgi" 2>>"$RUN/responder.log" 3>&- &
    RESPONDER=$!
    PIDS+=("$RESPONDER") STRICT[$RESPONDER]=1
    await "its socket is there" test -S "$RUN/headway.fcgi.sock"
    LIGHTTPD_CONF=headway-external.conf start_lighttpd
    one_by_one
}
