# What jobs print: the last lines, late joiners included, and what was left out is said.
load ../helper/stack

setup() {
    setup_stack
    start_broker
    start_lighttpd
}
teardown() { teardown_stack; }

# The data of the log events in a file, one a line.
logs_of() { sed -n '/^event: log$/{n;s/^data: //p}' "$1"; }

lines_of() { logs_of "$1" | jq -r '.lines[]'; }

# What the log events of a file add up to; `broken` counts those that do not go
# on where the one before ended, `last` is the number of the last line known.
sums_of() {
    logs_of "$1" | jq -sc 'reduce .[] as $e
        ({frames: 0, lines: 0, skipped: 0, broken: 0, last: 0};
         .frames += 1 | .lines += ($e.lines | length) | .skipped += ($e.skipped // 0)
         | if $e.first != .last + ($e.skipped // 0) + 1 then .broken += 1 else . end
         | .last = $e.first + ($e.lines | length) - 1)'
}

# print NAME FROM TO -- lines "line FROM" to "line TO", one update each.
print() { seq "$2" "$3" | sed 's|.*|{"task":"'"$1"'","log":"line &"}|' | nc -NU "$HEADWAY_PUBLISH_SOCKET"; }

# printed PATH LINE -- until a newcomer is given the line: jobs' lines wait up to
# 50 ms for each other, and then as long again on their way.
given() { curl -sN --max-time 0.5 "$URL$1?log=200" | grep -qF "\"$2\""; }
printed() { await "$1 has \"$2\"" given "$1" "$2"; }

# until FILE knows N lines, delivered or skipped
knows() { [ "$(sums_of "$1" | jq .last)" = "$2" ]; }

@test "a late joiner gets exactly the last N lines, then what follows" {
    print job 1 30
    printed /events/job "line 30"
    for n in 1 5 29 30 200; do
        subscriber "$RUN/$n" "/events/job?log=$n"
        await_frame "$RUN/$n" "event: synced"
        [ "$(lines_of "$RUN/$n")" = "$(seq 1 30 | tail -n "$n" | sed 's/^/line /')" ] || { cat "$RUN/$n"; false; }
        knows "$RUN/$n" 30
        [ "$(sums_of "$RUN/$n" | jq .broken)" = 0 ]
    done
    print job 31 33
    for n in 1 5 29 30 200; do
        await "$n goes on" knows "$RUN/$n" 33
        [ "$(lines_of "$RUN/$n" | tail -n 3)" = "$(seq -f 'line %g' 31 33)" ]
        [ "$(sums_of "$RUN/$n" | jq .broken)" = 0 ]
    done
}

@test "of many lines the last 200 are kept, and the first event says how many precede" {
    for i in 0 1 2 3 4; do
        # one update of 200 lines each, so that none is left out on the way
        seq -f 'line %g' $((i * 200 + 1)) $((i * 200 + 200)) | jq -Rsc '{task: "big", log: .}'
    done >"$RUN/updates"
    while read -r line; do
        publish "$line" '{"task":"big","moved":1,"ack":true}' >/dev/null
    done <"$RUN/updates"
    printed /events/big "line 1000"
    for n in 200 199 7; do
        subscriber "$RUN/$n" "/events/big?log=$n"
        await_frame "$RUN/$n" "event: synced"
        await "all of it" knows "$RUN/$n" 1000
        [ "$(lines_of "$RUN/$n")" = "$(seq 1 1000 | tail -n "$n" | sed 's/^/line /')" ]
        [ "$(logs_of "$RUN/$n" | head -n 1 | jq .skipped)" = $((1000 - n)) ]
        [ "$(sums_of "$RUN/$n" | jq .broken)" = 0 ]
    done
}

@test "on /events each task's log is told, of its newest run" {
    print one 1 20
    publish '{"task":"one","state":"done"}' >/dev/null
    print one 1 3
    print two/below 1 4
    publish '{"log":["unnamed 1","unnamed 2"]}'
    for line in "line 3" "line 4" "unnamed 2"; do
        printed /events "$line"
    done
    subscriber "$RUN/out" "/events?log=2"
    await_frame "$RUN/out" "event: synced"
    [ "$(logs_of "$RUN/out" | jq -c '[.task, .first, .lines, .skipped]')" = \
        '["one",2,["line 2","line 3"],1]
["two/below",3,["line 3","line 4"],2]
[null,1,["unnamed 1","unnamed 2"],null]' ] || { cat "$RUN/out"; false; }
}

@test "coming back in the middle goes on with the next line" {
    subscriber "$RUN/first" "/events/job?log=200"
    await_frame "$RUN/first" "event: synced"
    print job 1 10
    await "ten lines" knows "$RUN/first" 10
    id=$(grep -B 1 '^event: log' "$RUN/first" | sed -n 's/^id: //p' | tail -n 1)
    kill "$SUBSCRIBER"
    print job 11 60
    # the page comes back as EventSource does, or with since=
    curl -sN --max-time 1 -H "Last-Event-ID: $id" "$URL/events/job?log=200" >"$RUN/second" || :
    curl -sN --max-time 1 "$URL/events/job?log=1&since=$id" >"$RUN/third" || :
    for file in second third; do
        [ "$(lines_of "$RUN/$file")" = "$(seq -f 'line %g' 11 60)" ] || { cat "$RUN/$file"; false; }
        not grep -q skipped "$RUN/$file"
    done
    # so far behind that lines are gone
    for i in $(seq 1 6); do seq -f "more %g" 1 200 | jq -Rsc '{task: "job", log: ., ack: true}'; done >"$RUN/updates"
    while read -r line; do publish "$line" >/dev/null; done <"$RUN/updates"
    subscriber "$RUN/fourth" "/events/job?log=1" -H "Last-Event-ID: $id"
    await "the last line" eval '[ "$(logs_of "$RUN/fourth" | tail -n 1 | jq ".first + (.lines | length) - 1")" = 1260 ]'
    [ "$(logs_of "$RUN/fourth" | jq -s 'map((.lines | length) + (.skipped // 0)) | add')" = 1250 ]
}

@test "lines stand before the end, and the end comes with nothing left" {
    subscriber "$RUN/out" "/events/job?until=end&log=200"
    await_frame "$RUN/out" "event: synced"
    { seq 1 500 | sed 's|.*|{"task":"job","log":"line &"}|'; echo '{"task":"job","log":["the","last"],"state":"failed","exit":3}'; } |
        nc -NU "$HEADWAY_PUBLISH_SOCKET"
    await "the stream ends" gone_or_zombie "$SUBSCRIBER"
    [ "$(lines_of "$RUN/out" | tail -n 2)" = $'the\nlast' ]
    [ "$(sums_of "$RUN/out" | jq -c '[.last, .broken]')" = '[502,0]' ]
    [ "$(grep -n '"state":"failed"' "$RUN/out" | cut -d: -f1)" -gt "$(grep -n '^event: log' "$RUN/out" | tail -n 1 | cut -d: -f1)" ]
    # a latecomer gets both too, in the same order
    curl -sN --max-time 5 "$URL/events/job?until=end&log=2" >"$RUN/late"
    [ "$(grep -c '^event: log' "$RUN/late")" = 1 ]
    [ "$(lines_of "$RUN/late")" = $'the\nlast' ]
    [[ $(tail -n +4 "$RUN/late") == *'event: log'*'"state":"failed"'* ]]
}

@test "a job that is lost has told its last lines before" {
    subscriber "$RUN/out" "/events/held?log=200"
    await_frame "$RUN/out" "event: synced"
    printf '%s\n' '{"task":"held","hold":true}' '{"task":"held","log":"one"}' '{"task":"held","log":["two","three"]}' |
        nc -NU "$HEADWAY_PUBLISH_SOCKET"
    await_frame "$RUN/out" '"state":"lost"'
    [ "$(lines_of "$RUN/out")" = $'one\ntwo\nthree' ]
    [[ $(cat "$RUN/out") == *'"three"]'*'"state":"lost"'* ]]
}

@test "a new run has a log of its own, and its events say of which run they are" {
    subscriber "$RUN/out" "/events/job?log=10"
    await_frame "$RUN/out" "event: synced"
    publish '{"task":"job","log":["a","b"],"state":"done"}' >/dev/null
    publish '{"task":"job","log":"c","moved":1}' '{"task":"job","log":"d","moved":2,"ack":true}' >/dev/null
    await_frame "$RUN/out" '"d"'
    await_frame "$RUN/out" '"moved":2'
    [ "$(logs_of "$RUN/out" | jq -sc 'group_by(.started) | map({first: .[0].first, lines: map(.lines[])})')" = \
        '[{"first":1,"lines":["a","b"]},{"first":1,"lines":["c","d"]}]' ]
    [ "$(logs_of "$RUN/out" | tail -n 1 | jq .started)" = "$(curl -s "$URL/tasks/job" | jq .started)" ]
}

@test "who does not ask for logs gets none, and its cursor is good for both" {
    subscriber "$RUN/with" "/events?log=5"
    await_frame "$RUN/with" "event: synced"
    subscriber "$RUN/without" "/events"
    await_frame "$RUN/without" "event: synced"
    print job 1 3
    publish '{"task":"job","moved":7}'
    await_frame "$RUN/with" '"line 3"'
    await_frame "$RUN/without" '"moved":7'
    not grep -q -e 'event: log' -e line "$RUN/without"
    run curl -sN --max-time 1 -H "Last-Event-ID: $(last_id "$RUN/without")" "$URL/events?log=5"
    [[ $output != *resync* ]]
    run curl -sN --max-time 1 -H "Last-Event-ID: $(last_id "$RUN/with")" "$URL/events"
    [[ $output != *resync* ]]
    [[ $output != *'event: log'* ]]
}

@test "log= is a whole number from 1 to 200, on every route" {
    for value in 0 201 -1 1.5 abc '' 07 99999999999999999999; do
        for path in /events /events/job /tasks; do
            [ "$(status_of "$URL$path?log=$value")" = 400 ] || { echo "$path?log=$value"; false; }
        done
    done
    [ "$(curl -s "$URL/events?log=all" | jq -r .error)" = "log= must be a whole number of lines from 1 to 200" ]
    [ "$(curl -s "$URL/events?log=1&log=1" | jq -r .error)" = "log= appears twice" ]
}

@test "whatever a line holds, it stays within its frame and arrives as it was" {
    subscriber "$RUN/out" "/events/job?log=200"
    await_frame "$RUN/out" "event: synced"
    # CR, NUL, escapes, line separators, a frame's own words, JSON's own characters, UTF-8
    cat >"$RUN/lines" <<'LINES'
["data: x","id: 1-1","event: end",": comment","\rdata: y\r","a\u0000b","\u001b[31mred\u001b[0m","\u2028\u2029\u0085",
"\"]},\"lines\":[\"","\\","\\\"","","\ud83d\ude00 Größe 日本","],\"skipped\":9}","retry: 1"]
LINES
    jq -c '{task: "job", log: .}' "$RUN/lines" | publish "$(cat)"
    await_frame "$RUN/out" "retry: 1\"]"
    # a CR before an LF, or at the end, is the line's end; others are the line's
    [ "$(logs_of "$RUN/out" | jq -c .lines)" = "$(jq -c '.[4] = "\rdata: y"' "$RUN/lines")" ] || { cat "$RUN/out"; false; }
    not grep -q $'\r' "$RUN/out"
    not grep -q -e '^data: [xy]' -e '^id: 1-1' -e '^event: end' -e '^: comment' "$RUN/out"
    # and a newcomer, whose first event is cut, gets the rest whole
    for n in 1 3 7 11; do
        curl -sN --max-time 0.5 "$URL/events/job?log=$n" >"$RUN/cut" || :
        [ "$(logs_of "$RUN/cut" | jq -c .lines)" = "$(jq -c '.[4] = "\rdata: y" | .[-'"$n"':]' "$RUN/lines")" ]
    done
}

# flood NAME N [LENGTH] -- N lines as fast as nc can; now and then they say how far the job is.
flood() {
    seq 1 "$2" | sed -e 's|.*|{"task":"'"$1"'","log":"this is line number & of a job that prints as fast as it can'"$(printf '%*s' "${3:-0}" '')"'"}|' \
        -e '0~100s|"log"|"moved":1,"log"|' >"$RUN/flood"
}

largest_frame() { awk 'BEGIN { RS = "" } length > max { max = length } END { print max + 1 }' "$1"; }

@test "100,000 lines in about a second cost a subscriber no more than the cap, and all are accounted for" {
    flood job 100000
    subscriber "$RUN/out" "/events/job?log=200"
    subscriber "$RUN/plain" "/events/job"
    await_frame "$RUN/out" "event: synced"
    await_frame "$RUN/plain" "event: synced"
    start=$(date +%s%N)
    nc -NU "$HEADWAY_PUBLISH_SOCKET" <"$RUN/flood"
    await "all lines are told of" knows "$RUN/out" 100000
    ms=$((($(date +%s%N) - start) / 1000000))
    sums=$(sums_of "$RUN/out")
    bytes=$(grep -A 1 -B 1 '^event: log' "$RUN/out" | wc -c)
    echo "# $ms ms; $sums; $bytes bytes in log frames, the largest $(largest_frame "$RUN/out")" >&3
    [ "$(jq -c '[.last, .broken, .lines + .skipped]' <<<"$sums")" = '[100000,0,100000]' ]
    # 200 lines each 50 ms, and some more at the beginning and the end
    [ "$(jq .lines <<<"$sums")" -le $(((ms / 50 + 3) * 200)) ]
    [ "$(jq .lines <<<"$sums")" -ge 400 ]
    [ "$(largest_frame "$RUN/out")" -le 8000 ]
    [ "$(lines_of "$RUN/out" | tail -n 1)" = "this is line number 100000 of a job that prints as fast as it can" ]
    not grep -q 'event: log' "$RUN/plain"
    [ "$(grep -c '^id:' "$RUN/plain")" -le $((ms / 50 + 3)) ]
}

# The most that one event says was skipped: more than a period's lines, if its reader has stalled.
longest_gap() { logs_of "$1" | jq -s 'map(.skipped // 0) | max'; }

@test "a stream that stalls is told what it missed" {
    flood job 40000 500
    subscriber "$RUN/out" "/events?log=200"
    await_frame "$RUN/out" "event: synced"
    kill -STOP "$LIGHTTPD"
    nc -NU "$HEADWAY_PUBLISH_SOCKET" <"$RUN/flood"
    publish '{"task":"other","moved":1}' '{"task":"job","log":"the last one","ack":true}'
    kill -CONT "$LIGHTTPD"
    await "it knows all" knows "$RUN/out" 40001
    echo "# $(sums_of "$RUN/out"), longest gap $(longest_gap "$RUN/out")" >&3
    [ "$(sums_of "$RUN/out" | jq -c '[.broken, .lines + .skipped]')" = '[0,40001]' ]
    [ "$(longest_gap "$RUN/out")" -gt 5000 ]
}

@test "a subscriber that stalls is told what it missed" {
    flood job 40000 500
    mkfifo "$RUN/fifo"
    nc -U "$HEADWAY_SUBSCRIBE_SOCKET" <"$RUN/fifo" >"$RUN/out" 3>&- &
    CLIENTS+=("$!")
    exec 8>"$RUN/fifo"
    echo 'subscribe * log' >&8
    await "it is served" grep -q synced "$RUN/out"
    kill -STOP "${CLIENTS[0]}"
    nc -NU "$HEADWAY_PUBLISH_SOCKET" <"$RUN/flood"
    publish '{"task":"other","moved":1}' '{"task":"job","log":"the last one","ack":true}'
    kill -CONT "${CLIENTS[0]}"
    await "it knows all" grep -q "the last one" "$RUN/out"
    exec 8>&-
    awk '$4 == "log" { print "event: log"; sub(/.* log /, "data: "); print }' "$RUN/out" >"$RUN/frames"
    echo "# $(sums_of "$RUN/frames"), longest gap $(longest_gap "$RUN/frames")" >&3
    [ "$(sums_of "$RUN/frames" | jq -c '[.last, .broken, .lines + .skipped]')" = '[40001,0,40001]' ]
    [ "$(longest_gap "$RUN/frames")" -gt 5000 ]
}

@test "a stream goes on exactly when the responder subscribes anew in the middle of a flood" {
    flood job 60000
    subscriber "$RUN/out" "/events/job?log=200"
    await_frame "$RUN/out" "event: synced"
    nc -NU "$HEADWAY_PUBLISH_SOCKET" <"$RUN/flood" 3>&- &
    CLIENTS+=("$!")
    await_frame "$RUN/out" "event: log"
    for name in other/one other/two; do
        subscriber "$RUN/other" "/events/$name?log=1" # more than what is subscribed to
        await_frame "$RUN/other" "event: synced"
    done
    await "all lines are told of" knows "$RUN/out" 60000
    [ "$(sums_of "$RUN/out" | jq -c '[.broken, .lines + .skipped]')" = '[0,60000]' ]
    [ "$(grep -c '^event: synced' "$RUN/out")" -ge 2 ]
}

@test "lines that a publisher has left out count as skipped, at the very end too" {
    subscriber "$RUN/out" "/events/job?log=200"
    await_frame "$RUN/out" "event: synced"
    publish '{"task":"job","skipped":5,"log":["a","b"]}' '{"task":"job","skipped":90,"state":"done"}' >/dev/null
    await_frame "$RUN/out" '"state":"done"'
    [ "$(logs_of "$RUN/out" | jq -c '[.first, .lines, .skipped]')" = '[6,["a","b"],5]
[98,[],90]' ]
}

@test "a subscriber on the socket gets log lines only if it asks" {
    print job 1 3
    { printf 'subscribe job log\n'; read -r -t 0.5 <> <(:) || :; } | nc -NU "$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/with"
    { printf 'subscribe job\n'; read -r -t 0.5 <> <(:) || :; } | nc -NU "$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/without"
    [ "$(awk '$4 == "log"' "$RUN/with" | cut -d ' ' -f 5- | jq -c '.lines[]')" = $'"line 1"\n"line 2"\n"line 3"' ]
    not grep -q ' log ' "$RUN/without"
    run bash -c "printf 'subscribe job log log\n' | nc -NU '$HEADWAY_SUBSCRIBE_SOCKET'"
    [ "$output" = 'error "log" appears twice' ]
}

@test "a broker of an older version is asked without logs, once" {
    kill_broker
    rm -f "$HEADWAY_SUBSCRIBE_SOCKET"
    printf 'error "log" is not supported by this version\n' |
        nc -NlU "$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/asked.1" 3>&- &
    first=$!
    await "the old broker listens" test -S "$HEADWAY_SUBSCRIBE_SOCKET"
    subscriber "$RUN/out" "/events/a?log=5"
    await "it has refused" gone_or_zombie "$first"
    rm -f "$HEADWAY_SUBSCRIBE_SOCKET"
    mkfifo "$RUN/fifo"
    nc -lU "$HEADWAY_SUBSCRIBE_SOCKET" <"$RUN/fifo" >"$RUN/asked.2" 3>&- &
    CLIENTS+=("$!")
    exec 8>"$RUN/fifo"
    printf 'headway 1 7 0\n1 1 a run {"moved":1}\n1 0 . synced {"now":1}\n' >&8
    await_frame "$RUN/out" '{"moved":1}'
    await_frame "$RUN/out" "event: synced"
    [ "$(cat "$RUN/asked.1")" = "subscribe a log" ]
    [ "$(cat "$RUN/asked.2")" = "subscribe a" ]
    exec 8>&-
}
