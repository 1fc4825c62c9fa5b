# diagnosis.bash -- what headway doctor says of a server that is set up wrong,
# and whether what it says to paste mends it. Needs stack.bash and servers.bash.
# shellcheck shell=bash disable=SC2034,SC2154 # bats sets status and output

# doctor [options] -- of $URL, for a program: $verdicts has a line "ID VERDICT" for each check
# and $report the whole object. What a person reads is in $output.
doctor() {
    local trust=()
    [ "${KIND-}" != lighttpd-tls ] || trust=(--cacert "$RUN/cert.pem")
    report=$(headway doctor --json --wait "${WAIT:-0}" "${trust[@]}" "$@" "${TARGET-$URL/}") && status=0 || status=$?
    verdicts=$(jq -r '.checks[] | .id + " " + .verdict' <<<"$report")
}

# One check, as it must be: its id and its verdict. Otherwise everything is shown.
found() { # ID VERDICT
    grep -qx "$1 $2" <<<"$verdicts" || { jq . <<<"$report"; return 1; }
}

nothing_wrong() {
    [ "$status" = 0 ] && ! grep -q ' wrong$\| unsure$' <<<"$verdicts" || { echo "status $status"; jq . <<<"$report"; return 1; }
}

# The one thing that is wrong: what merely follows from it is not said again.
only_wrong() { # ID
    found "$1" wrong && [ "$status" = 1 ] && [ "$(grep -c ' wrong$' <<<"$verdicts")" = 1 ] ||
        { echo "status $status"; jq . <<<"$report"; return 1; }
}

says() { # ID TEXT: in the line, or in why
    [[ $(jq -r --arg id "$1" '.checks[] | select(.id == $id) | .text + "\n" + (.why // "")' <<<"$report") == *"$2"* ]] ||
        { jq . <<<"$report"; return 1; }
}

# The lines to paste whose place has this in it.
paste_for() { # ID PLACE
    jq -er --arg id "$1" --arg place "$2" \
        'first(.checks[] | select(.id == $id) | .remedies[] | select(.where | contains($place)) | .lines)' <<<"$report" ||
        { jq . <<<"$report" >&2; return 1; }
}

# The paths of an installation, as they are in this test.
as_here() { sed "s|/[^ \"]*/headway.fcgi|$RUN/bin/headway.fcgi|"; }

# What is pasted takes effect with a reload, and a reload takes a moment.
mended() { doctor "$@" && nothing_wrong; }
await_mended() {
    reload_server
    await "it is mended" mended "$@" || { jq . <<<"$report"; return 1; }
}

# start_front LINES -- an nginx that passes everything on to $URL, with these
# lines in its location; then DIRECT is the inner server, and URL the outer one.
start_front() {
    need nginx
    DIRECT=$URL FRONT_LINES=$1
    mkdir -p "$RUN/front"
    ! as_root || chown www-data "$RUN/front"
    on_a_free_port run_front || { cat "$RUN/front.log" >&2; return 1; }
    URL=http://127.0.0.1:$PORT${MOUNT-}
}

run_front() {
    : >"$RUN/front.log"
    {
        ! as_root || echo 'user www-data;'
        cat <<CONF
daemon off;
pid $RUN/front.pid;
error_log $RUN/front.log notice;
events { }
http {
    access_log off;
$(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $RUN/front/$kind;"; done)
    server {
        listen 127.0.0.1:$PORT;
        location / {
            proxy_pass ${DIRECT%"${MOUNT-}"};
            $FRONT_LINES
        }
    }
}
CONF
    } >"$RUN/front.conf"
    nginx -e "$RUN/front.log" -c "$RUN/front.conf" >>"$RUN/front.out.log" 2>&1 3>&- &
    FRONT=$!
    await "the front serves or has given up" front_decided
    if gone_or_zombie "$FRONT"; then
        wait "$FRONT" || :
        return 1
    fi
    PIDS+=("$FRONT")
}

front_decided() { gone_or_zombie "$FRONT" || grep -q "start worker process " "$RUN/front.log"; }

# The same with an Apache, whose LINES stand in its main configuration.
start_apache_front() {
    need apache2
    DIRECT=$URL FRONT_LINES=$1
    mkdir -p "$RUN/front"
    on_a_free_port run_apache_front || { cat "$RUN/front.log" >&2; return 1; }
    URL=http://127.0.0.1:$PORT${MOUNT-}
}

run_apache_front() {
    local module
    : >"$RUN/front.log"
    {
        for module in mpm_event authz_core env filter deflate headers ext_filter proxy proxy_http; do
            echo "LoadModule ${module}_module $APACHE_MODULES/mod_$module.so"
        done
        cat <<CONF
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile $RUN/front.pid
ErrorLog $RUN/front.log
DefaultRuntimeDir $RUN/front
ProxyPass "/" "${DIRECT%"${MOUNT-}"}/"
$FRONT_LINES
CONF
        ! as_root || printf 'User www-data\nGroup www-data\n'
    } >"$RUN/front.conf"
    apache2 -DFOREGROUND -f "$RUN/front.conf" >>"$RUN/front.out.log" 2>&1 3>&- &
    FRONT=$!
    await "the front serves or has given up" apache_front_decided
    if gone_or_zombie "$FRONT"; then
        wait "$FRONT" || :
        return 1
    fi
    PIDS+=("$FRONT")
}

apache_front_decided() { gone_or_zombie "$FRONT" || grep -q "resuming normal operations" "$RUN/front.log"; }
