# What each request is answered: statuses, headers, errors that name what was wrong.
load ../helper/stack

setup() {
    setup_stack
    start_broker
    start_lighttpd --allow-origin https://good.example
}
teardown() { teardown_stack; }

@test "the stream's headers are those of an event stream that nobody may buffer" {
    run curl -s -I "$URL/events"
    [[ $output == *"200 OK"* ]]
    [[ $output == *"Content-Type: text/event-stream"* ]]
    [[ $output == *"Cache-Control: no-cache, no-transform"* ]]
    [[ $output == *"X-Accel-Buffering: no"* ]]
}

@test "the first bytes come at once, even if no task was ever seen" {
    run curl -sN --max-time 2 "$URL/events/nothing"
    [[ ${lines[0]} =~ ^retry:\ [0-9]+$ ]]
    [[ $output == *"event: synced"* ]]
}

@test "/tasks lists one record per name, and its id continues the stream" {
    publish '{"task":"a","moved":1}' '{"task":"b","moved":2,"state":"done"}' '{"moved":3,"total":4}'
    run curl -s "$URL/tasks"
    [ "$(jq -r '.tasks | map(.task // "-") | join(" ")' <<<"$output")" = "a b -" ]
    id=$(jq -r .id <<<"$output")
    publish '{"task":"c","moved":5}'
    run curl -sN --max-time 1 "$URL/events?since=$id"
    [[ $output == *'"task":"c"'* ]]
    [[ $output != *'"task":"a"'* ]]
}

@test "/tasks/NAME is one record, or 404 that names it" {
    publish '{"task":"x/y","moved":1,"total":3}'
    run curl -s "$URL/tasks/x/y"
    [ "$(jq -r .percent <<<"$output")" = 33.33 ]
    run curl -s -w '%{http_code}' "$URL/tasks/nope"
    [[ $output == '{"error":"there is no task \"nope\""}'*404 ]]
}

@test "/healthz says how it is" {
    run curl -s -w '%{http_code}' "$URL/healthz"
    [[ $output == '{"status":"ok","broker":true,'*200 ]]
}

@test "unknown paths, bad names and bad methods get the right status and a sentence" {
    [ "$(status_of "$URL/eventsfoo")" = 404 ]
    [ "$(status_of "$URL/events/")" = 404 ]
    [ "$(status_of "$URL/events/a%20b")" = 404 ]
    [ "$(status_of "$URL/healthz/x")" = 404 ]
    run curl -s -i -X POST -d x=1 "$URL/events"
    [[ $output == *" 405 "* ]]
    [[ $output == *"Allow: GET, HEAD, OPTIONS"* ]]
    [[ $output == *'{"error":"POST is not allowed here"}'* ]]
    [ "$(status_of -X PUT -d x=1 "$URL/tasks/a")" = 405 ]
    [ "$(status_of -X DELETE "$URL/tasks/a")" = 405 ]
    run curl -s "$URL/events/a%21"
    [[ $output == *'the task name \"a!\" has a character other than'* ]]
}

@test "a malformed or repeated query key is 400 and named; an unknown one is ignored" {
    for query in since=yesterday since=1 rate=0 rate=21 rate=fast until=now 'rate=1&rate=2' log=0 log=201 format=svg since=1%2; do
        run curl -s --max-time 10 -w ' %{http_code}' "$URL/events/a?$query"
        [[ $output == *" 400" ]] || { echo "$query: $output"; false; }
        [[ $output == *"${query%%=*}="* ]]
    done
    [ "$(status_of --head "$URL/events?utm=1&x&=y&since2=z")" = 200 ]
}

@test "a query of 10 KB is refused without harm" {
    long=$(head -c 10240 /dev/zero | tr '\0' x)
    code=$(status_of "$URL/events?since=$long")
    [ "$code" = 431 ] || [ "$code" = 414 ] || [ "$code" = 400 ]
    [ "$(status_of "$URL/healthz")" = 200 ]
}

@test "HEAD has GET's status and headers and ends at once, on every route" {
    publish '{"task":"a","moved":1}'
    for path in /events /events/a /tasks /tasks/a /tasks/none /healthz; do
        get=$(curl -s -o /dev/null -D - --max-time 1 "$URL$path" | grep -iE '^HTTP|^content-type|^cache-control' || :)
        head=$(curl -s --max-time 5 --head "$URL$path" | grep -iE '^HTTP|^content-type|^cache-control')
        [ "$get" = "$head" ] || { echo "$path: $get / $head"; false; }
    done
}

@test "an allowed origin is told so, with credentials; another one is not" {
    run curl -s -I -H 'Origin: https://good.example' "$URL/events"
    [[ $output == *"Access-Control-Allow-Origin: https://good.example"* ]]
    [[ $output == *"Access-Control-Allow-Credentials: true"* ]]
    [[ $output == *"Vary: Origin"* ]]
    run curl -s -I -H 'Origin: https://good.example.evil' "$URL/events"
    [[ $output != *"Access-Control-Allow"* ]]
    [[ $output == *"Vary: Origin"* ]]
    # errors can be read across origins too
    run curl -s -i -H 'Origin: https://good.example' "$URL/tasks/none"
    [[ $output == *"404"*"Access-Control-Allow-Origin: https://good.example"* ]]
}

@test "a preflight is answered 204" {
    run curl -s -i -X OPTIONS -H 'Origin: https://good.example' \
        -H 'Access-Control-Request-Method: GET' -H 'Access-Control-Request-Headers: last-event-id' "$URL/events"
    [[ $output == *" 204 "* ]]
    [[ $output == *"Access-Control-Allow-Methods: GET, HEAD, OPTIONS"* ]]
    [[ $output == *"Access-Control-Allow-Headers: Authorization, Cache-Control, Last-Event-ID"* ]]
}

@test "the page is served beside the routes" {
    run curl -s "$URL/"
    [[ $output == *"<headway-progress"* ]]
}

@test "the same file serves a mount next to an existing site" {
    end_process "$LIGHTTPD"
    forget "$LIGHTTPD"
    MOUNT=/headway start_lighttpd
    URL=http://127.0.0.1:$PORT/headway
    [ "$(status_of "$URL/")" = 200 ]
    [ "$(status_of "$URL")" = 301 ]
    [ "$(status_of "$URL/tasks")" = 200 ]
    [ "$(status_of --head "$URL/events/a/b")" = 200 ]
    run curl -sN --max-time 1 "$URL/events"
    [[ $output == *"event: synced"* ]]
}

@test "a client that has shut down its sending side still gets its answer" {
    publish '{"task":"a","moved":1}'
    run bash -c "printf 'GET /tasks/a HTTP/1.0\r\n\r\n' | nc -N 127.0.0.1 '$PORT'"
    [[ $output == *" 200 "*'"task":"a"'* ]]
}

@test "HEAD of what is not there has no body" {
    run bash -c "printf 'HEAD /events/a%%21 HTTP/1.0\r\n\r\n' | nc -N 127.0.0.1 '$PORT'"
    [[ $output == *" 404 "* ]]
    [[ $output != *error* ]]
}
