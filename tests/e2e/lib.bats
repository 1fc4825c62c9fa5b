# libheadway in real programs: tests/helper/job, which does as it is told, and
# tests/helper/swarm, many threads.
load ../helper/stack
load ../helper/changes

setup() {
    setup_stack
    HELPER=$BUILD_DIR/tests/helper
    unset HEADWAY_TASK HEADWAY_PID XDG_RUNTIME_DIR
}

teardown() {
    exec 6<&- 7>&-
    teardown_stack
}

# ---- the program ----

start_job() {
    mkfifo "$RUN/words" "$RUN/answers"
    "$HELPER/job" <"$RUN/words" >"$RUN/answers" 2>"$RUN/job.err" 3>&- &
    JOB=$!
    CLIENTS+=("$JOB")
    exec 7>"$RUN/words" 6<"$RUN/answers"
}

# tell CALL -- to the program; ANSWER is what it says when the call has returned.
tell() {
    printf '%s\n' "$*" >&7
    read -r -t "$AWAIT_SECONDS" ANSWER <&6
    [[ $ANSWER != *failed* ]] || { echo "$*: $ANSWER" >&2; return 1; }
}

told() { # CALL -- then what it must have answered is ANSWER's beginning, given on stdin
    local expected
    read -r expected
    tell "$@"
    [[ $ANSWER == "$expected"* ]] || { echo "$*: $ANSWER, not $expected" >&2; return 1; }
}

ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

# ---- a broker that says what we want: nc. Its words come from descriptor 8 ----

start_puppet() {
    [ -e "$RUN/puppet.words" ] || mkfifo "$RUN/puppet.words"
    rm -f "$HEADWAY_PUBLISH_SOCKET"
    nc -lU "$HEADWAY_PUBLISH_SOCKET" <>"$RUN/puppet.words" >>"$RUN/puppet.heard" 3>&- &
    PUPPET=$!
    CLIENTS+=("$PUPPET")
    exec 8<>"$RUN/puppet.words"
    await "the puppet listens" test -S "$HEADWAY_PUBLISH_SOCKET"
}

heard() { grep -q -- "$1" "$RUN/puppet.heard"; }
await_heard() { await "the broker hears $1" heard "$1" || { cat "$RUN/puppet.heard" >&2; return 1; }; }

@test "all that a program says is in the record" {
    started
    start_job
    tell open import
    tell title "The im\"port"
    tell unit rows
    tell set 1 4
    tell message "reading"
    shown import '[.moved, .total, .percent, .title, .unit, .message] | map(tostring) | join("|")' \
        '1|4|25.00|The im"port|rows|reading'
    tell set 0.5 1
    shown import .percent 50.00
    tell add 0.25 0
    shown import .percent 75.00
    tell message ""
    shown import 'has("message")' false
    tell set 9 0
    shown import 'has("total")' false
    shown import .moved 9
    tell set 10 10
    shown import .percent 100.00
    tell set 0 20
    shown import .lap 2
    tell lap 30
    shown import '[.lap, .moved, .total] | map(tostring) | join("|")' '3|0|30'
    tell set 29 30
    told end failed <<<"0 - "
    # at once: whatever was said before the end is in it
    shown import '[.state, .moved] | map(tostring) | join("|")' 'failed|29'
}

@test "an end is an end: done, failed or cancelled; any other is EINVAL, and the handle stays" {
    started
    start_job
    for end in done failed cancelled; do
        tell open "x/$end"
        told end well <<<"-1 EINVAL "
        told end "$end" <<<"0 - "
        shown "x/$end" .state "$end"
    done
}

@test "names lie below HEADWAY_TASK, but for those that begin with a slash" {
    started
    HEADWAY_TASK=nightly/run start_job
    told open import <<<"a handle"
    told name <<<"18 nightly/run/import 18 nig 18 "
    told end done <<<"0 - "
    told open /import <<<"a handle"
    told name <<<"6 import 6 imp 6 "
    told end done <<<"0 - "
    shown nightly/run/import .state done
    shown import .state done
}

@test "a name that is none is EINVAL, and without a handle every call does nothing" {
    start_job
    for name in "" "a b" "../x" "/" "a//b" "$(printf 'x%.0s' {1..65})"; do
        told open "$name" <<<"EINVAL "
    done
    for call in "set 1 2" "add 1 2" "lap 3" "title x" "unit x" "message x" "log x"; do
        told "$call" <<<"${call%% *}"
    done
    told name <<<"0  0  0 "
    told end done <<<"0 - "
}

@test "without a broker nothing waits, fails or is printed; the end says ENOTCONN" {
    start_job
    told open import <<<"a handle"
    for call in "set 1 2" "set 2 2" "count 1 100000 100000" "message x" "log x" "title x"; do
        told "$call" <<<"${call%% *}"
    done
    start=$(ms)
    told end done <<<"-1 ENOTCONN "
    [ $(($(ms) - start)) -lt 500 ]
    told open import <<<"a handle"
    exec 7>&-
    status=0
    wait "$JOB" || status=$?
    [ "$status" = 0 ]
    [ ! -s "$RUN/job.err" ]
}

@test "the newest state comes through, twenty lines a second at most" {
    started
    start_job
    tell open import
    start=$(ms)
    tell count 1 60000000 60000000
    took=$(($(ms) - start))
    shown import .percent 100.00
    lines=$(grep -c ' import run ' "$RUN/changes")
    echo "$lines lines in $took ms"
    [ "$took" -gt 100 ] && [ "$lines" -ge 2 ]
    [ "$lines" -le $((took / 50 + 3)) ]
}

@test "while nothing changes the library's thread sleeps, without a timer; one change wakes it" {
    started
    start_job
    tell open import
    tell set 1 4
    shown import .moved 1
    thread=$(grep -lx headway /proc/"$JOB"/task/*/comm)
    switches() { awk '/ctxt_switches/ { n += $2 } END { print n }' "${thread%comm}status"; }
    settled() { local before; before=$(switches); read -r -t 0.5 <> <(:) || :; [ "$(switches)" = "$before" ]; }
    await "it has gone to sleep" settled
    before=$(switches)
    read -r -t 2 <> <(:) || :
    [ "$(switches)" = "$before" ]
    tell set 2 4
    shown import .moved 2
    # no signal of the program is handled there: all but KILL, STOP and glibc's own two are blocked
    run awk '/^SigBlk/ { print $2 }' "${thread%comm}status"
    [ "$output" = fffffffe7ffbfeff ]
}

@test "threads: moved and total that were set together are shown together" {
    started
    "$HELPER/swarm" pairs 2
    await "the end" is_record swarm .state done
    run bash -c "grep ' swarm ' '$RUN/changes' | cut -d' ' -f5- | jq -c 'select(.moved and .moved * 3 + 7 != .total)'"
    [ "$output" = "" ] || { echo "$output"; false; }
    [ "$(grep -c ' swarm run ' "$RUN/changes")" -ge 10 ]
    run bash -c "grep ' swarm ' '$RUN/changes' | cut -d' ' -f5- | jq 'select(.lap)'"
    [ "$output" = "" ] || { echo "$output"; false; }
}

@test "threads: nothing that is added is lost" {
    started
    "$HELPER/swarm" adds
    shown swarm '[.moved, .total, .state] | map(tostring) | join("|")' "1000000|1000000|done"
}

@test "threads: a fork in the midst of any call leaves parent and child unharmed" {
    started
    run timeout 60 "$HELPER/swarm" forks
    [ "$status" = 0 ] && [[ $output == "bad children: 0"* ]] || { echo "$status: $output"; false; }
    shown swarm .state done
    not grep "of a child" "$RUN/changes"
    [[ $output == *"none with a handle" ]] || shown grandchild .state done
}

@test "fork: the run stays the parent's, a child's calls do nothing, and it may open its own" {
    started
    start_job
    tell open import
    tell set 1 4
    tell message "the parent's"
    shown import .moved 1
    told fork <<<"name 0 end 0 own 0 fork"
    shown child .state done
    tell set 2 4
    shown import '[.moved, .message, .state] | map(tostring) | join("|")' "2|the parent's|null"
    not grep -q "the child's" "$RUN/changes"
}

@test "a program that is killed is lost at once, although children of it go on" {
    started
    start_job
    tell open import
    tell set 1 4
    shown import .moved 1
    tell leave-child
    child=${ANSWER%% *}
    tell system "sleep 60 <&- >&- 2>&- 6<&- 7<&- & echo \$! >'$RUN/sleeper'"
    kill -9 "$JOB"
    AWAIT_SECONDS=10 shown import .state lost
    kill "$child" "$(cat "$RUN/sleeper")"
}

@test "a program that exits without an end is lost" {
    started
    start_job
    tell open import
    tell set 4 4
    shown import .moved 4
    exec 7>&-
    wait "$JOB"
    shown import .state lost
}

@test "a broker that comes later is told all" {
    start_job
    tell open import
    tell title "The import"
    tell set 1 4
    read -r -t 0.7 <> <(:) || : # so that the first attempts have failed
    started
    AWAIT_SECONDS=10 shown import '[.moved, .total, .title] | map(tostring) | join("|")' "1|4|The import"
}

@test "a broker that is killed and started again is told all within two seconds, though the job is silent" {
    started
    start_job
    tell open import
    tell title "The import"
    tell unit rows
    tell message "reading"
    tell set 1 4
    tell add 1 0
    shown import .moved 2
    all='[.moved, .total, .title, .unit, .message, .state] | map(tostring) | join("|")'
    for i in 1 2; do
        kill_broker
        started
        AWAIT_SECONDS=10 shown import "$all" "2|4|The import|rows|reading|null"
    done
    tell add 1 0
    shown import .moved 3
    told end done <<<"0 - "
    shown import .state done
}

@test "a broker that is frozen delays no call; the end waits for a second, or as long as it is told" {
    started
    kill -STOP "$BROKER"
    run "$HELPER/swarm" stalls 2
    start_job
    tell open import
    tell set 1 4
    start=$(ms)
    told end done 200 <<<"-1 ETIMEDOUT "
    short=$(($(ms) - start))
    tell open import
    start=$(ms)
    told end done <<<"-1 ETIMEDOUT "
    long=$(($(ms) - start))
    tell open import
    start=$(ms)
    told end done 0 <<<"-1 ETIMEDOUT "
    none=$(($(ms) - start))
    kill -CONT "$BROKER"
    echo "$output; $short, $long and $none ms"
    [ "$status" = 1 ] && [[ $output == *", waited 0 times" ]]
    [ "$short" -ge 200 ] && [ "$short" -lt 900 ]
    [ "$long" -ge 1000 ] && [ "$long" -lt 3000 ]
    [ "$none" -lt 500 ]
    # what was sent before is taken when it goes on
    shown import .state done
}

@test "a broker that refuses: the end says EPROTO, and what the job does is not disturbed" {
    started
    seq 1 20000 | sed 's/.*/{"task":"t\/&"}/' | nc -NU "$HEADWAY_PUBLISH_SOCKET"
    start_job
    tell open import
    tell set 1 2
    told end done <<<"-1 EPROTO "
    [ ! -s "$RUN/job.err" ]
}

@test "what is said: the hold on each line, the start and all else on the first, then what is new" {
    start_puppet
    start_job
    tell title "$(printf 'T\001\377')"
    tell open import
    tell title "$(printf 'T\001\377')"
    tell set 1 4
    await_heard '"moved":1'
    run head -n 1 "$RUN/puppet.heard"
    [[ $output =~ ^'{"task":"import","started":'[0-9]{10}\.[0-9]{3}, ]]
    [[ $output == *'"hold":true}' ]]
    heard 'T\\u0001'$'\xef\xbf\xbd'
    tell set 2 4
    await_heard '^{"task":"import","moved":2,"hold":true}$'
    tell set 2 0
    await_heard '^{"task":"import","total":null,"hold":true}$'
    tell message x
    tell message ""
    tell lap 7
    await_heard '^{"task":"import","moved":0,"total":7,\("message":null,\)\?"lap":true,"hold":true}$'
    tell title ""
    await_heard '^{"task":"import","title":null,"hold":true}$'
}

@test "another name that the broker tells is the run's from then on, also to another broker" {
    start_puppet
    start_job
    tell open import
    await_heard '"task":"import"'
    echo '{"ok":"1-1","task":"import.2"}' >&8
    renamed() { tell name; [[ $ANSWER == "8 import.2 "* ]]; }
    await "it is renamed" renamed
    tell set 1 2
    await_heard '^{"task":"import.2","moved":1'
    kill "$PUPPET"
    await "the puppet is gone" gone_or_zombie "$PUPPET"
    : >"$RUN/puppet.heard"
    start_puppet
    await_heard '^{"task":"import.2","started":.*"moved":1,"total":2'
    # the end is confirmed by an answer to it
    printf 'end failed\n' >&7
    await_heard '^{"task":"import.2","state":"failed"}$'
    echo '{"ok":"1-2","task":"import.2"}' >&8
    read -r -t "$AWAIT_SECONDS" ANSWER <&6
    [ "$ANSWER" = "0 - end" ]
}

@test "log lines arrive in order; of too many the oldest are left out and counted" {
    start_puppet
    start_job
    tell open import
    tell log "first"
    tell log "	tab and \"quotes\""
    await_heard '"log":\["first","\\ttab and \\"quotes\\""\]'
    tell flood 100000
    await_heard '"line 100000"'
    run jq -s '[.[] | (.skipped // 0) + (.log // [] | length)] | add' "$RUN/puppet.heard"
    [ "$output" = 100002 ]
    ordered='[.[] | .log // [] | .[] | select(startswith("line")) | ltrimstr("line ") | tonumber] | . == sort'
    [ "$(jq -s "$ordered" "$RUN/puppet.heard")" = true ]
    # a broker that comes back gets what is still kept
    kill "$PUPPET"
    await "the puppet is gone" gone_or_zombie "$PUPPET"
    : >"$RUN/puppet.heard"
    start_puppet
    await_heard '"line 100000"'
    [ "$(jq -s '[.[] | (.skipped // 0) + (.log // [] | length)] | add' "$RUN/puppet.heard")" = 100002 ]
    tell log last
    await_heard '"log":\["last"\]'
}

@test "a program that closes all descriptors keeps its new ones undisturbed, and its end comes" {
    started
    for pause in 0 0.5; do # the library's thread is busy, or asleep
        start_job
        tell open import
        tell count 1 1000000 2000000
        read -r -t $pause <> <(:) || :
        told close-all <<<"close-all"
        # the thread does not spin
        cpu() { awk '{ print $14 + $15 }' "/proc/$JOB/stat"; }
        before=$(cpu)
        read -r -t 1 <> <(:) || :
        [ $(($(cpu) - before)) -le 20 ] # ticks of a hundredth of a second
        tell end done
        [ "$ANSWER" = "0 - end" ] || [ "$ANSWER" = "-1 ETIMEDOUT end" ]
        exec 6<&- 7>&-
        wait "$JOB"
        rm "$RUN/words" "$RUN/answers"
    done
}

@test "in a program's locale with decimal commas, numbers are still JSON" {
    need localedef
    [ -d /usr/share/i18n/charmaps ] || missing "the package locales"
    mkdir "$RUN/locales"
    printf '%s\n' 'LC_NUMERIC' 'decimal_point ","' 'thousands_sep "."' 'grouping 3' 'END LC_NUMERIC' >"$RUN/comma"
    localedef --no-archive -c -i "$RUN/comma" -f ANSI_X3.4-1968 "$RUN/locales/xx_XX" >/dev/null 2>&1 || :
    [ -e "$RUN/locales/xx_XX/LC_NUMERIC" ]
    start_puppet
    export LOCPATH=$RUN/locales LC_NUMERIC=xx_XX
    start_job
    unset LOCPATH LC_NUMERIC
    tell locale ""
    tell open import
    tell set 0,5 1,25
    await_heard '"moved":0.5,"total":1.25'
}

# ---- the library as it is installed ----

installed() {
    need make pkg-config cc
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$BUILD_DIR" DESTDIR="$RUN/root" \
        install-libLTLIBRARIES install-includeHEADERS install-nodist_pkgconfigDATA >"$RUN/install.log" 2>&1
    pc=$(find "$RUN/root" -name headway.pc)
    export PKG_CONFIG_SYSROOT_DIR=$RUN/root PKG_CONFIG_PATH=${pc%/*}
    LIB=$(dirname "${pc%/*}")
}

@test "exported are the functions of headway.h, each is in libheadway(3), and nothing else" {
    need nm
    installed
    grep -o 'headway_[a-z_]*(' "$SRC_DIR/src/lib/headway.h" | tr -d '(' | sort -u >"$RUN/header"
    nm -D --defined-only "$LIB/libheadway.so" | awk '$2 ~ /[A-Z]/ { print $3 }' | grep -v '^_' | sort >"$RUN/shared"
    diff "$RUN/header" "$RUN/shared"
    # the static one has its inside too, but under names that are nobody else's
    nm -g --defined-only "$LIB/libheadway.a" | awk 'NF == 3 { print $3 }' >"$RUN/static"
    not grep -v '^headway_' "$RUN/static"
    for name in $(cat "$RUN/header"); do
        grep -q "^\.F[no] .*\b$name\b" "$SRC_DIR/man/libheadway.3" || { echo "$name is not in the page"; false; }
    done
}

@test "a program links with the shared library, with the static one, and from C++" {
    installed
    started
    cat >"$RUN/mini.c" <<'C'
#include <headway.h>

int
main(void)
{
	struct headway *h = headway_open("mini");

	headway_message(h, "%d of %s", 3, "4");
	headway_set(h, 3, 4);
	return headway_end(h, HEADWAY_DONE) == 0 ? 0 : 1;
}
C
    cp "$RUN/mini.c" "$RUN/mini.cc"
    flags=$(grep -o -m 1 -- '-fsanitize=[a-z,]*' "$BUILD_DIR/Makefile" || :) # the library may need it
    # shellcheck disable=SC2046,SC2086
    cc -std=c11 -Wall -Wextra -pedantic -Werror $flags -o "$RUN/shared" "$RUN/mini.c" $(pkg-config --cflags --libs headway)
    LD_LIBRARY_PATH=$LIB "$RUN/shared"
    readelf -d "$RUN/shared" | grep -q 'NEEDED.*libheadway.so.0'
    shown mini '[.state, .moved, .message] | map(tostring) | join("|")' "done|3|3 of 4"
    # shellcheck disable=SC2046,SC2086
    cc $flags -o "$RUN/static" "$RUN/mini.c" -Wl,-Bstatic $(pkg-config --cflags --libs headway) \
        -Wl,-Bdynamic $(pkg-config --static --libs-only-other headway) -lm
    not grep -q 'libheadway' <(readelf -d "$RUN/static")
    "$RUN/static"
    need c++
    # shellcheck disable=SC2046,SC2086
    c++ -Wall -Wextra -pedantic -Werror $flags -o "$RUN/cxx" "$RUN/mini.cc" $(pkg-config --cflags --libs headway)
    LD_LIBRARY_PATH=$LIB "$RUN/cxx"
}
