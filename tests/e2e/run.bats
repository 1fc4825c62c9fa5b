# headway run: what a command prints, gets and answers is what it would be
# without it; and what it says of the command.
load ../helper/stack
load ../helper/heard
bats_require_minimum_version 1.5.0

setup() { setup_stack; }
teardown() { teardown_stack; }

# alike FILE COMMAND... -- what the command leaves in FILE is the same with and without
alike() {
    local file=$1
    shift
    rm -f "$file"
    "$@"
    mv "$file" "$file.without"
    headway run --quiet -- "$@"
    cmp "$file.without" "$file" || { diff "$file.without" "$file" | head; false; }
}

@test "50 MB are the same bytes with and without: into a file, into a pipe, out of a pipe, binary and text" {
    head -c 25M /dev/urandom >"$RUN/in"
    yes "a line of text, neither long nor short" | head -c 25M >>"$RUN/in"
    headway run --quiet -- cat "$RUN/in" >"$RUN/out"
    cmp "$RUN/in" "$RUN/out"
    headway run --quiet -- cat "$RUN/in" | cat >"$RUN/out"
    cmp "$RUN/in" "$RUN/out"
    cat "$RUN/in" | headway run --quiet -- cat >"$RUN/out"
    cmp "$RUN/in" "$RUN/out"
    headway run --quiet -- sh -c 'cat "$0" >&2' "$RUN/in" 2>"$RUN/out"
    cmp "$RUN/in" "$RUN/out"
    echo first >"$RUN/log"
    headway run --quiet -- echo second >>"$RUN/log"
    [ "$(cat "$RUN/log")" = first$'\n'second ]
}

@test "two outputs into one file keep their order" {
    # shellcheck disable=SC2016
    script='i=0; while [ $i -lt 2000 ]; do echo o$i; echo e$i >&2; i=$((i + 1)); done'
    sh -c "$script" >"$RUN/without" 2>&1
    headway run --quiet -- sh -c "$script" >"$RUN/with" 2>&1
    cmp "$RUN/without" "$RUN/with"
    headway run --quiet -- sh -c "$script" 2>&1 | cat >"$RUN/with"
    cmp "$RUN/without" "$RUN/with"
}

@test "two outputs into two files stay apart" {
    headway run --quiet -- sh -c 'echo out; echo err >&2' >"$RUN/out" 2>"$RUN/err"
    [ "$(cat "$RUN/out")" = out ] && [ "$(cat "$RUN/err")" = err ]
}

@test "the exit status is the command's, from 0 to 255" {
    for i in $(seq 0 255); do
        status=0
        headway run --quiet -- sh -c "exit $i" || status=$?
        [ "$status" = "$i" ] || { echo "$i became $status"; false; }
    done
}

@test "a command that dies of a signal: the same signal, and its name in the record" {
    start_broker
    start_lighttpd
    for sig in HUP INT QUIT ABRT KILL SEGV USR1 PIPE TERM; do
        status=0
        # as at a prompt, though the tests run in the background, or under nohup
        env --default-signal headway run --name "died/$sig" -- sh -c "ulimit -c 0; kill -$sig \$\$" 2>/dev/null || status=$?
        [ "$status" = $((128 + $(kill -l "$sig"))) ] || { echo "$sig: $status"; false; }
        shown "died/$sig" '[.state, .signal] | join("|")' "failed|$sig"
    done
    # not only a number: whoever waits sees the signal itself
    run perl -e 'system(@ARGV); exit(($? & 127) == 15 ? 0 : 1)' headway run --quiet -- sh -c 'kill -TERM $$'
    [ "$status" = 0 ]
    status=0
    headway run --name exited -- sh -c 'exit 3' || status=$?
    [ "$status" = 3 ]
    shown exited '[.state, .exit] | join("|")' "failed|3"
}

@test "what cannot be executed: 127 or 126, env's message, and a run that failed" {
    start_broker
    start_lighttpd
    run -127 headway run -- no-such-command
    [ "$status" = 127 ] && [ "$output" = "headway: no-such-command: No such file or directory" ]
    shown no-such-command '[.state, .exit, .message] | join("|")' "failed|127|No such file or directory"
    run headway run -- /etc/passwd
    [ "$status" = 126 ] && [ "$output" = "headway: /etc/passwd: Permission denied" ]
    run headway run -- /
    [ "$status" = 126 ]
    printf 'echo no interpreter line\n' >"$RUN/script"
    chmod +x "$RUN/script"
    run headway run --quiet -- "$RUN/script"
    [ "$status" = 0 ] && [ "$output" = "no interpreter line" ]
}

@test "closed descriptors stay closed, others are passed on, and none of ours" {
    # What each descriptor is: a name, or its kind for those that are relayed.
    cat >"$RUN/list" <<'END'
#!/bin/sh
for fd in 0 1 2 3 4 5 6 7 8 9; do
    all="$all$fd $(readlink "/proc/$$/fd/$fd" | sed 's/pipe.*/pipe/')
"
done
echo "$all" >"$1"
END
    chmod +x "$RUN/list"
    exec 7<"$RUN/list"
    for close in "" "<&-" ">&-" "2>&-" "<&- >&- 2>&-"; do
        for command in "" "headway run --quiet --"; do
            bash -c "{ $command $RUN/list '$RUN/fds${command:+.with}'; } </dev/null $close 3>&-" >"$RUN/o" 2>"$RUN/e"
        done
        # a file that is relayed is a pipe to the command; all else is equal
        sed -i -E "s,^([12]) (pipe|$RUN/[oe])$,\\1 output," "$RUN/fds" "$RUN/fds.with"
        diff "$RUN/fds" "$RUN/fds.with" || { echo "with '$close'"; false; }
    done
    exec 7<&-
}

@test "environment, directory, signals, limits and priority are as without, but for HEADWAY_TASK and HEADWAY_PID" {
    cat >"$RUN/look" <<'END'
#!/bin/sh
{ env | grep -v -e ^_= -e ^HEADWAY_TASK= -e ^HEADWAY_PID= | sort; pwd; umask; ulimit -a; nice
  grep -E '^(Sig|Shd)' "/proc/$$/status" | grep -v SigQ; } >"$1"
END
    chmod +x "$RUN/look"
    alike "$RUN/looked" "$RUN/look" "$RUN/looked"
    alike "$RUN/looked" env -i "PATH=$PATH" "$RUN/look" "$RUN/looked"
    alike "$RUN/looked" nohup "$RUN/look" "$RUN/looked" 2>/dev/null
    trap '' HUP INT CHLD PIPE
    alike "$RUN/looked" "$RUN/look" "$RUN/looked"
    trap - HUP INT CHLD PIPE
    run headway run --quiet --name job -- sh -c 'echo "$HEADWAY_TASK $((HEADWAY_PID == $$))"'
    [ "$output" = "job 1" ]
}

@test "what the command is in: our process group, our session, our child" {
    run headway run --quiet -- sh -c 'cut -d" " -f 5,6 /proc/self/stat; cut -d" " -f 5,6 /proc/$PPID/stat'
    [ "${lines[0]}" = "${lines[1]}" ]
}

@test "options end at the first word, or at --" {
    run headway run --quiet echo --name x -- y
    [ "$output" = "--name x -- y" ]
    run headway run --quiet -- printf %s --help
    [ "$output" = --help ]
    for words in "" "--" "--name" "--name a/../b true" "--grace x true" "--match ( true" "--unknown true" "--title $(printf '%0300d' 0) true"; do
        # shellcheck disable=SC2086
        run headway run $words
        [ "$status" = 2 ] || { echo "$words: $status $output"; false; }
    done
}

@test "the name is the command's file name, or what is told; the title is never its arguments" {
    start_broker
    start_lighttpd
    cp "$(type -P true)" "$RUN/back up:2.sh"
    headway run -- "$RUN/back up:2.sh" --password=secret
    shown back_up_2.sh '[.state, .title] | join("|")' "done|back up:2.sh"
    headway run --name nightly/home -- true --password=secret
    shown nightly/home .title true
    headway run --name told --title "The backup" --message "at night" -- true
    shown told '[.title, .message] | join("|")' "The backup|at night"
    [ "$(curl -s "$URL/tasks" | grep -c secret)" = 0 ]
}

@test "inside a run names are taken below its task, unless they begin with a slash" {
    start_broker
    start_lighttpd
    headway run --name nightly -- sh -c '
        headway set db 1 2
        headway set /other 1 4
        headway pipe --name copy </dev/null
        headway set "/$HEADWAY_TASK" 3 10
        headway run -- sh -c "headway set deep 1 5; echo \$HEADWAY_TASK >&2"' 2>"$RUN/err"
    [ "$(cat "$RUN/err")" = nightly/sh ]
    shown nightly/db .percent 50.00
    shown other .percent 25.00
    shown nightly/copy .state done
    shown nightly/sh/deep .percent 20.00
    shown nightly '[.moved, .total, .state] | join("|")' "3|10|done"
    # so deep that there is no name left: a script is told, a command runs all the same
    run env HEADWAY_TASK=a/b/c/d/e/f/g/h headway set x 1 2
    [ "$status" = 2 ] && [[ $output == *"more than 8 segments"* ]]
    run env HEADWAY_TASK=a/b/c/d/e/f/g/h headway run -- echo runs
    [ "$status" = 0 ] && [[ $output == *"more than 8 segments"*runs ]]
    run env HEADWAY_TASK="no name" headway run --quiet -- echo runs
    [ "$status" = 0 ] && [ "$output" = runs ]
}

@test "set --pid: a process that lives, and no other; HEADWAY_PID: only if it is what it says" {
    start_listener
    headway set x 1 2 --pid $$ --quiet
    headway set y 1 2 --quiet
    HEADWAY_PID=$$ headway set z 1 2 --quiet    # was not started with it: some other pid namespace's number
    HEADWAY_PID=4000000 headway set z 1 2 --quiet
    headway run --quiet --name job -- sh -c 'echo $$ >"$0"; headway set x 1 2 --quiet; headway set /job 1 2 --quiet' "$RUN/pid"
    [ "$(heard 'select(.task == "x") | .pid')" = $$ ]
    [ "$(heard 'select(.task == "y" or .task == "z") | .pid' | uniq)" = null ]
    [ "$(heard 'select(.task == "job/x") | .pid')" = "$(cat "$RUN/pid")" ]
    [ "$(heard 'select(.task == "job" and .moved) | .pid')" = null ]
    : & dead=$!
    wait "$dead"
    for pid in "$dead" 0 -1 x; do
        run headway set x --pid "$pid"
        [ "$status" = 2 ] || { echo "$pid: $status $output"; false; }
    done
}

@test "a silent command is shown at once, without a percent and with its start; then it is done" {
    start_broker
    start_lighttpd
    mkfifo "$RUN/fifo"
    headway run --name quiet -- cat "$RUN/fifo" 3>&- &
    pid=$!
    shown quiet '[.state, has("percent"), .started <= now] | map(tostring) | join("|")' "null|false|true"
    : >"$RUN/fifo"
    wait "$pid"
    shown quiet '[.state, .percent] | join("|")' "done|100.00"
}

@test "at most 20 updates a second, and the last state always" {
    start_broker
    start_lighttpd
    start=$EPOCHREALTIME
    headway run --name fast -- perl -e '$| = 1; for (1..1000) { printf "\r%d%%", $_ / 20; select undef, undef, undef, 0.001 }' >"$RUN/out"
    took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
    updates=$(curl -s "$URL/tasks" | jq -r '.id | sub(".*-"; "")') # each one is a change
    echo "$updates updates in $took s"
    [ "$updates" -ge 5 ] && awk -v n="$updates" -v t="$took" 'BEGIN { exit !(n <= t * 20 + 4) }'
    shown fast '[.moved, .state] | join("|")' "50|done"
}

@test "output lines go along as a log: overwritten ones not, data not, with --no-log none" {
    start_listener
    headway run --name a --quiet -- printf 'one\n10%%\r20%%\rtwo\nthree' >/dev/null
    [ "$(heard_log)" = one$'\n'two$'\n'three ] || { heard_log; false; }
    : >"$HEARD"
    headway run --name b --quiet -- printf 'text\0data\n' >/dev/null
    headway run --name c --quiet --no-log -- echo text >/dev/null
    [ "$(heard_log)" = "" ]
    [ "$(heard 'select(.state == "done") | .task' | xargs)" = "b c" ]
}

@test "a flood of lines: the newest are sent, what was skipped is counted, and the command is not slowed" {
    start_listener
    start=$EPOCHREALTIME
    headway run --quiet -- seq 1000000 >"$RUN/out"
    took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
    echo "$took s"
    [ "$(tail -n 1 "$RUN/out")" = 1000000 ]
    heard_log >"$RUN/log"
    [ "$(tail -n 1 "$RUN/log")" = 1000000 ]
    # every line is either there or counted; a gap may cut two lines into one
    n=$(awk '/^\+/ { n += substr($0, 2); next } { n++ } END { print n }' "$RUN/log")
    echo "$n lines"
    [ "$n" -gt 999900 ] && [ "$n" -le 1000000 ]
    [ "$(wc -l <"$RUN/log")" -lt 100000 ]
}

@test "64 KB without a line end, and 100,000 lines a second, pass through" {
    head -c 65536 /dev/zero | tr '\0' x >"$RUN/in"
    headway run --quiet -- cat "$RUN/in" >"$RUN/out"
    cmp "$RUN/in" "$RUN/out"
    seq 100000 >"$RUN/in"
    headway run --quiet -- sh -c 'cat "$0" >&2' "$RUN/in" 2>"$RUN/out"
    cmp "$RUN/in" "$RUN/out"
}

@test "a disk that is full: the message of a write error, status 1, and a run that failed" {
    start_broker
    start_lighttpd
    run bash -c 'headway run --name full -- sh -c "echo x" >/dev/full'
    [ "$status" = 1 ] && [[ $output == *"headway: stdout: No space left on device"* ]]
    shown full '[.state, .exit, .message] | join("|")' "failed|1|stdout: No space left on device"
}

@test "a reader who pauses: nothing is lost, little is held, and the end is told before it has read all" {
    start_broker
    start_lighttpd
    mkfifo "$RUN/fifo"
    seq 30000 >"$RUN/in"    # 170 KB: more than a pipe, so all of us are full
    headway run --name slow -- cat "$RUN/in" >"$RUN/fifo" 3>&- &
    pid=$!
    exec 8<"$RUN/fifo"
    read -r first <&8
    [ "$first" = 1 ]
    await "the command waits for its reader" eval '[ "$(record slow .state)" != "" ]'
    cat <&8 >"$RUN/out"
    exec 8<&-
    wait "$pid"
    { echo 1; cat "$RUN/out"; } | cmp - "$RUN/in"
    headway run --name told -- seq 12000 >"$RUN/fifo" 3>&- & # 60 KB: fits into pipes
    pid=$!
    exec 8<"$RUN/fifo"
    shown told .state done
    cat <&8 | cmp - <(seq 12000)
    exec 8<&-
    wait "$pid"
}

@test "stdin is the command's own: what it leaves is left, and its end is seen" {
    printf '1\n2\n3\n' >"$RUN/in"
    { headway run --quiet -- sh -c 'read -r x; echo "$x"'; cat; } <"$RUN/in" >"$RUN/with"
    { sh -c 'read -r x; echo "$x"'; cat; } <"$RUN/in" >"$RUN/without"
    cmp "$RUN/with" "$RUN/without"
    # who writes to a command that has closed its stdin is told so
    mkfifo "$RUN/in.fifo" "$RUN/stop"
    yes >"$RUN/in.fifo" 3>&- &
    yes=$!
    headway run --quiet -- sh -c 'exec <&-; read -r x <"$0"' "$RUN/stop" <"$RUN/in.fifo" 3>&- &
    pid=$!
    await "yes gets SIGPIPE" gone_or_zombie "$yes"
    echo >"$RUN/stop"
    wait "$pid"
}

@test "who reads sees the end when the command has closed its output, not when it ends" {
    mkfifo "$RUN/fifo"
    headway run --quiet -- sh -c 'echo x; exec >&- 2>&-; read -r y <"$0"' "$RUN/fifo" 2>&1 3>&- | cat >"$RUN/out" &
    pid=$!
    await "cat has ended" eval '! pgrep -P $$ -x cat'
    [ "$(cat "$RUN/out")" = x ]
    echo >"$RUN/fifo"
    wait "$pid"
}
