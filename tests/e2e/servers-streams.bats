# What befalls one stream behind each web server: its reader leaves, nothing is
# said for long, the responder is stopped, others share its connection.
load ../helper/stack
load ../helper/servers
load ../helper/reader
load ../helper/readers

setup() { setup_stack; }
teardown() { teardown_stack; }

# ---- a browser that leaves ----

# leaves_within SECONDS KIND [curl options]
leaves_within() {
    local seconds=$1 kind=$2 before
    shift 2
    start_broker
    start_server "$kind"
    [ "$(status_of --head "$URL/events")" = 200 ] # a process that serves streams, and its link to the broker
    before=$(held)
    subscriber "$RUN/out" /events "$@"
    await_frame "$RUN/out" 'event: synced'
    not held_at_most "$before"
    kill -9 "$SUBSCRIBER"
    AWAIT_SECONDS=$seconds await "the stream is gone" held_at_most "$before"
}

# These say so, and no heartbeat is needed: it would come after 15 s.
@test "lighttpd: a reader that leaves is noticed at once" { leaves_within 3 lighttpd; }
@test "lighttpd with TLS: a reader that leaves is noticed at once, by HTTP/2" { leaves_within 3 lighttpd-tls --http2; }
@test "lighttpd with TLS: a reader that leaves is noticed at once, by HTTP/1.1" { leaves_within 3 lighttpd-tls --http1.1; }
@test "lighttpd, responder apart: a reader that leaves is noticed at once" { leaves_within 3 lighttpd-external; }
@test "nginx: a reader that leaves is noticed at once" { leaves_within 3 nginx; }

# Apache looks at the browser only when it writes: the first heartbeat goes into
# the void, the second one fails.
@test "Apache with mod_fcgid: a reader that leaves is noticed by the second heartbeat" {
    RESPONDER_OPTIONS='--heartbeat 2' leaves_within 6 fcgid
}
@test "Apache with mod_proxy_fcgi: a reader that leaves is noticed by the second heartbeat" {
    RESPONDER_OPTIONS='--heartbeat 2' leaves_within 6 proxy
}

# ---- silence ----

# How to make a server lose its patience after three seconds.
impatient() { # KIND HEARTBEAT
    start_broker
    case $1 in
    lighttpd*) SITE_EXTRA='server.max-write-idle = 3' ;;
    fcgid) CONF_EDIT='s/IOTimeout 60/IOTimeout 3/' ;;
    proxy) CONF_EDIT='s/timeout=60/timeout=3/' ;;
    nginx) CONF_EDIT='s/fastcgi_read_timeout 60s/fastcgi_read_timeout 3s/' ;;
    esac
    RESPONDER_OPTIONS="--heartbeat $2" start_server "$1"
    run curl -sN --max-time 8 "$URL/events"
}

lives_on() {
    impatient "$1" 1
    [ "$status" = 28 ] || { echo "curl: $status"; cat "$SERVER_LOG"; return 1; } # it was curl that hung up
    [ "$(grep -c '^event: heartbeat' <<<"$output")" -ge 5 ]
}

is_cut() {
    impatient "$1" 30
    [[ $output == *'event: synced'* ]]
    [ "$status" != 28 ]
}

# It does not even tell the reader, who has only the missing heartbeat to go by.
is_forgotten() {
    impatient "$1" 30
    [ "$status" = 28 ]
    grep -q 'The timeout specified has expired' "$SERVER_LOG"
    [ "$(curl -s "$URL/healthz" | jq .streams)" = 0 ]
}

@test "lighttpd: heartbeats outlive max-write-idle" { lives_on lighttpd; }
@test "lighttpd with TLS: heartbeats outlive max-write-idle" { lives_on lighttpd-tls; }
@test "lighttpd, responder apart: heartbeats outlive max-write-idle" { lives_on lighttpd-external; }
@test "Apache with mod_fcgid: heartbeats outlive IOTimeout" { lives_on fcgid; }
@test "Apache with mod_proxy_fcgi: heartbeats outlive the proxy's timeout" { lives_on proxy; }
@test "nginx: heartbeats outlive fastcgi_read_timeout" { lives_on nginx; }
@test "lighttpd: without them, max-write-idle cuts a quiet stream" { is_cut lighttpd; }
@test "Apache with mod_fcgid: without them, IOTimeout cuts a quiet stream" { is_cut fcgid; }
@test "Apache with mod_proxy_fcgi: without them, the proxy's timeout ends a quiet stream, and the reader waits" { is_forgotten proxy; }
@test "nginx: without them, fastcgi_read_timeout cuts a quiet stream" { is_cut nginx; }

# ---- the responder is stopped, and is there again ----

stops_cleanly() {
    local i
    start_broker
    start_server "$1"
    for i in 1 2 3; do
        reader "$RUN/out.$i" /events
        await_frame "$RUN/out.$i" 'event: synced'
    done
    # shellcheck disable=SC2046 # words
    kill $(responders)
    for i in 1 2 3; do
        await_frame "$RUN/out.$i" ': curl '
        ended_cleanly "$RUN/out.$i" || { cat "$RUN/out.$i"; return 1; }
    done
    end_task meanwhile
    if [ -n "$RESPONDER" ]; then
        wait "$RESPONDER"
        forget "$RESPONDER"
        start_external
    fi
    for i in 1 2 3; do
        await_frame "$RUN/out.$i" meanwhile || { cat "$RUN/out.$i"; return 1; }
        missed_nothing "$RUN/out.$i" meanwhile
    done
}

@test "lighttpd: a responder that is stopped ends its streams cleanly, and they come back" { stops_cleanly lighttpd; }
@test "lighttpd with TLS: a responder that is stopped ends its streams cleanly, and they come back" { stops_cleanly lighttpd-tls; }
@test "lighttpd, responder apart: one that is stopped ends its streams cleanly, and they come back" { stops_cleanly lighttpd-external; }
@test "Apache with mod_fcgid: responders that are stopped end their streams cleanly, and they come back" { stops_cleanly fcgid; }
@test "Apache with mod_proxy_fcgi: a responder that is stopped ends its streams cleanly, and they come back" { stops_cleanly proxy; }
@test "nginx: a responder that is stopped ends its streams cleanly, and they come back" { stops_cleanly nginx; }

# ---- several streams on one connection ----

# share_a_connection COUNT URL
share_a_connection() {
    local count=$1 url=$2 i streams=()
    for ((i = 1; i <= count; i++)); do
        streams+=(-o "$RUN/out.$i" "$url/events")
    done
    curl -sN --http2 --parallel --parallel-max "$count" --max-time 30 -w '%{http_version} %{num_connects}\n' "${streams[@]}" \
        >"$RUN/connections" 2>/dev/null 3>&- &
    SUBSCRIBER=$!
    CLIENTS+=("$SUBSCRIBER")
    for ((i = 1; i <= count; i++)); do
        await_frame "$RUN/out.$i" 'event: synced'
    done
    end_task shared
    for ((i = 1; i <= count; i++)); do
        await_frame "$RUN/out.$i" '"task":"shared"'
    done
    # shellcheck disable=SC2046 # words
    kill $(responders) # and then curl says how it was
    await "all have ended" gone_or_zombie "$SUBSCRIBER"
    cat "$RUN/connections"
    [ "$(grep -c '^2 ' "$RUN/connections")" = "$count" ]
    [ "$(awk '{ n += $2 } END { print n }' "$RUN/connections")" = 1 ]
    [ -z "$RESPONDER" ] || forget "$RESPONDER"
}

# Eight is what lighttpd allows.
@test "lighttpd with TLS: eight HTTP/2 streams share a connection" {
    start_broker
    start_server lighttpd-tls
    share_a_connection 8 "$URL"
}

# mod_http2 begins with six at a time, and allows a connection more as requests
# end on it; a stream does not end.
apache_tls() {
    local module
    for module in http2 ssl; do
        [ -e "$APACHE_MODULES/mod_$module.so" ] || missing "Apache's mod_$module"
        echo "LoadModule ${module}_module $APACHE_MODULES/mod_$module.so"
    done
    echo "Protocols h2 http/1.1"
    echo "SSLEngine on"
    echo "SSLCertificateFile $RUN/cert.pem"
    echo "SSLCertificateKeyFile $RUN/key.pem"
}

@test "Apache with mod_fcgid: six HTTP/2 streams share a connection" {
    start_broker
    make_certificate
    SITE_EXTRA=$(apache_tls) start_server fcgid
    share_a_connection 6 "${URL/http:/https:}"
}

@test "Apache with mod_proxy_fcgi: six HTTP/2 streams share a connection" {
    start_broker
    make_certificate
    SITE_EXTRA=$(apache_tls) start_server proxy
    share_a_connection 6 "${URL/http:/https:}"
}

@test "nginx: eight HTTP/2 streams share a connection" {
    local port
    start_broker
    make_certificate
    port=$(random_port)
    SITE_EXTRA="ssl_certificate $RUN/cert.pem; ssl_certificate_key $RUN/key.pem;
        server { listen 127.0.0.1:$port ssl http2; include $RUN/headway.conf; }" start_server nginx
    share_a_connection 8 "https://127.0.0.1:$port"
}
