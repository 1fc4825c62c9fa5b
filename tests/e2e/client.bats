# headway set and headway pipe: the job comes first.
load ../helper/stack

setup() { setup_stack; }
teardown() { teardown_stack; }

@test "set says how far a task is, in one line of a script" {
    start_broker
    start_lighttpd
    run headway set backup/db 45 100 --message "copying" --unit B --title "The database"
    [ "$status" = 0 ] && [ -z "$output" ]
    shown backup/db '[.percent, .message, .unit, .title] | join("|")' "45.00|copying|B|The database"
    headway set backup/db 0.5 1
    shown backup/db .percent 50.00
    headway set backup/db --failed --exit 3
    shown backup/db '[.state, .exit] | join("|")' "failed|3"
    headway set backup/db --done
    shown backup/db '[.state, .percent] | join("|")' "done|100.00"
    headway set indeterminate
    shown indeterminate 'has("percent")' false
}

@test "set: refused is 1, usage is 2, and both name what was wrong" {
    start_broker
    for words in "" "a/../b" "a b" "x 1 2 3" "x much" "x 1e400" "x 0x10" "x -1" "x 1 2 --exit 300" "x --message" "x --unknown"; do
        # shellcheck disable=SC2086
        run headway set $words
        [ "$status" = 2 ] || { echo "$words: $status $output"; false; }
    done
    run headway set x --message "$(printf '\xff')"
    [ "$status" = 2 ] && [[ $output == *"not UTF-8"* ]]
    seq 1 20000 | sed 's/.*/{"task":"t\/&"}/' | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    run headway set one/too/many
    [ "$status" = 1 ]
    [[ $output == *"one too many"* ]]
}

@test "set without a broker: one warning, status 0; --quiet: none" {
    run headway set x 1 2
    [ "$status" = 0 ]
    [ "${#lines[@]}" = 1 ]
    run headway set x 1 2 --quiet
    [ "$status" = 0 ] && [ -z "$output" ]
}

@test "set with a broker that does not answer: status 0 and one warning within a second" {
    start_broker
    kill -STOP "$BROKER"
    start=$EPOCHREALTIME
    run headway set x 1 2
    took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
    kill -CONT "$BROKER"
    [ "$status" = 0 ] && [ "${#lines[@]}" = 1 ]
    awk -v t="$took" 'BEGIN { exit !(t < 2) }'
}

@test "pipe copies every byte and knows the size of a file" {
    start_broker
    start_lighttpd
    head -c 3000001 /dev/urandom >"$RUN/in"
    headway pipe --name copy --title "A copy" <"$RUN/in" >"$RUN/copy"
    cmp "$RUN/in" "$RUN/copy"
    shown copy '[.moved, .total, .percent, .state, .unit, .title] | join("|")' "3000001|3000001|100.00|done|B|A copy"
    # from a pipe, into a pipe, to the end of a file opened for appending
    cat "$RUN/in" | headway pipe --name copy2 --size 3M | cat >"$RUN/copy"
    cmp "$RUN/in" "$RUN/copy"
    shown copy2 .total 3145728
    echo first >"$RUN/log"
    echo second | headway pipe --name append >>"$RUN/log"
    [ "$(cat "$RUN/log")" = first$'\n'second ]
    : | headway pipe --name empty
    shown empty '[.moved, .percent, .state] | join("|")' "0|100.00|done"
}

@test "300 MB at 60 MB/s: at least twenty percents at curl, the copy is identical, then 204" {
    need pv
    start_broker
    start_lighttpd
    head -c 300M /dev/zero | tr '\0' x >"$RUN/in"
    subscriber "$RUN/out" "/events/copy?until=end"
    await_frame "$RUN/out" "event: synced"
    headway pipe --name copy <"$RUN/in" | pv -qL 60m >"$RUN/copy"
    cmp "$RUN/in" "$RUN/copy"
    await "the stream ends" gone_or_zombie "$SUBSCRIBER"
    percents=$(sed -n 's/.*"percent":"\([0-9.]*\)".*/\1/p' "$RUN/out" | sort -u | wc -l)
    echo "$percents percents"
    [ "$percents" -ge 20 ]
    run bash -c "grep '^data: {\"moved\"' '$RUN/out' | tail -n 1"
    [[ $output == *'"percent":"100.00"'*'"state":"done"'* ]]
    [ "$(status_of -H "Last-Event-ID: $(last_id "$RUN/out")" "$URL/events/copy?until=end")" = 204 ]
}

@test "pipe without a broker, or with one that dies or freezes: the same bytes, one warning" {
    head -c 2000000 /dev/urandom >"$RUN/in"
    run bash -c "headway pipe --name x <'$RUN/in' >'$RUN/copy'"
    [ "$status" = 0 ] && [ "${#lines[@]}" = 1 ]
    cmp "$RUN/in" "$RUN/copy"
    run bash -c "headway pipe --name x --quiet <'$RUN/in' >'$RUN/copy'"
    [ "$status" = 0 ] && [ -z "$output" ]
    start_broker
    mkfifo "$RUN/fifo"
    headway pipe --name x <"$RUN/fifo" >"$RUN/copy" 2>"$RUN/err" 3>&- &
    pid=$!
    exec 8>"$RUN/fifo"
    head -c 1000000 "$RUN/in" >&8
    await "half is through" eval '[ "$(stat -c %s "$RUN/copy")" = 1000000 ]'
    kill_broker
    tail -c +1000001 "$RUN/in" >&8
    exec 8>&-
    wait "$pid"
    cmp "$RUN/in" "$RUN/copy"
    [ "$(wc -l <"$RUN/err")" -le 1 ]
}

@test "pipe tells a broker that comes back where it is" {
    start_broker
    start_lighttpd
    mkfifo "$RUN/fifo"
    headway pipe --name x --size 100 --quiet <"$RUN/fifo" >/dev/null 3>&- &
    CLIENTS+=($!)
    exec 8>"$RUN/fifo"
    printf '%030d' 0 >&8
    shown x .percent 30.00
    kill_broker
    start_broker
    for i in $(seq 40); do # a trickle, until it has been told
        printf '%01d' 0 >&8
        read -r -t 0.1 <> <(:) || :
        is_record x .total 100 && break
    done
    shown x '[.total, .unit] | join("|")' "100|B"
    exec 8>&-
}

@test "what has moved is shown even while nothing moves" {
    start_broker
    start_lighttpd
    mkfifo "$RUN/fifo"
    headway pipe --name x --size 100 <"$RUN/fifo" >/dev/null 3>&- &
    CLIENTS+=($!)
    exec 8>"$RUN/fifo"
    printf '%010d' 0 >&8
    printf '%020d' 0 >&8
    shown x .percent 30.00
    exec 8>&-
}

@test "a killed pipe is lost at once; one that is asked to end says failed and why" {
    start_broker
    start_lighttpd
    mkfifo "$RUN/fifo"
    headway pipe --name x <"$RUN/fifo" >/dev/null 3>&- &
    pid=$!
    exec 8>"$RUN/fifo"
    await "it is known" eval '[ "$(status_of "$URL/tasks/x")" = 200 ]'
    kill -9 "$pid"
    shown x .state lost
    headway pipe --name y <"$RUN/fifo" >/dev/null 3>&- &
    pid=$!
    await "it is known" eval '[ "$(status_of "$URL/tasks/y")" = 200 ]'
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 143 ]
    shown y '[.state, .signal] | join("|")' "failed|TERM"
    exec 8>&-
    run bash -c "yes | headway pipe --name z | head -n 1; echo \${PIPESTATUS[1]}"
    [ "${lines[1]}" = 141 ]
    shown z .signal PIPE
    run bash -c "headway pipe --name full </dev/zero >/dev/full"
    [ "$status" = 1 ] && [[ $output == *"stdout: No space left"* ]]
    shown full '[.state, .message] | join("|")' "failed|No space left on device"
}

@test "pipe: usage errors are 2" {
    for words in "" "--name" "--name a/../b" "--name x --size lots" "--name x --size 99999T" "--name x file"; do
        # shellcheck disable=SC2086
        run headway pipe $words </dev/null
        [ "$status" = 2 ] || { echo "$words: $status"; false; }
    done
}

@test "pipe with stdin or stdout closed is an error, never somebody else's descriptor" {
    start_broker
    start_lighttpd
    echo '{"task":"evil"}' >"$RUN/in"
    run bash -c "headway pipe --name x <'$RUN/in' >&-"
    [ "$status" = 1 ] && [[ $output == *"stdout: Bad file descriptor"* ]]
    run bash -c "headway pipe --name y <&-"
    [ "$status" = 1 ] && [[ $output == *"stdin: Bad file descriptor"* ]]
    [ "$(status_of "$URL/tasks/evil")" = 404 ]
    run bash -c "trap '' PIPE; yes | headway pipe --name z | head -n 1; exit \${PIPESTATUS[1]}"
    [ "$status" = 1 ]
}

@test "pipe with descriptors that somebody has made non-blocking copies all the same" {
    start_broker
    head -c 1000000 /dev/urandom >"$RUN/in"
    mkfifo "$RUN/fifo"
    # perl opens its end non-blocking and hands it on; perl is there wherever autotools are
    perl -e 'use Fcntl; fcntl(STDOUT, F_SETFL, O_NONBLOCK | fcntl(STDOUT, F_GETFL, 0)); exec @ARGV' \
        headway pipe --name x --quiet <"$RUN/in" 2>"$RUN/err" >"$RUN/fifo" 3>&- &
    pid=$!
    { read -r -t 0.3 <> <(:) || :; cat; } <"$RUN/fifo" >"$RUN/copy"
    wait "$pid"
    cmp "$RUN/in" "$RUN/copy"
}

@test "a name that does not fit below HEADWAY_TASK is not the job's mistake: a warning, and every byte" {
    start_broker
    export HEADWAY_TASK=a/b/c/d/e/f/g/h
    run bash -c "seq 1000 | headway pipe --name p | cksum"
    [ "${#lines[@]}" = 2 ]
    [ "${lines[1]}" = "$(seq 1000 | cksum)" ] || [ "${lines[0]}" = "$(seq 1000 | cksum)" ]
    run headway set p 1 2
    [ "$status" = 0 ] && [[ $output == *"more than 8 segments"* ]]
    HEADWAY_TASK='no name' run headway set p 1 2
    [ "$status" = 0 ] && [ -z "$output" ]
}

@test "pipe, idle while the broker is replaced, tells the new one how it ended" {
    start_broker
    start_lighttpd
    mkfifo "$RUN/fifo"
    headway pipe --name x <"$RUN/fifo" >"$RUN/copy" 3>&- &
    pid=$!
    exec 8>"$RUN/fifo"
    echo a >&8
    await "it is through" test -s "$RUN/copy"
    kill_broker
    start_broker 8>&- # else it holds the fifo open
    exec 8>&-
    wait "$pid"
    shown x .state done
}
