# CORS where the web server has a part in it: preflights through its password,
# the element's files, and Vary on every answer. What browsers make of it is in
# tests/browser/cors.test.mjs.
load ../helper/stack
load ../helper/servers

GOOD=https://good.example

setup() {
    setup_stack
    start_broker
    MOUNT=/headway RESPONDER_OPTIONS="--allow-origin $GOOD"
}
teardown() { teardown_stack; }

# The file's own lines, with another file of users.
with_password() {
    printf 'me:%s\n' "$(openssl passwd -apr1 secret)" >"$RUN/users"
    chmod 644 "$RUN/users"
    CONF_EDIT="s|#auth ||; s|/etc/[a-z0-9]*/headway.users|$RUN/users|"
}

preflight() { # PATH [curl options]; prints status and headers
    local path=$1
    shift
    curl -s -i --max-time 10 -X OPTIONS -H "Origin: $GOOD" -H 'Access-Control-Request-Method: GET' \
        -H 'Access-Control-Request-Headers: last-event-id' "$@" "$URL$path"
}

# As these servers come, a password is asked of preflights too, which no browser
# gives: so the lines that make an exception of OPTIONS are needed in each.
password_alone_stops_preflights() { # KIND
    need openssl
    with_password
    CONF_EDIT+='; /[Rr]equest.method.*OPTIONS/,/}/ { /= "OPTIONS"/d; /^    *}$/d }; /method OPTIONS/d; /request_method = OPTIONS/d'
    start_server "$1"
    run preflight /tasks
    [[ $output == *" 401 "* ]]
}

password_lets_preflights_through() { # KIND
    need openssl
    with_password
    start_server "$1"
    run preflight /tasks
    [[ $output == *" 204 "*"Access-Control-Allow-Origin: $GOOD"* ]]
    run preflight /events/a
    [[ $output == *" 204 "*"Access-Control-Allow-Headers: Authorization, Cache-Control, Last-Event-ID"* ]]
    for path in / /js/headway-progress.js /tasks /healthz /events /nothing; do
        [ "$(status_of -H "Origin: $GOOD" "$URL$path")" = 401 ] || { echo "$path is open"; false; }
        [ "$(status_of --head -H "Origin: $GOOD" "$URL$path")" = 401 ] || { echo "$path is open to HEAD"; false; }
    done
    run curl -s -i -u me:secret -H "Origin: $GOOD" "$URL/healthz"
    [[ $output == *" 200 "*"Access-Control-Allow-Credentials: true"*'"user":"me"'* ]]
}

files_are_for_every_origin() { # KIND
    CONF_EDIT='s|#cors ||'
    case $1 in fcgid | proxy) SITE_EXTRA="LoadModule headers_module $APACHE_MODULES/mod_headers.so" ;; esac
    start_server "$1"
    for file in js/headway-progress.js js/progress-stream.js js/headway-progress.css; do
        run curl -s -i -H "Origin: https://any.example" "$URL/$file"
        [[ $output == *" 200 "* ]]
        [[ ${output,,} == *"access-control-allow-origin: *"* ]]
    done
    # the routes are the responder's affair, and say so once
    run curl -s -i -H "Origin: https://any.example" "$URL/tasks"
    [[ ${output,,} != *"access-control-allow-origin"* ]]
    run curl -s -i -H "Origin: $GOOD" "$URL/tasks"
    [ "$(grep -ic '^access-control-allow-origin:' <<<"$output")" = 1 ]
}

@test "lighttpd's password lets preflights through, and nothing else" { password_lets_preflights_through lighttpd; }
@test "lighttpd's password before a responder of its own lets preflights through, and nothing else" {
    password_lets_preflights_through lighttpd-external
}
@test "mod_fcgid: the password lets preflights through, and nothing else" { password_lets_preflights_through fcgid; }
@test "mod_proxy_fcgi: the password lets preflights through, and nothing else" { password_lets_preflights_through proxy; }
@test "nginx's password lets preflights through, and nothing else" { password_lets_preflights_through nginx; }

@test "lighttpd without those lines asks preflights for the password" { password_alone_stops_preflights lighttpd; }
@test "Apache without those lines asks preflights for the password" { password_alone_stops_preflights proxy; }
@test "nginx without those lines asks preflights for the password" { password_alone_stops_preflights nginx; }

@test "lighttpd gives the element's files to every origin, if it is told to" { files_are_for_every_origin lighttpd; }
@test "lighttpd before a responder of its own gives the element's files to every origin, if it is told to" {
    files_are_for_every_origin lighttpd-external
}
@test "mod_fcgid: the element's files are for every origin, if it is told to" { files_are_for_every_origin fcgid; }
@test "mod_proxy_fcgi: the element's files are for every origin, if it is told to" { files_are_for_every_origin proxy; }
@test "nginx gives the element's files to every origin, if it is told to" { files_are_for_every_origin nginx; }

@test "every answer says that it varies with the origin, also to those who sent none" {
    start_server lighttpd
    local origin path
    for origin in "$GOOD" https://bad.example ''; do
        for path in /tasks /tasks/none /healthz /events '/events?rate=bad' '/events/a%21'; do
            run curl -s -D - -o /dev/null --max-time 1 ${origin:+-H "Origin: $origin"} "$URL$path"
            [[ $output == *"Vary: Origin"* ]] || { echo "$origin $path: $output"; false; }
        done
        run curl -s -i -X POST -d x ${origin:+-H "Origin: $origin"} "$URL/tasks"
        [[ $output == *" 405 "*"Vary: Origin"* ]]
        run curl -s -i -X OPTIONS ${origin:+-H "Origin: $origin"} "$URL/tasks"
        [[ $output == *" 204 "*"Vary: Origin"* ]]
    done
}

@test "503 says when to come back, and across origins a page may read that" {
    start_server lighttpd
    kill_broker
    await "it says 503" is_unavailable
    run curl -s -i -H "Origin: $GOOD" "$URL/tasks"
    [[ $output == *"Retry-After: 2"* ]]
    [[ $output == *"Access-Control-Expose-Headers: Retry-After"* ]]
    [[ $output == *"Vary: Origin"* ]]
}
is_unavailable() { [ "$(status_of "$URL/tasks")" = 503 ]; }

@test "an origin is compared as browsers write it, and what they never write is refused" {
    RESPONDER_OPTIONS="--allow-origin HTTPS://Good.Example:443"
    start_server lighttpd
    run curl -s -I -H "Origin: $GOOD" "$URL/healthz"
    [[ $output == *"Access-Control-Allow-Origin: $GOOD"* ]]
    local origin
    for origin in https://good.example/ good.example 'https://*.good.example' null; do
        run headway.fcgi --allow-origin "$origin"
        [ "$status" = 2 ]
        [[ $output == *"--allow-origin takes scheme://host[:port] or *; \"$origin\" "* ]]
    done
}
