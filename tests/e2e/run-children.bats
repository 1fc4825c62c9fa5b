# headway run where jobs are really started from, and what outlives its command.
load ../helper/stack
load ../helper/heard

setup() {
    setup_stack
    mkfifo "$RUN/go"
    others=$(pgrep -x headway -s 0 | wc -l)
}
teardown() { teardown_stack; }

# How many processes of ours there are in this session, beside those of others
headways() { echo $(($(pgrep -x headway -s 0 | wc -l) - others)); }

@test "a child that still prints: we leave at once, and what it prints arrives" {
    start_broker
    start_lighttpd
    headway run --name a -- sh -c '{ read -r x <"$0"; echo later; echo late >&2; } & echo now; exit 4' "$RUN/go" \
        2>"$RUN/err" 3>&- | cat >"$RUN/out" &
    shown a '[.state, .exit] | join("|")' "failed|4"
    await "the first line is there" grep -q now "$RUN/out"
    echo >"$RUN/go"
    wait $!
    [ "$(cat "$RUN/out")" = now$'\n'later ] && [ "$(cat "$RUN/err")" = late ]
}

@test "the exit status does not wait for a child that still prints" {
    status=0
    headway run --quiet -- sh -c '{ read -r x <"$0"; echo later; } & exit 4' "$RUN/go" >"$RUN/out" 2>&1 3>&- || status=$?
    [ "$status" = 4 ]
    [ "$(headways)" -ge 1 ] # somebody passes on what the child prints
    echo >"$RUN/go"
    await "it arrives" grep -q later "$RUN/out"
    await "nothing of ours stays then" eval '[ "$(headways)" -le 0 ]'
}

@test "a child that prints to nobody any more gets SIGPIPE" {
    headway run --quiet -- sh -c '{ echo $$ >"$1"; read -r x <"$0"; echo y; echo z; echo "$?" >"$2"; } 2>/dev/null & echo now' \
        "$RUN/go" "$RUN/pid" "$RUN/survived" 3>&- | head -n 1 >"$RUN/out"
    [ "$(cat "$RUN/out")" = now ]
    await "who passes on has left too" eval '[ "$(headways)" -le 0 ]'
    echo >"$RUN/go"
    [ ! -e "$RUN/survived" ]
}

@test "a daemon that a job starts lives on, and holds nothing of ours" {
    start_broker
    start_lighttpd
    out=$(headway run --name starter -- sh -c '
        setsid sh -c "echo \$\$ >$0.pid; read -r x <$0; echo served >$0.done" >/dev/null 2>&1 </dev/null & echo started' "$RUN/go" 3>&-)
    [ "$out" = started ]
    shown starter .state done
    await "the daemon runs" test -s "$RUN/go.pid"
    await "none of ours stays for it" eval '[ "$(headways)" -le 0 ]'
    echo >"$RUN/go"
    await "it has served" test -s "$RUN/go.done"
}

@test "no run is lost or failed in make, xargs, find, pipelines, subshells, sh -c, env -i, setsid, nohup, timeout, at a distance" {
    start_broker
    start_lighttpd
    cd "$RUN"
    printf 'all: a b c\na b c:\n\t@headway run --name $@ -- echo $@\n' >Makefile
    headway run --name make -- make -j2 -s >made
    [ "$(sort made | xargs)" = "a b c" ]
    [ "$(seq 4 | headway run --name xargs -- xargs -P2 -I% headway run --name % -- echo % | sort | xargs)" = "1 2 3 4" ]
    [ "$(find Makefile -exec headway run --name find -- echo {} \;)" = Makefile ]
    [ "$(echo x | headway run --name pipe/a -- cat | headway run --name pipe/b -- cat)" = x ]
    [ "$( (headway run --name subshell -- echo x) )" = x ]
    sh -c 'headway run --name background -- true & wait'
    # shellcheck disable=SC2016
    [ "$(env -i /bin/sh -c '"$0" run --publish-socket "$1" --name cron -- /bin/echo x' "$(type -P headway)" "$HEADWAY_PUBLISH_SOCKET")" = x ]
    [ "$(setsid -w headway run --name setsid -- echo x)" = x ]
    nohup headway run --name nohup -- true 2>/dev/null
    timeout 20 headway run --name timeout -- true
    [ "$(headway run --name command -- sh -c 'echo $(headway run --name substitution -- echo x)')" = x ]
    [ "$(headway run --name closed -- echo x <&-)" = x ]
    headway run --name closed/all -- true <&- >&- 2>&-
    for name in make make/a make/b make/c xargs xargs/1 xargs/4 find pipe/a pipe/b subshell background cron setsid nohup \
        timeout command command/substitution closed closed/all; do
        shown "$name" .state done
    done
    [ "$(curl -s "$URL/tasks" | jq '[.tasks[] | select(.state != "done")] | length')" = 0 ]
}

@test "no controlling terminal, no /dev/tty: nothing is missed" {
    out=$(setsid -w headway run --quiet -- sh -c 'if (: </dev/tty) 2>/dev/null; then echo tty; else echo none; fi' </dev/null)
    [ "$out" = none ]
}

@test "thirty runs at once, each with its own output" {
    for i in $(seq 30); do
        headway run --quiet -- sh -c "seq $i; exit $i" >"$RUN/out.$i" 3>&- &
        pids[i]=$!
    done
    for i in $(seq 30); do
        status=0
        wait "${pids[i]}" || status=$?
        [ "$status" = "$i" ]
        cmp "$RUN/out.$i" <(seq "$i")
    done
}
