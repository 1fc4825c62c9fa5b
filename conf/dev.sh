#!/bin/sh
# dev.sh BUILD SOURCE -- what `headway up --demo` does, by hand: broker with the
# simulated worker, responder by spawn-fcgi, lighttpd around the configuration
# of conf/, on http://127.0.0.1:$PORT/ (3000), each of them yours to replace or
# to start in a debugger. Ctrl-C stops everything; nothing is left behind.
set -eu
build=$1
source=$2
port=${PORT-3000}
PATH=$PATH:/usr/sbin:/sbin
export PATH

case $port in
*[!0-9]* | '' | ??????*) port_ok=0 ;;
*) port_ok=$((port >= 1 && port <= 65535)) ;;
esac
[ "$port_ok" = 1 ] || { echo "dev: PORT must be from 1 to 65535, not \"$port\"" >&2; exit 2; }
for program in lighttpd spawn-fcgi; do
    command -v "$program" >/dev/null || { echo "dev: $program is missing; on Debian: apt-get install $program" >&2; exit 1; }
done

run=$(mktemp -d "${TMPDIR:-/tmp}/headway-dev.XXXXXX")
pids=
cleanup() {
    trap - EXIT
    trap '' INT TERM HUP # make passes on what we have had already
    for pid in $pids; do kill "$pid" 2>/dev/null || :; done
    for pid in $pids; do wait "$pid" 2>/dev/null || :; done
    rm -rf "$run"
}
trap cleanup EXIT
trap 'cleanup; exit 0' INT TERM HUP

# Waits until $1 (a name for it) is true of the command that follows, or until
# the process $pid that should make it true is gone.
await() {
    what=$1
    shift
    tries=0
    until "$@" 2>/dev/null; do
        kill -0 "$pid" 2>/dev/null || { echo "dev: $what: it stopped; see above" >&2; exit 1; }
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { echo "dev: $what: not after 10 s" >&2; exit 1; }
        sleep 0.1
    done
}

export HEADWAY_PUBLISH_SOCKET="$run/publish.sock"
export HEADWAY_SUBSCRIBE_SOCKET="$run/subscribe.sock"
"$build/headwayd" --demo & pid=$!
pids="$pids $pid"
await "the broker" test -S "$HEADWAY_SUBSCRIBE_SOCKET"

# shellcheck disable=SC2086 # RESPONDER_OPTIONS: words
spawn-fcgi -n -s "$run/headway.fcgi.sock" -- "$build/headway.fcgi" ${RESPONDER_OPTIONS-} & pid=$!
pids="$pids $pid"
await "spawn-fcgi" test -S "$run/headway.fcgi.sock"
"$source/conf/fill" "$source/conf/lighttpd/headway-external.conf.in" MOUNT= RUN="$run" \
    FCGI_SOCKET="$run/headway.fcgi.sock" WWW="$source/www" >"$run/headway.conf"
"$source/conf/fill" "$source/conf/lighttpd/site.conf.in" PORT="$port" WWW="$source/www" \
    LOG="$run/lighttpd.log" INCLUDE="$run/headway.conf" >"$run/lighttpd.conf"
lighttpd -D -f "$run/lighttpd.conf" >"$run/lighttpd.out" 2>&1 & pid=$!
pids="$pids $pid"

serves() {
    grep -q "server started" "$run/lighttpd.log" && kill -0 "$pid"
}
tries=0
until serves 2>/dev/null; do
    tries=$((tries + 1))
    if ! kill -0 "$pid" 2>/dev/null || [ "$tries" -ge 100 ]; then
        echo "dev: lighttpd does not serve port $port (is it taken? PORT=3001 chooses another):" >&2
        cat "$run/lighttpd.out" "$run/lighttpd.log" >&2 2>/dev/null || :
        exit 1
    fi
    sleep 0.1
done

cat <<TEXT

The page:        http://127.0.0.1:$port/
A job of yours:  export HEADWAY_PUBLISH_SOCKET=$HEADWAY_PUBLISH_SOCKET
                 export HEADWAY_SUBSCRIBE_SOCKET=$HEADWAY_SUBSCRIBE_SOCKET
                 $build/headway run -- COMMAND
Ctrl-C stops everything.
TEXT
wait "$pid"
