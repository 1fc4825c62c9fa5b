# headway doctor, of a site behind a proxy that somebody else runs: who of the
# two it is, and the line for that one.
load ../helper/stack
load ../helper/servers
load ../helper/diagnosis

setup() { setup_stack; }
teardown() { teardown_stack; }

# In a location of nginx that passes on.
paste_into_front() { # ID
    local line
    line=$(paste_for "$1" "in front")
    sed -i "s/#HERE/$line #/" "$RUN/front.conf"
}

await_front_mended() {
    kill -HUP "$FRONT"
    await "it is mended" mended || { jq . <<<"$report"; return 1; }
}

@test "a proxy in front that does no harm is named, and nothing is wrong" {
    start_broker
    MOUNT=/headway start_server lighttpd
    MOUNT=/headway start_front ''
    WAIT=1 doctor
    nothing_wrong
    says web-server "lighttpd, behind nginx,"
}

@test "nginx in front keeps the stream back: the line for it mends it" {
    start_broker
    MOUNT=/headway start_server lighttpd
    MOUNT=/headway start_front $'proxy_ignore_headers X-Accel-Buffering;\n#HERE'
    doctor
    only_wrong buffered-by-proxy
    says buffered-by-proxy "nginx in front of lighttpd keeps the stream back"
    says buffered-by-proxy "--direct URL"
    [[ $(paste_for buffered-by-proxy lighttpd) == *"stream-response-body = 2"* ]] # it is not certain yet
    paste_into_front buffered-by-proxy
    await_front_mended
}

@test "--direct makes it certain: the proxy" {
    start_broker
    start_server lighttpd
    start_front 'proxy_ignore_headers X-Accel-Buffering;'
    doctor --direct "$DIRECT/"
    only_wrong buffered-by-proxy
    says buffered-by-proxy "without it, events came at once"
    not paste_for buffered-by-proxy lighttpd
}

@test "--direct makes it certain: the server behind a proxy" {
    start_broker
    CONF_EDIT='/server.stream-response-body/d' start_server lighttpd
    start_front ''
    doctor --direct "$DIRECT/events"
    only_wrong buffered-by-server
    says buffered-by-server "lighttpd keeps the stream back"
    not paste_for buffered-by-server "in front"
}

@test "a proxy of the same make hides itself; --direct finds it" {
    start_broker
    start_server nginx
    start_front 'proxy_ignore_headers X-Accel-Buffering;'
    doctor
    only_wrong buffered-by-server
    says buffered-by-server "--direct URL"
    doctor --direct "$DIRECT"
    only_wrong buffered-by-proxy
}

@test "an nginx that shows its name to nobody is known by what it takes away" {
    start_broker
    start_server lighttpd
    start_front 'proxy_ignore_headers X-Accel-Buffering; proxy_pass_header Server;'
    doctor
    only_wrong buffered-by-proxy
    says buffered-by-proxy "X-Accel-Buffering was taken out"
}

@test "a proxy cuts a silent stream: after how long, and the line for it" {
    start_broker
    start_server lighttpd
    start_front $'proxy_read_timeout 3s;\n'
    WAIT=6 doctor
    only_wrong cut
    says cut "the last 3."
    line=$(paste_for cut "in front")
    sed -i "s/proxy_read_timeout .*/$line/" "$RUN/front.conf"
    WAIT=6 await_front_mended
}

# A filter that knows nothing of flushing, for those who can take gzip.
compressing='ExtFilterDefine gz mode=output cmd="/bin/gzip -c"
<LocationMatch "/events">
    <If "%{HTTP:Accept-Encoding} =~ /gzip/">
        SetOutputFilter gz
        Header set Content-Encoding gzip
    </If>
</LocationMatch>'

@test "compressed without a flush is told from buffered" {
    need gzip
    start_broker
    start_server lighttpd
    start_apache_front "$compressing"
    doctor
    only_wrong compressed
    says compressed "does not flush"
    says compressed "without, it came at once"
    paste_for compressed lighttpd
}

@test "compressed with flushes is no fault" {
    start_broker
    start_server lighttpd
    start_apache_front 'SetOutputFilter DEFLATE'
    doctor
    nothing_wrong
    says stream "compressed: gzip"
}
