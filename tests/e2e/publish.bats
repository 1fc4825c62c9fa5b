# What publishers send: the contract's answer for each, to the one who sent it,
# nothing half applied, nobody else disturbed.
load ../helper/stack

setup() {
    setup_stack
    start_broker
}
teardown() {
    # whatever was tried, the broker still serves
    run publish '{"task":"still/here","ack":true}'
    [[ $output == *'"ok"'* ]]
    teardown_stack
}

refused() { # LINE TEXT
    run publish "$1"
    [[ $output == '{"error":"'*"$2"*'","line":1}' ]] || { echo "$1 -> $output"; return 1; }
}

@test "bad lines are answered with what was wrong, and nothing of them is applied" {
    refused 'hello' 'not JSON'
    refused '{"task":"x","moved":1' 'ends too soon'
    refused '[1,2]' 'object'
    refused '{"task":"x","moved":1,"totl":100}' 'unknown key \"totl\"'
    refused '{"task":"x","moved":"45"}' '\"moved\" must be a number'
    refused '{"task":"x","moved":NaN}' 'NaN'
    refused '{"task":"x","moved":1e999}' '\"moved\" must be from 0 to 2^53'
    refused '{"task":"x","moved":-1}' '\"moved\" must be from 0 to 2^53'
    refused "{'task':'x'}" 'double quotes'
    refused '{"task":"x","moved":1,"moved":2}' 'the key \"moved\" appears twice'
    refused '{"task":"x","moved":1,"m\u006fved":2}' 'appears twice'
    refused '{"task":"../etc/passwd","moved":1}' 'segment . or ..'
    refused '{"task":"a b","moved":1}' 'a character other than'
    refused '{"task":"x","state":"lost"}' 'cannot be published'
    refused '{"task":"x","state":"finished"}' 'running, done, failed or cancelled'
    refused '{"task":"x","percent":"45.00"}' 'computed by the broker'
    refused '{"task":"x","pid":0}' 'must be a process id'
    refused '{"task":"x","hold":true,"pid":1}' 'a run has one'
    refused '{"task":"x","log":{}}' 'must be a string or an array of strings'
    refused '{"task":"x","log":["a",1]}' 'must be a string or an array of strings'
    refused "{\"task\":\"x\",\"log\":\"$(head -c 2001 /dev/zero | tr '\0' m)\"}" 'longer than 2000 bytes'
    refused '{"task":"x","skipped":-1}' 'must be a whole number'
    refused '{"task":"x","exit":256}' '0 to 255'
    refused '{"hold":true}' 'cannot be held'
    refused "{\"task\":\"x\",\"message\":\"$(head -c 5000 /dev/zero | tr '\0' m)\"}" 'longer than 4096 bytes'
    refused "$(printf '{"task":"x","message":"\xc0\xaf"}')" 'not UTF-8'
    run table
    [[ $output != *' x '* ]]
}

@test "after a bad line the connection stays, and the line is numbered" {
    run publish '{"task":"x","moved":1}' 'oops' '{"task":"x","moved":2,"ack":true}'
    [[ ${lines[0]} == *'"line":2}' ]]
    [[ ${lines[1]} == '{"ok":"'*'-2","task":"x"}' ]]
}

@test "moved above total is allowed, and 100.00" {
    publish '{"task":"x","moved":7,"total":5}'
    run table
    [[ $output == *'{"moved":7,"total":5,"percent":"100.00"'* ]]
}

@test "70 KB without a newline, and bytes that are no text, are answered and closed" {
    run bash -c "{ head -c 70000 /dev/zero | tr '\0' a; echo; echo '{\"task\":\"late\"}'; } | nc -NU '$HEADWAY_PUBLISH_SOCKET'"
    [[ $output == '{"error":"a line is longer than 65536 bytes","line":1}' ]]
    run bash -c "{ printf '{\"task\":\"x\",\"message\":\"\\xff\\xfe\"}\n'; echo '{\"task\":\"late\"}'; } | nc -NU '$HEADWAY_PUBLISH_SOCKET'"
    [[ $output == '{"error":"not UTF-8","line":1}' ]]
    run table
    [[ $output != *late* ]]
}

@test "a message cannot break out of its frame and arrives as it went in" {
    start_lighttpd
    subscriber "$RUN/out" /events/m
    await_frame "$RUN/out" "event: synced"
    publish '{"task":"m","message":"a\r\nb\n\ndata: x\u2028\ud83d\ude00\u0000\u007f"}'
    await_frame "$RUN/out" '"task":"m"'
    [ "$(grep -c '^data: {"task":"m"' "$RUN/out")" = 1 ]
    not grep -q '^data: x' "$RUN/out"
    [ "$(sed -n 's/^data: {"task":"m"/{"task":"m"/p' "$RUN/out" | jq -r .message | tr -d '\0' | od -An -tx1 | tr -d ' \n')" = \
        "610d0a620a0a646174613a2078e280a8f09f98807f0a" ]
}

@test "a line that comes in two halves a second apart is one line" {
    { printf '{"task":"slow",'; sleep 1; printf '"moved":3,"ack":true}\n'; } | nc -NU "$HEADWAY_PUBLISH_SOCKET" >"$RUN/answer"
    grep -q '"ok"' "$RUN/answer"
}

@test "a publisher that is gone in the middle of a line has not said it, and is told so if it listens" {
    run bash -c "printf '{\"task\":\"half\",\"moved\":1}' | nc -NU '$HEADWAY_PUBLISH_SOCKET'"
    [[ $output == '{"error":"the last line has no end, it was not applied","line":1}' ]]
    run table
    [[ $output != *half* ]]
}

@test "ten thousand tasks are taken in, one publisher's lines, and listed" {
    seq 1 10000 | sed 's/.*/{"task":"many\/&","moved":&,"total":10000}/' | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    start_lighttpd
    await "all are listed" eval '[ "$(curl -s "$URL/tasks" | jq ".tasks | length")" = 10000 ]'
}

@test "the table's limit is an error to the one who reached it" {
    seq 1 20001 | sed 's/.*/{"task":"t\/&"}/' | nc -NU "$HEADWAY_PUBLISH_SOCKET" >"$RUN/answers"
    run cat "$RUN/answers"
    [ "${#lines[@]}" = 1 ]
    [[ $output == *'the broker holds 20000 tasks, its limit; \"t/20001\" is one too many'*'"line":20001}' ]]
    printf '{"task":"t/1","state":"done"}\n' | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    # room for teardown's question
    kill_broker TERM
    start_broker
}

@test "answers that are never read are dropped, and nobody waits" {
    # two million bytes of answers, to somebody who does not read
    { seq 1 40000 | sed 's/.*/{"task":"deaf","moved":&,"ack":true}/'; } |
        "$BUILD_DIR/tests/helper/deaf" "$HEADWAY_PUBLISH_SOCKET" 3>&- &
    CLIENTS+=($!)
    await "its last line is applied" eval 'table | grep -q "\"moved\":40000"'
    kill "${CLIENTS[0]}"
    await "the broker has counted them" grep -q "did not read its answers: [0-9]* dropped" "$RUN/broker.log"
}

@test "ends are answered, late lines on the same connection are errors, another connection begins a new run" {
    run publish '{"task":"r","moved":1,"state":"done"}' '{"task":"r","moved":2}' '{"task":"r","moved":3,"state":"running","ack":true}'
    [[ ${lines[0]} == '{"ok":"'*'-1","task":"r"}' ]]
    [[ ${lines[1]} == *'has ended'*'"line":2}' ]]
    [[ ${lines[2]} == '{"ok":"'* ]]
    publish '{"task":"r","state":"failed"}'
    run publish '{"task":"r","moved":4,"ack":true}'
    [[ $output == '{"ok":"'* ]]
    run table
    # the last end and the new run, each an entry of its own
    [[ $output == *' end '*'"state":"failed"'*' run '*'"moved":4'* ]]
}

@test "what a connection holds is lost with it; an update without a holder revives it" {
    run publish '{"task":"h","moved":1,"hold":true}'
    await "it is lost" eval 'table | grep -q "\"state\":\"lost\""'
    publish '{"task":"h","moved":2}'
    run table
    [[ $output == *'{"moved":2,"task":"h",'* ]]
    [[ $output != *lost* ]]
}

@test "a bad subscribe line gets a reason and a close" {
    for line in hello 'subscribe' 'subscribe a b c d e f g h i' 'subscribe ../x' 'subscribe * since=1' 'subscribe * log log'; do
        run bash -c "printf '%s\n' '$line' | timeout 5 nc -U '$HEADWAY_SUBSCRIBE_SOCKET'"
        [ "$status" = 0 ]
        [[ $output == error* ]] || { echo "$line: $output"; false; }
    done
}

@test "a subscriber with a cursor gets what changed since; without, everything" {
    publish '{"task":"a","moved":1}' '{"task":"b","moved":1}'
    run table
    [[ ${lines[0]} =~ ^headway\ 1\ ([0-9]+)\ 0$ ]]
    life=${BASH_REMATCH[1]}
    [[ ${lines[1]} == '1 1 a run {"moved":1,"task":"a",'* ]]
    [[ ${lines[2]} == '2 2 b run '* ]]
    [[ ${lines[3]} =~ ^2\ 0\ \.\ synced\ \{\"now\": ]]
    run bash -c "printf 'subscribe * since=$life-1\n' | timeout 2 nc -U '$HEADWAY_SUBSCRIBE_SOCKET' | sed '/ synced /q'"
    [ "${#lines[@]}" = 3 ]
    [[ ${lines[1]} == '2 2 b run '* ]]
}

@test "a job that never reads an answer and leaves has said every line, the last one too" {
    { echo '{"task":"h","hold":true}'
      seq 1 1000 | sed 's/.*/{"task":"s\/&","state":"done"}/'
      echo '{"task":"h","state":"done"}'; } | "$BUILD_DIR/tests/helper/deaf" "$HEADWAY_PUBLISH_SOCKET" leave
    await "all of it is there" eval 'table | grep -q " h end .*\"state\":\"done\""'
    [ "$(table | grep -c ' s/[0-9]* end ')" = 1000 ]
}

@test "a snapshot that is larger than what is written ahead ends with synced, at once" {
    message=$(head -c 4000 /dev/zero | tr '\0' m)
    for i in $(seq 40); do echo "{\"task\":\"big/$i\",\"message\":\"$message\"}"; done | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    run table
    [[ ${lines[-1]} == *" synced "* ]]
    [ "${#lines[@]}" = 42 ]
}

@test "one who is being closed has five seconds, whatever it sends" {
    start=$(descriptors "$BROKER")
    { head -c 70000 /dev/zero | tr '\0' a; yes; } 2>/dev/null | "$BUILD_DIR/tests/helper/deaf" "$HEADWAY_PUBLISH_SOCKET" 3>&- &
    CLIENTS+=($!)
    await "it is connected" eval '[ "$(descriptors "$BROKER")" -gt '"$start"' ]'
    AWAIT_SECONDS=9 await "it is closed" eval '[ "$(descriptors "$BROKER")" = '"$start"' ]'
}

@test "a subscriber that asks again and again without reading does not grow the broker" {
    before=$(awk '/VmRSS/ { print $2 }' "/proc/$BROKER/status")
    { for i in $(seq 20000); do echo 'subscribe *'; done; } | "$BUILD_DIR/tests/helper/deaf" "$HEADWAY_SUBSCRIBE_SOCKET" 3>&- &
    CLIENTS+=($!)
    await "the broker has stopped reading it" eval 'publish "{\"task\":\"x\",\"ack\":true}" | grep -q ok'
    after=$(awk '/VmRSS/ { print $2 }' "/proc/$BROKER/status")
    [ $((after - before)) -lt 4000 ]
}
