# Coming back: cursors, ends, removals. A reconnecting client is just a slow one.
load ../helper/stack

setup() { setup_stack; }
teardown() { teardown_stack; }

start() {
    start_broker "$@"
    start_lighttpd
}

# What a client that comes back with cursor $1 gets in a second.
back_with() { curl -sN --max-time 1 -H "Last-Event-ID: $1" "$URL${2:-/events}"; }

@test "a client that comes back gets what changed meanwhile, each task once, at its newest" {
    start
    publish '{"task":"a","moved":1}' '{"task":"b","moved":1}'
    run curl -sN --max-time 1 "$URL/events"
    id=$(sed -n 's/^id: //p' <<<"$output" | tail -n 1)
    publish '{"task":"a","moved":2}' '{"task":"a","moved":3}' '{"task":"c","moved":1}'
    await "the responder knows" eval 'curl -s "$URL/tasks/c" | grep -q moved'
    run back_with "$id"
    [ "$(grep -c '^data: {"moved"' <<<"$output")" = 2 ]
    [[ $output == *'{"moved":3,"task":"a"'* ]]
    [[ $output == *'"task":"c"'* ]]
    [[ $output != *resync* ]]
}

@test "the header wins over the query" {
    start
    publish '{"task":"a","moved":1}' '{"task":"b","moved":1}'
    first=$(curl -s "$URL/tasks" | jq -r .id | sed 's/-.*/-1/')
    last=$(curl -s "$URL/tasks" | jq -r .id)
    run curl -sN --max-time 1 -H "Last-Event-ID: $last" "$URL/events?since=$first"
    [[ $output != *'"task":"b"'* ]]
    run curl -sN --max-time 1 "$URL/events?since=$first"
    [[ $output == *'"task":"b"'* ]]
}

@test "a cursor of another life, of the future, or no cursor at all is a resync and a snapshot" {
    start
    publish '{"task":"a","moved":1}'
    life=$(curl -s "$URL/tasks" | jq -r .id | sed 's/-.*//')
    for id in 1-1 "$life-999999" "not an id" 99999999999999999999-1; do
        run curl -sN --max-time 4 -H "Last-Event-ID: $id" "$URL/events"
        [[ $output == *"id: $life-0"$'\n'"event: resync"* ]] || { echo "$id: $output"; false; }
        [[ $output == *'"task":"a"'* ]]
    done
}

@test "until=end: a newcomer waits for the end, the stream closes, coming back is 204" {
    start
    publish '{"task":"job","moved":1,"total":2}'
    subscriber "$RUN/out" "/events/job?until=end"
    await_frame "$RUN/out" '"moved":1'
    publish '{"task":"job","moved":2,"state":"done"}'
    await "the stream ends" gone_or_zombie "$SUBSCRIBER"
    run tail -n 20 "$RUN/out"
    [[ $output == *'"percent":"100.00","task":"job","state":"done"'* ]]
    [ "$(status_of -H "Last-Event-ID: $(last_id "$RUN/out")" "$URL/events/job?until=end")" = 204 ]
    # a newcomer gets the newest end at once
    run curl -sN --max-time 5 "$URL/events/job?until=end"
    [ "$status" = 0 ]
    [[ $output == *'"state":"done"'* ]]
}

@test "204 only if nothing that had begun by then still runs, below it neither" {
    start
    publish '{"task":"p","state":"done"}' '{"task":"p/child","moved":1}'
    id=$(curl -s "$URL/tasks" | jq -r .id)
    subscriber "$RUN/out" "/events/p?until=end&since=$id"
    await_frame "$RUN/out" "event: synced"
    publish '{"task":"p/child","state":"done"}'
    await "the stream ends" gone_or_zombie "$SUBSCRIBER"
    [ "$(status_of "$URL/events/p?until=end&since=$(last_id "$RUN/out")")" = 204 ]
}

@test "an end is not overwritten by the run that follows it" {
    start
    publish '{"task":"n","moved":1}'
    id=$(curl -s "$URL/tasks" | jq -r .id)
    publish '{"task":"n","state":"failed","exit":3}'
    publish '{"task":"n","moved":7}'
    run back_with "$id"
    [[ $output == *'"state":"failed"'*'"exit":3'*'"moved":7'* ]]
    # but a newcomer is shown the newest run only
    run curl -sN --max-time 1 "$URL/events"
    [[ $output != *'"state":"failed"'* ]]
    [[ $output == *'"moved":7'* ]]
}

@test "an ended task goes after --keep, and those who knew it are told" {
    start --keep 1
    subscriber "$RUN/out" /events
    publish '{"task":"brief","state":"done"}'
    await_frame "$RUN/out" '"task":"brief","state":"done"'
    await_frame "$RUN/out" "event: removed"
    [ "$(grep -A 1 "event: removed" "$RUN/out" | tail -n 1)" = 'data: {"task":"brief"}' ]
    [ "$(status_of "$URL/tasks/brief")" = 404 ]
    # a newcomer is not bothered with it
    run curl -sN --max-time 1 "$URL/events"
    [[ $output != *removed* ]]
}

@test "it stays open for the next run" {
    start
    subscriber "$RUN/out" /events/again
    publish '{"task":"again","state":"done"}'
    await_frame "$RUN/out" '"state":"done"'
    publish '{"task":"again","moved":1,"total":4}'
    await_frame "$RUN/out" '"percent":"25.00"'
}
