# Real processes that hold a task and die, and all that might hide it: children
# that inherit the socket, reused pids, other pid namespaces, hidepid.
load ../helper/stack

setup() {
    setup_stack
    need setpriv unshare
}
teardown() { teardown_stack; }

say() { "$BUILD_DIR/tests/helper/say" "$@"; }

# hold FILE ARGUMENTS... -- say, in the background; its answers in FILE.
hold() {
    local file=$1
    shift
    "$BUILD_DIR/tests/helper/say" "$@" >"$file" 2>&1 3>&- &
    HOLDER=$!
    CLIENTS+=("$HOLDER")
    await "it holds" shows "$file" '"ok"'
}

ended() { # PID -- of a process that was killed on purpose
    wait "$1" 2>/dev/null || :
}

# What happens, each line with the time at which it was seen, in $RUN/seen.
watch_table() {
    nc -U "$HEADWAY_SUBSCRIBE_SOCKET" <<<'subscribe *' \
        > >(exec 3>&-; while IFS= read -r line; do echo "$EPOCHREALTIME $line"; done >"$RUN/seen") 3>&- &
    CLIENTS+=($!)
    await "it follows" shows "$RUN/seen" synced
}

# Does this kernel say how a process ended?
kernel_says_how() {
    [ "$(printf '%s\n' 6.15 "$(uname -r)" | sort -V | head -n 1)" = 6.15 ]
}

# lost NAME HOW -- the record is lost, and says how if the kernel does.
lost() {
    local how=$2
    kernel_says_how || how=''
    await "$1 is lost" eval 'table | grep -q " '"$1"' end .*\"state\":\"lost\",'"${how//\"/\\\"}"'"'
    if [ -z "$how" ]; then
        run table
        [[ $output != *'"exit"'* && $output != *'"signal"'* ]]
    fi
}

running() { table | grep -q " $1 run "; } # NAME

# Publishers of another user may connect.
open_door() { chmod 666 "$HEADWAY_PUBLISH_SOCKET"; }

median() { sort -n | sed -n "$((($1 + 1) / 2))p"; }

# The time from the kill of $HOLDER, or of a process, until a subscriber has
# seen that the task is lost, in microseconds.
measure_loss() { # NAME PID
    local at
    at=${EPOCHREALTIME/./}
    kill -9 "$2"
    await "$1 is lost" grep -q " $1 end .*lost" "$RUN/seen"
    ended "$2"
    echo $(($(grep -m 1 " $1 end .*lost" "$RUN/seen" | sed 's/ .*//; s/[.]//') - at))
}

@test "kill -9 of a connection's process: its task is lost within a tenth of a second" {
    start_broker
    watch_table
    for i in $(seq 20); do
        hold "$RUN/answer" "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"k$i\",\"hold\":true,\"ack\":true}"
        took=$(measure_loss "k$i" "$HOLDER")
        echo "$took" >>"$RUN/took"
        [ "$took" -lt 1000000 ]
    done
    echo "# from kill -9 to the subscriber, median of 20: $(median 20 <"$RUN/took") us, worst: $(sort -n "$RUN/took" | tail -n 1) us" >&3
}

@test "kill -9 of a process that holds: the same" {
    start_broker
    watch_table
    for i in $(seq 20); do
        sleep 60 3>&- &
        CLIENTS+=($!)
        say -x 0 -p $! "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"k$i\",\"pid\":PID,\"ack\":true}"
        took=$(measure_loss "k$i" "${CLIENTS[-1]}")
        echo "$took" >>"$RUN/took"
        [ "$took" -lt 1000000 ]
    done
    echo "# from kill -9 to the subscriber, median of 20: $(median 20 <"$RUN/took") us, worst: $(sort -n "$RUN/took" | tail -n 1) us" >&3
}

@test "how the process ended is told with the loss, if the kernel says it" {
    start_broker
    hold "$RUN/answer" "$HEADWAY_PUBLISH_SOCKET" '{"task":"killed","hold":true,"ack":true}'
    kill -TERM "$HOLDER"
    ended "$HOLDER"
    lost killed '"signal":"TERM"'
    say -x 7 "$HEADWAY_PUBLISH_SOCKET" '{"task":"gave-up","hold":true,"ack":true}' || [ $? = 7 ]
    lost gave-up '"exit":7'
    bash -c 'printf "{\"task\":\"script\",\"pid\":%d}\n" $$ | nc -NU "$0"; exit 3' "$HEADWAY_PUBLISH_SOCKET" || [ $? = 3 ]
    lost script '"exit":3'
    bash -c 'printf "{\"task\":\"shot\",\"pid\":%d}\n" $$ | nc -NU "$0"; kill -SEGV $$' "$HEADWAY_PUBLISH_SOCKET" || [ $? = 139 ]
    lost shot '"signal":"SEGV"'
}

@test "a child that inherited the socket does not keep a task alive" {
    start_broker
    hold "$RUN/answer" -c "$HEADWAY_PUBLISH_SOCKET" '{"task":"h","hold":true,"ack":true}'
    CLIENTS+=("$(head -n 1 "$RUN/answer")")
    kill -9 "$HOLDER"
    lost h '"signal":"KILL"'
    kill -0 "${CLIENTS[-1]}"
}

@test "what a process holds lives as long as it does, whoever reports" {
    start_broker
    sleep 60 3>&- &
    CLIENTS+=($!)
    for i in 1 2 3; do
        run say -x 0 -p "${CLIENTS[0]}" "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"p\",\"moved\":$i,\"pid\":PID,\"ack\":true}"
        [[ $output == '{"ok":"'*'","task":"p"}' ]]
    done
    printf '{"task":"p","moved":4}\n' | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    running p
    kill "${CLIENTS[0]}"
    lost p '"signal":"TERM"'
}

@test "a pid that cannot be, and a descriptor that is not its, are told so" {
    start_broker
    sleep 0 3>&- &
    dead=$!
    wait "$dead"
    refused() { # TEXT ARGUMENTS...
        local text=$1
        shift
        run say -x 0 "$@"
        [[ $output == '{"error":"'*"$text"*'","line":1}' ]] || { echo "$output"; return 1; }
    }
    refused '"pid\" names no living process' "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"p\",\"pid\":$dead}"
    refused 'is no pidfd' -n "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"p\",\"pid\":$$}"
    refused 'is not that of' -p self "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"p\",\"pid\":1}"
    refused 'a run has one' -p self "$HEADWAY_PUBLISH_SOCKET" '{"task":"p","pid":PID,"hold":true}'
    refused 'cannot be held' -p self "$HEADWAY_PUBLISH_SOCKET" '{"pid":PID}'
    run table
    [[ $output != *' p '* ]]
}

# ---- what a number means ----

@test "of another pid namespace: a pidfd is believed, a number alone is not" {
    start_broker
    unshare -p -f --mount-proc true || missing "a pid namespace"
    run unshare -p -f --mount-proc "$BUILD_DIR/tests/helper/say" -x 0 "$HEADWAY_PUBLISH_SOCKET" '{"task":"bare","pid":1}'
    [[ $output == *'hand over a pidfd (SCM_RIGHTS)'* ]]
    run table
    [[ $output != *bare* ]]

    unshare -p -f --kill-child --mount-proc "$BUILD_DIR/tests/helper/say" -p self "$HEADWAY_PUBLISH_SOCKET" \
        '{"task":"passed","pid":PID,"ack":true}' >"$RUN/answer" 3>&- &
    CLIENTS+=($!)
    await "it holds" shows "$RUN/answer" '"ok"'
    running passed
    kill -9 "$(pgrep -P "${CLIENTS[0]}")"
    lost passed '"signal":"KILL"'

    unshare -p -f --kill-child --mount-proc "$BUILD_DIR/tests/helper/say" "$HEADWAY_PUBLISH_SOCKET" \
        '{"task":"connected","hold":true,"ack":true}' >"$RUN/answer2" 3>&- &
    CLIENTS+=($!)
    await "it holds" shows "$RUN/answer2" '"ok"'
    kill -9 "$(pgrep -P "${CLIENTS[1]}")"
    lost connected '"signal":"KILL"'
}

@test "hidepid: a broker that may not see the job in /proc is not fooled" {
    mkdir -m 777 "$RUN/nobody"
    HEADWAY_PUBLISH_SOCKET=$RUN/nobody/p.sock HEADWAY_SUBSCRIBE_SOCKET=$RUN/nobody/s.sock
    unshare -m mount -t proc -o hidepid=2 proc /proc || missing "a mount namespace"
    rm -f "$RUN/ready"
    unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc &&
        exec setpriv --reuid=65534 --regid=65534 --clear-groups headwayd --ready-fd 9' \
        9>"$RUN/ready" 2>>"$RUN/broker.log" 3>&- &
    BROKER=$!
    PIDS+=("$BROKER") STRICT[$BROKER]=1
    await "the broker is ready" test -s "$RUN/ready"
    [ "$(awk '/^Uid:/ { print $2 }' "/proc/$BROKER/status")" = 65534 ]
    before=$(descriptors "$BROKER")

    # a connection, whose child lives on
    hold "$RUN/answer" -c "$HEADWAY_PUBLISH_SOCKET" '{"task":"h","hold":true,"ack":true}'
    CLIENTS+=("$(head -n 1 "$RUN/answer")")
    kill -9 "$HOLDER"
    lost h '"signal":"KILL"'
    # a number alone, and a pidfd
    sleep 60 3>&- &
    CLIENTS+=($!)
    for i in 1 2; do
        run say -x 0 "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"p\",\"pid\":${CLIENTS[-1]},\"ack\":true}"
        [[ $output == '{"ok":"'*'","task":"p"}' ]]
        run say -x 0 -p "${CLIENTS[-1]}" "$HEADWAY_PUBLISH_SOCKET" '{"task":"p","pid":PID,"ack":true}'
        [[ $output == '{"ok":"'*'","task":"p"}' ]] # one process, no second holder
    done
    kill -9 "${CLIENTS[-1]}"
    lost p '"signal":"KILL"'
    # no more holders; the first one's child is still connected
    await "nothing else is kept" eval '[ "$(descriptors "$BROKER")" = $((before + 1)) ]'
}

# A pid namespace, in which a pid is given out again when we say so: the broker,
# the jobs and this script are in it.
@test "a process that was given the pid of a dead one is another one" {
    unshare -p -f --mount-proc true || missing "a pid namespace"
    cat >"$RUN/reuse" <<'SCRIPT'
set -eu
say=$BUILD_DIR/tests/helper/say
. "$RUN/functions"
headwayd --ready-fd 9 9>"$RUN/ready" 2>"$RUN/broker.log" &
broker=$!
await "the broker is ready" test -s "$RUN/ready"
until_table() { await "$1" eval "table | grep -q '$1'"; } # PATTERN
at_4000() { echo 3999 >/proc/sys/kernel/ns_last_pid; }

# a connection: the next process with its pid neither keeps the run nor revives it
at_4000
"$say" "$HEADWAY_PUBLISH_SOCKET" '{"task":"c","moved":1,"hold":true}' & job=$!
[ "$job" = 4000 ]
until_table ' c run {"moved":1,'
kill -9 "$job"; wait "$job" || :
at_4000
"$say" "$HEADWAY_PUBLISH_SOCKET" '{"task":"other","hold":true}' & next=$!
[ "$next" = 4000 ]
until_table ' c end .*lost'
kill -9 "$next"; wait "$next" || :
at_4000
"$say" "$HEADWAY_PUBLISH_SOCKET" '{"task":"c","moved":2,"hold":true}' & next=$!
[ "$next" = 4000 ]
until_table ' c run {"moved":2,'
table | awk '$3 == "c" && $4 == "end" { end = $2 } $3 == "c" && $4 == "run" { run = $2 } END { exit !(end && run > end) }'
kill -9 "$next"; wait "$next" || :

# a process that holds
at_4000
sleep 60 & job=$!
[ "$job" = 4000 ]
"$say" -x 0 "$HEADWAY_PUBLISH_SOCKET" '{"task":"p","moved":1,"pid":4000,"ack":true}'
kill -9 "$job"; wait "$job" || :
at_4000
sleep 60 & next=$!
[ "$next" = 4000 ]
until_table ' p end .*lost'
"$say" -x 0 "$HEADWAY_PUBLISH_SOCKET" '{"task":"p","moved":2,"pid":4000,"ack":true}'
table | awk '$3 == "p" && $4 == "end" { end = $2 } $3 == "p" && $4 == "run" { run = $2 } END { exit !(end && run > end) }'
kill -9 "$next"
until_table ' p end .*"moved":2.*lost'
kill "$broker"; wait "$broker"
echo all of it
SCRIPT
    declare -f await table >"$RUN/functions"
    export RUN BUILD_DIR AWAIT_SECONDS
    run unshare -p -f --kill-child --mount-proc bash "$RUN/reuse" 3>&-
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'all of it' ]]
}

# ---- second holders, silence, and a broker that comes back ----

@test "a second holder is told its name at once, and means it" {
    start_broker
    hold "$RUN/first" "$HEADWAY_PUBLISH_SOCKET" '{"task":"n","moved":1,"hold":true,"ack":true}'
    hold "$RUN/second" "$HEADWAY_PUBLISH_SOCKET" '{"task":"n","moved":2,"hold":true}' '{"task":"n/x","moved":3}'
    [[ $(cat "$RUN/second") == '{"ok":"'*'-2","task":"n.2"}' ]]
    run table
    [[ $output == *' n run {"moved":1,'* && $output == *' n.2 run {"moved":2,'* && $output == *' n.2/x run {"moved":3,'* ]]
    kill -9 "$HOLDER"
    lost n.2 '"signal":"KILL"'
    running n
    [[ $(cat "$RUN/first") == '{"ok":"'*'-1","task":"n"}' ]]
}

@test "a process keeps its second name from one connection to the next" {
    start_broker
    hold "$RUN/first" "$HEADWAY_PUBLISH_SOCKET" '{"task":"n","hold":true,"ack":true}'
    sleep 60 3>&- &
    CLIENTS+=($!)
    for i in 1 2 3; do
        run say -x 0 -p "${CLIENTS[-1]}" "$HEADWAY_PUBLISH_SOCKET" "{\"task\":\"n\",\"moved\":$i,\"pid\":PID,\"ack\":true}"
        [[ $output == '{"ok":"'*'","task":"n.2"}' ]]
    done
    run say -x 0 -p "${CLIENTS[-1]}" "$HEADWAY_PUBLISH_SOCKET" '{"task":"n","pid":PID,"state":"done"}'
    [[ $output == '{"ok":"'*'","task":"n.2"}' ]]
    run table
    [[ $output == *' n.2 end {"moved":3,'* && $output != *n.3* ]]
}

@test "a task without a holder and without an update is lost after --silence" {
    start_broker --silence 1
    hold "$RUN/answer" "$HEADWAY_PUBLISH_SOCKET" '{"task":"held","hold":true,"ack":true}'
    publish '{"task":"quiet","moved":1}'
    running quiet
    lost quiet ''
    running held
    publish '{"task":"quiet","moved":2}'
    running quiet
    run headwayd --silence -1
    [ "$status" = 2 ]
    [[ $output == *--silence* ]]
}

@test "a holder that comes to another broker begins when it began" {
    start_broker
    kill_broker
    start_broker
    hold "$RUN/answer" "$HEADWAY_PUBLISH_SOCKET" '{"task":"h","moved":5,"started":1700000000.25,"hold":true,"ack":true}'
    run table
    [[ $output == *'{"moved":5,"task":"h","started":1700000000.250,"updated":'* ]]
}
