# A wish to cancel: from whom, to whom, and what is said if it cannot be passed on.
load ../helper/stack

setup() {
    setup_stack
    need setpriv
    start_broker
    chmod 666 "$HEADWAY_PUBLISH_SOCKET"
}
teardown() { teardown_stack; }

# A job of the user with this uid, and what it is told.
job() { # UID NAME
    setpriv --reuid="$1" --regid="$1" --clear-groups "$BUILD_DIR/tests/helper/say" "$HEADWAY_PUBLISH_SOCKET" \
        "{\"task\":\"$2\",\"hold\":true,\"cancel\":\"allowed\",\"ack\":true}" >"$RUN/$2" 3>&- &
    JOB=$!
    CLIENTS+=("$JOB")
    await "it holds" shows "$RUN/$2" '"ok"'
}

ask() { # UID NAME
    setpriv --reuid="$1" --regid="$1" --clear-groups "$BUILD_DIR/tests/helper/say" -x 0 "$HEADWAY_PUBLISH_SOCKET" \
        "{\"task\":\"$2\",\"cancel\":\"asked\",\"ack\":true}"
}

@test "the user who began it may ask, root may, nobody else may" {
    job 65534 mine
    run ask 65533 mine
    [[ $output == '{"error":"\"mine\" belongs to another user","line":1}' ]]
    [[ $(tail -n 1 "$RUN/mine") != *cancel* ]]
    run ask 65534 mine
    [[ $output == '{"ok":"'*'","task":"mine"}' ]]
    await "it is told" shows "$RUN/mine" '{"cancel":"mine"}'
    run table
    [[ $output == *'"cancel":"asked"'* ]]
    job 65534 ours
    run ask 0 ours
    [[ $output == '{"ok":"'*'","task":"ours"}' ]]
    await "it is told" shows "$RUN/ours" '{"cancel":"ours"}'
    job 0 roots
    run ask 65534 roots
    [[ $output == *'belongs to another user'* ]]
}

@test "what does not run, or takes no wishes, says so" {
    run ask 0 nothing
    [[ $output == '{"error":"\"nothing\" is not running","line":1}' ]]
    publish '{"task":"plain","moved":1}'
    run ask 0 plain
    [[ $output == *'"plain\" is not cancellable'* ]]
    sleep 60 3>&- &
    CLIENTS+=($!)
    "$BUILD_DIR/tests/helper/say" -x 0 -p $! "$HEADWAY_PUBLISH_SOCKET" '{"task":"process","pid":PID,"ack":true}'
    run ask 0 process
    [[ $output == *'is not cancellable'* ]]
    job 0 dead
    kill -9 "$JOB"
    await "it is lost" eval 'table | grep -q lost'
    run ask 0 dead
    [[ $output == *'"dead\" is not running'* ]]
    run table
    [[ $output == *' dead end '* && $output != *nothing* && $output != *'"cancel"'* ]]
}

@test "asked, stopping and ended are three things" {
    mkfifo "$RUN/go"
    { echo '{"task":"j","hold":true,"cancel":"allowed","ack":true}'
      read -r _; echo '{"task":"j","cancel":"stopping"}'
      read -r _; echo '{"task":"j","state":"cancelled","signal":"TERM"}'; } <>"$RUN/go" |
        nc -NU "$HEADWAY_PUBLISH_SOCKET" >"$RUN/j" 3>&- &
    CLIENTS+=($!)
    await "it holds" shows "$RUN/j" '"ok"'
    ask 0 j
    await "asked" eval 'table | grep -q "\"cancel\":\"asked\""'
    echo >"$RUN/go"
    await "stopping" eval 'table | grep -q "\"cancel\":\"stopping\""'
    echo >"$RUN/go"
    await "ended" eval 'table | grep -q " j end .*\"state\":\"cancelled\",\"signal\":\"TERM\",\"started\""'
}

@test "a job that does not read is an error to the one who asks" {
    { echo '{"task":"deaf","hold":true,"cancel":"allowed"}'
      seq 1 40000 | sed 's/.*/{"task":"deaf","moved":&,"ack":true}/'; } |
        "$BUILD_DIR/tests/helper/deaf" "$HEADWAY_PUBLISH_SOCKET" 3>&- &
    CLIENTS+=($!)
    await "its last line is applied" eval 'table | grep -q "\"moved\":40000"'
    # a wish is shorter than what filled its buffer: a few may find room
    for _ in 1 2 3 4 5; do
        run ask 0 deaf
        [[ $output == *error* ]] && break
    done
    [[ $output == '{"error":"\"deaf\" cannot be told: its job does not read what it is told","line":1}' ]]
    table | grep -q ' deaf run '
}
