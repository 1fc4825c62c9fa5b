# headway wait: until a task has ended, with its exit status.
load ../helper/stack
load ../helper/reader

setup() { setup_stack; }
teardown() { exec 7>&-; teardown_stack; }

# A wait in the background; what it says is in $RUN/said.
begin_wait() {
    headway wait "$@" 2>"$RUN/said" 3>&- &
    WAIT=$!
    CLIENTS+=("$WAIT")
}

# The status of that wait.
ended_with() {
    await "the command ends" gone_or_zombie "$WAIT"
    status=0
    wait "$WAIT" || status=$?
    [ "$status" = "$1" ] || { echo "status $status, and not $1: $(cat "$RUN/said")"; return 1; }
}

subscribers() { find "/proc/$BROKER/fd" -mindepth 1 -lname 'socket:*' | wc -l; }

# Until one more than before has subscribed: what is published then, it sees live.
await_subscriber() { await "it has subscribed" eval '[ "$(subscribers)" -gt '"$1"' ]'; }

@test "the exit statuses are those of the table in headway(1)" {
    start_broker
    rows=0
    while read -r state known wanted; do
        json="{\"task\":\"t$rows\",\"moved\":1"
        case $known in
        exit-*) json+=",\"exit\":${known#exit-}" ;;
        signal-*) json+=",\"signal\":\"${known#signal-}\"" ;;
        esac
        case $state in
        lost) publish "$json,\"hold\":true}" >/dev/null ;; # and the connection is gone
        *) publish "$json,\"state\":\"$state\"}" >/dev/null ;;
        esac
        run headway wait "t$rows" --timeout 10
        echo "$state $known: $status ($wanted) $output"
        [ "$status" = "$wanted" ]
        rows=$((rows + 1))
    done < <(sed -n '/^\.Bl -column "cancelled"/,/^\.El/ s/^\.It \([a-z]*\) Ta \([a-z]*\) *\([A-Z0-9]*\) Ta \([0-9]*\)$/\1 \2-\3 \4/p' \
        "$SRC_DIR/man/headway.1")
    [ "$rows" -ge 10 ]
}

@test "it waits for the end of a run, and says how it ended" {
    start_broker
    headway set nightly 1 10
    before=$(subscribers)
    begin_wait nightly
    await_subscriber "$before"
    headway set nightly/step --failed # one below it is not it
    headway set nightly 10
    gone_or_zombie "$WAIT" && false
    headway set nightly --failed --exit 3
    ended_with 3
    [[ $(cat "$RUN/said") == "nightly: failed, exit 3, after "*" s" ]]
}

@test "the newest run counts: one that has ended at once, one that goes on when it ends" {
    start_broker
    headway set nightly --failed --exit 3
    run headway wait nightly --timeout 10
    [ "$status" = 3 ]
    headway set nightly 1 10
    run headway wait nightly --timeout 0.2
    [ "$status" = 124 ]
    headway set nightly --done
    run headway wait nightly --timeout 10
    [ "$status" = 0 ]
}

@test "a task that has not begun is waited for; with --must-exist it is 123" {
    start_broker
    run headway wait nightly --must-exist
    [ "$status" = 123 ] && [ "$output" = "nightly: nothing is known of it" ]
    before=$(subscribers)
    begin_wait nightly
    await_subscriber "$before"
    headway set nightly 1 10
    headway set nightly --done
    ended_with 0
    run headway wait nightly --must-exist
    [ "$status" = 0 ]
}

@test "an end is not missed when the next run begins at once" {
    start_broker
    headway set nightly 1 10
    before=$(subscribers)
    begin_wait nightly
    await_subscriber "$before"
    publish '{"task":"nightly","state":"failed","exit":7}' '{"task":"nightly","state":"running"}' '{"task":"nightly","moved":1}' >/dev/null
    ended_with 7
}

@test "--timeout: 124 when it is over, fractions count, 0 is a look" {
    start_broker
    headway set nightly 1 10
    start=$EPOCHREALTIME
    run headway wait nightly --timeout 0.3
    [ "$status" = 124 ] && [ "$output" = "nightly: not ended after 0.3 s" ]
    between "$(elapsed_since "$start")" 0.3 5
    run headway wait nightly --timeout 0
    [ "$status" = 124 ]
    run headway wait nothing --timeout 0
    [ "$status" = 124 ]
    headway set nightly --failed --exit 9
    run headway wait nightly --timeout 0
    [ "$status" = 9 ]
}

@test "without a broker: 125 at once, or when the timeout is over" {
    start=$EPOCHREALTIME
    run headway wait nightly
    [ "$status" = 125 ] && [[ $output == *"the broker cannot be reached"*"$HEADWAY_SUBSCRIBE_SOCKET: No such file"* ]]
    between "$(elapsed_since "$start")" 0 5
    start=$EPOCHREALTIME
    run headway wait nightly --timeout 0.3
    [ "$status" = 125 ]
    between "$(elapsed_since "$start")" 0.3 5
    run headway wait nightly --timeout 0
    [ "$status" = 125 ]
}

@test "with a timeout, a broker that comes in time is as good as one that was there" {
    begin_wait nightly --timeout 30
    await "it says that it waits" shows "$RUN/said" "waiting for it"
    start_broker
    headway set nightly --failed --exit 4
    ended_with 4
}

@test "the broker dies and comes back: it goes on, also with one that has never heard of the task" {
    start_broker
    headway set nightly 1 10
    before=$(subscribers)
    begin_wait nightly
    await_subscriber "$before"
    kill_broker
    await "it says that it waits" shows "$RUN/said" "waiting for it"
    start_broker
    await "it is back" shows "$RUN/said" "the broker is back"
    gone_or_zombie "$WAIT" && false
    headway set nightly --failed --exit 5
    ended_with 5
    [ "$(grep -c "waiting for it" "$RUN/said")" = 1 ]
}

@test "an end while nobody was connected is not missed: it goes on from its cursor" {
    start_fake_broker
    begin_wait nightly
    await "it has asked" shows "$RUN/heard" "subscribe nightly"
    say 'headway 1 7 0' '5 5 nightly run {"task":"nightly"}' '5 0 . synced {"now":1}'
    # a line that is no line: the link is given up, and made again
    say 'what?'
    await "it has asked again" shows "$RUN/heard" "subscribe nightly since=7-5"
    say 'headway 1 7 0' '6 5 nightly end {"task":"nightly","state":"failed","exit":6}' \
        '7 7 nightly run {"task":"nightly"}' '7 0 . synced {"now":1}'
    ended_with 6
}

@test "a removal while it waits is said, and is 123" {
    start_fake_broker
    begin_wait nightly
    say 'headway 1 7 0' '5 5 nightly run {"task":"nightly"}' '5 0 . synced {"now":1}' '6 0 nightly removed {"task":"nightly"}'
    ended_with 123
    shows "$RUN/said" "the record of its end is gone"
}

@test "a broker that does not answer is away" {
    start_broker
    kill -STOP "$BROKER"
    run headway wait nightly
    kill -CONT "$BROKER"
    [ "$status" = 125 ] && [[ $output == *"does not answer"* ]]
}

@test "--quiet says nothing, whatever happens" {
    run headway wait nightly --quiet
    [ "$status" = 125 ] && [ -z "$output" ]
    start_broker
    run headway wait nightly --quiet --must-exist
    [ "$status" = 123 ] && [ -z "$output" ]
    run headway wait nightly --quiet --timeout 0
    [ "$status" = 124 ] && [ -z "$output" ]
    headway set nightly --failed
    run headway wait nightly --quiet
    [ "$status" = 1 ] && [ -z "$output" ]
}

@test "a name is a whole name, wherever one waits from" {
    start_broker
    headway set nightly --done
    HEADWAY_TASK=other run headway wait nightly --timeout 10
    [ "$status" = 0 ]
    run headway wait /nightly --timeout 10
    [ "$status" = 0 ]
    publish '{"moved":1,"state":"failed","exit":8}' >/dev/null
    run headway wait . --timeout 10
    [ "$status" = 8 ] && [[ $output == "the unnamed task: failed, exit 8"* ]]
}

@test "wrong usage is 2 and names what was wrong" {
    start_broker
    for words in "" "a b" "a/../b" "a*" "--timeout 1" "a --timeout" "a --timeout x" "a --timeout -1" "a --timeout 1e3" \
        "a --timeout 1.2.3" "a --timeout 9999999999999" "a --unknown"; do
        # shellcheck disable=SC2086
        run headway wait $words
        [ "$status" = 2 ] || { echo "$words: $status $output"; false; }
        [[ $output == *"headway wait"* ]]
    done
}
