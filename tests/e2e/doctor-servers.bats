# headway doctor, of real web servers that are set up wrong in one way each: it
# says which, and the lines that it says to paste mend it.
load ../helper/stack
load ../helper/servers
load ../helper/diagnosis

setup() { setup_stack; }
teardown() { teardown_stack; }

well() { # KIND
    start_broker
    start_server "$1"
    doctor --origin https://other.example
    nothing_wrong
    found web-server ok && found responder ok && found one-broker ok && found stream ok && found delay ok && found open ok && found clock ok
    found cors ok
    says web-server "$2"
    [ "$(jq '.delays_ms | length' <<<"$report")" = 9 ]
    [ "$(jq '.delays_ms | sort | .[4] < 500' <<<"$report")" = true ]
}

@test "all is well, and the delay is measured: lighttpd" { RESPONDER_OPTIONS="--allow-origin https://other.example" well lighttpd lighttpd; }
@test "all is well: lighttpd, TLS and HTTP/2" {
    RESPONDER_OPTIONS="--allow-origin https://other.example" well lighttpd-tls lighttpd
    found http2 ok
}
@test "all is well: lighttpd and a responder of its own" { RESPONDER_OPTIONS="--allow-origin https://other.example" well lighttpd-external lighttpd; }
@test "all is well: Apache, mod_fcgid" { RESPONDER_OPTIONS="--allow-origin https://other.example" well fcgid Apache; }
@test "all is well: Apache, mod_proxy_fcgi" {
    RESPONDER_OPTIONS="--allow-origin https://other.example" MOUNT=/headway well proxy Apache
    found http1 note
}
@test "all is well: nginx" { RESPONDER_OPTIONS="--allow-origin https://other.example" MOUNT=/headway well nginx nginx; }

# ---- buffered by the web server ----

@test "lighttpd keeps the stream back: the line mends it" {
    start_broker
    MOUNT=/headway CONF_EDIT='/server.stream-response-body/d' start_server lighttpd
    MOUNT=/headway doctor
    only_wrong buffered-by-server
    says buffered-by-server "lighttpd keeps the stream back: nothing came"
    paste_for buffered-by-server lighttpd >>"$RUN/headway.conf"
    grep -qF '$HTTP["url"] =^ "/headway/events" {' "$RUN/headway.conf"
    await_mended
}

@test "Apache's mod_fcgid keeps the stream back: the line mends it" {
    start_broker
    CONF_EDIT='/^FcgidOutputBufferSize/d' start_server fcgid
    doctor
    only_wrong buffered-by-server
    says buffered-by-server "Apache keeps the stream back"
    paste_for buffered-by-server mod_fcgid >>"$RUN/headway.conf"
    await_mended
}

@test "Apache's mod_proxy_fcgi keeps the stream back: the lines mend it" {
    start_broker
    CONF_EDIT='s/flushpackets=on//' start_server proxy
    doctor
    only_wrong buffered-by-server
    says buffered-by-server "Apache keeps the stream back"
    paste_for buffered-by-server mod_proxy_fcgi >>"$RUN/headway.conf"
    await_mended
}

@test "nginx keeps the stream back: the line mends it" {
    start_broker
    CONF_EDIT='s/fastcgi_buffering off;/fastcgi_ignore_headers X-Accel-Buffering; #HERE/' start_server nginx
    doctor
    only_wrong buffered-by-server
    says buffered-by-server "nginx keeps the stream back"
    line=$(paste_for buffered-by-server nginx)
    sed -i "s/#HERE.*/$line/" "$RUN/headway.conf"
    await_mended
}

# ---- cut ----

@test "nginx cuts a silent stream: after how long, and the line that mends it" {
    start_broker
    CONF_EDIT='s/fastcgi_read_timeout .*/fastcgi_read_timeout 3s;/' start_server nginx
    WAIT=6 doctor
    only_wrong cut
    # nginx leaves its timer as it is for 300 ms (NGX_TIMER_LAZY_DELAY), so it may be that much early
    [[ $(jq -r '.checks[] | select(.id == "cut").text' <<<"$report") =~ "the last "(2\.[6-9]|3\.) ]]
    line=$(paste_for cut nginx)
    sed -i "s/fastcgi_read_timeout .*/$line/" "$RUN/headway.conf"
    WAIT=6 await_mended
    says open "silent"
}

@test "Apache's mod_proxy_fcgi gives a silent stream up: the lines mend it" {
    start_broker
    CONF_EDIT='s/timeout=60/timeout=3/' start_server proxy
    WAIT=14 doctor # after its timeout Apache holds the connection for KeepAliveTimeout (5 s) more
    only_wrong cut
    sed -i '/^<Proxy /,/^<.Proxy>/d' "$RUN/headway.conf"
    paste_for cut mod_proxy_fcgi >>"$RUN/headway.conf"
    WAIT=14 await_mended
    found open ok
}

@test "a heartbeat within what was watched is proof that silence is survived" {
    start_broker
    start_server lighttpd
    WAIT=17 doctor
    nothing_wrong
    says open "until a heartbeat came"
}

# ---- no responder, no route ----

@test "the responder is down: every server that connects to one says so in its own way" {
    for kind in lighttpd-external proxy nginx; do
        [ "$kind" = lighttpd-external ] || { teardown_stack; setup_stack; }
        start_broker
        start_server "$kind"
        end_process "$RESPONDER" && forget "$RESPONDER"
        doctor
        only_wrong responder-down
        paste_for responder-down /run/headway >"$RUN/line" || paste_for responder-down supervisor >"$RUN/line" ||
            paste_for responder-down terminal >"$RUN/line"
    done
}

@test "mod_fcgid cannot start the responder" {
    start_broker
    start_server fcgid
    chmod a-x "$RUN/bin/headway.fcgi"
    doctor
    only_wrong responder-down
    [[ $(paste_for responder-down terminal) == *"/var/log/apache2/error.log"* ]]
}

@test "the web server does not include our configuration" {
    start_broker
    MOUNT=/headway CONF_EDIT='/^fastcgi.server/,/^)/d' start_server lighttpd
    doctor
    only_wrong no-route
    [[ $(paste_for no-route terminal) == *"lighty-enable-mod headway"* ]]
}

@test "a file is served instead of the responder" {
    start_broker
    MOUNT=/headway CONF_EDIT='/^fastcgi.server/,/^)/d' start_server lighttpd
    cp "$RUN/www/index.html" "$RUN/www/healthz"
    doctor
    only_wrong not-the-responder
    says not-the-responder "200"
}

@test "a stream of the wrong type" {
    start_broker
    CONF_EDIT='s|^    location ~ |    location ~ ^/events { default_type text/html; return 200 hello; }\n&|' start_server nginx
    doctor
    only_wrong type
    says type "text/html, not text/event-stream"
    paste_for type nginx
}

@test "a stream that is answered with another status" {
    start_broker
    CONF_EDIT='s|^    location ~ |    location ~ ^/events { return 404; }\n&|' start_server nginx
    doctor
    only_wrong stream-status
}

@test "a responder that is told of another mount" {
    start_broker
    MOUNT=/headway RESPONDER_OPTIONS="--base /elsewhere" start_server proxy
    doctor
    only_wrong wrong-mount
}

@test "all streams are taken: the option mends it" {
    start_broker
    RESPONDER_OPTIONS="--max-streams 1" start_server lighttpd
    subscriber "$RUN/out" /events
    await_frame "$RUN/out" synced
    doctor
    only_wrong busy
    [[ $(paste_for busy lighttpd) == *"headway.fcgi --max-streams "* ]]
}

# ---- other origins ----

@test "pages of another origin may not read it: the line mends it" {
    start_broker
    start_server lighttpd
    doctor
    nothing_wrong
    doctor --origin https://other.example:8443
    only_wrong no-cors
    line=$(paste_for no-cors lighttpd)
    [[ $line == *" --allow-origin https://other.example:8443\","* ]]
    sed -i "s|^ *\"bin-path\".*|$(as_here <<<"$line")|" "$RUN/headway.conf"
    await_mended --origin https://other.example:8443
    says cors "with a password or cookie too"
}

@test "mod_fcgid: the line that allows an origin mends it" {
    start_broker
    start_server fcgid
    doctor --origin https://other.example
    only_wrong no-cors
    line=$(paste_for no-cors "<Directory>" | as_here)
    streams=$(paste_for no-cors "<Location>" | as_here)
    sed -i "s|^ *FcgidWrapper.* --max-stream .*|$streams|; t; s|^ *FcgidWrapper.*|$line|" "$RUN/headway.conf"
    await_mended --origin https://other.example
}

@test "any origin is allowed, so none with a password" {
    start_broker
    RESPONDER_OPTIONS="--allow-origin=*" start_server proxy
    doctor --origin https://other.example
    nothing_wrong
    says cors-any "without a password"
}

@test "two servers that both allow an origin are one too many" {
    start_broker
    RESPONDER_OPTIONS="--allow-origin https://other.example" \
        CONF_EDIT='s|fastcgi_pass|add_header Access-Control-Allow-Origin https://other.example;\n&|' start_server nginx
    doctor --origin https://other.example
    only_wrong cors-twice
}

# ---- passwords, TLS, HTTP/2, clocks ----

@test "a site with a password can be examined; without it, the doctor could not tell" {
    start_broker
    printf 'eve:%s\n' "$(openssl passwd -apr1 secret)" >"$RUN/users"
    chmod 644 "$RUN/users"
    CONF_EDIT="s/^#auth //; s|/etc/lighttpd/headway.users|$RUN/users|" start_server lighttpd
    doctor
    [ "$status" = 3 ] && found auth unsure
    doctor --user eve:wrong
    only_wrong auth
    doctor --user eve:secret --origin https://other.example
    only_wrong no-cors
    RESPONDER_OPTIONS=
    doctor --user eve:secret
    nothing_wrong
}

@test "a certificate that nobody trusts is named; --insecure looks on" {
    start_broker
    start_server lighttpd-tls
    unset CURL_CA_BUNDLE
    KIND=none doctor
    only_wrong tls
    says tls "certificate"
    doctor --insecure
    nothing_wrong
    found http2 ok
}

@test "HTTP/1.1 only is a note, and with TLS there is a line for it" {
    start_broker
    SITE_EXTRA='server.feature-flags = ( "server.h2proto" => "disable" )' start_server lighttpd-tls
    doctor
    nothing_wrong
    found http1 note
    line=$(paste_for http1 lighttpd.conf)
    sed -i "s/^server.feature-flags = .*/${line//\//\\/}/" "$RUN/lighttpd.conf"
    end_process "$SERVER" && forget "$SERVER"
    lighttpd -D -f "$RUN/lighttpd.conf" >>"$RUN/lighttpd.out.log" 2>&1 3>&- &
    SERVER=$!
    PIDS+=("$SERVER")
    await "it serves again" curl -sf "$URL/healthz"
    doctor
    found http2 ok
}

@test "clocks that disagree" {
    need faketime
    start_broker
    start_server lighttpd
    ASAN_OPTIONS+=:verify_asan_link_order=0 # faketime is preloaded before it
    report=$(faketime -f +3600s headway doctor --json --wait 0 "$URL/") && status=0 || status=$?
    verdicts=$(jq -r '.checks[] | .id + " " + .verdict' <<<"$report")
    only_wrong clock-skew
    says clock-skew "3600 s behind"
    [[ $(paste_for clock-skew terminal) == "timedatectl set-ntp true"* ]]
    report=$(faketime -f -600s headway doctor --json --wait 0 "$URL/") && status=0 || status=$?
    says clock-skew "600 s ahead"
}
