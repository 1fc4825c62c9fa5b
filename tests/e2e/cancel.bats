# headway cancel: asked, stopping and dead are three facts.
load ../helper/stack
load ../helper/reader

setup() { setup_stack; }
teardown() { exec 6>&-; teardown_stack; }

# A job that takes wishes to be cancelled: what it says comes from job_says(),
# what it is told is in $RUN/told.
start_job() { # NAME [KEYS]
    mkfifo "$RUN/job"
    nc -U "$HEADWAY_PUBLISH_SOCKET" <"$RUN/job" >"$RUN/told" 3>&- &
    JOB=$!
    CLIENTS+=("$JOB")
    exec 6>"$RUN/job"
    job_says "{\"task\":\"$1\",\"moved\":1,\"hold\":true,\"ack\":true${2-,\"cancel\":\"allowed\"\}}"
    await "the job has begun" shows "$RUN/told" '{"ok":'
}

job_says() { printf '%s\n' "$@" >&6; }

# A cancel in the background; what it prints is in $RUN/facts.
begin_cancel() {
    headway cancel "$@" >"$RUN/facts" 2>"$RUN/said" 3>&- &
    CANCEL=$!
    CLIENTS+=("$CANCEL")
}

ended_with() {
    await "the command ends" gone_or_zombie "$CANCEL"
    status=0
    wait "$CANCEL" || status=$?
    [ "$status" = "$1" ] || { echo "status $status, and not $1"; cat "$RUN/facts" "$RUN/said"; return 1; }
}

cancel_of() { headway watch --once --json "$1" | jq -r .cancel; }
cancel_is() { [ "$(cancel_of "$1")" = "$2" ]; }

@test "cancel asks the job, and that is all" {
    start_broker
    start_job video
    run headway cancel video
    [ "$status" = 0 ] && [ "$output" = "asked video to stop" ]
    await "the job is told" shows "$RUN/told" '{"cancel":"video"}'
    await "the record says so" cancel_is video asked
    run headway cancel video # twice is no error
    [ "$status" = 0 ]
    run headway cancel video --quiet
    [ "$status" = 0 ] && [ -z "$output" ]
    run headway wait video --timeout 0
    [ "$status" = 124 ] # it is not dead
}

@test "--wait: asked, stopping and dead are said when they are true" {
    start_broker
    start_job video
    begin_cancel video --wait
    await "it was asked" shows "$RUN/facts" "asked video to stop"
    await "the job is told" shows "$RUN/told" '{"cancel":"video"}'
    [ "$(wc -l <"$RUN/facts")" = 1 ]
    job_says '{"task":"video","cancel":"stopping"}'
    await "it is stopping" shows "$RUN/facts" "video is stopping"
    gone_or_zombie "$CANCEL" && false
    job_says '{"task":"video","state":"cancelled","signal":"TERM"}'
    ended_with 0
    [[ $(sed -n 3p "$RUN/facts") == "video: cancelled, signal TERM, after "* ]]
    [ "$(wc -l <"$RUN/facts")" = 3 ] && [ ! -s "$RUN/said" ]
}

@test "--wait: an end that came before the job was asked is not taken for one that came after" {
    start_broker
    headway set video --done
    start_job video
    begin_cancel video --wait
    await "the job is told" shows "$RUN/told" '{"cancel":"video"}'
    gone_or_zombie "$CANCEL" && false
    job_says '{"task":"video","state":"cancelled"}'
    ended_with 0
}

@test "--wait: done or failed is ended, too; lost is not known to be dead" {
    start_broker
    start_job video
    begin_cancel video --wait
    await "the job is told" shows "$RUN/told" '{"cancel":"video"}'
    job_says '{"task":"video","state":"failed","exit":3}'
    ended_with 0
    shows "$RUN/facts" "video: failed, exit 3"
    job_says '{"task":"video","state":"running","hold":true,"cancel":"allowed"}'
    await "it runs again" cancel_is video allowed
    begin_cancel video --wait
    await "it was asked" shows "$RUN/facts" "asked video to stop"
    kill "$JOB"
    ended_with 121
    shows "$RUN/facts" "video: lost"
}

@test "--wait --timeout: 124 when the job does not heed it" {
    start_broker
    start_job video
    run headway cancel video --wait --timeout 0.3
    [ "$status" = 124 ]
    [ "${lines[0]}" = "asked video to stop" ] && [ "${lines[1]}" = "video: not ended after 0.3 s" ]
}

@test "--wait: the broker dies in between; the job tells the next one, and cancel hears of it" {
    start_broker
    start_job video
    begin_cancel video --wait
    await "the job is told" shows "$RUN/told" '{"cancel":"video"}'
    kill_broker
    await "it says that it waits" shows "$RUN/said" "waiting for it"
    start_broker
    publish '{"task":"video","state":"cancelled","exit":1}' >/dev/null
    ended_with 0
    shows "$RUN/facts" "video: cancelled, exit 1"
}

@test "what cannot be cancelled: the broker's sentence, and 1" {
    start_broker
    for words in "nothing" "nothing --wait --timeout 5"; do
        # shellcheck disable=SC2086
        run headway cancel $words
        [ "$status" = 1 ] && [[ $output == "headway: "*nothing* ]] || { echo "$status $output"; false; }
    done
    headway set plain 1 2
    run headway cancel plain
    [ "$status" = 1 ] && [[ $output == *plain* ]]
    start_job held '}'
    run headway cancel held
    [ "$status" = 1 ] && [[ $output == *held* ]]
    not grep -q cancel "$RUN/told"
    run headway cancel held --quiet
    [ "$status" = 1 ] && [ -n "$output" ]
}

@test "only the user who began the run, or root, may cancel it" {
    [ "$(id -u)" = 0 ] || missing "root" # who can be somebody else
    need setpriv
    start_broker
    start_job video
    chmod 666 "$RUN"/*.sock
    run setpriv --reuid nobody --clear-groups "$BUILD_DIR/headway" cancel video
    [ "$status" = 1 ] && [[ $output == *video* ]]
    not grep -q cancel "$RUN/told"
}

@test "without a broker: 125, at once and with every option; one that freezes is none" {
    for words in "video" "video --quiet" "video --wait" "video --wait --timeout 30"; do
        start=$EPOCHREALTIME
        # shellcheck disable=SC2086
        run headway cancel $words
        [ "$status" = 125 ] && [[ $output == *"the broker cannot be reached"*"No such file"* ]] || { echo "$status $output"; false; }
        between "$(elapsed_since "$start")" 0 5
    done
    start_broker
    kill -STOP "$BROKER"
    run headway cancel video
    kill -CONT "$BROKER"
    [ "$status" = 125 ] && [[ $output == *"it does not answer"* ]]
}

@test "a name is a whole name, wherever one cancels from" {
    start_broker
    start_job video
    HEADWAY_TASK=other run headway cancel video
    [ "$status" = 0 ]
    run headway cancel /video
    [ "$status" = 0 ] && [ "$output" = "asked video to stop" ]
}

@test "wrong usage is 2 and names what was wrong" {
    for words in "" "." "a b" "a/../b" "a --timeout 1" "a --wait --timeout x" "a --unknown"; do
        # shellcheck disable=SC2086
        run headway cancel $words
        [ "$status" = 2 ] || { echo "$words: $status $output"; false; }
        [[ $output == *"headway cancel"* ]]
    done
}
