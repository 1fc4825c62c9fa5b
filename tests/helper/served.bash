# served.bash -- a web server for files, as slow as one likes: something to download.
# shellcheck shell=bash

serve() { # the files of $RUN/www, so many KB a second (0: as fast as can be)
    RATE=$1
    need lighttpd
    mkdir -p www
    on_a_free_port run_server
}

run_server() {
    printf 'server.document-root = "%s"\nserver.port = %s\nserver.bind = "127.0.0.1"\nserver.errorlog = "%s"\nserver.kbytes-per-second = %s\n' \
        "$RUN/www" "$PORT" "$RUN/lighttpd.log" "$RATE" >server.conf
    : >lighttpd.log
    lighttpd -D -f server.conf 3>&- >>lighttpd.out.log 2>&1 &
    LIGHTTPD=$!
    await "the server serves or has given up" lighttpd_decided
    ! gone_or_zombie "$LIGHTTPD" || return 1
    PIDS+=("$LIGHTTPD")
}
