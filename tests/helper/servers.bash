# servers.bash -- starts the web server of a kind, with our file of conf/ in it.
#
# Owns: one real server at a time, the responder where the server does not start
# it, and a site that was there before (site/index.html). Everything it needs
# lies below $RUN and is passable for www-data, since servers that are started
# by root give their rights up. Needs stack.bash.
# shellcheck shell=bash disable=SC2034 # tests use what is set here

KINDS=(lighttpd lighttpd-tls lighttpd-external fcgid proxy nginx)
APACHE_MODULES=/usr/lib/apache2/modules
LIGHTTPD_MODULES=/usr/lib/lighttpd

# start_server KIND -- the broker runs already. From the environment:
#   MOUNT              where we are mounted: "" or "/headway"
#   RESPONDER_OPTIONS  words for the responder
#   SITE_EXTRA         text for the server's main configuration, before ours
#   CONF_EDIT          a sed script for our file
# Sets URL (with MOUNT), SITE (without), SERVER (a pid), KIND, and CURL_OPTIONS
# and CURL_CA_BUNDLE if curl needs to know a certificate.
start_server() {
    KIND=$1
    prepare_files
    case $KIND in
    lighttpd) start_kind lighttpd lighttpd/headway.conf ;;
    lighttpd-tls) make_certificate && start_kind lighttpd lighttpd/headway.conf ;;
    lighttpd-external) start_external && start_kind lighttpd lighttpd/headway-external.conf ;;
    fcgid) start_kind apache2 apache/headway-fcgid.conf ;;
    proxy) start_external && start_kind apache2 apache/headway-proxy.conf ;;
    nginx) start_external && start_kind nginx nginx/headway.conf ;;
    *) echo "no server is called $KIND" >&2 && return 1 ;;
    esac
}

# What "systemctl reload" does in Debian.
reload_server() {
    case $KIND in
    nginx) kill -HUP "$SERVER" ;;
    *) kill -USR1 "$SERVER" ;;
    esac
}

# The responders of this test, whoever started them.
responders() { pgrep -f "$RUN/[^ ]*headway[.]fcgi" || :; }

no_responder() { [ -z "$(responders)" ]; }

# The server, and what start_server started beside it; the broker stays. The
# responder goes first, since Apache waits for streams that are still open; one
# that the server has started may end a little later than that.
stop_server() {
    if [ -n "$RESPONDER" ]; then
        end_process "$RESPONDER"
        forget "$RESPONDER"
        RESPONDER=''
    fi
    end_process "$SERVER"
    forget "$SERVER"
    await "the responders are gone" no_responder
}

# first_frame_after URL TEXT -- the seconds from the request to a line with TEXT.
first_frame_after() {
    local started=$EPOCHREALTIME line fd client status=1
    exec {fd}< <(exec curl -sN --max-time 10 "$1" 2>/dev/null 3>&-)
    client=$!
    while [ "$status" = 1 ] && IFS= read -r -t 10 line <&"$fd"; do
        [[ $line != *"$2"* ]] || status=0
    done
    awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
    kill "$client" 2>/dev/null || :
    exec {fd}<&-
    return "$status"
}

# within_a_second URL TEXT -- tried three times, since a busy machine is no bug.
within_a_second() {
    local try took
    for try in 1 2 3; do
        took=$(first_frame_after "$@") || return
        echo "# $2 came after $took s"
        [[ $took != 0.* ]] || return 0
    done
    return 1
}

# ---- what all of them need ----

as_root() { [ "$(id -u)" = 0 ]; }

prepare_files() {
    mkdir -p "$RUN/bin" "$RUN/site" "$RUN/ipc" "$RUN/nginx"
    cp "$BUILD_DIR/headway.fcgi" "$RUN/bin/"
    cp -r "$SRC_DIR/www" "$RUN/"
    echo "the site's own page" >"$RUN/site/index.html"
    chmod -R go+rX "$RUN/bin" "$RUN/site" "$RUN/www"
    as_root || return 0
    chown www-data "$RUN/ipc"
    chgrp www-data "$HEADWAY_SUBSCRIBE_SOCKET"
}

start_external() {
    # shellcheck disable=SC2086 # words
    start_responder ${RESPONDER_OPTIONS-}
    ! as_root || chgrp www-data "$RUN/headway.fcgi.sock"
}

make_certificate() {
    need openssl
    [ -e "$LIGHTTPD_MODULES/mod_openssl.so" ] || missing "lighttpd's mod_openssl"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
        -keyout "$RUN/key.pem" -out "$RUN/cert.pem" 2>/dev/null
    CURL_OPTIONS=(--cacert "$RUN/cert.pem")
    export CURL_CA_BUNDLE="$RUN/cert.pem" # for every curl of this test
}

start_kind() { # PROGRAM FILE
    local program=$1 file=$2 responder=$RUN/bin/headway.fcgi
    need "$program"
    # in Apache's file the path stands in other places too: see edit_for()
    [ "$KIND" = fcgid ] || responder+=${RESPONDER_OPTIONS:+ $RESPONDER_OPTIONS}
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/$file.in" MOUNT="${MOUNT-}" WWW="$RUN/www" RUN="$RUN" \
        RESPONDER="$responder" RESPONDER_DIR="$RUN/bin" SUBSCRIBE_SOCKET="$HEADWAY_SUBSCRIBE_SOCKET" \
        FCGI_SOCKET="$RUN/headway.fcgi.sock" | sed -e "$(edit_for "$KIND")" | sed -e "${CONF_EDIT-}" >"$RUN/headway.conf"
    SERVER_LOG=$RUN/$program.log
    on_a_free_port "serve_$program" || { cat "$SERVER_LOG" "$RUN/$program.out.log" >&2; return 1; }
    SITE=http://127.0.0.1:$PORT
    [ "$KIND" != lighttpd-tls ] || SITE=https://127.0.0.1:$PORT
    URL=$SITE${MOUNT-}
}

# mod_fcgid's processes get no environment but what its file says.
edit_for() {
    [ "$1" = fcgid ] || return 0
    cat <<SED
s|^\( *FcgidWrapper "[^"]*\)"|\1${RESPONDER_OPTIONS:+ $RESPONDER_OPTIONS}"|
s|^\( *\)InitialEnv .*|&\n\1InitialEnv ASAN_OPTIONS=$ASAN_OPTIONS \\\\\n\1InitialEnv UBSAN_OPTIONS=$UBSAN_OPTIONS \\\\|
SED
}

# Until the server has said TEXT, that it serves, or is gone.
server_decided() { gone_or_zombie "$SERVER" || grep -q -- "$1" "$SERVER_LOG"; }

server_runs() { # TEXT: what its log says when it serves
    await "$KIND serves or has given up" server_decided "$1"
    if gone_or_zombie "$SERVER"; then
        wait "$SERVER" || :
        return 1
    fi
    PIDS+=("$SERVER")
}

# ---- each of them ----

serve_lighttpd() {
    local site=site.conf
    [ "$KIND" != lighttpd-tls ] || site="site-tls.conf"
    : >"$SERVER_LOG"
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/lighttpd/$site.in" PORT="$PORT" WWW="$RUN/site" LOG="$SERVER_LOG" \
        CERTIFICATE="$RUN/cert.pem" KEY="$RUN/key.pem" INCLUDE="$RUN/headway.conf" |
        awk -v extra="${SITE_EXTRA-}" '/^include / { print extra } { print }' >"$RUN/lighttpd.conf"
    lighttpd -D -f "$RUN/lighttpd.conf" >>"$RUN/lighttpd.out.log" 2>&1 3>&- &
    SERVER=$! LIGHTTPD=$!
    server_runs "server started"
}

serve_apache2() {
    local module modules="mpm_event authn_core authn_file authz_core authz_user auth_basic alias deflate dir env filter headers mime"
    case $KIND in
    fcgid)
        [ -e "$APACHE_MODULES/mod_fcgid.so" ] || missing "Apache's mod_fcgid"
        modules+=" fcgid" ;;
    proxy) modules+=" proxy proxy_fcgi" ;;
    esac
    : >"$SERVER_LOG"
    {
        for module in $modules; do
            echo "LoadModule ${module}_module $APACHE_MODULES/mod_$module.so"
        done
        cat <<CONF
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile $RUN/apache2.pid
ErrorLog $SERVER_LOG
DocumentRoot $RUN/site
DefaultRuntimeDir $RUN/ipc
TypesConfig /etc/mime.types
DirectoryIndex index.html
StartServers 1
ServerLimit 24
ThreadsPerChild 64
MaxRequestWorkers 1536
CONF
        [ "$KIND" != fcgid ] || printf 'FcgidIPCDir %s\nFcgidProcessTableFile %s\n' "$RUN/ipc" "$RUN/ipc/table"
        ! as_root || printf 'User www-data\nGroup www-data\n'
        printf '%s\nInclude %s\n' "${SITE_EXTRA-}" "$RUN/headway.conf"
    } >"$RUN/apache2.conf"
    apache2 -DFOREGROUND -f "$RUN/apache2.conf" >>"$RUN/apache2.out.log" 2>&1 3>&- &
    SERVER=$! APACHE=$!
    server_runs "resuming normal operations"
}

# SITE_EXTRA stands in the http block; LISTEN_OPTIONS are nginx's only.
serve_nginx() {
    : >"$SERVER_LOG"
    {
        ! as_root || echo 'user www-data;'
        cat <<CONF
daemon off;
worker_processes 1;
pid $RUN/nginx.pid;
error_log $SERVER_LOG notice;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
    include /etc/nginx/mime.types;
    access_log off;
$(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $RUN/nginx/$kind;"; done)
${SITE_EXTRA-}
    server {
        listen 127.0.0.1:$PORT${LISTEN_OPTIONS:+ $LISTEN_OPTIONS};
        root $RUN/site;
        include $RUN/headway.conf;
    }
}
CONF
    } >"$RUN/nginx.conf"
    nginx -e "$SERVER_LOG" -c "$RUN/nginx.conf" >>"$RUN/nginx.out.log" 2>&1 3>&- &
    SERVER=$!
    server_runs "start worker process "
}

# Two seconds of the demo, a step every 100 ms, as the client gets them.
one_by_one() { # curl options
    { curl -sN --max-time 2.5 -D "$RUN/head" "$@" "$URL/events" || :; } | while IFS= read -r line; do
        printf '%s %s\n' "$EPOCHREALTIME" "$line"
    done >"$RUN/out"
    grep -qi '^content-type: text/event-stream' "$RUN/head"
    grep -q ' retry: [0-9]*$' "$RUN/out"
    awk '/ data: {"moved":[0-9]*,"total":100,"percent":"[0-9.]*"}$/ {
            if (n++ && $1 - t < 0.03) burst++
            t = $1
        }
        END { printf "# %d steps, %d closer than 30 ms\n", n, burst; exit !(n >= 10 && burst <= 2) }' "$RUN/out"
}
