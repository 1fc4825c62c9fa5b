# headway run and signals: whoever sends one means the command, and it gets each
# one once.
load ../helper/stack
load ../helper/heard

setup() {
    setup_stack
    # Writes the name of each signal it gets to the file, and lives until told.
    cat >"$RUN/counter" <<'END'
#!/usr/bin/perl
use IO::Handle;
open my $log, '>', $ARGV[0]; $log->autoflush;
for my $s (qw(HUP INT QUIT TERM USR1 USR2 ALRM)) { $SIG{$s} = sub { print $log "$s\n" } }
print $log "ready $$\n";
select undef, undef, undef, 0.02 until -e $ARGV[1];
END
    chmod +x "$RUN/counter"
}
teardown() {
    touch "$RUN/stop"
    teardown_stack
}

begun() { await "$1 is ready" grep -q ready "$1"; }
pid_of() { awk '$1 == "ready" { print $2 }' "$1"; }
count() { grep -c "^$2\$" "$1" || :; } # FILE SIGNAL
counted() { [ "$(count "$1" "$2")" -ge 1 ]; }

@test "a signal for headway run alone gets to the command, once, and to no child of it" {
    headway run --quiet -- sh -c "'$RUN/counter' '$RUN/child' '$RUN/stop' & exec '$RUN/counter' '$RUN/command' '$RUN/stop'" 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    begun "$RUN/command" && begun "$RUN/child"
    CLIENTS+=("$(pid_of "$RUN/child")")
    for sig in HUP INT QUIT TERM USR1 USR2 ALRM; do
        kill "-$sig" "$pid"
        await "the command has $sig" counted "$RUN/command" "$sig"
    done
    kill -USR1 "$pid" # what comes later has not overtaken anything
    await "it has both" eval '[ "$(count "$RUN/command" USR1)" = 2 ]'
    [ "$(wc -l <"$RUN/command")" = 9 ] || { cat "$RUN/command"; false; }
    [ "$(wc -l <"$RUN/child")" = 1 ]
    touch "$RUN/stop"
    wait "$pid"
}

@test "a signal for the whole process group gets to the command once, not twice" {
    setsid headway run --quiet -- "$RUN/counter" "$RUN/command" "$RUN/stop" 3>&- &
    CLIENTS+=($!)
    begun "$RUN/command"
    group=$(ps -o pgid= -p "$(pid_of "$RUN/command")" | tr -d ' ')
    for i in $(seq 10); do
        for sig in INT TERM USR1; do
            kill "-$sig" -- "-$group"
            await "the command has it" eval '[ "$(count "$RUN/command" $sig)" = "$i" ]'
        done
    done
    kill -USR2 "$(parent_of "$(pid_of "$RUN/command")")" # alone: passed on after all that
    await "the command has USR2" counted "$RUN/command" USR2
    for sig in INT TERM USR1; do
        [ "$(count "$RUN/command" "$sig")" = 10 ] || { echo "$sig: $(count "$RUN/command" "$sig")"; false; }
    done
}

@test "what was ignored at the start stays ignored, in both" {
    (
        trap '' HUP TERM
        exec headway run --quiet -- sh -c 'echo $$ >"$0"; while [ ! -e "$1" ]; do sleep 0.02; done; exit 5' "$RUN/pid" "$RUN/stop"
    ) 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    await "it runs" test -s "$RUN/pid"
    kill -HUP "$pid"
    kill -TERM "$pid"
    kill -HUP "$(cat "$RUN/pid")"
    touch "$RUN/stop"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 5 ]
    run nohup headway run --quiet -- sh -c 'kill -HUP $$ $PPID; echo alive'
    [[ $output == *alive* ]]
}

@test "timeout(1) ends the command as it would without, in each of its ways" {
    for how in "" "-s KILL" "--foreground" "-s INT" "-k 1"; do
        rm -f "$RUN/pid"
        status=0 expected=0
        # shellcheck disable=SC2086
        timeout $how 0.3 sh -c 'echo $$ >"$0"; exec sleep 300' "$RUN/pid" 2>/dev/null || expected=$?
        # shellcheck disable=SC2086
        timeout $how 0.3 headway run --quiet -- sh -c 'echo $$ >"$0"; exec sleep 300' "$RUN/pid" 2>/dev/null || status=$?
        [ "$status" = "$expected" ] || { echo "timeout $how: $status, not $expected"; false; }
        await "the command is gone" gone "$(cat "$RUN/pid")"
    done
}

@test "kill -9 of the command: failed by KILL; of headway run: lost, and the command is gone as if hit itself" {
    start_broker
    start_lighttpd
    headway run --name a -- sh -c 'echo $$ >"$0"; exec sleep 300' "$RUN/pid" 3>&- &
    pid=$!
    await "it runs" test -s "$RUN/pid"
    kill -9 "$(cat "$RUN/pid")"
    status=0
    wait "$pid" 2>/dev/null || status=$?
    [ "$status" = 137 ]
    shown a '[.state, .signal] | join("|")' "failed|KILL"
    rm "$RUN/pid"
    headway run --name b -- sh -c 'echo $$ >"$0"; exec sleep 300' "$RUN/pid" 3>&- &
    pid=$!
    await "it runs" test -s "$RUN/pid"
    kill -9 "$pid"
    shown b .state lost
    await "the command is gone" gone "$(cat "$RUN/pid")"
}

@test "kill -9 of the whole session: lost, and nothing of ours stays" {
    start_broker
    start_lighttpd
    setsid sh -c 'echo $$ >"$0"; headway run --name a -- sleep 300; :' "$RUN/session" 3>&- &
    shown a .state null
    session=$(cat "$RUN/session")
    pkill -KILL -s "$session"
    shown a .state lost
    await "nothing is left" eval '! pgrep -s "$session"'
}

@test "after an end nothing of ours stays" {
    mkfifo "$RUN/fifo"
    setsid sh -c 'echo $$ >"$0"; headway run --quiet -- true; headway run --quiet -- no-such-command; read -r x <"$1"' \
        "$RUN/session" "$RUN/fifo" 2>/dev/null 3>&- &
    exec 8>"$RUN/fifo" # which waits for the reader, and so for both runs
    run pgrep -s "$(cat "$RUN/session")" -x headway
    [ "$output" = "" ]
    exec 8>&-
}

@test "a reader who leaves: the command gets SIGPIPE and so do we, or a write error if that is ignored" {
    start_broker
    start_lighttpd
    run bash -c 'headway run --name a -- yes | head -n 1; echo "${PIPESTATUS[0]}"'
    [ "$output" = "y"$'\n'"141" ]
    shown a '[.state, .signal] | join("|")' "failed|PIPE"
    run bash -c "trap '' PIPE; headway run --name b -- yes 2>'$RUN/err' | head -n 1; echo \"\${PIPESTATUS[0]}\""
    [ "$output" = "y"$'\n'"1" ]
    grep -q "Broken pipe" "$RUN/err"
    # noticed even while nothing is written, as tail(1) does
    mkfifo "$RUN/fifo"
    echo x >"$RUN/file"
    run bash -c "headway run --quiet -- tail -f '$RUN/file' | head -n 1"
    [ "$output" = x ]
    # a command that does not mind goes on
    run bash -c "headway run --quiet -- sh -c 'trap \"\" PIPE; i=0; while [ \$i -lt 100000 ]; do echo x || break; i=\$((i + 1)); done 2>/dev/null; exit 7' | head -n 1; exit \${PIPESTATUS[0]}"
    [ "$status" = 7 ]
}

@test "a core is dumped once" {
    [ "$(cat /proc/sys/kernel/core_pattern)" = core ] || skip "cores go elsewhere here"
    cd "$RUN"
    (ulimit -c unlimited && headway run --quiet -- sh -c 'ulimit -c unlimited && echo $$ >pid; kill -ABRT $$') 2>/dev/null || :
    [ "$(find . -name 'core*' | wc -l)" = 1 ]
}

state_of() { ps -o stat= -p "$1" | cut -c1; }

@test "the command stopped and continued by somebody: we neither stop nor end; told to stop, both do" {
    set -m # a process group that has a parent in this session: none else is stopped by SIGTSTP
    headway run --quiet -- "$RUN/counter" "$RUN/command" "$RUN/stop" 3>&- &
    pid=$!
    set +m
    CLIENTS+=("$pid")
    begun "$RUN/command"
    command=$(pid_of "$RUN/command")
    kill -STOP "$command"
    await "it is stopped" eval '[ "$(state_of "$command")" = T ]'
    kill -USR1 "$pid" # passed on, and waits there
    [ "$(state_of "$pid")" = S ]
    kill -CONT "$command"
    await "it has USR1" counted "$RUN/command" USR1
    # nobody could continue an orphaned group, so the kernel stops none by SIGTSTP; with a parent in the session it does
    kill -TSTP "$pid"
    await "both are stopped" eval '[ "$(state_of "$command")$(state_of "$pid")" = TT ]'
    kill -CONT "$pid"
    await "both go on" eval '[ "$(state_of "$command")$(state_of "$pid")" = SS ]'
    touch "$RUN/stop"
    wait "$pid"
}
