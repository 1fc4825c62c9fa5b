# changes.bash -- all that the broker ever says, as it says it: no round is missed,
# and no web server is needed. $RUN/changes has the lines.
# shellcheck shell=bash

follow_changes() {
    echo 'subscribe *' | nc -U "$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/changes" 3>&- &
    FOLLOWER=$!
    CLIENTS+=("$FOLLOWER")
    await "the follower is there" grep -q synced "$RUN/changes"
}

started() { start_broker && follow_changes; }

said() { grep -Eq -- "$1" "$RUN/changes"; } # REGEX

# The newest record of a task, for is_record() and shown().
record() { awk -v name="$1" '$3 == name { line = $0 } END { print line }' "$RUN/changes" | cut -d' ' -f5- | jq -r "${2-.}"; }
