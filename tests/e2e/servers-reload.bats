# What a graceful reload does to streams, as it is with each web server, and what
# a limit to their time does about it. Readers are as EventSource is: they come
# back with the last id that they had.
load ../helper/stack
load ../helper/servers
load ../helper/reader
load ../helper/readers

setup() { setup_stack; }
teardown() { teardown_stack; }

read_before_reload() { # KIND
    start_broker
    start_server "$1"
    reader "$RUN/out" /events
    await_frame "$RUN/out" 'event: synced'
    end_task before
    await_frame "$RUN/out" before
    reload_server
}

connections() { grep -c '^: headway' "$RUN/out"; } # each begins with this comment
has_come_back() { [ "$(connections)" -ge 2 ]; }

# ---- lighttpd serves its streams for graceful-shutdown-timeout (8 s; 5 in Debian), and nobody new; then it cuts them ----

is_cut_and_comes_back() {
    SITE_EXTRA='server.feature-flags += ( "server.graceful-shutdown-timeout" => 2 )' read_before_reload "$1"
    end_task during
    await_frame "$RUN/out" during
    [ "$(connections)" = 1 ] # it was on the old connection
    await_frame "$RUN/out" ': curl '
    end_task meanwhile
    await "it has come back" has_come_back
    await_frame "$RUN/out" meanwhile
    not grep -qx ': curl 0' "$RUN/out" # no clean end
    missed_nothing "$RUN/out" before during meanwhile
}

@test "lighttpd: a reload cuts streams after its timeout; they come back and miss nothing" { is_cut_and_comes_back lighttpd; }
@test "lighttpd with TLS: a reload cuts streams after its timeout; they come back and miss nothing" { is_cut_and_comes_back lighttpd-tls; }
@test "lighttpd, responder apart: a reload cuts streams after its timeout; they come back and miss nothing" { is_cut_and_comes_back lighttpd-external; }

# Only where the responder is apart. (Now and then 1.4.69 cuts the streams at
# once, instead of after the timeout.)
@test "lighttpd, responder apart: a reload in the background keeps nobody waiting; streams come back and miss nothing" {
    # it starts itself again, and only by its full path
    lighttpd() { exec "$(type -P lighttpd)" "$@"; }
    SITE_EXTRA='server.feature-flags += ( "server.graceful-restart-bg" => "enable", "server.graceful-shutdown-timeout" => 6 )' \
        read_before_reload lighttpd-external
    AWAIT_SECONDS=4 await "new requests are served" eval '[ "$(status_of -m 1 "$URL/healthz")" = 200 ]'
    await_frame "$RUN/out" ': curl '
    end_task meanwhile
    await "it has come back" has_come_back
    await_frame "$RUN/out" meanwhile
    missed_nothing "$RUN/out" before meanwhile
}

# ---- mod_fcgid ends its processes: they end their streams in good order ----

@test "Apache with mod_fcgid: a reload ends streams cleanly; they come back and miss nothing" {
    read_before_reload fcgid
    await_frame "$RUN/out" ': curl '
    end_task meanwhile
    await "it has come back" has_come_back
    await_frame "$RUN/out" meanwhile
    ended_cleanly "$RUN/out"
    missed_nothing "$RUN/out" before meanwhile
}

# ---- mod_proxy_fcgi and nginx: the old workers stay for the sake of their streams ----

lives_on_in_an_old_worker() { # KIND
    read_before_reload "$1"
    await "new requests are served" eval '[ "$(status_of -m 1 "$URL/healthz")" = 200 ]'
    end_task after
    await_frame "$RUN/out" after
    [ "$(connections)" = 1 ]
    not grep -q '^: curl' "$RUN/out"
}

@test "Apache with mod_proxy_fcgi: a reload leaves streams as they are" { lives_on_in_an_old_worker proxy; }
@test "nginx: a reload leaves streams as they are" { lives_on_in_an_old_worker nginx; }

old_workers_go() { # KIND
    local old
    start_broker
    RESPONDER_OPTIONS='--max-stream 5' start_server "$1"
    reader "$RUN/out" /events
    await_frame "$RUN/out" 'event: synced'
    mapfile -t old < <(pgrep -P "$SERVER")
    reload_server
    await "the old workers are gone: ${old[*]}" all_gone "${old[@]}"
    await "it has come back" has_come_back
    end_task after
    await_frame "$RUN/out" after
    ended_cleanly "$RUN/out"
    missed_nothing "$RUN/out" after
}

@test "Apache with mod_proxy_fcgi: with --max-stream old workers go when their streams have ended" { old_workers_go proxy; }
@test "nginx: with --max-stream old workers go when their streams have ended" { old_workers_go nginx; }

# ---- FcgidBusyTimeout counts from the start of a request, whatever is sent ----

# Two connections of one reader, and with them two ends of tasks: one while it
# is there, one while it is not.
busy_for_four_seconds() { # the responder's option
    start_broker
    SITE_EXTRA=$'FcgidBusyTimeout 4\nFcgidBusyScanInterval 1' CONF_EDIT="s/ --max-stream 240/$1/" start_server fcgid
    reader "$RUN/out" /events
    await_frame "$RUN/out" 'event: synced'
    first=$(responders)
    end_task during
    await_frame "$RUN/out" ': curl '
    end_task meanwhile
    await "it has come back" has_come_back
    await_frame "$RUN/out" meanwhile
    missed_nothing "$RUN/out" during meanwhile
}

@test "Apache with mod_fcgid: --max-stream ends a stream before FcgidBusyTimeout kills its process" {
    busy_for_four_seconds ' --max-stream 3'
    [ "$(responders)" = "$first" ] # the same process
    ended_cleanly "$RUN/out"
}

@test "Apache with mod_fcgid: without it, FcgidBusyTimeout kills the process, and the reader comes back to another" {
    busy_for_four_seconds ''
    not grep -qw "$first" < <(responders)
}
