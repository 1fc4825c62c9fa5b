# systemd.bash -- the units of conf/systemd under a real systemd, which is
# process 1 of namespaces of its own (boot-systemd). Load it after stack.bash.
#
# What is started is what would be installed: the templates, filled with the
# places that the programs have in there. Added are only stubs of the targets
# that every unit depends on, and where messages go.
# shellcheck shell=bash disable=SC2034 # tests use what is set here

setup_systemd() {
    setup_stack
    need systemd-analyze systemd-sysusers systemd-tmpfiles unshare nsenter setpriv
    [ "$(id -u)" = 0 ] || missing "root"
    [ -x /lib/systemd/systemd ] || missing "systemd"
    SYSTEMD=
    mkdir -m 755 "$RUN/units" "$RUN/bin"
    # as many programs as there are on both sides of the sockets
    cp "$BUILD_DIR/headwayd" "$BUILD_DIR/headway.fcgi" "$BUILD_DIR/headway" \
        "$BUILD_DIR/tests/helper/say" "$BUILD_DIR/tests/helper/rude" "$RUN/bin/"
    local unit
    for unit in headwayd-publish.socket headwayd-subscribe.socket headwayd.service \
        headway-fcgi.socket headway-fcgi.service; do
        filled "systemd/$unit" >"$RUN/units/$unit"
    done
    filled sysusers.d/headway.conf >"$RUN/sysusers.conf"
    filled tmpfiles.d/headway.conf >"$RUN/tmpfiles.conf"
    # two who may publish, and one who may not
    printf '%s\n' 'u alice 4711' 'u bob 4712' 'u mallory 4713' 'm alice headway' 'm bob headway' >"$RUN/people.conf"
    local target
    for target in sysinit basic sockets shutdown multi-user boot; do
        printf '[Unit]\nDefaultDependencies=no\n' >"$RUN/units/$target.target"
    done
    for unit in headwayd headway-fcgi; do
        mkdir "$RUN/units/$unit.service.d"
        # no journal in there; LeakSanitizer needs a second process, which the unit forbids
        printf '[Service]\nStandardError=append:%s\nEnvironment=ASAN_OPTIONS=detect_leaks=0\n' \
            "$RUN/$unit.log" >"$RUN/units/$unit.service.d/test.conf"
    done
}

teardown_systemd() {
    local failed=0
    if [ -n "${SYSTEMD-}" ]; then
        systemctl_inside stop headway-fcgi.socket headwayd-publish.socket headwayd-subscribe.socket \
            headway-fcgi.service headwayd.service || :
        kill -KILL "$SYSTEMD" || :
        wait "$BOOT" || : # its namespaces end with it, and so does all that ran in them
        await "its control groups are removed" unshare --mount sh "$SRC_DIR/tests/helper/boot-systemd" clean "$RUN" || failed=1
    fi
    if grep -l "Sanitizer" "$RUN"/*.log 2>/dev/null; then
        failed=1
    fi
    teardown_stack || failed=1
    return "$failed"
}

filled() { # TEMPLATE, without .in
    "$SRC_DIR/conf/fill" "$SRC_DIR/conf/$1.in" SBINDIR=/run/test RESPONDER=/run/test/headway.fcgi \
        SYSCONFDIR=/etc WEB_USER=www-data WEB_GROUP=www-data
}

# The units as they are in $RUN/units now.
boot_systemd() {
    local status=0
    unshare --mount --propagation private sh "$SRC_DIR/tests/helper/boot-systemd" outside "$RUN" \
        >"$RUN/boot.log" 2>&1 3>&- &
    BOOT=$!
    await "systemd has booted, or cannot" booted_or_not
    if gone_or_zombie "$BOOT"; then
        wait "$BOOT" || status=$?
        cat "$RUN/boot.log" >&2
        [ "$status" = 77 ] || return 1
        missing "a kernel feature (namespaces, cgroup2)"
        return
    fi
    SYSTEMD=$(pgrep -P "$BOOT")
}

booted_or_not() {
    gone_or_zombie "$BOOT" && return
    SYSTEMD=$(pgrep -P "$BOOT") && [ "$(systemctl_inside is-active boot.target)" = active ]
}

# inside COMMAND... -- in the system that has booted, as its root.
inside() {
    nsenter -t "$SYSTEMD" -m -p -n -i -u -- \
        env -u HEADWAY_PUBLISH_SOCKET -u HEADWAY_SUBSCRIBE_SOCKET PATH="/run/test:$PATH" "$@"
}
systemctl_inside() { inside systemctl "$@"; }

# as USER COMMAND... -- inside, with the groups the user has there.
as() {
    local user=$1
    shift
    inside setpriv --reuid="$user" --regid="$user" --init-groups "$@"
}
