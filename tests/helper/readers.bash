# readers.bash -- readers of streams behind a real server, and what the server's
# side shows of them. Needs stack.bash and servers.bash.
# shellcheck shell=bash disable=SC2153,SC2154 # URL, PORT and RUN are set by those

# Descriptors of all of them: one more for each stream.
held() {
    local pid count=0
    for pid in $(responders); do
        count=$((count + $(descriptors "$pid" 2>/dev/null)))
    done
    echo "$count"
}
held_at_most() { [ "$(held)" -le "$1" ]; }

# reader FILE PATH -- what an EventSource does: again and again, with the id of
# the last event that it has had whole, after the time that `retry:` says. How
# each connection ended stands in FILE as a comment: ": curl STATUS".
reader() {
    event_source "$@" 3>&- &
    CLIENTS+=($!)
}

event_source() {
    local file=$1 path=$2 last retry curl
    trap 'kill "$curl" 2>/dev/null; exit 0' TERM
    : >"$file"
    while :; do
        last=$(last_whole_id "$file")
        curl -sN ${last:+-H "Last-Event-ID: $last"} "$URL$path" >>"$file" 2>/dev/null &
        curl=$!
        local status=0
        wait "$curl" || status=$?
        [ -z "$(tail -c 1 "$file")" ] || echo >>"$file" # it was cut within a line
        echo ": curl $status" >>"$file"
        retry=$(sed -n 's/^retry: //p' "$file" | tail -n 1)
        read -r -t "$((${retry:-1000} / 1000)).$((${retry:-1000} % 1000 / 100))" <> <(:) || :
    done
}

last_whole_id() { awk '/^: curl/ { id = "" } /^id: / { id = $2 } /^$/ && id { last = id } END { print last }' "$1"; }

# Every connection that has ended did so in good order: the body was whole, and
# the server put no error page of its own into it.
ended_cleanly() { # FILE
    not grep '^: curl [^0]' "$1"
    not grep -i '<html' "$1"
    grep -q '^: curl 0' "$1"
}

# All tasks that ended, each once, and nothing had to begin anew.
missed_nothing() { # FILE NAME...
    local file=$1 name
    shift
    not grep -q '^event: resync' "$file"
    for name; do
        [ "$(grep -c "\"task\":\"$name\",\"state\":\"done\"" "$file")" = 1 ] || { echo "$name"; cat "$file"; return 1; }
    done
}

end_task() { publish "{\"task\":\"$1\",\"state\":\"done\"}" >/dev/null; }

# crowd COUNT MARK -- as many readers of /events in one process; counts of it.
crowd() {
    "$BUILD_DIR/tests/helper/crowd" "$PORT" "${MOUNT-}/events" "$1" 120 "$2" >"$RUN/crowd" 2>&1 3>&- &
    CROWD=$!
    CLIENTS+=("$CROWD")
}
counted() { tail -n 1 "$RUN/crowd" | grep -q "\b$1=$2\b"; } # KEY COUNT
await_count() { await "$1 is $2" counted "$@" || { tail -n 3 "$RUN/crowd"; return 1; }; }
