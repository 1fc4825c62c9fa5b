# What holds behind each web server, at / and mounted at /headway/ next to a
# site. The other servers-KIND.bats are links to this file: the name says which
# server it is tried with.
load ../helper/stack
load ../helper/servers

setup() {
    setup_stack
    kind=${BATS_TEST_FILENAME##*/servers-}
    kind=${kind%.bats}
}
teardown() { teardown_stack; }

# at_both COMMAND... -- the claim, with the server at each mount; the broker stays.
at_both() {
    local MOUNT
    for MOUNT in "" /headway; do
        echo "# $kind at ${MOUNT:-/}"
        start_server "$kind"
        "$@"
        stop_server
    done
}

ask() { curl -s --max-time 10 "$@"; }
type_of() { ask -o /dev/null -w '%{content_type}' "$@"; }
header() { ask -o /dev/null -D - "${@:2}" | tr -d '\r' | sed -n "s/^$1: //Ip"; } # NAME URL...

# ---- the page ----

page() {
    local script='text/javascript|application/javascript|application/x-javascript'
    [[ $(ask "$URL/") == *"<headway-progress"* ]]
    [[ $(type_of "$URL/") == text/html* ]]
    [[ $(type_of "$URL/style.css") == text/css* ]]
    [[ $(type_of "$URL/js/headway-progress.js") =~ ^($script)(;|$) ]] # a module of any other type is refused by browsers
    [[ $(type_of "$URL/favicon.svg") == image/svg+xml* ]]
    [ "$(status_of "$URL/js/none.js")" = 404 ]
    [[ $(header Content-Security-Policy "$URL/") == "default-src 'self';"* ]]
    [ -z "$MOUNT" ] || next_to_a_site
}

next_to_a_site() {
    [ "$(ask "$SITE/")" = "the site's own page" ]
    [ "$(ask -L -o /dev/null -w '%{url_effective}' "$URL")" = "$URL/" ] # /headway
    [ "$(status_of "$SITE/events")" = 404 ]
    [ "$(status_of "${URL}foo")" = 404 ]
}

@test "the page, its style and its module are served with the right types, the site beside it" {
    start_broker
    at_both page
}

# ---- the stream ----

@test "the first event comes within a second of the request" {
    start_broker --demo
    at_both soon
}

soon() { within_a_second "$URL/events" 'data: {"moved"'; }

@test "frames arrive one by one, not in bursts" {
    start_broker --demo
    at_both one_by_one
}

# The other end of TLS may be a proxy, so HTTP/2 is tried without.
@test "frames arrive one by one over HTTP/2 too" {
    case $kind in
    nginx) LISTEN_OPTIONS=http2 ;;
    fcgid | proxy) SITE_EXTRA="LoadModule http2_module $APACHE_MODULES/mod_http2.so
        Protocols h2c" ;;
    esac
    start_broker --demo
    start_server "$kind"
    one_by_one --http2-prior-knowledge
    grep -q '^HTTP/2 200' "$RUN/head"
    stop_server
}

@test "frames arrive one by one though the server compresses for who accepts it" {
    case $kind in
    lighttpd*)
        [ -e "$LIGHTTPD_MODULES/mod_deflate.so" ] || missing "lighttpd's mod_deflate"
        SITE_EXTRA='server.modules += ( "mod_deflate" )
            deflate.mimetypes = ( "" )
            deflate.allowed-encodings = ( "gzip" )' ;;
    nginx) SITE_EXTRA='gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;' ;;
    *) SITE_EXTRA='SetOutputFilter DEFLATE' ;;
    esac
    start_broker --demo
    at_both compressed
}

compressed() {
    [ "$(header Content-Encoding --compressed "$URL/style.css")" = gzip ] # it does compress
    one_by_one --compressed
}

@test "who comes back with Last-Event-ID, or with since=, misses nothing and is told nothing twice" {
    start_broker
    publish '{"task":"a","moved":1}' '{"task":"b","moved":1}'
    at_both resumes
}

resumes() {
    local id
    id=$(ask "$URL/tasks" | jq -r .id)
    publish '{"moved":2,"task":"b"}'
    for how in "-HLast-Event-ID:$id" "-Gdsince=$id"; do
        subscribes /events "$how"
        shows "$RUN/out" '"moved":2,"task":"b"' || { cat "$RUN/out"; return 1; }
        not shows "$RUN/out" '"task":"a"'
        not shows "$RUN/out" resync
    done
}

subscribes() { # PATH curl options: what a stream says at first, into $RUN/out
    subscriber "$RUN/out" "$@"
    await_frame "$RUN/out" 'event: synced'
    kill "$SUBSCRIBER"
}

# ---- the end of a stream ----

@test "a stream that ends, ends cleanly: nothing is cut off, nothing appended" {
    RESPONDER_OPTIONS="--max-stream 1"
    start_broker
    publish '{"task":"done","moved":5,"state":"done"}' '{"task":"runs","moved":5}'
    at_both ends
}

ends() {
    for path in "/events/done?until=end" /events/runs; do # by itself; after --max-stream
        curl -sN --max-time 10 "$URL$path" >"$RUN/out" # any status but 0 fails: 18 is a body cut short
        shows "$RUN/out" '"moved":5'
        [ "$(tail -c 3 "$RUN/out" | od -An -c | tr -d ' ')" = '}\n\n' ] || { cat "$RUN/out"; return 1; }
        not shows "$RUN/out" '<'
    done
    # a cursor at the end is the polite stop
    [ "$(status_of -H "Last-Event-ID: $(ask "$URL/tasks" | jq -r .id)" "$URL/events/done?until=end")" = 204 ]
}

@test "after an answer, an error, an ended stream or a HEAD the connection is good for the next request" {
    start_broker
    publish '{"task":"done","moved":5,"state":"done"}'
    at_both keeps_alive
}

keeps_alive() {
    local got
    got=$(curl -s --http1.1 --max-time 10 -w '%{num_connects} %{http_code}\n' -o /dev/null -o /dev/null -o /dev/null -o /dev/null \
        "$URL/tasks" "$URL/tasks/none" "$URL/events/done?until=end" "$URL/healthz" \
        --next -s --http1.1 --max-time 10 -w '%{num_connects} %{http_code}\n' --head -o /dev/null "$URL/events" \
        --next -s --http1.1 --max-time 10 -w '%{num_connects} %{http_code}\n' -d body -o /dev/null "$URL/tasks" \
        --next -s --http1.1 --max-time 10 -w '%{num_connects} %{http_code}\n' -o /dev/null "$URL/healthz")
    [ "$got" = "$(printf '%s\n' '1 200' '0 404' '0 200' '0 200' '0 200' '0 405' '0 200')" ] || { echo "$got"; return 1; }
}

# ---- requests that are no stream ----

# The site has error pages of its own for its files; ours must not be replaced by them.
own_error_pages() {
    case $kind in
    lighttpd*) SITE_EXTRA='server.error-handler-404 = "/index.html"' ;;
    nginx) SITE_EXTRA='fastcgi_intercept_errors on; error_page 400 404 405 /index.html;' ;;
    *) SITE_EXTRA='ErrorDocument 404 /index.html
        ErrorDocument 405 /index.html
        ErrorDocument 400 /index.html
        ProxyErrorOverride on' ;;
    esac
    [ "$kind" != fcgid ] || SITE_EXTRA=${SITE_EXTRA%ProxyErrorOverride*}
}

@test "errors arrive as they were said, for other origins too, whatever error pages the site has" {
    RESPONDER_OPTIONS="--allow-origin https://other.example"
    own_error_pages
    start_broker
    at_both errors
}

is_error() { # STATUS TEXT curl arguments...
    ask -i -H 'Origin: https://other.example' "${@:3}" | tr -d '\r' >"$RUN/out"
    grep -q "^HTTP/[0-9.]* $1" "$RUN/out" &&
        grep -qix 'content-type: application/json' "$RUN/out" &&
        grep -qix 'access-control-allow-origin: https://other.example' "$RUN/out" &&
        grep -qF "{\"error\":\"$2" "$RUN/out" || { cat "$RUN/out"; return 1; }
}

errors() {
    is_error 404 'there is no task \"none\"' "$URL/tasks/none"
    is_error 405 'DELETE is not allowed here' -X DELETE "$URL/tasks"
    grep -qix 'allow: GET, HEAD, OPTIONS' "$RUN/out"
    is_error 405 'POST is not allowed here' -d 'a body' "$URL/events"
    is_error 400 'rate=' "$URL/events?rate=fast"
    is_error 404 'the task name' "$URL/events/a%21"
}

@test "OPTIONS and HEAD: the preflight is answered, and HEAD does not wait for the stream's end" {
    RESPONDER_OPTIONS="--allow-origin https://other.example"
    start_broker
    at_both without_a_body
}

without_a_body() {
    local asked=(-X OPTIONS -H 'Origin: https://other.example' -H 'Access-Control-Request-Method: GET'
        -H 'Access-Control-Request-Headers: last-event-id')
    [ "$(status_of "${asked[@]}" "$URL/events")" = 204 ]
    [ "$(header Access-Control-Allow-Methods "${asked[@]}" "$URL/events/a")" = "GET, HEAD, OPTIONS" ]
    [ "$(header Access-Control-Allow-Headers "${asked[@]}" "$URL/events/a")" = "Authorization, Cache-Control, Last-Event-ID" ]
    curl -s --head --max-time 10 "$URL/events" | tr -d '\r' >"$RUN/out"
    grep -q '^HTTP/[0-9.]* 200' "$RUN/out"
    grep -qix 'content-type: text/event-stream' "$RUN/out"
    grep -qix 'cache-control: no-cache, no-transform' "$RUN/out"
}

@test "paths and queries arrive: names with slashes, %2F, no more than the routes" {
    start_broker
    publish '{"task":"backup/db","moved":1,"total":4}'
    at_both paths
}

paths() {
    [ "$(record backup/db .percent)" = 25.00 ]
    [ "$(ask "$URL/tasks/backup%2fdb" -o /dev/null -w '%{http_code}')" = "$(slash_is)" ]
    [ "$(status_of "$URL/tasks/backup/db?x=a%2Fb&y")" = 200 ]
    subscribes "/events/backup?rate=2"
    shows "$RUN/out" '"task":"backup/db"'
    [ "$(status_of "$URL/eventsfoo")" = 404 ]
    [ "$(status_of "$URL/tasksfoo/backup/db")" = 404 ]
    [ "$(status_of "$URL/tasks?")" = 200 ]
}

# Apache refuses an encoded slash by itself (AllowEncodedSlashes).
slash_is() { case $kind in fcgid | proxy) echo 404 ;; *) echo 200 ;; esac; }

# ---- who asks ----

user_of() { ask "$@" "$URL/healthz" | jq -r '.user // "nobody"'; }

# Header names that servers may take for REMOTE_USER, and a password that nobody has checked.
liar=(-H 'REMOTE_USER: root' -H 'Remote-User: root' -H 'Remote_User: root' -H 'X-Remote-User: root'
    -H 'Authorization: Basic cm9vdDp4') # root:x

@test "with the file's password block, everything needs one, and the user's name arrives" {
    need htpasswd
    start_broker
    htpasswd -nbB alice secret >"$RUN/users"
    chmod 644 "$RUN/users"
    CONF_EDIT="s/^\( *\)#auth /\1/; s|/etc/[a-z0-9]*/headway.users|$RUN/users|"
    at_both protected
}

protected() {
    local path
    [ "$(user_of -u alice:secret)" = alice ]
    [ "$(user_of -u alice:secret "${liar[@]:0:8}")" = alice ]
    [ "$(status_of -u alice:secret "$URL/")" = 200 ]
    for path in / /style.css /js/headway-progress.js /events /events/a /tasks /healthz /eventsfoo //healthz /./healthz \
        /%68ealthz /x/../healthz; do
        [ "$(status_of --path-as-is "$URL$path")" = 401 ] || { echo "$path: $(status_of "$URL$path")"; return 1; }
    done
    [ "$(status_of -u alice:wrong "$URL/events")" = 401 ]
    [ "$(status_of "${liar[@]}" "$URL/events")" = 401 ]
    not_in_by "$SITE/x/..$MOUNT/healthz" "/$SITE$MOUNT/healthz"
    [ -z "$MOUNT" ] || [ "$(status_of "$SITE/")" = 200 ] # the site beside it needs none
}

not_in_by() {
    local url
    for url; do
        [ "$(status_of --path-as-is "$url")" != 200 ] || { echo "$url"; return 1; }
    done
}

@test "without it nobody has a name, whatever the request claims" {
    start_broker
    at_both nameless
}

nameless() {
    [ "$(user_of)" = nobody ]
    [ "$(user_of "${liar[@]}")" = nobody ]
}

@test "the responder is told which server and protocol it is behind" {
    start_broker
    at_both named
}

named() {
    local product=$kind protocol=HTTP/1.1
    case $kind in
    lighttpd-tls) product=lighttpd protocol=HTTP/2.0 ;;
    lighttpd*) product=lighttpd ;;
    fcgid | proxy) product=Apache ;;
    esac
    [ "$(ask "$URL/healthz" | jq -r '"\(.server) \(.protocol)"')" = "$product $protocol" ] || { ask "$URL/healthz"; return 1; }
}
