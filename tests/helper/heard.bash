# heard.bash -- a broker that only listens: what a job says, line by line.
# shellcheck shell=bash disable=SC2034 # tests use what is set here

# Every line that is published goes to $HEARD; nothing is answered.
start_listener() {
    HEARD=$RUN/heard.log
    nc -lkU "$HEADWAY_PUBLISH_SOCKET" >"$HEARD" 2>/dev/null 3>&- &
    CLIENTS+=($!)
    await "the listener listens" test -S "$HEADWAY_PUBLISH_SOCKET"
}

# heard FILTER -- jq's raw output over all the lines
heard() { jq -r "$1" "$HEARD"; }

# The log as all the lines together give it, one line each, "+N" for N skipped.
heard_log() {
    heard '(if .skipped then "+\(.skipped)" else empty end), (.log | if type == "array" then .[] elif . then . else empty end)'
}
