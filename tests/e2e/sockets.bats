# Sockets are born safely; options and their errors.
load ../helper/stack

setup() { setup_stack; }
teardown() { teardown_stack; }

@test "sockets are for owner and group, whatever the umask" {
    umask 000
    start_broker
    [ "$(stat -c %a "$HEADWAY_PUBLISH_SOCKET")" = 660 ]
    [ "$(stat -c %a "$HEADWAY_SUBSCRIBE_SOCKET")" = 660 ]
}

@test "a second broker on the same sockets refuses, and the first goes on" {
    start_broker
    run headwayd
    [ "$status" = 1 ]
    [[ $output == *"another server is listening there"* ]]
    run publish '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
}

@test "a dead broker's socket is replaced, a file that is no socket is not" {
    start_broker
    kill_broker
    [ -S "$HEADWAY_PUBLISH_SOCKET" ]
    start_broker
    kill_broker TERM
    echo precious >"$HEADWAY_PUBLISH_SOCKET"
    run headwayd
    [ "$status" = 1 ]
    [[ $output == *"exists and is not a socket"* ]]
    [ "$(cat "$HEADWAY_PUBLISH_SOCKET")" = precious ]
}

@test "ten brokers started at once: exactly one serves" {
    for i in $(seq 10); do
        headwayd 2>>"$RUN/broker.log" 3>&- &
        PIDS+=($!)
    done
    await "nine have given up" eval '[ "$(grep -c "another server" "$RUN/broker.log")" = 9 ]'
    run publish '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
}

@test "without options the sockets are in XDG_RUNTIME_DIR/headway, for brokers and clients alike" {
    unset HEADWAY_PUBLISH_SOCKET HEADWAY_SUBSCRIBE_SOCKET
    export XDG_RUNTIME_DIR=$RUN
    start_broker
    [ -S "$RUN/headway/publish.sock" ] && [ -S "$RUN/headway/subscribe.sock" ]
    run headway set a 1 2
    [ "$status" = 0 ] && [ -z "$output" ]
}

@test "a path that is too long, or a directory that is not there, is named" {
    run headwayd --publish-socket "/tmp/$(head -c 120 /dev/zero | tr '\0' x)"
    [ "$status" = 1 ]
    [[ $output == *"at most 107 bytes"* ]]
    run headwayd --publish-socket "$RUN/none/p.sock"
    [ "$status" = 1 ]
    [[ $output == *"$RUN/none/p.sock"* ]]
}

@test "usage errors name the option and end with 2; --help and --version with 0" {
    for program in headwayd headway.fcgi headway; do
        run "$program" --help
        [ "$status" = 0 ] && [[ $output == usage:* ]]
        run "$program" --version
        [ "$status" = 0 ] && [[ $output == "$program "[0-9]* ]]
        run "$program" --nonsense
        [ "$status" = 2 ]
    done
    run headwayd --demo-interval 0
    [ "$status" = 2 ] && [[ $output == *"--demo-interval takes a whole number from 1"* ]]
    run headwayd extra
    [ "$status" = 2 ] && [[ $output == *'"extra" is no option'* ]]
    run headway.fcgi --allow-origin https://x.example/
    [ "$status" = 2 ] && [[ $output == *"scheme://host"* ]]
}

@test "the responder started by hand says how it wants to be started" {
    run headway.fcgi </dev/null
    [ "$status" = 1 ]
    [[ $output == *"descriptor 0 is no listening socket"*"--listen PATH"* ]]
}
