# headway run in a terminal: whoever sits there cannot tell.
load ../helper/stack
load ../helper/heard
load ../helper/terminal

setup() { setup_stack; }
teardown() {
    stop_terminal
    teardown_stack
}

@test "the command has a terminal of its own, of the same size and modes, and is in its foreground" {
    start_terminal 91 23
    enter "stty intr ^G -ixany; stty -a >'$RUN/without'; headway run --quiet -- sh -c 'stty -a; tty; test -t 2 && echo 2' >/dev/null; headway run --quiet -- sh -c 'stty -a >$RUN/with; tty >>$RUN/done; test -t 2 && echo 2 >>$RUN/done'"
    await "it is done" grep -q 2 "$RUN/done"
    diff "$RUN/without" "$RUN/with"
    grep -q "rows 23; columns 91" "$RUN/with"
    [ "$(head -n 1 "$RUN/done")" != "$(tm display-message -p '#{pane_tty}')" ]
    enter "headway run --quiet -- sh -c 'ps -o stat=,tpgid=,pgid= -p \$\$ >$RUN/ps'"
    await "ps has written" test -s "$RUN/ps"
    read -r stat tpgid pgid <"$RUN/ps"
    [[ $stat == *+* ]] && [ "$tpgid" = "$pgid" ]
}

@test "every byte that goes to a terminal is the same with and without" {
    need script
    seq 20000 >"$RUN/in"
    head -c 300000 /dev/urandom | tr -d '\021\023' >>"$RUN/in"
    mkfifo "$RUN/typist"
    exec 8<>"$RUN/typist" # nobody types, but at the end of its input script(1) would
    typed() { script -qec "$1" /dev/null <&8 >"$RUN/$2"; }
    typed "cat '$RUN/in'" without
    typed "headway run --quiet -- cat '$RUN/in'" with
    cmp "$RUN/without" "$RUN/with"
    # a terminal for one of the two outputs only
    for how in "2>/dev/null" "</dev/null" "</dev/null 2>/dev/null"; do
        typed "headway run --quiet -- cat '$RUN/in' $how" with
        cmp "$RUN/without" "$RUN/with" || { echo "with $how"; false; }
    done
    typed "headway run --quiet -- sh -c 'cat $RUN/in >&2' >/dev/null" with
    cmp "$RUN/without" "$RUN/with"
    typed "headway run --quiet -- sh -c 'tty <&2 >&2; cat $RUN/in' 2>'$RUN/err'" with
    cmp "$RUN/without" "$RUN/with"
    grep -q "not a tty" "$RUN/err"
    exec 8>&-
}

@test "full-screen programs look the same, and quit the same" {
    need vim less
    seq 1000 | sed 's/.*/line & of a file/' >"$RUN/file"
    start_terminal
    modes >"$RUN/before"
    for program in "vim -u NONE -N" less; do
        for with in "" "headway run --quiet -- "; do
            enter "$with$program $RUN/file"
            await_screen "line 20 of"
            keys G
            await_screen "line 1000 of"
            keys -l 1G
            await_screen "line 1 of"
            keys -l "/line 500 "
            keys Enter
            await_screen "line 500 of"
            keys C-l
            await "it has drawn anew" not on_screen "^\.\.\.skipping" # less's own words until then
            screen >"$RUN/screen$with"
            tm resize-window -x 70 -y 15
            await "it has drawn anew" eval '[ "$(screen | wc -l)" = 15 ]'
            await_screen "line 500 of"
            keys C-l
            await "it has settled" eval 'screen >"$RUN/a"; screen | cmp -s - "$RUN/a"'
            tm resize-window -x 80 -y 24
            await_screen "line 510 of|line 520 of"
            if [ "$program" = less ]; then keys q; else keys ":q" Enter; fi
            await "the shell is back" on_screen '^\$ *$'
        done
        diff "$RUN/screen" "$RUN/screenheadway run --quiet -- "
    done
    modes | diff "$RUN/before" -
}

@test "^C and ^\\ end the command and the script around it; a command that takes them lives" {
    start_terminal
    enter "headway run --quiet -- sleep 300.1"
    await "it sleeps" pgrep -f "^sleep 300.1"
    keys C-c
    enter "echo status \$?"
    await_screen "status 130"
    enter "headway run --quiet -- sh -c 'ulimit -c 0; exec sleep 300.2'"
    await "it sleeps" pgrep -f "^sleep 300.2"
    keys 'C-\'
    enter "echo status \$?"
    await_screen "status 131"
    printf 'headway run --quiet -- sleep 300.3\necho not reached\n' >"$RUN/script"
    enter "sh $RUN/script"
    await "it sleeps" pgrep -f "^sleep 300.3"
    keys C-c
    enter "echo status \$?"
    await_screen "status 130"
    not on_screen "not reached"
    enter "headway run --quiet -- sh -c 'trap \"echo taken\" INT; echo ready; read x; read x; echo got \$x'"
    await_screen "^ready"
    keys C-c
    await_screen taken
    keys -l "this"
    keys Enter
    await_screen "got this"
}

@test "^Z, bg and fg: as for any job" {
    start_terminal
    enter "headway run --quiet -- cat -su"
    await "it runs" pgrep -f "^cat -su"
    keys -l "one"
    keys Enter
    await_screen "^one$"
    keys C-z
    await_screen "Stopped +headway run"
    enter "bg; wait %1; echo waited"   # it reads: a background job is stopped for that
    await_screen "waited"
    enter "jobs"
    await_screen "Stopped.* +headway run"
    enter "fg"
    await_screen "^headway run"
    keys -l "two"
    keys Enter
    await "it is echoed and printed" eval '[ "$(screen | grep -c "^two$")" = 2 ]'
    keys C-d
    enter "echo status \$?; jobs; stty -a | grep -o -- ' icanon'"
    await_screen "icanon"
    on_screen "status 0"
    not on_screen "headway run"
}

@test "a full-screen program is stopped and continued" {
    need vim
    seq 1000 | sed 's/.*/line & of a file/' >"$RUN/file"
    start_terminal
    enter "headway run --quiet -- vim -u NONE -N $RUN/file"
    await_screen "line 20 of"
    keys C-z
    await_screen "Stopped"
    enter "echo in the \$((1 + 1))nd shell"
    await_screen "in the 2nd shell"
    enter "fg"
    await_screen "line 20 of"
    keys -l ":q"
    keys Enter
    await_screen '^\$'
    not on_screen "line 20 of"
}

@test "started in the background: it runs, is stopped when it reads, and comes to the foreground" {
    start_terminal
    mkfifo "$RUN/fifo"
    enter "headway run --quiet -- sh -c 'read x <$RUN/fifo; echo read \$x; read y; echo typed \$y' &"
    await "it runs" pgrep -f "read x <$RUN"
    enter "echo the shell is \$((40 + 2))"
    await_screen "the shell is 42"
    keys -l "fg"  # a running job comes to the foreground, and nobody tells it
    keys Enter
    echo one >"$RUN/fifo"
    await_screen "read one"
    keys -l "two"
    keys Enter
    await_screen "typed two"
    enter "headway run --quiet -- sh -c 'read y; echo typed \$y' &"
    enter "wait %1; jobs"
    await_screen "Stopped.*headway run"
    enter "fg"
    await_screen "^headway run"
    keys -l "three"
    keys Enter
    await_screen "typed three"
}

@test "the size follows the terminal's, and the command is told" {
    start_terminal 80 24
    enter "headway run --quiet -- bash -c 'trap \"stty size\" WINCH; echo ready; while :; do sleep 0.05; done'"
    await_screen "^ready"
    tm resize-window -x 100 -y 30
    await_screen "^30 100"
    keys C-c
    # an output that is a terminal while stdin is not
    enter "headway run --quiet -- bash -c 'trap \"stty size <&2 >&2\" WINCH; echo ready >&2; while :; do sleep 0.05; done' </dev/null | cat"
    await_screen "^ready"
    tm resize-window -x 90 -y 20
    await_screen "^20 90"
    keys C-c
}

@test "the terminal is as it was, whatever ends: the command, or us" {
    start_terminal
    modes >"$RUN/before"
    enter "headway run --quiet -- sh -c 'stty raw -echo; echo \$\$ >$RUN/pid; exec sleep 300'"
    await "it runs" test -s "$RUN/pid"
    kill -9 "$(cat "$RUN/pid")"
    await_screen "Killed"
    modes | diff "$RUN/before" -
    rm "$RUN/pid"
    enter "headway run --quiet -- sh -c 'echo \$\$ >$RUN/pid; exec sleep 300'"
    await "it runs" test -s "$RUN/pid"
    kill -TERM "$(parent_of "$(parent_of "$(cat "$RUN/pid")")")"
    await_screen "Terminated"
    modes | diff "$RUN/before" -
    rm "$RUN/pid"
    enter "headway run --quiet -- sh -c 'echo \$\$ >$RUN/pid; exec sleep 300'"
    await "it runs" test -s "$RUN/pid"
    keeper=$(parent_of "$(cat "$RUN/pid")")
    kill -9 "$(parent_of "$keeper")"
    await_screen "Killed"
    await "the command is gone with its terminal" gone "$(cat "$RUN/pid")"
    modes | diff "$RUN/before" -
}

@test "the one who keeps the command's session is killed: that is said, and the run is lost" {
    start_broker
    start_lighttpd
    start_terminal
    enter "headway run --name kept -- sh -c 'echo \$\$ >$RUN/pid; exec sleep 300'; echo status \$?"
    await "it runs" test -s "$RUN/pid"
    kill -9 "$(parent_of "$(cat "$RUN/pid")")"
    await_screen "status 125"
    on_screen "how it ended cannot be known"
    shown kept .state lost
}

@test "a terminal that goes away hangs up the command" {
    start_broker
    start_lighttpd
    start_terminal
    enter "headway run --name gone -- sh -c 'trap \"echo hup >>$RUN/got; exit 9\" HUP; echo \$\$ >$RUN/pid; while :; do sleep 0.05; done'"
    await "it runs" test -s "$RUN/pid"
    stop_terminal
    await "the command is gone" gone "$(cat "$RUN/pid")"
    [ "$(sort -u "$RUN/got")" = hup ]
    shown gone '[.state, .exit] | join("|")' "failed|9"
}

@test "/dev/tty is the terminal, also in a pipeline" {
    start_terminal
    enter "headway run --quiet -- sh -c 'read x </dev/tty; echo got \$x'"
    keys -l "first"
    keys Enter
    await_screen "got first"
    enter "echo data | headway run --quiet -- sh -c 'cat; read x </dev/tty; echo got \$x' | cat"
    await_screen "^data"
    keys -l "second"
    keys Enter
    await_screen "got second"
    need less vim
    enter "seq 100 | headway run --quiet -- less"
    await_screen "^20$"
    keys q
    await_screen '^\$'
    modes >"$RUN/before"
    # who has no terminal as input reads keys from its output or standard error
    for reader in more "vim -u NONE -N -"; do
        enter "seq 100 | headway run --quiet -- $reader"
        await_screen "^20 *$"
        if [ "$reader" = more ]; then keys " "; else keys -l "30Gzt"; fi
        await_screen "^3[0-9] *$"
        if [ "$reader" = more ]; then keys q; else keys -l ":q!"; keys Enter; fi
        await "the shell is back" on_screen '^\$ *$'
    done
    modes | diff "$RUN/before" -
    enter "headway run --quiet -- cat -su | cat"
    await "it runs" pgrep -f "^cat -su"
    keys -l "third"
    keys Enter
    await "it is echoed and printed" eval '[ "$(screen | grep -c "^third$")" = 2 ]'
    keys C-d
}

@test "in a pipeline ^C and ^Z are for all of it" {
    start_terminal
    enter "headway run --quiet -- sh -c 'echo ready >&2; exec sleep 300.4' | cat"
    await_screen "^ready"
    keys C-z
    await_screen "Stopped"
    enter "fg"
    await_screen "^headway run"
    keys C-c
    await "the command is gone" eval '! pgrep -f "^sleep 300.4"'
    enter "echo back \$((1 + 1))"
    await_screen "^back 2"
}

@test "a shell with job control, and a run in a run" {
    start_terminal
    enter "headway run --quiet -- env PS1='inner: ' bash --norc --noprofile"
    await_screen "^inner:"
    keys -l "headway run --quiet -- cat -su"
    keys Enter
    await "it runs" pgrep -f "^cat -su"
    keys -l "x"
    keys Enter
    await "it is printed" eval '[ "$(screen | grep -c "^x$")" = 2 ]'
    keys C-z
    await_screen "Stopped +headway run --quiet -- cat -su"
    keys -l "fg"
    keys Enter
    keys C-c
    keys -l "echo \$((6 * 7)); exit 5"
    keys Enter
    await_screen "^42"
    enter "echo status \$?"
    await_screen "status 5"
}

@test "what outlives the command goes on printing, in the background" {
    start_terminal
    mkfifo "$RUN/fifo"
    enter "headway run --quiet -- sh -c '{ read x <$RUN/fifo; echo later \$x; } & echo now'; echo status \$?"
    await_screen "status 0"
    echo one >"$RUN/fifo"
    await_screen "later one" # behind the prompt
    keys "echo typed" Enter
    await_screen "^typed"
}

@test "no warning of ours comes onto a screen that is the command's" {
    start_broker
    start_terminal
    enter "headway run -- sh -c 'echo ready; read x; echo end'"
    await_screen "^ready"
    kill_broker
    keys Enter
    await_screen "^end"
    await_screen "going on without the broker" # afterwards
    enter "headway run --quiet -- sh -c 'echo ready; read x; echo end'"
    await_screen "^ready"
    not on_screen "going on"
}
