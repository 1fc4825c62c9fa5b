# The scripts for systems without systemd: what each verb does and answers, by
# dash with dpkg's start-stop-daemon and by BusyBox with its own.
load ../helper/stack
load ../helper/installed

# Everything happens under $ROOT, with users and groups of the test's own: the
# scripts see a copy of /etc. Daemons are awaited and stopped by their pid files.
setup() {
    setup_stack
    need start-stop-daemon systemd-sysusers unshare setpriv
    [ "$(id -u)" = 0 ] || missing "root"
    install_all
    mkdir "$ROOT/run"
    cp -a /etc "$RUN/etc"
    printf 'u alice 4711\nm alice headway\n' >"$RUN/alice.conf"
    as_installed systemd-sysusers "$(installed sysusers.d/headway.conf)" "$RUN/alice.conf" 2>/dev/null
    # syslog is a file here
    printf '#!/bin/sh\necho "$@" >>"%s"\nexec cat >>"%s"\n' "$RUN/syslog" "$RUN/syslog" >"$RUN/logger"
    : >"$RUN/syslog"
    chmod 755 "$RUN/logger"
    chmod 666 "$RUN/syslog"
    BUSYBOX=
    P=$ROOT/run/headway/publish.sock
    S=$ROOT/run/headway/subscribe.sock
}

teardown() {
    service headway-fcgi stop >/dev/null 2>&1 || :
    service headwayd stop >/dev/null 2>&1 || :
    teardown_stack
}

as_installed() {
    unshare --mount -- sh -c '
        mount --bind "$1/etc" /etc
        [ ! -e "$1/logger" ] || mount --bind "$1/logger" "$(readlink -f "$(command -v logger)")"
        [ -z "$2" ] || for tool in sh start-stop-daemon mktemp mkfifo id chown chmod ln wc sleep rm cat dirname; do
            mount --bind "$2" "$(readlink -f "$(command -v "$tool")")" || exit
        done
        shift 2
        exec "$@"' sh "$RUN" "${BUSYBOX-}" "$@"
}

service() { # SCRIPT VERB
    as_installed env HEADWAY_ROOT="$ROOT" "$(installed "init.d/$1")" "$2" 3>&-
}

pid_of() { cat "$ROOT/run/$1.pid"; }
defaults() { # SCRIPT TEXT
    local dir
    dir=$(dirname "$(installed "init.d/$1")")/../default
    mkdir -p "$dir"
    printf '%s\n' "$2" >"$dir/$1"
}
as_user() { # USER COMMAND...
    local user=$1
    shift
    as_installed setpriv --reuid="$user" --regid="$user" --init-groups "$@"
}
say() { as_user "$1" "$BUILD_DIR/tests/helper/say" -x 0 "$2" "$3"; } # USER SOCKET LINE

begins_and_ends() {
    run service headwayd status
    [ "$status" = 3 ] && [ "$output" = "headwayd: not running" ]
    run service headwayd start
    echo "$output"
    [ "$status" = 0 ] && [ "$output" = "headwayd: started: the broker of task progress" ]
    local pid
    pid=$(pid_of headwayd)
    [ "$(as_installed ps -o user= -p "$pid")" = headway ]
    [ "$(as_installed stat -c '%U:%G %a' "$P" "$S" "$ROOT/run/headway")" = "headway:headway 660
headway:headway-read 660
headway:headway 755" ]
    run service headwayd status
    [ "$status" = 0 ] && [ "$output" = "headwayd: running, process $pid" ]
    run service headwayd start
    [ "$status" = 0 ] && [ "$output" = "headwayd: already running" ] && [ "$(pid_of headwayd)" = "$pid" ]
    shows "$RUN/syslog" "-t headwayd"
    await "its words are in syslog" shows "$RUN/syslog" "serving: jobs on $P"
    run service headwayd restart
    [ "$status" = 0 ] && [ "$(pid_of headwayd)" != "$pid" ]
    gone_or_zombie "$pid"
    pid=$(pid_of headwayd)
    run service headwayd stop
    [ "$status" = 0 ] && [ "$output" = "headwayd: stopped" ]
    gone_or_zombie "$pid"
    [ ! -e "$P" ] && [ ! -e "$S" ]
    run service headwayd stop
    [ "$status" = 0 ] && [ "$output" = "headwayd: not running" ]
    run service headwayd try-restart
    [ "$status" = 0 ]
    run service headwayd status
    [ "$status" = 3 ]
    run service headwayd nonsense
    [ "$status" = 2 ]
    # nothing is left but the directory of the sockets
    [ "$(ls -A "$ROOT/run" "$ROOT/run/headway")" = "$ROOT/run:
headway

$ROOT/run/headway:" ]
}

@test "start, status, restart and stop do and answer what LSB says" {
    begins_and_ends
}

@test "the same by BusyBox alone" {
    need busybox
    BUSYBOX=$(command -v busybox)
    begins_and_ends
}

@test "who may publish is in group headway, who may read is in headway-read" {
    service headwayd start
    run say alice "$P" '{"task":"a","moved":1,"ack":true}'
    [[ $output == *ok* ]]
    run say www-data "$P" '{"task":"b","ack":true}'
    [[ $output == *"Permission denied"* ]]
    run say www-data "$S" 'subscribe *'
    [[ $output == "headway 1 "* ]]
    run say alice "$S" 'subscribe *'
    [[ $output == *"Permission denied"* ]]
}

@test "a broker that was killed is seen to be dead, and another one starts" {
    service headwayd start
    local pid
    pid=$(pid_of headwayd)
    kill -KILL "$pid"
    await "it is gone" gone "$pid"
    run service headwayd status
    [ "$status" = 1 ] && [[ $output == *"dead, but $ROOT/run/headwayd.pid is there" ]]
    run service headwayd start
    [ "$status" = 0 ]
    run say alice "$P" '{"task":"a","ack":true}'
    [[ $output == *ok* ]]
}

@test "a number that another process has by now is left alone" {
    sleep 600 3>&- &
    CLIENTS+=($!)
    echo $! >"$ROOT/run/headwayd.pid"
    run service headwayd status
    [ "$status" = 1 ]
    run service headwayd stop
    [ "$status" = 0 ]
    kill -0 "${CLIENTS[0]}"
}

@test "options come from the defaults file; wrong ones are an error, and said in syslog" {
    defaults headwayd 'HEADWAYD_OPTIONS="--keep 3600 --debug"'
    service headwayd start
    tr '\0' ' ' <"/proc/$(pid_of headwayd)/cmdline" | grep -q -- '--keep 3600 --debug'
    service headwayd stop
    defaults headwayd 'HEADWAYD_OPTIONS="--keep for-ever"'
    run service headwayd start
    [ "$status" = 1 ]
    [[ $output == *"has not started; syslog says why"* ]]
    await "it is said" shows "$RUN/syslog" '--keep takes a whole number'
    run service headwayd status
    [ "$status" != 0 ]
}

@test "what is missing is named" {
    sed -i '/^headway:/d' "$RUN/etc/passwd"
    run service headwayd start
    [ "$status" = 6 ] && [[ $output == *"there is no user headway"* ]]
    rm "$(installed sbin/headwayd)"
    run service headwayd start
    [ "$status" = 5 ] && [[ $output == *"sbin/headwayd is missing"* ]]
}

responder_is_served() {
    service headwayd start
    run service headway-fcgi start
    echo "$output"
    [ "$status" = 0 ] && [ "$output" = "headway-fcgi: started: the responder of task progress" ]
    [ "$(ps -o user= -p "$(pid_of headway-fcgi)")" = www-data ]
    # at the place that the web servers' files name
    local socket=$ROOT/run/headway/fcgi.sock
    [ "$(stat -Lc '%U:%G %a' "$socket")" = "www-data:www-data 660" ]
    await "it has a link to the broker" eval \
        "as_user www-data '$BUILD_DIR/tests/helper/rude' '$socket' whole | grep -q '\"broker\":true'"
    run as_user alice "$BUILD_DIR/tests/helper/rude" "$socket" whole
    [[ $output == *"Permission denied"* ]]
    run service headway-fcgi status
    [ "$status" = 0 ]
    service headway-fcgi restart
    run service headway-fcgi stop
    [ "$status" = 0 ]
    run service headway-fcgi status
    [ "$status" = 3 ]
}

@test "the responder runs as the web server's user, and only its group may connect" {
    responder_is_served
}

@test "the responder by BusyBox alone" {
    need busybox
    BUSYBOX=$(command -v busybox)
    responder_is_served
}
