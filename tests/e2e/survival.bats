# survival.bats -- a dead job never looks alive, and a living one never looks
# dead: whatever stands between the job and the line that tells of it.
# shellcheck shell=bash disable=SC2016 # the scripts' own variables

load ../helper/stack
load ../helper/changes

setup() { setup_stack; }
teardown() { teardown_stack; }

ended() { await "$1 ends $2" said " $1 end .*\"state\":\"$2\""; } # NAME STATE
never_lost() { not grep '"state":"lost"' "$RUN/changes"; }

# A job of three steps, told of from within one more process each time.
steps='headway set step 1 3 && headway set step 2 3 && headway set step --done'

@test "no false lost: sets in make's lines, each a process of its own" {
    need make
    started
    printf 'all:\n\theadway set build 1 3\n\theadway set build 2 3\n\theadway set build --done\n' >"$RUN/Makefile"
    make -s -f "$RUN/Makefile"
    ended build done
    headway run --name outer -- make -s -f "$RUN/Makefile"
    ended outer done
    ended outer/build done
    never_lost
}

@test "no false lost: xargs and find -exec" {
    started
    seq 3 | xargs -I{} headway set one {} 3
    headway set one --done
    find "$RUN" -maxdepth 0 -exec sh -c "$steps" \;
    seq 3 | headway run --name outer -- xargs -I{} headway set one {} 3
    headway run --name outer2 -- find "$RUN" -maxdepth 0 -exec sh -c "$steps" \;
    ended one done
    ended step done
    ended outer done
    ended outer2/step done
    grep -v ' outer/one ' "$RUN/changes" >"$RUN/rest" # its job has ended without an end of it
    mv "$RUN/rest" "$RUN/changes"
    never_lost
}

@test "no false lost: subshells, sh -c, pipelines and timeout" {
    started
    (headway set sub 1 2; (headway set sub --done))
    sh -c 'sh -c "headway set deep 1 2"; headway set deep --done'
    printf '1\n2\n' | while read -r n; do headway set pipe "$n" 2; done | cat
    headway set pipe --done
    timeout 20 headway run --name timed -- sh -c "$steps"
    headway run --name piped -- sh -c "$steps" | cat
    headway run --name shell -- sh -c "(sh -c '$steps') | cat"
    for name in sub deep pipe timed/step timed piped/step piped shell/step shell; do
        ended "$name" done
    done
    never_lost
}

@test "no false lost: a script that is its own holder, and its children" {
    started
    sh -c 'export HEADWAY_PID=$$; headway set own 1 3; (headway set own 2 3); sh -c "headway set own --done"'
    sh -c 'headway set told 1 3 --pid $$; headway set told 2 3 --pid $$; headway set told --done'
    ended own done
    ended told done
    never_lost
}

@test "no false lost: cron's bare environment, nohup and a session of its own" {
    need setsid
    started
    env -i PATH="$PATH" HEADWAY_PUBLISH_SOCKET="$HEADWAY_PUBLISH_SOCKET" \
        sh -c "headway run --name cron -- sh -c '$steps'" </dev/null >"$RUN/out" 2>&1
    nohup headway run --name hup -- sh -c "$steps" </dev/null >"$RUN/out" 2>&1
    setsid -w headway run --name session -- sh -c "$steps" </dev/null >"$RUN/out" 2>&1
    for name in cron hup session; do
        ended "$name/step" done
        ended "$name" done
    done
    never_lost
}

@test "no false lost: in tmux" {
    need tmux
    started
    tmux -S "$RUN/tmux" -f /dev/null new-session -d "headway run --name pane -- sh -c '$steps'" 3>&-
    ended pane/step done
    ended pane done
    never_lost
}

@test "killed with -9, each of them is lost at once: the command fails, its reporter and its script are lost" {
    started
    headway run --name command -- sleep 60 3>&- &
    pid=$!
    CLIENTS+=("$pid")
    await "it runs" said ' command run '
    await "sleep runs" pgrep -P "$pid" sleep
    kill -9 "$(pgrep -P "$pid" sleep)"
    ended command failed
    said ' command end .*"signal":"KILL"'

    headway run --name reporter -- sleep 61 3>&- &
    pid=$!
    await "it runs" said ' reporter run '
    await "sleep runs" pgrep -P "$pid" sleep
    child=$(pgrep -P "$pid" sleep)
    CLIENTS+=("$child")
    kill -9 "$pid"
    ended reporter lost

    sh -c 'headway set script 1 3 --pid $$; sleep 60' 3>&- &
    pid=$!
    await "it runs" said ' script run '
    CLIENTS+=("$(pgrep -P "$pid")")
    kill -9 "$pid"
    ended script lost
}

@test "a session that is killed whole leaves nothing that looks alive" {
    need setsid
    started
    setsid sh -c 'headway run --name in/session -- sh -c "headway set part 1 2; sleep 60"; sleep 60' </dev/null >/dev/null 2>&1 3>&- &
    leader=$!
    await "both run" said ' in/session/part run '
    session=$(pgrep -s "$leader" | tr '\n' ' ')
    # shellcheck disable=SC2086
    kill -9 $session 2>/dev/null || :
    ended in/session '(lost|failed)'
    ended in/session/part lost
}

@test "the broker is killed: jobs go on, and within two seconds all is as before" {
    started
    start_lighttpd
    mkfifo "$RUN/go" "$RUN/go2"
    headway run --name silent -- sh -c "read -r _ <'$RUN/go'; exit 3" 3>&- &
    job=$!
    headway run --name loud -- sh -c 'echo one; echo two; printf "50%%\r"; printf "60%%\r"; read -r _ <"$0"' "$RUN/go2" >/dev/null 3>&- &
    loud=$!
    await "both run" said ' loud run .*"percent":"60.00"'
    since=$(record silent .started)
    kill_broker
    begin=$EPOCHREALTIME
    started
    await "both are back" eval 'said " silent run " && said " loud run .*60.00"'
    # asserted with room for a busy machine, said as it is
    awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "# back after %.2f s\n", b - a; exit !(b - a < 5) }' >&3
    [ "$(record silent .started)" = "$since" ]
    [ "$(curl -s --max-time 1 -N "$URL/events/loud?log=9" | grep -c '"lines":.*"one".*"two"')" = 1 ]
    echo >"$RUN/go"
    echo >"$RUN/go2"
    status=0
    wait "$job" || status=$?
    [ "$status" = 3 ]
    wait "$loud"
    shown silent .exit 3
    shown loud .state done
}
