# headway run --allow-cancel: a wish, its beginning and its end are three facts.
load ../helper/stack
load ../helper/heard

setup() {
    setup_stack
    start_asker
}
teardown() { teardown_stack; }

# A broker that listens, and says what ask() is given.
start_asker() {
    HEARD=$RUN/heard.log
    mkfifo "$RUN/say"
    nc -lkU "$HEADWAY_PUBLISH_SOCKET" <>"$RUN/say" >"$HEARD" 2>/dev/null 3>&- &
    CLIENTS+=($!)
    await "the asker listens" test -S "$HEADWAY_PUBLISH_SOCKET"
}
ask() { echo "{\"cancel\":\"$1\"}" >"$RUN/say"; }
has_heard() { [ "$(heard "$1" | tail -n 1)" = "$2" ]; }

# start OPTIONS -- COMMAND... -- which has written its pid to $RUN/pid when this returns
start() {
    headway run --quiet --name x "$@" <&0 >"$RUN/out" 2>"$RUN/err" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    await "it runs" test -s "$RUN/pid"
}
ended() { # as STATE|SIGNAL|EXIT
    status=0
    wait "$pid" 2>/dev/null || status=$?
    await "the end was told as $1" has_heard 'select(.state) | [.state, .signal // "", .exit // ""] | join("|")' "$1" ||
        { tail -n 2 "$HEARD"; false; }
}

@test "allowed is said; asked, SIGTERM; stopping is said; ended, cancelled" {
    start --allow-cancel -- sh -c 'echo $$ >"$0"; exec sleep 300' "$RUN/pid"
    await "allowed" has_heard 'select(.cancel) | .cancel' allowed
    ask x
    ended "cancelled|TERM|"
    [ "$status" = 143 ]
    [ "$(heard 'select(.cancel) | .cancel' | xargs)" = "allowed stopping" ]
}

@test "not allowed: nothing happens" {
    mkfifo "$RUN/go"
    exec 8<>"$RUN/go"
    start -- sh -c 'echo $$ >"$0"; read -r x; echo went on; read -r x' "$RUN/pid" <&8
    ask x
    echo >&8
    await "what came after the wish is told" has_heard 'select(.log) | .log[0]' "went on"
    echo >&8
    exec 8>&-
    ended "done||"
    [ "$status" = 0 ]
    [ "$(heard 'select(.cancel) | .cancel')" = "" ]
}

@test "a command that ends in order when asked: cancelled, with its exit status" {
    start --allow-cancel -- sh -c 'trap "exit 6" TERM; echo $$ >"$0"; while :; do sleep 0.02; done' "$RUN/pid"
    ask x
    ended "cancelled||6"
    [ "$status" = 6 ]
}

@test "one that does not mind SIGTERM is killed after the grace" {
    start --allow-cancel --grace 1 -- sh -c 'trap "" TERM; echo $$ >"$0"; while :; do sleep 0.02; done' "$RUN/pid"
    ask x
    await "stopping is said while it lives" has_heard 'select(.cancel) | .cancel' stopping
    kill -0 "$(cat "$RUN/pid")"
    ended "cancelled|KILL|"
    [ "$status" = 137 ]
}

@test "a command that is stopped is ended too" {
    start --allow-cancel -- sh -c 'echo $$ >"$0"; exec sleep 300' "$RUN/pid"
    kill -STOP "$(cat "$RUN/pid")"
    ask x
    ended "cancelled|TERM|"
}

@test "all that belongs to the job goes: children in groups and sessions of their own, and orphans; its neighbours and daemons stay" {
    sleep 300.6 3>&- & # of our session and process group
    CLIENTS+=($!)
    start --allow-cancel -- sh -c '
        timeout 300 sleep 300.5 &
        setsid -w sh -c "sleep 300.51; :" &
        sh -c "sleep 300.52 & sleep 300.53 &"
        (setsid sleep 300.7 >/dev/null 2>&1 &)
        echo $$ >"$0"; wait' "$RUN/pid"
    for child in 300.5 300.51 300.52 300.53 300.7; do
        await "sleep $child runs" pgrep -f "^sleep $child\$"
    done
    daemon=$(pgrep -f '^sleep 300.7$')
    await "it is a daemon" eval '[ "$(parent_of $daemon)" != "$(cat "$RUN/pid")" ]'
    ask x
    ended "cancelled|TERM|"
    run pgrep -f '^sleep 300\.5'
    [ "$output" = "" ]
    [ "$(pgrep -f '^sleep 300.7$')" = "$daemon" ]
    kill "$daemon"
    pgrep -f '^sleep 300.6$'
}

@test "the end is told when the last of the job has gone, not when the command has" {
    start --allow-cancel --grace 1 -- sh -c 'perl -e "\$SIG{TERM} = \"IGNORE\"; \$0 = \"stubborn\"; print STDERR \"here\\n\"; sleep 300" &
        while ! grep -q here "$1"; do sleep 0.02; done; echo $$ >"$0"; wait' "$RUN/pid" "$RUN/err"
    stubborn=$(pgrep -f '^stubborn')
    ask x
    await "the command is gone" gone_or_zombie "$(cat "$RUN/pid")"
    kill -0 "$stubborn"
    [ "$(heard 'select(.state) | .state')" = "" ]
    ended "cancelled|TERM|"
    gone_or_zombie "$stubborn"
}

@test "in a terminal: the command's whole session" {
    need script
    script -qec "headway run --quiet --name x --allow-cancel -- sh -c 'sleep 300.8 & echo \$\$ >$RUN/pid; wait'; echo \$? >'$RUN/status'" \
        /dev/null <>"$(mkfifo "$RUN/typist"; echo "$RUN/typist")" >/dev/null 3>&- &
    pid=$!
    await "it runs" test -s "$RUN/pid"
    ask x
    ended "cancelled|TERM|"
    [ "$(cat "$RUN/status")" = 143 ]
    run pgrep -f '^sleep 300\.8'
    [ "$output" = "" ]
}

@test "asked when it is over: nothing" {
    start --allow-cancel -- sh -c 'echo $$ >"$0"' "$RUN/pid"
    ended "done||"
}
