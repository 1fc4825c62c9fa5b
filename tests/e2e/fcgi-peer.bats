# FastCGI peers without manners: served, or closed without a word within five
# seconds; and nobody else notices.
load ../helper/stack

setup() {
    setup_stack
    start_broker --demo
    start_responder
    SOCKET=$RUN/headway.fcgi.sock
}
teardown() { teardown_stack; }

rude() { run "$BUILD_DIR/tests/helper/rude" "$SOCKET" "$1"; }

served() { [[ $output == *'"status":"ok"'*"closed after"* ]]; }

closed_without_a_word() {
    [ "${#lines[@]}" = 1 ] || { echo "$output"; return 1; }
    [[ ${lines[0]} =~ ^closed\ after\ ([0-9]+)\ ms$ ]] || { echo "$output"; return 1; }
    [ "${BASH_REMATCH[1]}" -le "${1-6000}" ]
}

@test "a whole request is served, at once or byte by byte" {
    rude whole
    served
    rude bytewise
    served
}

@test "KEEP_CONN and STDIN that never ends are served, then closed" {
    rude keepconn
    served
    rude stdin
    served
}

@test "a peer that goes on sending after its answer, and never closes, is closed" {
    rude stdindeaf
    served
    [[ ${lines[-1]} =~ ^closed\ after\ ([0-9]+)\ ms$ ]]
    [ "${BASH_REMATCH[1]}" -le 6000 ]
}

@test "a stream whose STDIN never ends is served until its reader goes" {
    rude whole # from now on there is a link to the broker, too
    start=$(descriptors "$RESPONDER")
    "$BUILD_DIR/tests/helper/rude" "$SOCKET" stdinstream >"$RUN/out" 3>&- &
    CLIENTS+=($!)
    await_frame "$RUN/out" '"moved"'
    kill "${CLIENTS[0]}"
    await "its descriptor is back" eval '[ "$(descriptors "$RESPONDER")" = '"$start"' ]'
}

@test "a silent peer, half a record and half PARAMS are closed after five seconds" {
    for what in silent halfrecord halfparams; do
        "$BUILD_DIR/tests/helper/rude" "$SOCKET" "$what" >"$RUN/$what" 3>&- &
        CLIENTS+=($!)
    done
    for what in silent halfrecord halfparams; do
        await "$what is closed" shows "$RUN/$what" "closed after"
        run cat "$RUN/$what"
        closed_without_a_word 6500
    done
}

@test "garbage, oversize and lying lengths, and management records are closed at once" {
    for what in garbage oversize lyingparams getvalues getvaluesinside; do
        rude "$what"
        closed_without_a_word 1500 || { echo "$what"; false; }
    done
    rude whole
    served
}

@test "a stream beside them all is not disturbed" {
    "$BUILD_DIR/tests/helper/rude" "$SOCKET" stdinstream >"$RUN/out" 3>&- &
    CLIENTS+=($!)
    await_frame "$RUN/out" '"moved"'
    for i in 1 2 3; do
        for what in garbage oversize lyingparams getvalues bytewise; do
            "$BUILD_DIR/tests/helper/rude" "$SOCKET" "$what" >/dev/null
        done
    done
    await "it has gone on for thirty steps" eval '[ "$(grep -c moved "$RUN/out")" -ge 30 ]'
    # no step is missing
    run awk -F '[:,]' '/^data: \{"moved"/ { if (n++ && $3 != (m == 100 ? 0 : m + 1)) bad = 1; m = $3 } END { exit bad }' "$RUN/out"
    [ "$status" = 0 ]
}

@test "SIGTERM with each of them attached: gone within two seconds, status 0" {
    for what in silent halfrecord halfparams stdinstream; do
        "$BUILD_DIR/tests/helper/rude" "$SOCKET" "$what" >"$RUN/$what" 3>&- &
        CLIENTS+=($!)
    done
    await_frame "$RUN/stdinstream" '"moved"'
    start=$EPOCHREALTIME
    kill "$RESPONDER"
    wait "$RESPONDER"
    took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
    forget "$RESPONDER"
    awk -v t="$took" 'BEGIN { exit !(t < 2.5) }'
    # the stream has ended orderly: END_REQUEST is the last record
    await "the stream's peer has seen the end" shows "$RUN/stdinstream" "closed after"
}
