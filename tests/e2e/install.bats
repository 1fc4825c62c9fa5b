# What make install puts into place, for a system and for a user, and that make
# uninstall takes all of it away.
load ../helper/stack
load ../helper/installed

setup() { setup_stack; }
teardown() { teardown_stack; }

# A build of its own would take too long: the directories are make's variables.
PREFIX=/opt/h

into_prefix() { install_all prefix="$PREFIX" sysconfdir="$PREFIX/etc" "$@"; }

@test "units, users, directories and scripts are in the prefix, filled in, and only scripts are executable" {
    into_prefix
    for file in lib/systemd/system/headwayd.service lib/systemd/system/headwayd-publish.socket \
        lib/systemd/system/headwayd-subscribe.socket lib/systemd/system/headway-fcgi.service \
        lib/systemd/system/headway-fcgi.socket lib/sysusers.d/headway.conf lib/tmpfiles.d/headway.conf; do
        [ "$(stat -c %a "$ROOT$PREFIX/$file")" = 644 ]
        run grep -E '@[A-Z_]+@' "$ROOT$PREFIX/$file"
        [ "$status" = 1 ]
    done
    for file in headwayd headway-fcgi; do
        [ -x "$ROOT$PREFIX/etc/init.d/$file" ]
        run grep -E '@[A-Z_]+@' "$ROOT$PREFIX/etc/init.d/$file"
        [ "$status" = 1 ]
        # LSB: what insserv(8) and rcS read
        for key in Provides Required-Start Required-Stop Default-Start Default-Stop Short-Description; do
            grep -q "^# $key: " "$ROOT$PREFIX/etc/init.d/$file"
        done
    done
    # nothing outside of the prefix
    run find "$ROOT" -mindepth 1 -maxdepth 2
    [ "$output" = "$ROOT/opt
$ROOT$PREFIX" ]
}

@test "everything that is installed is what it says: the programs run, the scripts are plain sh" {
    need shellcheck dash busybox
    install_all
    for program in sbin/headwayd headway/headway.fcgi bin/headway; do
        run "$(installed "$program")" --version
        [ "$status" = 0 ]
    done
    for script in headwayd headway-fcgi; do
        run shellcheck -s sh "$(installed "init.d/$script")"
        echo "$output"
        [ "$status" = 0 ]
        dash -n "$(installed "init.d/$script")"
        busybox sh -n "$(installed "init.d/$script")"
    done
}

@test "make uninstall leaves no file" {
    into_prefix
    make -C "$BUILD_DIR" -s uninstall DESTDIR="$ROOT" prefix="$PREFIX" sysconfdir="$PREFIX/etc" >"$RUN/uninstall.log" 2>&1 3>&-
    run find "$ROOT" ! -type d
    echo "$output"
    [ -z "$output" ]
}
