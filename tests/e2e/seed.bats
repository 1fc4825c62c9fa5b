# The seed: a worker's progress, step by step, in every client, through a real lighttpd.
load ../helper/stack

setup() { setup_stack; }
teardown() { teardown_stack; }

# Each line of a stream with the moment at which it came.
stamped() { # FILE SECONDS PATH
    { curl -sN --max-time "$2" "$URL$3" || :; } | while IFS= read -r line; do
        printf '%s %s\n' "$EPOCHREALTIME" "$line"
    done >"$1"
}

@test "every step of the worker arrives, in order, one by one, for twelve seconds" {
    start_broker --demo
    start_lighttpd
    stamped "$RUN/frames" 12 /events
    sed -n 's/^\([0-9.]*\) data: {"moved":\([0-9]*\),"total":100,"percent":"\([0-9.]*\)"}$/\1 \2 \3/p' \
        "$RUN/frames" >"$RUN/steps"
    run awk '
        NR > 1 && $2 != (moved == 100 ? 0 : moved + 1) { print "after " moved " came " $2; bad = 1 }
        $3 != sprintf("%d.00", $2) { print "percent of " $2 " is " $3; bad = 1 }
        $2 == 0 { zero = 1 } $2 == 100 { full = 1 }
        { moved = $2 }
        END { if (NR < 105) { print NR " steps"; bad = 1 }
              if (!zero || !full) { print "no whole lap"; bad = 1 }
              exit bad }' "$RUN/steps"
    [ "$status" = 0 ] || { echo "$output"; false; }
    # spacing: the median is the worker's 100 ms, and steps do not come in bursts
    run awk 'NR > 1 { d[n++] = $1 - t } { t = $1 }
        END { for (i = 0; i < n; i++) for (j = i + 1; j < n; j++) if (d[j] < d[i]) { x = d[i]; d[i] = d[j]; d[j] = x }
              for (i = 0; i < n; i++) if (d[i] < 0.030) burst++
              printf "median %.3f s, %d of %d closer than 30 ms\n", d[int(n / 2)], burst, n
              exit !(d[int(n / 2)] > 0.090 && d[int(n / 2)] < 0.110 && burst <= n / 20) }' "$RUN/steps"
    [ "$status" = 0 ] || { echo "$output"; false; }
}

@test "a frame is an id and the worker's own words, to the byte" {
    start_broker --demo --demo-interval 20
    start_lighttpd
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" '"percent":"45.00"'
    run grep -B 1 -A 1 -F '"percent":"45.00"' "$RUN/out"
    [[ ${lines[0]} =~ ^id:\ [0-9]+-[0-9]+$ ]]
    [ "${lines[1]}" = 'data: {"moved":45,"total":100,"percent":"45.00"}' ]
    [ "${lines[2]-}" = "" ]
}

@test "two clients see the same ids with the same data" {
    start_broker --demo
    start_lighttpd
    subscriber "$RUN/a" /events
    subscriber "$RUN/b" /events
    await "forty steps on both" eval '[ $(grep -c moved "$RUN/a") -ge 40 ] && [ $(grep -c moved "$RUN/b") -ge 40 ]'
    pairs() { awk '/^id:/ { id = $2 } /^data: .*moved/ { print id, $2 }' "$1" | sort; }
    run comm -12 <(pairs "$RUN/a") <(pairs "$RUN/b")
    [ "${#lines[@]}" -ge 35 ]
    # and no id with other data
    run bash -c "sort -u <(awk '/^id:/ { id = \$2 } /^data: .*moved/ { print id, \$2 }' '$RUN/a' '$RUN/b') | cut -d' ' -f1 | uniq -d"
    [ -z "$output" ]
}

@test "a named task beside it comes as another event, so an onmessage client never sees it" {
    start_broker --demo
    start_lighttpd
    subscriber "$RUN/out" /events
    publish '{"task":"backup/db","moved":1,"total":2}'
    await_frame "$RUN/out" '"task":"backup/db"'
    # the line before its data says so
    run grep -B 1 -F '"task":"backup/db"' "$RUN/out"
    [ "${lines[0]}" = "event: task" ]
    # plain messages are the worker's alone
    run awk '/^event:/ { named = 1 } /^data:/ { if (!named) print } /^$/ { named = 0 }' "$RUN/out"
    [[ $output != *task* ]]
    [[ $output == *'"moved"'* ]]
}

@test "lines 50 ms apart are one frame each, and the subject of /events/NAME is a plain message" {
    start_broker
    start_lighttpd
    subscriber "$RUN/out" /events/job
    await_frame "$RUN/out" "event: synced"
    { for i in $(seq 1 40); do echo "{\"task\":\"job\",\"moved\":$i,\"total\":40}"; read -r -t 0.06 <> <(:) || :; done; } |
        nc -NU "$HEADWAY_PUBLISH_SOCKET"
    await_frame "$RUN/out" '"moved":40'
    [ "$(grep -c '^data: {"moved"' "$RUN/out")" = 40 ]
    not grep -q "^event: task" "$RUN/out"
}

@test "a publisher in a tight loop costs a subscriber twenty frames a second at most, the last one always" {
    start_broker
    start_lighttpd
    subscriber "$RUN/out" /events/loop
    await_frame "$RUN/out" "event: synced"
    seq 1 100000 | sed 's/.*/{"task":"loop","moved":&,"total":100000}/' | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    await_frame "$RUN/out" '"moved":100000'
    [ "$(grep -c '^data: {"moved"' "$RUN/out")" -lt 200 ]
}

@test "rate=2 gives two frames a second" {
    start_broker --demo --demo-interval 10
    start_lighttpd
    run curl -sN --max-time 4 "$URL/events?rate=2"
    n=$(grep -c '^data: {"moved"' <<<"$output")
    echo "$n frames"
    [ "$n" -ge 6 ] && [ "$n" -le 10 ]
}

@test "heartbeats come in time, with the cursor as id" {
    start_broker
    start_lighttpd --heartbeat 1
    publish '{"task":"a","moved":1}'
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" "event: heartbeat"
    run grep -B 1 -A 1 -m 1 "event: heartbeat" "$RUN/out"
    [[ ${lines[0]} =~ ^id:\ [0-9]+-1$ ]]
    [[ ${lines[2]} =~ ^data:\ \{\"now\":[0-9]+\.[0-9]{3}\}$ ]]
}
