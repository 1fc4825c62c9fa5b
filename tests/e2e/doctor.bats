# headway doctor, of this machine: sockets, rights, brokers; and its manners.
load ../helper/stack
load ../helper/servers
load ../helper/diagnosis

setup() { setup_stack; }
teardown() { teardown_stack; }

# As a user who was told nothing: only the usual places, and those below $RUN.
by_default() {
    unset HEADWAY_PUBLISH_SOCKET HEADWAY_SUBSCRIBE_SOCKET
    export XDG_RUNTIME_DIR=$RUN/runtime
    mkdir -p "$XDG_RUNTIME_DIR/headway"
}

needs_root() { as_root || skip "only root can be somebody else"; }
needs_no_other() { [ ! -e /run/headway ] || skip "a broker is installed on this machine"; }

# As another user, with these groups too.
doctor_as() { # USER GROUPS [options]
    local user=$1 groups=(--clear-groups)
    [ -z "$2" ] || groups=(--groups "$2")
    shift 2
    report=$(setpriv --reuid "$user" --regid "$(id -g "$user")" "${groups[@]}" headway doctor --json --wait 0 "$@" "$URL/") &&
        status=0 || status=$?
    verdicts=$(jq -r '.checks[] | .id + " " + .verdict' <<<"$report")
}

# The broker and a page, then the user's own view of it.
with_page() {
    start_broker "$@"
    start_server lighttpd
}

# ---- no broker ----

@test "no broker: said once, with what to type; the responder misses it too" {
    needs_no_other
    with_page
    kill_broker TERM
    by_default
    doctor
    [ "$status" = 1 ]
    found no-broker wrong
    found responder-no-broker wrong
    says no-broker "$RUN/runtime/headway/publish.sock, nor /run/headway/publish.sock"
    says responder-no-broker "see above"
    [ "$(paste_for no-broker "for yourself")" = "headway up" ]
    [ "$(paste_for no-broker "broker alone")" = headwayd ]
}

@test "a broker that was killed leaves a socket on which nobody listens" {
    with_page
    kill_broker KILL
    doctor
    found broker-dead wrong
    says broker-dead "nobody listens on $RUN/publish.sock any more"
}

@test "something that is no broker answers" {
    with_page
    kill_broker TERM
    nc -lkU "$HEADWAY_SUBSCRIBE_SOCKET" 3>&- >/dev/null </dev/null &
    PIDS+=($!)
    nc -lkU "$HEADWAY_PUBLISH_SOCKET" 3>&- >/dev/null </dev/null &
    PIDS+=($!)
    await "they listen" test -S "$HEADWAY_SUBSCRIBE_SOCKET" -a -S "$HEADWAY_PUBLISH_SOCKET"
    doctor
    found no-headway wrong
}

@test "the variable says a path where no broker is: the line mends it" {
    by_default
    start_broker
    HEADWAY_SUBSCRIBE_SOCKET=$XDG_RUNTIME_DIR/headway/subscribe.sock start_server lighttpd
    export HEADWAY_PUBLISH_SOCKET=/nowhere/publish.sock
    doctor
    only_wrong wrong-path
    says wrong-path "HEADWAY_PUBLISH_SOCKET says /nowhere/publish.sock, where no broker is"
    eval "$(paste_for wrong-path shell)"
    doctor
    nothing_wrong
}

@test "the page's broker is where jobs of this shell do not look: the lines mend it" {
    needs_no_other
    with_page
    by_default
    doctor
    only_wrong wrong-path
    says wrong-path "the page's broker is at $RUN/subscribe.sock"
    eval "$(paste_for wrong-path shell)"
    doctor
    nothing_wrong
}

# ---- rights ----

@test "who is not in the socket's group is told which one to join; then it works" {
    needs_root
    with_page
    chgrp games "$RUN/publish.sock"
    doctor_as nobody ""
    found rights wrong
    says rights "nobody is not in the group games"
    [ "$(paste_for rights terminal)" = "usermod -aG games nobody" ]
    found rights-subscribe note
    [ "$(paste_for rights-subscribe terminal)" = "usermod -aG www-data nobody" ]
    doctor_as nobody "$(getent group games | cut -d: -f3)" # as it is after that, and a login
    [ "$status" = 0 ]
    found publish ok && found delay ok && found rights-subscribe note
}

@test "a socket that its own group may not use: the line mends it" {
    needs_root
    with_page
    chgrp games "$RUN/publish.sock"
    chmod 0600 "$RUN/publish.sock"
    doctor_as nobody "$(getent group games | cut -d: -f3)"
    found rights wrong
    says rights "mode 0600"
    eval "$(paste_for rights terminal)"
    doctor_as nobody "$(getent group games | cut -d: -f3)"
    [ "$status" = 0 ]
}

@test "a broker of root without a group lets nobody in: the option for it" {
    needs_root
    with_page
    doctor_as nobody ""
    found rights wrong
    [ "$(paste_for rights "command line")" = "headwayd --publish-group headway" ]
}

@test "a directory on the way is closed: the line mends it" {
    needs_root
    by_default
    mkdir "$RUN/closed"
    chmod 700 "$RUN/closed"
    export HEADWAY_PUBLISH_SOCKET=$RUN/closed/publish.sock HEADWAY_SUBSCRIBE_SOCKET=$RUN/subscribe.sock
    start_broker
    start_server lighttpd
    chmod 666 "$RUN/closed/publish.sock"
    doctor_as nobody ""
    found rights wrong
    says rights "The directory $RUN/closed may not be entered by nobody."
    eval "$(paste_for rights terminal)"
    doctor_as nobody ""
    [ "$status" = 0 ]
}

@test "the responder's user may not read the subscribe socket: which group it is to join" {
    needs_root
    start_broker
    start_server fcgid
    chgrp games "$RUN/subscribe.sock"
    doctor
    only_wrong responder-rights
    says responder-rights "runs as www-data, who is not in the group games"
    [ "$(paste_for responder-rights terminal)" = "usermod -aG games www-data" ]
}

@test "the responder looks for the broker elsewhere: the line mends it" {
    start_broker
    start_server lighttpd
    sed -i "s|\"HEADWAY_SUBSCRIBE_SOCKET\" => .*|\"HEADWAY_SUBSCRIBE_SOCKET\" => \"/nowhere/subscribe.sock\" ), #HERE|" "$RUN/headway.conf"
    reload_server
    await "it has lost the broker" lost_broker
    only_wrong responder-path
    says responder-path "looks at /nowhere/subscribe.sock, and a broker answers at $RUN/subscribe.sock"
    line=$(paste_for responder-path lighttpd)
    sed -i "s|^.*#HERE|$line|" "$RUN/headway.conf"
    await_mended
}

lost_broker() { doctor && false || grep -q '^responder-path' <<<"$verdicts"; }

# ---- two brokers ----

@test "two brokers: jobs report to one, the page shows the other; either line mends it" {
    by_default
    start_broker # the page's
    HEADWAY_SUBSCRIBE_SOCKET=$XDG_RUNTIME_DIR/headway/subscribe.sock start_server lighttpd
    mkdir "$RUN/own"
    export HEADWAY_PUBLISH_SOCKET=$RUN/own/publish.sock HEADWAY_SUBSCRIBE_SOCKET=$RUN/own/subscribe.sock
    start_broker # the jobs'
    doctor
    only_wrong two-brokers
    says two-brokers "jobs report to $RUN/own, the page shows $RUN/runtime/headway"
    [[ $(paste_for two-brokers "end the one") == "kill $BROKER "* ]]
    (
        eval "$(paste_for two-brokers shell)"
        doctor
        nothing_wrong
    )
    unset HEADWAY_PUBLISH_SOCKET HEADWAY_SUBSCRIBE_SOCKET # another shell, that was never told
    eval "$(paste_for two-brokers "end the one")"
    forget "$BROKER"
    doctor
    nothing_wrong
    found one-broker ok
}

@test "two brokers, of which the page's is nowhere near: the responder's process says where" {
    by_default
    start_broker # the jobs'
    mkdir "$RUN/far"
    HEADWAY_PUBLISH_SOCKET=$RUN/far/publish.sock HEADWAY_SUBSCRIBE_SOCKET=$RUN/far/subscribe.sock start_broker
    HEADWAY_SUBSCRIBE_SOCKET=$RUN/far/subscribe.sock start_server lighttpd
    doctor
    only_wrong two-brokers
    says two-brokers "jobs report to $RUN/runtime/headway, the page shows $RUN/far"
    eval "$(paste_for two-brokers shell)"
    doctor
    nothing_wrong
}

@test "a second broker that the page does not show is a note" {
    by_default
    start_broker
    mkdir "$RUN/own"
    export HEADWAY_PUBLISH_SOCKET=$RUN/own/publish.sock HEADWAY_SUBSCRIBE_SOCKET=$RUN/own/subscribe.sock
    start_broker
    start_server lighttpd
    doctor
    nothing_wrong
    found second-broker note
    says second-broker "another one at $RUN/runtime/headway"
}

# ---- manners ----

@test "what it reports is one task, done; --no-publish reports none" {
    with_page
    doctor --no-publish
    nothing_wrong
    found delay-unknown note
    [ "$(curl -s "$URL/tasks" | jq '.tasks | length')" = 0 ]
    doctor
    doctor
    nothing_wrong
    [ "$(curl -s "$URL/tasks" | jq -c '[.tasks[] | [.task, .state]]')" = '[["headway-doctor","done"]]' ]
}

@test "two at once do not disturb each other" {
    with_page
    headway doctor --wait 1 "$URL/" >"$RUN/first" 3>&- &
    first=$!
    doctor
    nothing_wrong
    found delay ok
    wait "$first"
    grep -q '^delay  *ok ' "$RUN/first"
}

@test "a demo that moves all the time is no disturbance" {
    with_page --demo
    doctor
    nothing_wrong
    found delay ok
}

@test "for a person: a line a check, then why and what to paste; no colour in a pipe" {
    with_page
    run headway doctor --wait 0 "$URL/events/backup?since=1-2"
    [ "$status" = 0 ]
    [[ ${lines[0]} == "publish socket    ok     a broker answers at $RUN/publish.sock" ]]
    [[ $output == *$'\nconnections       note   HTTP/1.1: '* ]]
    [[ $output == *$'\n\nconnections: Browsers speak HTTP/2 over TLS only.' ]]
    not grep -q $'\033' <<<"$output"
    run headway doctor --wait 0 --origin https://a.example "$URL"
    [ "$status" = 1 ]
    [[ $output == *$'\n  In /etc/lighttpd/conf-available/50-headway.conf, then systemctl reload lighttpd:\n      "bin-path" => '* ]]
}

@test "a terminal gets colours, unless NO_COLOR" {
    need script
    with_page
    run script -qec "TERM=xterm headway doctor --wait 0 $URL/" /dev/null
    [[ $output == *$'\033[32mok   \033[0m'* ]]
    run script -qec "NO_COLOR=1 TERM=xterm headway doctor --wait 0 $URL/" /dev/null
    [[ $output != *$'\033'* ]]
}

@test "usage errors are 2" {
    for words in "ftp://host/" "--wait x" "--wait" "a b" "--origin https://a.example/page" "--bogus" "--direct file:///"; do
        # shellcheck disable=SC2086
        run headway doctor $words
        [ "$status" = 2 ] || { echo "$words: $status $output"; false; }
    done
    run headway doctor --help
    [ "$status" = 0 ]
    [[ $output == "usage: headway doctor [URL]"* ]]
    for option in $(grep -o -- '^  --[a-z-]*' <<<"$output"); do # each that is said is taken
        run headway doctor "$option" x --bogus
        [[ $status = 2 && $output != *"unrecognized option '$option'"* ]] || { echo "$option: $output"; false; }
    done
}

@test "no web server, no such host" {
    start_broker
    URL=http://127.0.0.1:1 doctor
    [ "$status" = 1 ] && found web-server-down wrong
    URL=http://no-such-host.invalid doctor
    [ "$status" = 3 ] && found no-host unsure
}

@test "who drops packets is no web server that has no worker free" {
    needs_root
    need unshare ip
    start_broker
    # shellcheck disable=SC2016
    unshare -n sh -c 'ip link set lo up; ip link add away type dummy; ip addr add 192.0.2.1/24 dev away; ip link set away up
        exec headway doctor --wait 0 http://192.0.2.2/' >"$RUN/out" && status=0 || status=$?
    cat "$RUN/out"
    [ "$status" = 1 ]
    grep -q 'no web server answers at http://192.0.2.2/' "$RUN/out"
}

@test "a broker that says its greeting a letter at a time is waited for no longer than another" {
    need python3
    start_broker
    export HEADWAY_SUBSCRIBE_SOCKET=$RUN/slow.sock
    cat >"$RUN/slow.py" <<'SLOW'
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
peers = []
s.settimeout(0.2)
while True:
    try:
        peers.append(s.accept()[0])
    except socket.timeout:
        pass
    for p in peers:
        try:
            p.send(b"h")
        except OSError:
            pass
SLOW
    python3 "$RUN/slow.py" "$HEADWAY_SUBSCRIBE_SOCKET" 3>&- &
    PIDS+=($!)
    await "it listens" test -S "$HEADWAY_SUBSCRIBE_SOCKET"
    run timeout 10 headway doctor --wait 0 http://127.0.0.1:1/
    [ "$status" = 1 ]
    [[ $output == *"$HEADWAY_SUBSCRIBE_SOCKET answers, but not as a broker does"* ]]
}

@test "a page of headway up: another origin is allowed by starting it with the option" {
    need lighttpd
    by_default
    on_a_free_port true
    URL=http://127.0.0.1:$PORT
    headway up --port "$PORT" 3>&- >"$RUN/up.out" 2>&1 &
    up=$!
    PIDS+=("$up")
    await "it serves" curl -sf "$URL/healthz"
    doctor --origin https://other.example
    only_wrong no-cors
    [ "$(paste_for no-cors terminal)" = "headway up --allow-origin https://other.example" ]
    end_process "$up" && forget "$up"
}

@test "a password in the URL would be printed with it: it is refused" {
    run headway doctor http://eve:secret@127.0.0.1:1/
    [ "$status" = 2 ]
    [[ $output == *"--user"* ]]
}

@test "a responder that is stopped: the web server accepts, and nobody answers" {
    start_broker
    start_server lighttpd-external
    kill -STOP "$RESPONDER"
    doctor
    kill -CONT "$RESPONDER"
    only_wrong no-answer
}

@test "without a URL it looks at the usual places, and says which" {
    needs_root
    need unshare ip
    start_broker
    # shellcheck disable=SC2016
    unshare -n sh -c 'ip link set lo up; exec headway doctor --wait 0' >"$RUN/out" && status=0 || status=$?
    [ "$status" = 3 ]
    grep -q 'nobody answers at http://localhost:3000/ or http://localhost/headway/' "$RUN/out"
    need lighttpd
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/lighttpd/headway.conf.in" MOUNT= RUN="$RUN" WWW="$SRC_DIR/www" \
        RESPONDER="$BUILD_DIR/headway.fcgi" SUBSCRIBE_SOCKET="$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/headway.conf"
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/lighttpd/site.conf.in" PORT=3000 WWW="$SRC_DIR/www" \
        LOG="$RUN/lighttpd.log" INCLUDE="$RUN/headway.conf" >"$RUN/lighttpd.conf"
    # shellcheck disable=SC2016
    unshare -n sh -c 'ip link set lo up; lighttpd -D -f "$1" & web=$!
        until curl -sf -o /dev/null http://localhost:3000/healthz; do kill -0 $web || exit 9; done
        headway doctor --wait 0; status=$?; kill $web; wait $web; exit $status' sh "$RUN/lighttpd.conf" >"$RUN/out" 2>&1 3>&- && status=0 || status=$?
    [ "$status" = 0 ] || { cat "$RUN/out"; false; }
    grep -q 'lighttpd answers at http://localhost:3000/' "$RUN/out"
}

@test "an installation without it says how to get it" {
    mkdir "$RUN/lonely"
    cp "$BUILD_DIR/headway" "$RUN/lonely/"
    [ ! -e /usr/local/libexec/headway/headway-doctor ] || skip "one is installed"
    run "$RUN/lonely/headway" doctor
    [ "$status" = 3 ]
    [[ $output == *"libcurl4-openssl-dev"* ]]
}
