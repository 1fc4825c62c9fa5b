# Sockets that a service manager hands over, and the groups of those that are
# made here.
load ../helper/stack

setup() {
    setup_stack
    need systemd-socket-activate setpriv python3
}
teardown() { teardown_stack; }

# handed FDNAMES COMMAND... -- executes it with listening sockets p.sock and, if
# there are two names, s.sock handed over from descriptor 3 on.
handed() {
    local names=$1
    shift
    local sockets=(-l "$RUN/p.sock")
    [[ $names != *:* ]] || sockets+=(-l "$RUN/s.sock")
    systemd-socket-activate "${sockets[@]}" --fdname="$names" -E HEADWAY_PUBLISH_SOCKET -E HEADWAY_SUBSCRIBE_SOCKET \
        -E ASAN_OPTIONS -E UBSAN_OPTIONS "$@" 2>>"$RUN/activated.log" 3>&- &
    BROKER=$!
    PIDS+=("$BROKER") STRICT[$BROKER]=1
    await "somebody listens" shows "$RUN/activated.log" "Listening on $RUN/p.sock"
    [[ $names != *:* ]] || await "there, too" shows "$RUN/activated.log" "Listening on $RUN/s.sock"
}

to() { printf '%s\n' "$2" | timeout 5 nc -NU "$1"; } # SOCKET LINE

# What a broker says that is handed one thing, and other options.
hand() { # NAME=KIND OPTION...
    local what=$1
    shift
    run timeout 20 python3 "$SRC_DIR/tests/helper/hand.py" "$what" "$BUILD_DIR/headwayd" "$@" 3>&-
}

@test "both sockets handed over: the first line starts the broker and is answered, nothing is removed at the end" {
    handed publish:subscribe "$BUILD_DIR/headwayd"
    run to "$RUN/p.sock" '{"task":"a","moved":1,"ack":true}'
    [[ $output == '{"ok":"'*'","task":"a"}' ]]
    run timeout 1 nc -U "$RUN/s.sock" <<<'subscribe *'
    [[ $output == *' a run {"moved":1'* ]]
    shows "$RUN/activated.log" "serving: jobs on $RUN/p.sock, responders on $RUN/s.sock"
    # it has made none of its own
    [ ! -e "$HEADWAY_PUBLISH_SOCKET" ] && [ ! -e "$HEADWAY_SUBSCRIBE_SOCKET" ]
    kill_broker TERM
    [ -S "$RUN/p.sock" ] && [ -S "$RUN/s.sock" ]
}

@test "their order does not matter, their names do" {
    handed subscribe:publish "$BUILD_DIR/headwayd" # p.sock is "subscribe" now
    run to "$RUN/s.sock" '{"task":"a","ack":true}'
    [[ $output == '{"ok":"'* ]]
    run to "$RUN/p.sock" 'subscribe *'
    [[ $output == "headway 1 "* ]]
}

@test "one handed over, the other made here and removed at the end" {
    handed subscribe "$BUILD_DIR/headwayd"
    run timeout 1 nc -U "$RUN/p.sock" <<<'subscribe *'
    [[ $output == "headway 1 "* ]]
    run publish '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
    kill_broker TERM
    [ -S "$RUN/p.sock" ] && [ ! -e "$HEADWAY_PUBLISH_SOCKET" ]
}

@test "what was meant for another process is none of ours" {
    LISTEN_PID=1 LISTEN_FDS=2 LISTEN_FDNAMES=publish:subscribe start_broker
    run publish '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
}

@test "what is no Unix stream socket, or does not listen, is refused by name before anything is made" {
    hand publish=file
    [ "$status" = 1 ]
    [[ $output == *"descriptor 3, handed over for --publish-socket, is no listening socket: a Unix stream socket is needed"* ]]
    hand publish=unbound
    [ "$status" = 1 ] && [[ $output == *"is no listening socket"* ]]
    hand subscribe=tcp
    [ "$status" = 1 ] && [[ $output == *"handed over for --subscribe-socket, is a TCP socket"* ]]
    hand publish=seqpacket:"$RUN/seq"
    [ "$status" = 1 ] && [[ $output == *"is no stream socket"* ]]
    [ ! -e "$HEADWAY_PUBLISH_SOCKET" ] && [ ! -e "$HEADWAY_SUBSCRIBE_SOCKET" ]
}

@test "a name that nobody knows, and an option that contradicts, are said" {
    hand headwayd.socket="$RUN/x"
    [ "$status" = 1 ]
    [[ $output == *'named "headwayd.socket"; wanted: publish subscribe (FileDescriptorName= of its unit)'* ]]
    for option in "--publish-socket=$RUN/other" --publish-group=0; do
        rm -f "$RUN/x"
        hand publish="$RUN/x" "$option"
        [ "$status" = 1 ]
        [[ $output == *"${option%%=*} is given, but the socket is handed over"* ]]
    done
}

@test "a name in the abstract namespace is as good as a path" {
    python3 "$SRC_DIR/tests/helper/hand.py" "publish=@headway-test-$$" "$BUILD_DIR/headwayd" 2>>"$RUN/broker.log" 3>&- &
    PIDS+=($!) STRICT[$!]=1
    await "it serves" shows "$RUN/broker.log" "serving: jobs on @headway-test-$$, responders on $HEADWAY_SUBSCRIBE_SOCKET"
}

@test "the responder needs nothing of it: its socket is descriptor 0" {
    start_broker
    python3 "$SRC_DIR/tests/helper/hand.py" stdin="$RUN/f.sock" "$BUILD_DIR/headway.fcgi" 2>>"$RUN/responder.log" 3>&- &
    PIDS+=($!) STRICT[$!]=1
    await "it listens" test -S "$RUN/f.sock"
    await "it answers, with a broker" eval '"$BUILD_DIR/tests/helper/rude" "$RUN/f.sock" whole | grep -q "\"broker\":true"'
    for kind in file tcp unbound seqpacket:"$RUN/seq"; do
        run python3 "$SRC_DIR/tests/helper/hand.py" stdin="$kind" "$BUILD_DIR/headway.fcgi" 3>&-
        [ "$status" = 1 ]
        [[ $output == *"descriptor 0 is "*"use --listen PATH"* ]]
    done
}

@test "both daemons tell the manager when they serve and when they stop" {
    python3 -c "
import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('$RUN/notify')
while True: open('$RUN/told', 'a').write(s.recv(100).decode() + '\n')" 3>&- &
    CLIENTS+=($!)
    await "the manager listens" test -S "$RUN/notify"
    export NOTIFY_SOCKET=$RUN/notify
    start_broker
    start_responder
    unset NOTIFY_SOCKET
    await "both are ready" eval '[ "$(grep -c "^READY=1$" "$RUN/told")" = 2 ]'
    not grep -q STOPPING "$RUN/told"
    kill_broker TERM
    await "the broker stops" eval '[ "$(grep -c "^STOPPING=1$" "$RUN/told")" = 1 ]'
    kill "$RESPONDER"
    await "the responder stops" eval '[ "$(grep -c "^STOPPING=1$" "$RUN/told")" = 2 ]'
    await "it has ended" gone_or_zombie "$RESPONDER" # a second signal is not for it
}

@test "a manager that is not there is a warning, and the broker serves" {
    NOTIFY_SOCKET=$RUN/nobody start_broker
    shows "$RUN/broker.log" "cannot tell READY=1 to $RUN/nobody: No such file or directory"
    run publish '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
}

# ---- groups ----

# may UID GID SOCKET -- can this user, with this group alone, connect?
may() { setpriv --reuid="$1" --regid="$2" --clear-groups "$BUILD_DIR/tests/helper/say" -x 0 "$3" "${4:-x}" 2>&1; }

@test "each socket has the group it was given, by name or by number, and lets in no other" {
    start_broker --publish-group www-data --subscribe-group 4242
    start_responder --listen-group www-data
    [ "$(stat -c '%G %a' "$HEADWAY_PUBLISH_SOCKET")" = "www-data 660" ]
    [ "$(stat -c '%g %a' "$HEADWAY_SUBSCRIBE_SOCKET")" = "4242 660" ]
    [ "$(stat -c '%G %a' "$RUN/headway.fcgi.sock")" = "www-data 660" ]
    run may 65534 33 "$HEADWAY_PUBLISH_SOCKET" '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
    run may 65534 4242 "$HEADWAY_PUBLISH_SOCKET" '{"task":"a","ack":true}'
    [[ $output == *"Permission denied"* ]]
    run may 65534 4242 "$HEADWAY_SUBSCRIBE_SOCKET" 'subscribe *'
    [[ $output == "headway 1 "* ]]
    run may 65534 33 "$HEADWAY_SUBSCRIBE_SOCKET" 'subscribe *'
    [[ $output == *"Permission denied"* ]]
}

@test "a group that does not exist, or that it may not give to, is said before anything serves" {
    run headwayd --subscribe-group no-such-group
    [ "$status" = 2 ]
    [[ $output == *'--subscribe-group: there is no group "no-such-group"'* ]]
    run headwayd --publish-group 4294967295 # chown(2) would take it for "no group"
    [ "$status" = 2 ]
    run headway.fcgi --listen "$RUN/f.sock" --listen-group no-such-group
    [ "$status" = 2 ]
    run headway.fcgi --listen-group www-data
    [ "$status" = 2 ]
    [[ $output == *"--listen-group goes with --listen"* ]]
    mkdir -m 777 "$RUN/d"
    cp "$BUILD_DIR/headwayd" "$RUN/d/" # where another user can execute it
    run setpriv --reuid=65534 --regid=65534 --clear-groups "$RUN/d/headwayd" --publish-socket "$RUN/d/p" \
        --subscribe-socket "$RUN/d/s" --subscribe-group www-data
    [ "$status" = 1 ]
    [[ $output == *"cannot give $RUN/d/s to group 33: "*"only root, or a member of that group, can"* ]]
    [ ! -e "$RUN/d/p" ] && [ ! -e "$RUN/d/s" ]
    # a member can
    setpriv --reuid=65534 --regid=65534 --groups=33 "$RUN/d/headwayd" --publish-socket "$RUN/d/p" \
        --subscribe-socket "$RUN/d/s" --subscribe-group www-data 2>>"$RUN/broker.log" 3>&- &
    PIDS+=($!) STRICT[$!]=1
    await "it serves" test -S "$RUN/d/s"
    await "its group is given" [ "$(stat -c %G "$RUN/d/s")" = www-data ]
}
