# headway watch: tasks as they go, in a terminal, in lines, as JSON.
load ../helper/stack
load ../helper/reader

setup() { setup_stack; export LC_ALL=C.UTF-8; }
teardown() { exec 7>&-; end_terminal; teardown_stack; }

# A watch in the background; what it prints is in $RUN/seen.
begin_watch() {
    headway watch "$@" >"$RUN/seen" 2>"$RUN/said" 3>&- &
    WATCH=$!
    CLIENTS+=("$WATCH")
}

ended_with() {
    await "the command ends" gone_or_zombie "$WATCH"
    status=0
    wait "$WATCH" || status=$?
    [ "$status" = "$1" ] || { echo "status $status, and not $1"; cat "$RUN/seen" "$RUN/said"; return 1; }
}

# Some tasks of every kind, as a broker that knows rates would tell of them.
usual_tasks() {
    say 'headway 1 7 0' \
        '1 1 backup/db run {"moved":1288490188,"total":3650722201,"percent":"35.29","task":"backup/db","message":"copying tables","unit":"B","rate":13107200.5,"eta":182.2,"started":1000,"updated":2000}' \
        '2 2 scan run {"moved":812,"task":"scan","unit":"files","started":1000,"updated":1001}' \
        '3 3 world end {"moved":31,"total":100,"percent":"31.00","task":"world","state":"failed","message":"cannot stat foo","exit":3,"started":1000,"updated":1131,"ended":1131}' \
        '4 4 nightly end {"moved":12,"total":12,"percent":"100.00","task":"nightly","state":"done","started":1000,"updated":1045,"ended":1045}' \
        '4 0 . synced {"now":1}'
}

# ---- what is there now ----

@test "--once: a table whose columns line up, what runs first, then the last end" {
    start_fake_broker
    usual_tasks
    run headway watch --once
    [ "$status" = 0 ] && [ "${#lines[@]}" = 4 ]
    [[ ${lines[0]} == "  backup/db   35%  1.20/3.40 GiB  12.5 MiB/s  "*" 0:00 left  running         copying tables" ]]
    [[ ${lines[1]} == "  scan                 812 files  "*"  running" ]]
    [[ ${lines[2]} == "✓ nightly    100%          12/12  "*" 0:45  "*"done" ]]
    [[ ${lines[3]} == "✗ world       31%         31/100  "*" 2:11  "*"failed, exit 3  cannot stat foo" ]]
    [[ $output != *$'\033'* ]]
}

@test "--once takes names, and what is below them; nothing known is nothing printed" {
    start_broker
    headway set backup/db 1 2
    headway set backups 1 2
    headway set x 1 2
    run headway watch --once backup /x
    [ "$status" = 0 ] && [ "${#lines[@]}" = 2 ] && [[ ${lines[0]} == *backup/db* ]] && [[ ${lines[1]} == *" x "* ]]
    run headway watch --once nothing
    [ "$status" = 0 ] && [ -z "$output" ]
    run headway watch --once a b c d e f g h i j backups
    [ "$status" = 0 ] && [ "${#lines[@]}" = 1 ] # more names than one subscription takes
}

@test "--once without a broker, or with one that does not answer: 125 and why" {
    run headway watch --once
    [ "$status" = 125 ] && [[ $output == *"cannot be reached"*"$HEADWAY_SUBSCRIBE_SOCKET"* ]]
    run headway watch --once --json --subscribe-socket "$RUN/other"
    [ "$status" = 125 ] && [[ $output == *"$RUN/other"* ]]
    start_broker
    kill -STOP "$BROKER"
    run headway watch --once
    kill -CONT "$BROKER"
    [ "$status" = 125 ] && [[ $output == *"does not answer"* ]]
}

@test "--json --once: each record exactly as the broker sent it, in the order of their last change" {
    start_fake_broker
    say 'headway 1 7 0' '3 1 a run {"moved":1.50,  "unknown":[{}],"title":"\u001b[31m \"é\""}' \
        '4 4 b end {"old":"end"}' '5 0 c removed {"task":"c"}' '6 6 b run {"task":"b"}' '6 0 . synced {"now":1}'
    run headway watch --json --once
    [ "$status" = 0 ]
    [ "$output" = '{"moved":1.50,  "unknown":[{}],"title":"\u001b[31m \"é\""}'$'\n''{"task":"b"}' ]
}

@test "--json: every change, removals, and what a new broker means" {
    start_fake_broker
    begin_watch --json
    await "it has asked" shows "$RUN/heard" "subscribe *"
    say 'headway 1 7 0' '3 1 a run {"moved":1}' '3 0 . synced {"now":1}'
    await "the picture" shows "$RUN/seen" '{"moved":1}'
    say '4 1 a end {"moved":2}' '5 5 a run {"moved":3}' '5 0 . synced {"now":1}' \
        '6 0 never removed {"task":"never"}' '7 0 a removed {"task":"a"}' '8 8 . run {"moved":4}' 'what?'
    await "it has asked again" shows "$RUN/heard" "subscribe * since=7-8"
    say 'headway 1 8 0' '1 1 . run {"moved":5}' '1 0 . synced {"now":1}'
    await "the other broker's picture" shows "$RUN/seen" '{"moved":5}'
    diff "$RUN/seen" - <<'END'
{"moved":1}
{"moved":2}
{"moved":3}
{"removed":{"task":"a"}}
{"moved":4}
{"resync":{}}
{"moved":5}
END
    [ "$(grep -c "waiting for it" "$RUN/said")" = 1 ]
}

@test "a cursor that the broker never gave out: everything anew" {
    start_fake_broker
    begin_watch --json
    say 'headway 1 7 0' '9 9 a run {"moved":9}' '9 0 . synced {"now":1}' 'what?'
    await "it has asked again" shows "$RUN/heard" "subscribe * since=7-9"
    say 'headway 1 7 0' '2 2 b run {"moved":2}' '2 0 . synced {"now":1}'
    await "the picture" shows "$RUN/seen" '{"moved":2}'
    [ "$(sed -n 2p "$RUN/seen")" = '{"resync":{}}' ]
    # and one that has forgotten too much
    say 'what?'
    await "it has asked again" shows "$RUN/heard" "subscribe * since=7-2"
    say 'headway 1 7 5' '7 7 c run {"moved":7}' '7 0 . synced {"now":1}'
    await "the picture" shows "$RUN/seen" '{"moved":7}'
    [ "$(grep -c resync "$RUN/seen")" = 2 ]
}

@test "a line that is too long, or no greeting, is no broker's: said once, and tried again" {
    start_fake_broker
    begin_watch --lines
    say "$(head -c 9000 /dev/zero | tr '\0' x)"
    await "it has given up that one" shows "$RUN/said" "waiting for it: it sent a line that is too long"
    await "it has asked again" asked 2
    say 'headway 2 7 0'
    await "it has asked again" asked 3
    say 'headway 1 7 0' '1 1 a run {"moved":1,"task":"a"}' '1 0 . synced {"now":1}'
    await "the picture" shows "$RUN/seen" "a: running"
    await "that is said" shows "$RUN/said" "the broker is back"
    [ "$(grep -c "waiting for it" "$RUN/said")" = 1 ]
}

# ---- lines ----

@test "lines: one for each change of state, at once" {
    start_broker --keep 0
    begin_watch
    headway set a 1 100 --title "The a" --message "reading"
    await "a begins" shows "$RUN/seen" "a: 1%, 1/100, The a, reading"
    headway set a 2 100 --failed --exit 3 --message "broken"
    await "a ends" grep -q "^a: failed, exit 3, after [0-9.]* s, The a, broken$" "$RUN/seen"
    await "a goes" shows "$RUN/seen" "a: removed"
    headway set b
    await "b begins" shows "$RUN/seen" "b: running"
    publish '{"task":"b","state":"done"}' '{"task":"b","state":"running","moved":7,"unit":"files"}' >/dev/null
    await "b goes on" shows "$RUN/seen" "b: running, 7 files"
    grep -q "^b: done" "$RUN/seen"
}

@test "lines: percents at most once a second for each task, and the last one is never left out" {
    start_broker
    begin_watch
    headway set a 0 100
    await "a begins" shows "$RUN/seen" "a: 0%"
    start=$EPOCHREALTIME
    for i in $(seq 40); do
        headway set a "$i" 100
        read -r -t 0.05 <> <(:) || :
    done
    await "the last is there" shows "$RUN/seen" "a: 40%"
    took=$(elapsed_since "$start")
    count=$(wc -l <"$RUN/seen")
    echo "$count lines in $took s"
    awk -v n="$count" -v t="$took" 'BEGIN { exit !(n >= 3 && n <= t + 2) }'
    # the same again is no news
    headway set a 40 100
    headway set b
    await "b begins" shows "$RUN/seen" "b: running"
    [ "$(wc -l <"$RUN/seen")" = $((count + 1)) ]
}

@test "lines: the broker goes and comes back" {
    begin_watch
    await "it says that it waits" shows "$RUN/said" "the broker is away, waiting for it: $HEADWAY_SUBSCRIBE_SOCKET: No such file"
    start_broker
    headway set a 1 2
    await "a begins" shows "$RUN/seen" "a: 50%"
    kill_broker
    await "it says that it waits" eval '[ "$(grep -c "waiting for it" "$RUN/said")" = 2 ]'
    start_broker
    headway set a 2 2 --done
    await "a ends" shows "$RUN/seen" "a: done"
}

@test "no text of a task gets an escape sequence through, in lines, table or JSON" {
    start_broker
    begin_watch
    evil=$'\033[31mred\033]0;title\a\xc2\x9b2J\r\nfake: done'
    headway set a --title "$evil" --message "$evil" --unit $'\033[1m'
    await "a begins" grep -q '^a: running, ?\[31mred?\]0;title??2J fake: done, ' "$RUN/seen"
    headway watch --once >"$RUN/once"
    headway watch --once --json >"$RUN/json"
    grep -q "fake: done$" "$RUN/once"
    for file in seen once json; do
        [ "$(LC_ALL=C tr -d '\n\040-\377' <"$RUN/$file")" = "" ] || { od -c "$RUN/$file"; false; }
    done
    LC_ALL=C grep -q $'\xc2[\x80-\x9f]' "$RUN/json" # as it was sent
    LC_ALL=C not grep -q $'\xc2[\x80-\x9f]' "$RUN/seen" "$RUN/once"
}

@test "a reader that goes away ends it; an output that cannot be written to is 1" {
    start_broker --demo
    run bash -c 'headway watch --json | head -n 2; echo "${PIPESTATUS[0]}"'
    [ "${lines[2]}" = 141 ]
    run bash -c 'headway watch --once >/dev/full'
    [ "$status" = 1 ] && [[ $output == *"stdout: No space left"* ]]
}

# ---- --until-end ----

@test "--until-end NAME ends with it and what is below it, with its status" {
    start_broker
    begin_watch --until-end nightly
    headway set nightly 1 2
    headway set nightly/step 1 2
    headway set other 1 2
    headway set nightly --failed --exit 3
    await "nightly has ended" shows "$RUN/seen" "nightly: failed"
    gone_or_zombie "$WATCH" && false
    headway set nightly/step --done
    ended_with 3
    not grep -q other "$RUN/seen"
    run headway watch --until-end nightly/step
    [ "$status" = 0 ]
    run headway watch --until-end nightly/step nightly --json
    [ "$status" = 3 ] && [ "${#lines[@]}" = 2 ]
}

@test "--until-end without a name ends when nothing runs" {
    start_broker
    run headway watch --until-end
    [ "$status" = 0 ] && [ -z "$output" ]
    headway set a 1 2
    headway set b 1 2
    begin_watch --until-end
    headway set a --done
    headway set b --cancelled
    ended_with 122
    tail -n 1 "$RUN/seen" | grep -q "b: cancelled"
}

@test "wrong usage is 2 and names what was wrong" {
    for words in "a/../b" "a*" "--once --until-end" "--unknown" "--once=1"; do
        # shellcheck disable=SC2086
        run headway watch $words
        [ "$status" = 2 ] || { echo "$words: $status $output"; false; }
        [[ $output == *"headway watch"* ]]
    done
}

# ---- a terminal ----

@test "terminal: bars, their width the terminal's, redrawn when it changes" {
    start_fake_broker
    in_terminal 100 12 "headway watch"
    usual_tasks
    await_picture "copying tables"
    await "the cursor is hidden on a screen of its own" terminal_is "0 1 0"
    picture | grep -q '^  backup/db  ▕██.*▏   35%  1.20/3.40 GiB  12.5 MiB/s .* 0:00 left  copying tables$'
    picture | grep -q '^✓ nightly    ▕█*▏  100%          12/12 .* 0:45 .* done$'
    picture | grep -q '^✗ world      ▕██.*▏   31%         31/100 .* 2:11 .* failed, exit 3'
    for size in 160 80 45 30 20; do
        resize "$size" 12
        await "it fits $size columns" eval '[ "$(picture | grep -c .)" = 4 ] && picture | grep -q "^✓ nightly .*100%"'
        [ "$(picture | head -n 4 | cut -d" " -f 3-4 | grep -c "^$")" = 0 ]
    done
    resize 160 3
    await_picture "and 2 more: 0 running, 2 ended"
    picture | head -n 1 | grep -q backup/db
    resize 100 12
    await "all are there again" eval '[ "$(picture | grep -c .)" = 4 ]'
}

@test "terminal: without a total a block moves and the time runs, and there is no percent" {
    start_broker
    headway set scan
    in_terminal 80 5 "headway watch"
    await_picture "scan"
    before=$(picture)
    await "the block moves" eval '[ "$(picture)" != "$before" ]'
    await_picture "0:02"
    not pictured "%"
}

@test "terminal: ^C, q, ^Z and fg give it back as it was, with the last picture" {
    start_broker
    headway set a 1 2
    in_terminal 80 20 "stty -a >$RUN/before; headway watch"
    await_picture "▕"
    pane send-keys C-z
    await "the shell is back" terminal_is "1 0 1"
    await_picture "Stopped"
    not pictured "▕"
    type_line "stty -a >$RUN/stopped; fg"
    await "it goes on" terminal_is "0 1 0"
    await_picture "▕"
    pane send-keys C-c
    await "the shell is back" terminal_is "1 0 1"
    type_line 'echo "status $?"'
    await_picture "status 130"
    pictured "a  ▕" # the last picture
    type_line "stty -a >$RUN/after; headway watch"
    await "it runs" terminal_is "0 1 0"
    pane send-keys q
    await "the shell is back" terminal_is "1 0 1"
    type_line 'echo "status $?"'
    await_picture "status 0"
    cmp "$RUN/before" "$RUN/stopped"
    cmp "$RUN/before" "$RUN/after"
}

@test "terminal: SIGTERM gives it back, too" {
    start_broker --demo
    in_terminal 80 20 "headway watch"
    await_picture "(unnamed)"
    pkill -TERM -P "$(pane display-message -p '#{pane_pid}')"
    await "the shell is back" terminal_is "1 0 1"
    await_picture "Terminated"
}

@test "terminal: the broker goes, which is said, and nothing looks alive; it comes back" {
    in_terminal 80 8 "headway watch"
    await_picture "the broker is away, waiting for it"
    start_broker
    await_picture "waiting for a task to begin"
    headway set scan
    await_picture "scan"
    kill_broker
    await_picture "the broker is away, waiting for it"
    before=$(picture)
    read -r -t 1.2 <> <(:) || : # more than a second: a clock that ran would show
    [ "$(picture)" = "$before" ]
    start_broker
    await_picture "waiting for a task to begin"
    headway set scan
    await_picture "scan"
}

@test "terminal: --until-end leaves the last picture behind and the job's status" {
    start_broker
    headway set a 1 4 --message "half way"
    in_terminal 80 20 "headway watch --until-end a; echo status \$?"
    await_picture "25%"
    headway set a --failed --exit 7 --message "broken"
    await_picture "status 7"
    terminal_is "1 0 1"
    pictured "failed, exit 7  broken"
}

@test "terminal: what cannot be shown is counted, and it is the oldest" {
    start_broker
    for i in $(seq 10 29); do printf '{"task":"t%d","moved":1}\n' "$i"; done | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    in_terminal 60 6 "headway watch"
    await_picture "and 15 more: 15 running, 0 ended"
    [ "$(picture | grep -o 't[0-9][0-9]' | tr '\n' ' ')" = "t25 t26 t27 t28 t29 " ]
    headway set t29 --done
    await_picture "✓ t29" || true
    await_picture "and 15 more: 14 running, 1 ended"
}

@test "terminal: ASCII without UTF-8, no colours with NO_COLOR, nothing but known sequences" {
    need script
    start_broker
    headway set a 1 2 --title $'\033[2J\033]0;x\a' --done
    TERM=xterm NO_COLOR=1 LC_ALL=C script -qfec "headway watch --until-end" "$RUN/typescript" </dev/null >/dev/null 3>&-
    grep -q '+ a .*\[#*\]  100%' "$RUN/typescript"
    grep -q $'^\033\\[?1049h\033\\[?25l\033\\[?7l' <(sed 1d "$RUN/typescript")
    grep -q $'\033\\[?7h\033\\[?25h\033\\[?1049l' "$RUN/typescript"
    # what is left without the sequences of terminal.c is text
    sed '1d;$d' "$RUN/typescript" | LC_ALL=C sed $'s/\033\\[[0-9;?]*[hlHJK]//g' >"$RUN/text"
    [ -z "$(LC_ALL=C tr -d '\r\n\040-\176' <"$RUN/text")" ]
    TERM=xterm script -qfec "headway watch --until-end" "$RUN/typescript" </dev/null >/dev/null 3>&-
    grep -q $'\033\\[32m' "$RUN/typescript"
    TERM=dumb script -qfec "headway watch --until-end" "$RUN/typescript" </dev/null >/dev/null 3>&-
    grep -q '^a: done' "$RUN/typescript"
    not grep -q $'\033' "$RUN/typescript"
}
