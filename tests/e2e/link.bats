# What the responder asks the broker for: no more than its readers want.
load ../helper/stack
load ../helper/reader

setup() { setup_stack; }
teardown() {
    exec 7>&- || :
    teardown_stack
}

# A broker that answers every subscription with an empty table.
answer() { say 'headway 1 7 0' '5 5 . synced {}'; }
# What was asked. (A test of `headway doctor` that runs at the same time finds this
# responder, and looks at its broker.)
asked() { grep '^subscribe' "$RUN/heard" | grep -v headway-doctor; }
heard() { [ "$(asked | tail -n 1)" = "subscribe $1" ]; }
expect() { # WHAT, and answer it
    await "it asks for $1" heard "$1" || { cat "$RUN/heard"; return 1; }
    answer
}

@test "one stream: its task; a second one: every task" {
    start_fake_broker
    start_lighttpd
    subscriber "$RUN/a" /events/a
    expect a
    await_frame "$RUN/a" 'event: synced'
    subscriber "$RUN/b" /events/a/b # lies below a
    await_frame "$RUN/b" 'event: synced'
    subscriber "$RUN/c" /events/c
    expect '*'
    await_frame "$RUN/c" 'event: synced'
    [ "$(asked)" = $'subscribe a\nsubscribe *' ]
}

@test "logs are asked for when a stream wants them" {
    start_fake_broker
    start_lighttpd
    subscriber "$RUN/a" /events/a
    expect a
    await_frame "$RUN/a" 'event: synced'
    subscriber "$RUN/b" '/events/a?log=5'
    expect 'a log'
    await_frame "$RUN/b" 'event: synced'
}

@test "a stream alone is no heir to what was asked for before it: its task is enough" {
    start_fake_broker
    start_lighttpd
    curl -s "$URL/tasks" >"$RUN/tasks" 3>&- &
    expect '*'
    await "the answer is there" grep -q '"tasks":' "$RUN/tasks"
    subscriber "$RUN/a" /events/a
    expect a
    await_frame "$RUN/a" 'event: synced'
    curl -s "$URL/tasks" >"$RUN/tasks" 3>&- & # not alone any more: both are wanted
    expect '*'
    await "the answer is there" grep -q '"tasks":' "$RUN/tasks"
    [ "$(status_of "$URL/tasks/b")" = 404 ]
    [ "$(asked)" = $'subscribe *\nsubscribe a\nsubscribe *' ]
}
