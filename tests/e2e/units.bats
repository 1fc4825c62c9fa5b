# The units under a real systemd: who is let in, who is told apart, what the
# services may not do, and that a restart refuses nobody.
load ../helper/stack
load ../helper/systemd

setup() { setup_systemd; }
teardown() { teardown_systemd; }

P=/run/headway/publish.sock
S=/run/headway/subscribe.sock

# A job that holds NAME for USER, until it is killed.
job() { # USER NAME
    as "$1" say "$P" "{\"task\":\"$2\",\"hold\":true,\"cancel\":\"allowed\",\"ack\":true}" >"$RUN/$2" 3>&- &
    JOB=$!
    CLIENTS+=("$JOB")
    await "it holds" shows "$RUN/$2" '"ok"'
}

ask() { # USER NAME
    as "$1" say -x 0 "$P" "{\"task\":\"$2\",\"cancel\":\"asked\",\"ack\":true}"
}

table_inside() { printf 'subscribe *\n' | as www-data timeout 2 nc -U "$S" | sed '/ synced /q'; }

broker_pid() { systemctl_inside show -P MainPID headwayd; }

exposure() { # UNIT; as of systemd-analyze, 0.0 to 10.0
    systemd-analyze security --offline=yes --no-pager "$RUN/units/$1" |
        sed -n 's/.*Overall exposure level for [^ ]*: \([0-9.]*\).*/\1/p'
}

@test "systemd finds no mistake in a unit, and each service exposes 1.5 at most" {
    for unit in headwayd.service headway-fcgi.service; do
        run exposure "$unit"
        echo "$unit: $output"
        [[ $output =~ ^[0-9]+\.[0-9]$ ]]
        awk -v e="$output" 'BEGIN { exit !(e <= 1.5) }'
    done
    boot_systemd
    run inside env SYSTEMD_UNIT_PATH="$RUN/units" systemd-analyze verify --man=no \
        headwayd.service headwayd-publish.socket headwayd-subscribe.socket headway-fcgi.service headway-fcgi.socket
    echo "$output"
    [ "$status" = 0 ] && [ -z "$output" ]
}

@test "the first line starts the broker; its sockets are for their groups and nobody else" {
    boot_systemd
    systemctl_inside start headwayd-publish.socket headwayd-subscribe.socket
    [ "$(systemctl_inside is-active headwayd)" = inactive ]
    run inside stat -c '%U %G %a' /run/headway "$P" "$S"
    [ "$output" = "headway headway 755
headway headway 660
headway headway-read 660" ]
    run as alice headway set a 1 2
    [ "$status" = 0 ] && [ -z "$output" ]
    await "the broker has said that it serves" [ "$(systemctl_inside is-active headwayd)" = active ]
    run table_inside
    [[ $output == *' a run {"moved":1,"total":2,"percent":"50.00"'* ]]
    run as mallory say -x 0 "$P" '{"task":"b","ack":true}'
    [[ $output == *"Permission denied"* ]]
    run as www-data say -x 0 "$P" '{"task":"b","ack":true}' # who reads does not publish
    [[ $output == *"Permission denied"* ]]
    run as alice say -x 0 "$S" 'subscribe *' # who publishes does not read
    [[ $output == *"Permission denied"* ]]
    [[ $(table_inside) != *' b '* ]]
}

@test "owners are told apart: only the user who began it, or root, may cancel" {
    boot_systemd
    systemctl_inside start headwayd-publish.socket headwayd-subscribe.socket
    job alice hers
    run ask bob hers
    [[ $output == '{"error":"\"hers\" belongs to another user","line":1}' ]]
    run ask alice hers
    [[ $output == '{"ok":"'*'","task":"hers"}' ]]
    await "she is told" shows "$RUN/hers" '{"cancel":"hers"}'
    job bob his
    run ask alice his
    [[ $output == *'belongs to another user'* ]]
    run ask root his
    [[ $output == '{"ok":"'*'","task":"his"}' ]]
}

@test "with PrivateUsers= they would be one: the test above can fail" {
    sed -i 's/^PrivateUsers=no/PrivateUsers=yes/' "$RUN/units/headwayd.service"
    boot_systemd
    systemctl_inside start headwayd-publish.socket headwayd-subscribe.socket
    job alice hers
    run ask bob hers
    [[ $output == '{"ok":"'*'","task":"hers"}' ]]
}

@test "a job that dies is lost at once, also when a process holds for it" {
    boot_systemd
    systemctl_inside start headwayd-publish.socket headwayd-subscribe.socket
    as alice sleep 600 3>&- &
    CLIENTS+=($!)
    await "it sleeps" inside pgrep -u alice -x sleep
    local pid
    pid=$(inside pgrep -u alice -x sleep)
    # a number alone: it is believed, since the broker is in the same namespace of processes
    run as alice say -x 0 "$P" "{\"task\":\"slept\",\"pid\":$pid,\"ack\":true}"
    [[ $output == '{"ok":"'* ]]
    inside kill -KILL "$pid"
    await "it is lost" eval "table_inside | grep -q ' slept end .*\"state\":\"lost\"'"
}

@test "no capability, no new privilege, a filter of system calls, no network, no place to write" {
    # the unit's own settings around another program
    sed -e 's/^Type=.*/Type=oneshot/' -e 's/^TasksMax=.*//' -e '/^Requires=/d' -e '/^After=/d' \
        -e "s|^ExecStart=.*|ExecStart=$RUN/probe\nStandardOutput=append:$RUN/probe.out|" \
        "$RUN/units/headwayd.service" >"$RUN/units/probe.service"
    cat >"$RUN/bin/probe" <<'PROBE'
#!/bin/sh
id -un
grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status
cut -d ' ' -f 1,2 /proc/1/stat
ls /proc/meminfo /home/. 2>&1
bash -c ': </dev/tcp/127.0.0.1/9' 2>&1
mount -t tmpfs none /tmp 2>&1
unshare --user true 2>&1
ulimit -Hn
awk '$6 ~ /(^|,)rw(,|$)/ { print $5 }' /proc/self/mountinfo | while read -r top; do
    find "$top" -xdev -maxdepth 4 \( -path /proc -o -path "$top/fd" \) -prune -o -type d -writable -print 2>/dev/null
done | sed 's/^/writable: /'
PROBE
    chmod 755 "$RUN/bin/probe"
    sed -i "s|^ExecStart=.*|ExecStart=/run/test/probe|" "$RUN/units/probe.service"
    boot_systemd
    systemctl_inside start probe.service
    cat "$RUN/probe.out"
    run cat "$RUN/probe.out"
    [[ ${lines[0]} = headway ]]
    [ "$(grep -c '^Cap.*	0000000000000000$' "$RUN/probe.out")" = 5 ]
    [[ $output == *"NoNewPrivs:	1"*"Seccomp:	2"* ]]
    [[ $output == *"1 (systemd)"* ]] # another user's process is seen: see the unit
    [[ $output == *"/proc/meminfo': No such file"* && $output == *"/home/.': Permission denied"* ]]
    [[ $output == *"Address family not supported"* ]]
    [[ $output == *"mount: "*"unshare failed: Operation not permitted"* ]]
    [[ $output == *"20000"* ]]
    [[ $output != *writable* ]]
}

@test "whoever connects while the broker is restarted, or has been killed, is not refused" {
    boot_systemd
    systemctl_inside start headwayd-publish.socket headwayd-subscribe.socket
    as alice headway set before 1 2
    local first
    first=$(broker_pid)
    inside bash -c "while [ ! -e '$RUN/enough' ]; do
        echo '{\"task\":\"again\",\"moved\":1}' | setpriv --reuid=bob --regid=bob --init-groups nc -NU $P && echo let in
    done" >"$RUN/connects" 2>&1 3>&- &
    CLIENTS+=($!)
    await "some were let in" eval '[ "$(grep -c "let in" "$RUN/connects")" -gt 5 ]'
    systemctl_inside restart headwayd
    systemctl_inside restart headwayd
    inside kill -KILL "$(broker_pid)"
    await "another broker serves" eval '[ "$(systemctl_inside is-active headwayd)" = active ]'
    local so_far
    so_far=$(grep -c "let in" "$RUN/connects")
    await "more were let in" eval "[ \"\$(grep -c 'let in' '$RUN/connects')\" -gt $((so_far + 5)) ]"
    touch "$RUN/enough"
    [ "$(broker_pid)" != "$first" ]
    run sort -u "$RUN/connects"
    echo "$output"
    [ "$output" = "let in" ]
    inside test -S "$P"
    # and without its sockets there is nobody, and no file that promises one
    systemctl_inside stop headwayd-publish.socket headwayd-subscribe.socket headwayd
    not inside test -e "$P"
}

@test "the responder as a service: the web server's user is answered, nobody else is let in" {
    boot_systemd
    systemctl_inside start headwayd-publish.socket headwayd-subscribe.socket headway-fcgi.socket
    run inside stat -c '%U %G %a' /run/headway/fcgi.sock
    [ "$output" = "headway www-data 660" ]
    as alice headway set a 1 2
    run as www-data rude /run/headway/fcgi.sock whole
    echo "$output"
    [ "$status" = 0 ]
    [ "$(systemctl_inside is-active headway-fcgi)" = active ]
    await "it has a link to the broker" eval 'as www-data rude /run/headway/fcgi.sock whole | grep -q "\"broker\":true"'
    run as alice rude /run/headway/fcgi.sock whole
    [ "$status" != 0 ]
    [[ $output == *"Permission denied"* ]]
    # it could not publish, whatever it is made to do
    local pid
    pid=$(systemctl_inside show -P MainPID headway-fcgi)
    run inside grep -E '^(Uid|Groups)' "/proc/$pid/status"
    [[ $output == *"Groups:	"*"$(inside getent group headway-read | cut -d : -f 3)"* ]]
    [[ " ${output##*Groups:} " != *[[:space:]]"$(inside getent group headway | cut -d : -f 3)"[[:space:]]* ]]
}
