# headway up: broker, responder and lighttpd for a user without root.
load ../helper/stack
load ../helper/terminal

# As in a login session: a runtime directory, and none of the variables that
# tell where sockets are.
setup() {
    setup_stack
    unset HEADWAY_PUBLISH_SOCKET HEADWAY_SUBSCRIBE_SOCKET
    export XDG_RUNTIME_DIR=$RUN/runtime TMPDIR=$RUN/tmp
    mkdir -m 700 "$XDG_RUNTIME_DIR" "$TMPDIR"
    need lighttpd
}
teardown() {
    stop_terminal
    [ -z "${MADE_RUN_SSHD-}" ] || rmdir /run/sshd
    teardown_stack
}

# start_up COMMAND... -- until it serves; $UP is its pid, $RUN/up.out what it says.
start_up() {
    "$@" >"$RUN/up.out" 2>"$RUN/up.log" 3>&- &
    UP=$!
    PIDS+=("$UP") STRICT[$UP]=1
    await "it serves or has given up" up_decided
    shows "$RUN/up.out" "To stop" || { cat "$RUN/up.log"; return 1; }
    URL=$(sed -n 's|^Serving on *\(http://.*\)/$|\1|p' "$RUN/up.out")
    PARTS=$(pgrep -P "$UP")
}

up_decided() { shows "$RUN/up.out" "To stop" || gone_or_zombie "$UP"; }

stop_up() { # signal, expected status
    local status=0
    kill "-$1" "$UP"
    await "up ends" gone_or_zombie "$UP"
    wait "$UP" || status=$?
    [ "$status" = "$2" ] || { echo "up ended with status $status"; cat "$RUN/up.log"; return 1; }
    all_gone $PARTS
    forget "$UP"
}

nothing_left() { # sockets, or anything else in our directories
    [ -z "$(find "$XDG_RUNTIME_DIR" "$TMPDIR" -mindepth 1 ! -path "$XDG_RUNTIME_DIR/headway")" ] ||
        { find "$XDG_RUNTIME_DIR" "$TMPDIR"; return 1; }
}

part() { pgrep -P "$UP" -f "$1" | head -n 1; }

one_frame() { # [curl options] URL; the page and a frame of the demo are there
    curl -sf "${@:1:$#-1}" "${!#}/" | grep -q '<headway-progress'
    { curl -sN --max-time 2 "${@:1:$#-1}" "${!#}/events" || :; } | grep -q '^data: {"moved":[0-9]*,"total":100,"percent":'
}

@test "make demo serves the page and the stream, also for the React example's origin" {
    PORT=$(random_port)
    start_up "$BUILD_DIR/headway" up --demo $(demo_options)
    one_frame "$URL"
    run curl -s -I -H 'Origin: http://localhost:5173' "$URL/events"
    [[ $output == *"Access-Control-Allow-Origin: http://localhost:5173"* ]]
    stop_up TERM 0
    nothing_left
}

# What `make demo` gives to headway up.
demo_options() { make -n -C "$BUILD_DIR" demo | sed -n "s/.*headway up --demo \(--allow-origin.*\) \${PORT.*/\1/p" | grep . && echo "--port $PORT"; }

@test "INT, TERM, HUP and QUIT stop all of it; nothing is left" {
    for signal in INT TERM HUP QUIT; do
        # a job in the background of a script has INT and QUIT ignored: env undoes that
        start_up env --default-signal=INT,QUIT "$BUILD_DIR/headway" up --port 0
        [ "$(wc -w <<<"$PARTS")" = 3 ]
        stop_up "$signal" 0
        nothing_left
        not curl -s "$URL/"
    done
    not grep . "$RUN/up.log" # that parts stop when they are told to is no news
}

@test "a part that does not stop is killed, and a signal that comes twice does not matter" {
    start_up headway up --port 0
    kill -STOP "$(part /headwayd)"
    kill "$UP"
    kill "$UP"
    start=$SECONDS
    stop_up TERM 0
    [ $((SECONDS - start)) -lt 10 ]
    nothing_left
}

@test "killed with -9 it leaves no process and serves again" {
    start_up headway up --socket
    kill -9 "$UP"
    forget "$UP"
    await "the kernel has ended its parts" all_gone $PARTS
    await "their sockets are gone" sockets_gone
    start_up headway up --socket
    one=$(curl -s --unix-socket "$XDG_RUNTIME_DIR/headway/web.sock" http://localhost/healthz)
    [[ $one == *'"broker":true'* ]]
    stop_up TERM 0
    nothing_left
}

sockets_gone() { [ "$(ls "$XDG_RUNTIME_DIR/headway")" = web.sock ]; }

@test "a broker or a responder that ends is said to, and started again; the page is back" {
    start_up headway up --port 0 --demo
    for name in headwayd headway.fcgi; do
        pid=$(part "/$name")
        await "it has served for a while" older_than 3 "$pid"
        kill -9 "$pid"
        await "it is said" grep -qx "headway: $name was ended by SIGKILL" "$RUN/up.log"
        await "a frame arrives again" one_frame "$URL"
    done
    PARTS=$(pgrep -P "$UP")
    stop_up TERM 0
    nothing_left
}

older_than() { [ "$(ps -o etimes= -p "$2")" -ge "$1" ]; } # SECONDS PID

@test "one that ends as soon as it has begun is not started for ever: the rest is stopped, and the status is 1" {
    start_up headway up --port 0
    end_of_up headwayd
    end_of_up headway.fcgi
}

# A part is killed whenever it is there, until it is not started again.
end_of_up() { # NAME
    [ -n "$UP" ] || start_up headway up --port 0
    await "it is not started again" ended_again "$1"
    wait "$UP" && false || [ $? = 1 ]
    all_gone $PARTS
    forget "$UP"
    UP=''
    nothing_left
}

ended_again() {
    PARTS=$(pgrep -P "$UP") || :
    pkill -9 -P "$UP" -f "/$1" || :
    gone_or_zombie "$UP"
}

@test "a lighttpd that ends is said to, the rest is stopped, and the status is 1" {
    start_up headway up --port 0
    kill -9 "$(part /lighttpd)"
    await "up ends" gone_or_zombie "$UP"
    wait "$UP" && false || [ $? = 1 ]
    all_gone $PARTS
    forget "$UP"
    grep -qx "headway: lighttpd was ended by SIGKILL" "$RUN/up.log" || { cat "$RUN/up.log"; false; }
    nothing_left
}

@test "a part that cannot begin is named, with its own words" {
    mkdir -p "$XDG_RUNTIME_DIR/headway/publish.sock" # no socket can be there
    run timeout 20 headway up --port 0
    [ "$status" = 1 ]
    [[ $output == *"headwayd: $XDG_RUNTIME_DIR/headway/publish.sock exists and is not a socket"* ]]
    [[ $output == *"headway: headwayd has ended with status 1"* ]]
    [[ $output != *"Serving on"* ]]
    run timeout 20 headway up --port 0 --allow-origin nonsense
    [ "$status" = 1 ]
}

@test "a file that HEADWAY_PUBLISH_SOCKET names by mistake is not removed" {
    echo precious >"$RUN/file"
    HEADWAY_PUBLISH_SOCKET="$RUN/file" run timeout 20 headway up --port 0
    [ "$status" = 1 ]
    [[ $output == *"$RUN/file exists and is not a socket"* ]]
    [ "$(cat "$RUN/file")" = precious ]
}

@test "a lighttpd that ends at once is said to have ended; a directory of that name is none" {
    mkdir -p "$RUN/bin" "$RUN/home/lighttpd"
    printf '#!/bin/sh\necho "too old" >&2\nexit 7\n' >"$RUN/bin/lighttpd"
    chmod +x "$RUN/bin/lighttpd"
    PATH=$RUN/home:$RUN/bin:$PATH run timeout 20 headway up --port 0
    [ "$status" = 1 ]
    [[ $output == *"lighttpd: too old"*"headway: lighttpd has ended with status 7"* ]]
    [[ $output != *answers* ]]
}

@test "what a service manager has said to headway up is not said to its parts" {
    NOTIFY_SOCKET=$RUN/notify LISTEN_FDNAMES=x start_up headway up --port 0
    for pid in $PARTS; do
        not grep -aqE 'NOTIFY_SOCKET|LISTEN_FDNAMES' "/proc/$pid/environ"
    done
    stop_up TERM 0
    not grep . "$RUN/up.log"
}

@test "a machine that drops what goes to 127.0.0.1 is no reason to hang" {
    unshare -n tc qdisc add dev lo root blackhole 2>/dev/null ||
        skip "this needs root, tc, and a kernel with that discipline"
    run timeout -s KILL 20 unshare -n sh -c "ip link set lo up; tc qdisc add dev lo root blackhole; exec '$BUILD_DIR/headway' up --port 0"
    [ "$status" = 1 ]
    [[ $output == *"headway: cannot connect to lighttpd, on this very machine: Connection timed out"* ]]
    nothing_left
}

@test "a port that was named and is taken is said, not fought over" {
    start_up headway up --port 0
    run timeout 20 headway up --port "${URL##*:}"
    [ "$status" = 1 ]
    [[ $output == *"127.0.0.1:${URL##*:}: the port is taken (--port 0 takes one that is free)"* ]]
    [ "$(status_of "$URL/healthz")" = 200 ]
    run timeout 20 headway up --port 65536
    [ "$status" = 2 ]
    run timeout 20 headway up --port 1 --socket
    [ "$status" = 2 ]
}

@test "without a named port the next free one is taken, and said" {
    nc -lk 127.0.0.1 3000 >/dev/null 2>&1 3>&- & # or somebody else has it: just as good
    CLIENTS+=($!)
    await "3000 is taken" nc -z 127.0.0.1 3000
    start_up headway up
    port=${URL##*:}
    [ "$port" -gt 3000 ]
    grep -qx "headway: port 3000 is taken, this is $port" "$RUN/up.log"
    grep -q "ssh -L $port:127.0.0.1:$port " "$RUN/up.out"
    [ "$(status_of "$URL/healthz")" = 200 ]
}

@test "on a Unix socket nobody else can read, and the ssh line is the one to type" {
    start_up headway up --socket --demo
    web=$XDG_RUNTIME_DIR/headway/web.sock
    [ "$(stat -c %a "$XDG_RUNTIME_DIR/headway")" = 700 ]
    one_frame --unix-socket "$web" http://localhost
    grep -qF "ssh -L 3000:$web $(id -un)@$(hostname)" "$RUN/up.out"
    grep -q "^Who can read *only you$" "$RUN/up.out"
    [ -z "$URL" ]
    stop_up TERM 0
    nothing_left
}

@test "a socket in a directory that others can enter is refused" {
    mkdir -m 755 "$RUN/open"
    run timeout 20 headway up --socket="$RUN/open/web.sock"
    [ "$status" = 1 ]
    [[ $output == *"others can enter $RUN/open (its mode is 755): name a directory of your own that has 700, or does not exist yet"* ]]
    [ ! -e "$RUN/open/web.sock" ]
    chmod 700 "$RUN/open"
    start_up headway up --socket="$RUN/open/web.sock"
    [ "$(status_of --unix-socket "$RUN/open/web.sock" http://localhost/healthz)" = 200 ]
    run timeout 20 headway up --socket="$RUN/open/web.sock"
    [ "$status" = 1 ]
    [[ $output == *"another server is listening there"* ]]
    stop_up TERM 0
    [ ! -e "$RUN/open/web.sock" ]
    for path in '' "$RUN/new/"; do
        run timeout 20 headway up --socket="$path"
        [ "$status" = 2 ]
        [[ $output == *"--socket=$path names no file"* ]]
    done
}

@test "clients find it by themselves; without a runtime directory two lines to paste are printed" {
    start_up headway up --port 0
    not grep -q export "$RUN/up.out"
    headway set job 1 4
    shown job .percent 25.00
    stop_up TERM 0
    for XDG_RUNTIME_DIR in '' "$RUN/of somebody else"; do # as after su(1)
        start_up headway up --port 0
        eval "$(grep -o 'export HEADWAY_.*' "$RUN/up.out")"
        [ "$(stat -c %a "$TMPDIR/headway-$(id -u)")" = 700 ]
        headway set job 1 4
        shown job .percent 25.00
        unset HEADWAY_PUBLISH_SOCKET HEADWAY_SUBSCRIBE_SOCKET
        stop_up TERM 0
        [ -z "$(ls "$TMPDIR")" ]
    done
}

@test "after su(1) the runtime directory of the other user is left as it is" {
    [ "$(id -u)" = 0 ] || missing "root, to be two users"
    chown 65534 "$XDG_RUNTIME_DIR"
    start_up headway up --port 0
    [ -z "$(ls "$XDG_RUNTIME_DIR")" ]
    grep -q "export HEADWAY_PUBLISH_SOCKET=$TMPDIR/headway-0/publish.sock" "$RUN/up.out"
    stop_up TERM 0
}

@test "a directory that somebody else has made in /tmp is not used" {
    [ "$(id -u)" = 0 ] || missing "root, to be two users"
    unset XDG_RUNTIME_DIR
    mkdir "$TMPDIR/headway-0"
    chown 65534 "$TMPDIR/headway-0"
    run timeout 20 headway up --port 0
    [ "$status" = 1 ]
    [[ $output == *"the directory $TMPDIR/headway-0 belongs to somebody else (uid 65534)"* ]]
    rmdir "$TMPDIR/headway-0"
    ln -s "$RUN" "$TMPDIR/headway-0"
    run timeout 20 headway up --port 0
    [ "$status" = 1 ]
    [[ $output == *"cannot use the directory $TMPDIR/headway-0"* ]]
}

@test "a broker of one's own that runs already is used and named, and goes on" {
    mkdir -m 700 "$XDG_RUNTIME_DIR/headway"
    start_broker
    headway set job 1 4
    start_up headway up --port 0
    grep -q "^Broker *runs already, on $XDG_RUNTIME_DIR/headway/publish.sock$" "$RUN/up.out"
    [ "$(wc -w <<<"$PARTS")" = 2 ]
    is_record job .percent 25.00
    stop_up TERM 0
    headway set job 2 4
}

@test "the demo has a broker of its own beside it" {
    mkdir -m 700 "$XDG_RUNTIME_DIR/headway"
    start_broker
    start_up headway up --demo --port 0
    one_frame "$URL"
    grep -q "export HEADWAY_PUBLISH_SOCKET=$XDG_RUNTIME_DIR/headway/own-$UP-publish.sock" "$RUN/up.out"
    [ "$(table)" = "" ] || not grep -q '"moved"' <<<"$(HEADWAY_SUBSCRIBE_SOCKET=$XDG_RUNTIME_DIR/headway/subscribe.sock table)"
    stop_up TERM 0
    [ "$(ls "$XDG_RUNTIME_DIR/headway" | sort | xargs)" = "publish.sock subscribe.sock" ]
}

@test "blanks, quotes and backslashes in paths do no harm" {
    export XDG_RUNTIME_DIR="$RUN/it's a \"path\" \\ of mine"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    start_up headway up --socket --demo
    # the line is read back by a shell as it was meant
    eval "ssh() { printf '%s\n' \"\$2\"; }; $(grep -o 'ssh -L .*' "$RUN/up.out")" >"$RUN/forward"
    [ "$(cat "$RUN/forward")" = "3000:$XDG_RUNTIME_DIR/headway/web.sock" ]
    one_frame --unix-socket "$XDG_RUNTIME_DIR/headway/web.sock" http://localhost
}

# Somebody who only has a home directory: the programs, an empty environment,
# and a user of its own if we are root.
install_at_home() {
    export HOME="$RUN/$1"
    make -s -C "$BUILD_DIR" install prefix="$RUN/prefix" >"$RUN/install.log" 2>&1
    mv "$RUN/prefix" "$HOME" # libtool installs into no path with a blank; and what was moved is whole
    AS=()
    if [ "$(id -u)" = 0 ]; then
        chown -R 65534:65534 "$HOME" "$TMPDIR"
        chmod 1777 "$RUN/san"
        AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    fi
    AS+=(env -i "HOME=$HOME" "PATH=/usr/bin:/bin" "TMPDIR=$TMPDIR" "ASAN_OPTIONS=$ASAN_OPTIONS" "UBSAN_OPTIONS=$UBSAN_OPTIONS")
}

# No process of it has anything of the source or the build tree.
stands_alone() {
    local pid
    for pid in "$UP" $PARTS; do
        not grep -aF -e "$BUILD_DIR" -e "$SRC_DIR" "/proc/$pid/maps" "/proc/$pid/cmdline" "/proc/$pid/environ"
        not grep -F -e "$BUILD_DIR" -e "$SRC_DIR" <<<"$(find "/proc/$pid/fd" "/proc/$pid/cwd" -printf '%l\n')"
        not grep -aF -e "$BUILD_DIR" -e "$SRC_DIR" $(find "/proc/$pid/fd" -lname '/memfd:headway*')
    done
}

@test "in a terminal ^C ends it, ^Z and fg do it no harm" {
    start_terminal 100 30
    enter "headway up --port 0"
    await_screen 'To stop +Ctrl-C'
    URL=$(screen | sed -n 's|^Serving on *\(http://.*\)/$|\1|p')
    parts=$(pgrep -f "$RUN/runtime/headway")
    keys C-z
    await_screen 'Stopped'
    [ "$(status_of "$URL/healthz")" = 200 ] # it serves, whatever we do
    enter fg
    await_screen '^headway up'
    keys C-c
    await "its parts are gone" all_gone "$parts"
    keys -l 'echo "status $?."'
    keys Enter
    await_screen '^status 0\.$'
    not on_screen 'headway.*(ended|away)'
    nothing_left
}

# The real one, for this user, with a key of its own.
start_sshd() {
    need ssh ssh-keygen sshd
    if [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ]; then # it insists
        mkdir -m 755 /run/sshd
        MADE_RUN_SSHD=1
    fi
    ssh-keygen -q -t ed25519 -N '' -f "$RUN/host"
    ssh-keygen -q -t ed25519 -N '' -f "$RUN/user"
    on_a_free_port run_sshd
    SSH=(ssh -F /dev/null -p "$PORT" -i "$RUN/user" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes)
}

run_sshd() {
    "$(command -v sshd)" -D -e -f /dev/null -p "$PORT" -h "$RUN/host" -o ListenAddress=127.0.0.1 -o PidFile=none \
        -o AuthorizedKeysFile="$RUN/user.pub" -o StrictModes=no 2>"$RUN/sshd.log" 3>&- &
    SSHD=$!
    await "sshd listens or has given up" eval 'gone_or_zombie "$SSHD" || grep -q "Server listening" "$RUN/sshd.log"'
    gone_or_zombie "$SSHD" || PIDS+=("$SSHD")
    not gone_or_zombie "$SSHD"
}

@test "the ssh line that is printed shows the page on a laptop; ssh login headway publish reports" {
    start_up headway up --socket --demo
    start_sshd
    read -r _ _ forward login < <(grep -o 'ssh -L .*' "$RUN/up.out")
    laptop=$(random_port)
    "${SSH[@]}" -N -L "$laptop:${forward#3000:}" "${login%@*}@127.0.0.1" 3>&- &
    CLIENTS+=($!)
    URL=http://127.0.0.1:$laptop
    await "the page is there" curl -sf "$URL/healthz"
    one_frame "$URL"

    mkfifo "$RUN/lines"
    "${SSH[@]}" 127.0.0.1 "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR $BUILD_DIR/headway publish" <"$RUN/lines" >"$RUN/answers" 2>&1 3>&- &
    job=$!
    exec 7>"$RUN/lines"
    printf '%s\n' '{"task":"sim","hold":true,"total":4}' '{"task":"sim","moved":1,"ack":true}' >&7
    shown sim .percent 25.00
    await "the answer has come back" shows "$RUN/answers" '"task":"sim"'
    kill -9 "$job" # the network breaks
    shown sim .state lost
    exec 7>&-
}

@test "installed in a home directory it works with an empty environment, for a user without root" {
    for home in home "my home"; do
        install_at_home "$home"
        cd "$HOME"
        start_up "${AS[@]}" "$HOME/bin/headway" up --demo --port 0
        one_frame "$URL"
        sockets=$(grep -o 'HEADWAY_[A-Z_]*=.*' "$RUN/up.out") # as the shell would read them
        eval "said=(${sockets//$'\n'/ })"
        "${AS[@]}" "${said[@]}" "$HOME/bin/headway" publish <<<'{"task":"job","moved":1,"total":4}'
        shown job .percent 25.00
        stands_alone
        stop_up TERM 0
        start_up "${AS[@]}" "$HOME/bin/headway" up --demo --socket
        web=$(sed -n 's|^Look.*--unix-socket \(/.*\) http.*|\1|p' "$RUN/up.out")
        one_frame --unix-socket "$web" http://localhost
        stop_up TERM 0
        [ -z "$(ls "$TMPDIR")" ]
        cd "$RUN"
        rm -rf "$HOME"
    done
}

@test "without lighttpd it says what to do, and does it from where that puts it" {
    { [ "$(id -u)" = 0 ] && unshare -m true; } || missing "root, to hide a program"
    # what dpkg -x lighttpd_*.deb ~/lighttpd makes, for one who has none
    mkdir -p "$RUN/away/usr/sbin" "$RUN/away/usr/lib"
    cp "$(command -v lighttpd)" "$RUN/away/usr/sbin"
    cp -r /usr/lib/lighttpd "$RUN/away/usr/lib"
    : >"$RUN/nothing"
    mkdir "$RUN/empty"
    hide='mount --bind "$0/nothing" "$1" && mount --bind "$0/empty" /usr/lib/lighttpd && shift && exec "$@"'
    run unshare -m sh -c "$hide" "$RUN" "$(command -v lighttpd)" "$BUILD_DIR/headway" up --port 0
    [ "$status" = 1 ]
    [[ $output == *"lighttpd is missing"*"apt-get install lighttpd"*"Without root"*"dpkg -x"* ]]
    start_up unshare -m sh -c "$hide" "$RUN" "$(command -v lighttpd)" \
        env PATH="$PATH:$RUN/away/usr/sbin" "$BUILD_DIR/headway" up --port 0 --demo
    one_frame "$URL"
}
