# The other ways to be started: Apache with mod_fcgid, spawn-fcgi.
load ../helper/stack

setup() { setup_stack; }
teardown() { teardown_stack; }

modules=/usr/lib/apache2/modules

# Apache wants a user for its children when root starts it; sockets, directories
# and the responder must be within that user's reach.
start_apache() {
    need apache2
    [ -e "$modules/mod_fcgid.so" ] || missing "Apache's mod_fcgid"
    mkdir -p "$RUN/bin" "$RUN/ipc" "$RUN/www"
    cp "$BUILD_DIR/headway.fcgi" "$RUN/bin/"
    cp -r "$SRC_DIR/www/." "$RUN/www/"
    chmod -R go+rX "$RUN/bin" "$RUN/www"
    if [ "$(id -u)" = 0 ]; then
        chown www-data "$RUN/ipc"
        chgrp www-data "$HEADWAY_SUBSCRIBE_SOCKET"
    fi
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/apache/headway-fcgid.conf.in" MOUNT="${MOUNT-}" WWW="$RUN/www" \
        RESPONDER="$RUN/bin/headway.fcgi" RESPONDER_DIR="$RUN/bin" \
        SUBSCRIBE_SOCKET="$HEADWAY_SUBSCRIBE_SOCKET" >"$RUN/headway.conf"
    on_a_free_port run_apache || { cat "$RUN/apache.log" >&2; return 1; }
}

run_apache() {
    local module
    {
        for module in mpm_event authz_core alias dir mime fcgid; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        cat <<CONF
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile $RUN/apache.pid
ErrorLog $RUN/apache.log
DocumentRoot $RUN/www
DefaultRuntimeDir $RUN
FcgidIPCDir $RUN/ipc
FcgidProcessTableFile $RUN/ipc/table
FcgidInitialEnv ASAN_OPTIONS $ASAN_OPTIONS
FcgidInitialEnv UBSAN_OPTIONS $UBSAN_OPTIONS
ThreadsPerChild 64
MaxRequestWorkers 256
TypesConfig /etc/mime.types
Include $RUN/headway.conf
CONF
        [ "$(id -u)" != 0 ] || printf 'User www-data\nGroup www-data\n'
    } >"$RUN/apache.conf"
    : >"$RUN/apache.log"
    apache2 -DFOREGROUND -f "$RUN/apache.conf" >>"$RUN/apache.out.log" 2>&1 3>&- &
    APACHE=$!
    await "Apache serves or has given up" apache_decided
    if gone_or_zombie "$APACHE"; then
        wait "$APACHE" || :
        return 1
    fi
    PIDS+=("$APACHE")
    URL=http://127.0.0.1:$PORT${MOUNT-}
}

apache_decided() { gone_or_zombie "$APACHE" || grep -q "resuming normal operations" "$RUN/apache.log"; }

# Two seconds of any server's stream are right: the head, then steps, one by
# one and not in blocks.
streams_well() {
    { curl -sN --max-time 3 -D "$RUN/head" "$URL/events" || :; } | while IFS= read -r line; do
        printf '%s %s\n' "$EPOCHREALTIME" "$line"
    done >"$RUN/out"
    grep -qi '^content-type: text/event-stream' "$RUN/head"
    grep -q ' retry: [0-9]*$' "$RUN/out"
    awk '/ data: {"moved":[0-9]*,"total":100,"percent":"[0-9.]*"}$/ {
            if (n++ && $1 - t < 0.03) burst++
            t = $1
        }
        END { printf "%d steps, %d closer than 30 ms\n", n, burst; exit !(n >= 12 && burst <= 2) }' "$RUN/out"
}

@test "Apache with mod_fcgid streams the steps one by one" {
    start_broker --demo
    start_apache
    streams_well
}

@test "Apache with mod_fcgid: the page, the routes, errors, names with slashes, HEAD" {
    start_broker
    publish '{"task":"backup/db","moved":1,"total":4}'
    start_apache
    run curl -s "$URL/"
    [[ $output == *"<headway-progress"* ]]
    run curl -s "$URL/tasks/backup/db"
    [[ $output == *'"percent":"25.00"'* ]]
    run curl -sN --max-time 1 "$URL/events/backup/db"
    [[ $output == *'"percent":"25.00"'* ]]
    [ "$(status_of "$URL/healthz")" = 200 ]
    [ "$(status_of "$URL/tasks/none")" = 404 ]
    [ "$(status_of -X POST -d x "$URL/events")" = 405 ]
    [ "$(status_of -X OPTIONS "$URL/events")" = 204 ]
    [ "$(status_of --head "$URL/events")" = 200 ]
}

@test "Apache with mod_fcgid: an ended stream ends cleanly, and Last-Event-ID arrives" {
    start_broker
    publish '{"task":"job","moved":1}'
    start_apache
    curl -sN "$URL/events/job?until=end" >"$RUN/out" 3>&- &
    client=$!
    await_frame "$RUN/out" '"moved":1'
    publish '{"task":"job","state":"done"}'
    wait "$client"
    [[ $(tail -n 4 "$RUN/out") != *"<html"* ]] # mod_fcgid's error page, had END_REQUEST been missing
    grep -q '"state":"done"' "$RUN/out"
    [ "$(status_of -H "Last-Event-ID: $(last_id "$RUN/out")" "$URL/events/job?until=end")" = 204 ]
}

@test "Apache with mod_fcgid: a cursor from one process is good in another" {
    start_broker --demo
    start_apache
    subscriber "$RUN/a" /events # keeps its process busy: the next request gets another
    await_frame "$RUN/a" '"moved":5'
    for i in 1 2 3; do
        # mod_fcgid waits a second before it starts another process
        run curl -sN --max-time 4 -H "Last-Event-ID: $(last_id "$RUN/a")" "$URL/events"
        [[ $output != *resync* ]] || { echo "$output"; false; }
        [[ $output == *'"moved"'* ]]
    done
}

@test "Apache with mod_fcgid, mounted next to an existing site" {
    start_broker --demo
    MOUNT=/headway start_apache
    streams_well
    run curl -s "$URL/"
    [[ $output == *"<headway-progress"* ]]
}

@test "spawn-fcgi starts the responder, lighttpd connects to it" {
    need spawn-fcgi
    start_broker --demo
    spawn-fcgi -n -s "$RUN/headway.fcgi.sock" -- "$BUILD_DIR/headway.fcgi" 2>>"$RUN/responder.log" 3>&- &
    RESPONDER=$!
    PIDS+=("$RESPONDER") STRICT[$RESPONDER]=1
    await "its socket is there" test -S "$RUN/headway.fcgi.sock"
    LIGHTTPD_CONF=headway-external.conf start_lighttpd
    streams_well
}
