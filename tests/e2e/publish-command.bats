# headway publish: lines of the protocol from stdin, as `ssh login headway
# publish` has them.
load ../helper/stack

setup() { setup_stack; }
teardown() {
    exec 7>&-
    teardown_stack
}

# What a job on another machine writes to descriptor 7, and when it stops.
start_publish() { # options
    mkfifo "$RUN/lines"
    headway publish "$@" <"$RUN/lines" >"$RUN/answers" 2>"$RUN/errors" 3>&- &
    PUBLISH=$!
    exec 7>"$RUN/lines"
}

say() { printf '%s\n' "$@" >&7; }

finish() { # expected status
    local status=0
    exec 7>&-
    await "publish ends" gone_or_zombie "$PUBLISH"
    wait "$PUBLISH" || status=$?
    [ "$status" = "$1" ] || { echo "status $status"; cat "$RUN/errors"; return 1; }
}

# The broker's record of a task, without a web server.
held() { table | awk -v name="$1" '$3 == name && $4 != "synced" { $1 = $2 = $3 = $4 = ""; print }' | tail -n 1 | jq -r "$2"; }
is_held() { [ "$(held "$1" "$2")" = "$3" ]; }
told() { await "$1's $2 is $3" is_held "$@" || { table; return 1; }; } # NAME FILTER VALUE

@test "each line goes at once, long before the last one" {
    start_broker
    start_publish
    say '{"task":"job","moved":1,"total":4}'
    told job .percent 25.00
    say '{"task":"job","moved":2}'
    told job .percent 50.00
    say '{"task":"job","state":"done"}'
    told job .state done
    finish 0
    not grep . "$RUN/errors"
}

@test "answers are passed on as they are, errors with the number of their line, and the status is 1" {
    start_broker
    status=0
    printf '%s\n' '{"task":"job","moved":1,"ack":true}' '' 'nonsense' $'\r' '{"task":"job","totl":4}' '{"task":"job","state":"done"}' |
        headway publish >"$RUN/answers" 2>"$RUN/errors" || status=$?
    [ "$status" = 1 ]
    [ "$(jq -r .task "$RUN/answers" | xargs)" = "job job" ]
    [ "$(wc -l <"$RUN/errors")" = 2 ]
    grep -q '^headway: line 3: not JSON' "$RUN/errors"
    grep -q '^headway: line 5: unknown key "totl"' "$RUN/errors"
}

@test "what a line holds hangs on this process: without an end it is lost" {
    start_broker
    start_publish
    say '{"task":"a","hold":true}' '{"task":"b","hold":true}' '{"task":"b","state":"done"}'
    told b .state done
    [ "$(held a .state)" = null ]
    finish 0
    told a .state lost
    [ "$(held b .state)" = done ]
    rm "$RUN/lines"
    start_publish
    say '{"task":"c","hold":true,"moved":1}'
    told c .moved 1
    kill -9 "$PUBLISH"
    told c .state lost
}

@test "without a broker it warns once, or not at all, and fails nothing" {
    run headway publish <<<'{"task":"job","moved":1}'
    [ "$status" = 0 ]
    [ "$output" = "headway: going on without the broker (HEADWAY_PUBLISH_SOCKET says where it is): $HEADWAY_PUBLISH_SOCKET: No such file or directory" ]
    run headway publish --quiet <<<'{"task":"job","moved":1}'
    [ "$status" = 0 ]
    [ "$output" = "" ]
    run headway publish --quiet --publish-socket "$RUN/other.sock" </dev/null
    [ "$status" = 0 ]
    run headway publish something </dev/null
    [ "$status" = 2 ]
}

@test "a broker that comes later is told what was said" {
    start_publish
    say '{"task":"job","total":4,"title":"The job"}' '{"task":"job","moved":1}' 'nonsense'
    await "it has noticed" grep -q "going on without" "$RUN/errors"
    start_broker 7>&- # it would keep the lines open
    told job '"\(.percent) \(.title)"' "25.00 The job"
    await "the error has its line" grep -q '^headway: line 3: not JSON' "$RUN/errors"
    say '{"task":"job","moved":2}'
    told job .percent 50.00
    finish 1
}

@test "a broker that is killed and comes back has every run as it was, held again" {
    start_broker
    start_publish
    say '{"task":"a","total":4,"moved":1,"hold":true,"title":"A"}' '{"task":"old","state":"done"}' '{"moved":7,"total":8}'
    told a .percent 25.00
    await "the end is confirmed" shows "$RUN/answers" '"task":"old"'
    started=$(held a .started)
    kill_broker
    say '{"task":"a","moved":2}' 'nonsense'
    start_broker 7>&- # it would keep the lines open
    told a '"\(.percent) \(.title)"' "50.00 A"
    [ "$(held a .started | cut -d. -f1)" -le "$((${started%.*} + 1))" ]
    told . .moved 7
    [ "$(held old .state)" = "" ] # had ended, and was confirmed: nothing to say of it
    await "the error has its line" grep -q '^headway: line 5: not JSON' "$RUN/errors"
    finish 1
    told a .state lost
}

@test "an end that no broker has confirmed is said to the next one" {
    start_publish
    say '{"task":"a","moved":1,"total":2}' '{"task":"a","state":"failed","exit":3}'
    await "it has noticed" grep -q "going on without" "$RUN/errors"
    exec 7>&-
    await "publish ends" gone_or_zombie "$PUBLISH" # nobody is waited for
    rm "$RUN/lines"
    start_broker
    start_publish
    say '{"task":"a","ack":true}'
    await "it is connected" shows "$RUN/answers" ok
    kill -STOP "$BROKER"
    say '{"task":"a","moved":1,"total":2}' '{"task":"a","state":"failed","exit":3}'
    await "the lines are on their way" is_read
    kill_broker
    start_broker 7>&- # it would keep the lines open
    told a '"\(.state) \(.exit)"' "failed 3"
    finish 0
}

# Has publish read, and so sent, all that was written for it?
is_read() { python3 -c 'import fcntl, termios; exit(any(fcntl.ioctl(7, termios.FIONREAD, b"\0\0\0\0")))'; }

@test "a frozen broker delays the writer a second at most, and has the newest state when it thaws" {
    start_broker
    start_publish
    say '{"task":"job","total":60000,"title":"The job"}'
    told job .title "The job"
    kill -STOP "$BROKER"
    start=$EPOCHREALTIME
    seq 60000 | sed 's/.*/{"task":"job","moved":&,"message":"some text to fill buffers with, so that they are full"}/' | timeout 30 cat >&7 # 6 MB
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a; exit !(b - a < 8) }'
    kill -CONT "$BROKER"
    told job '"\(.percent) \(.title)"' "100.00 The job"
    finish 0
}

@test "a living broker has every line, however quick the writer" {
    start_broker
    seq 20000 | sed 's/.*/{"task":"job","moved":&,"ack":true,"message":"some text to fill buffers with"}/' |
        headway publish >"$RUN/answers"
    [ "$(wc -l <"$RUN/answers")" = 20000 ]
    [ "$(held job .moved)" = 20000 ]
}

@test "lines that cannot be taken are refused here: what the connection holds stays" {
    start_broker
    start_publish
    say '{"task":"a","hold":true}'
    { head -c 70000 /dev/zero | tr '\0' x; echo; printf '{"task":"\xff"}\n'; } >&7
    say '{"task":"a","moved":1,"total":2}'
    told a .percent 50.00
    grep -qx 'headway: line 2: is longer than 65536 bytes' "$RUN/errors"
    grep -qx 'headway: line 3: is not UTF-8' "$RUN/errors"
    finish 1
}

@test "a last line without its line feed counts" {
    start_broker
    printf '{"task":"job","moved":1,"total":4}' | headway publish
    [ "$(held job .percent)" = 25.00 ]
}

@test "answers that nobody reads keep nobody waiting" {
    start_broker
    mkfifo "$RUN/unread"
    exec 8<>"$RUN/unread"
    seq 3000 | sed 's/.*/{"task":"job","moved":&,"ack":true}/' | headway publish >&8
    exec 8>&-
    [ "$(held job .moved)" = 3000 ]
}
