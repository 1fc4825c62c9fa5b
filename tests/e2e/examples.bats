# Each example does its work, and shows how far it is.
load ../helper/stack
load ../helper/changes

setup() {
    setup_stack
    unset HEADWAY_TASK HEADWAY_PID XDG_RUNTIME_DIR
    EXAMPLES=$SRC_DIR/examples
    PYTHON=${PYTHON-python3} # a test of many versions may set another
    export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$EXAMPLES/python PYTHONWARNINGS=error
}

teardown() { teardown_stack; }

# python PROGRAM-ON-STDIN
python() { need "$PYTHON"; "$PYTHON" - "$@"; }

some_text() { seq 1 2000 | sed 's/.*/line & has six words in it/'; }

# ---- shell ----

checksums() { PATH=$BUILD_DIR:$PATH "$EXAMPLES/shell/checksums" "$@"; }

@test "shell: checksums are those of sha256sum, and all files are counted" {
    started
    mkdir "$RUN/dir"
    for i in 1 2 3; do echo "$i" >"$RUN/dir/file $i"; done
    checksums "$RUN/dir" >"$RUN/out"
    (cd / && sha256sum "$RUN"/dir/*) | diff - "$RUN/out"
    shown checksums '[.state, .moved, .total, .unit] | map(tostring) | join("|")' "done|3|3|files"
    grep -q ' checksums run ' "$RUN/changes"
}

@test "shell: a failure is failed with its status, SIGTERM cancelled, SIGKILL lost" {
    started
    run checksums "$RUN/absent"
    [ "$status" = 0 ] # find(1) has said why, and there are no files
    mkdir "$RUN/dir"
    mkfifo "$RUN/tool"
    echo x >"$RUN/dir/file"
    # a sha256sum that fails, then ones that never end
    mkdir "$RUN/bin"
    printf '#!/bin/sh\nexit 7\n' >"$RUN/bin/sha256sum"
    chmod +x "$RUN/bin/sha256sum"
    PATH=$RUN/bin:$PATH run checksums "$RUN/dir"
    [ "$status" = 7 ]
    shown checksums '[.state, .exit] | map(tostring) | join("|")' "failed|7"
    for pair in TERM:cancelled KILL:lost; do
        printf '#!/bin/sh\nexec cat "%s"\n' "$RUN/tool" >"$RUN/bin/sha256sum"
        PATH=$RUN/bin:$BUILD_DIR:$PATH setsid "$EXAMPLES/shell/checksums" "$RUN/dir" >/dev/null 2>&1 3>&- &
        script=$!
        shown checksums '[.state, .message] | map(tostring) | join("|")' "null|$RUN/dir/file"
        kill "-${pair%:*}" -- "-$script"
        wait "$script" || :
        shown checksums .state "${pair#*:}"
    done
}

@test "shell: without a broker, or without headway, the script does its work and prints no more" {
    mkdir "$RUN/dir"
    echo x >"$RUN/dir/file"
    sha256sum "$RUN/dir/file" >"$RUN/expected"
    checksums "$RUN/dir" 2>&1 | diff "$RUN/expected" -
    mkdir "$RUN/bin"
    for tool in find sort grep sha256sum; do ln -s "$(command -v "$tool")" "$RUN/bin/$tool"; done
    PATH=$RUN/bin "$EXAMPLES/shell/checksums" "$RUN/dir" 2>&1 | diff "$RUN/expected" -
}

# ---- C ----

@test "C: built against the installed library, it counts like wc and shows every file" {
    need make pkg-config cc
    started
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$BUILD_DIR" DESTDIR="$RUN/root" \
        install-libLTLIBRARIES install-includeHEADERS install-nodist_pkgconfigDATA >"$RUN/install.log" 2>&1
    pc=$(find "$RUN/root" -name headway.pc)
    cp "$EXAMPLES"/c/* "$RUN"
    flags=$(grep -o -m 1 -- '-fsanitize=[a-z,]*' "$BUILD_DIR/Makefile" || :) # the library may need it
    env -u MAKEFLAGS -u MAKELEVEL PKG_CONFIG_SYSROOT_DIR="$RUN/root" PKG_CONFIG_PATH="${pc%/*}" \
        make -s -C "$RUN" CFLAGS="-Wall -Wextra -Werror $flags" wordcount
    export LD_LIBRARY_PATH=${pc%/pkgconfig/*}
    some_text >"$RUN/a"
    some_text | head -n 100 >"$RUN/b"
    (cd "$RUN" && ./wordcount a b) >"$RUN/out"
    (cd "$RUN" && wc -lw a b | head -n 2 | awk '{ print $1, $2, $3 }') | diff - "$RUN/out"
    size=$(cat "$RUN/a" "$RUN/b" | wc -c)
    shown wordcount '[.state, .moved, .total, .message, .unit, .title] | map(tostring) | join("|")' \
        "done|$size|$size|b|B|Counting words"
    run "$RUN/wordcount" "$RUN/absent"
    [ "$status" = 1 ]
    shown wordcount '[.state, .message] | join("|")' "failed|$RUN/absent: No such file or directory"
    kill_broker
    (cd "$RUN" && ./wordcount a b) 2>&1 | diff "$RUN/out" -
}

# ---- Python ----

@test "Python: a loop over a list moves the bar, item by item, to the end" {
    need "$PYTHON"
    started
    some_text >"$RUN/text"
    "$PYTHON" "$EXAMPLES/python/words.py" "$RUN/text" >"$RUN/out"
    grep -q '^2000 six$' "$RUN/out"
    shown words '[.state, .moved, .total, .unit] | map(tostring) | join("|")' "done|2000|2000|lines"
    python <<'P'
import time
from headway import progress
for n in progress(range(40), name="slow"):
    time.sleep(0.02)
P
    # an item that is being worked on is not done yet
    mkfifo "$RUN/go"
    "$PYTHON" -c 'from headway import progress
for n in progress(range(4), name="last"):
    if n == 3:
        open("'"$RUN/go"'").read()' 3>&- &
    job=$!
    CLIENTS+=("$job")
    shown last '[.state, .moved] | map(tostring) | join("|")' "null|3"
    echo >"$RUN/go"
    wait "$job"
    shown last '[.state, .moved] | map(tostring) | join("|")' "done|4"
    shown slow '[.state, .moved, .total] | map(tostring) | join("|")' "done|40|40"
    [ "$(grep -c ' slow run ' "$RUN/changes")" -ge 5 ]
}

@test "Python: iterators without a length, and what a loop gives is what it was given" {
    started
    python <<'P'
from headway import progress
for items in ([], [1, 2, 3], (1, 2), range(5), range(0), "abc", {"a": 1, "b": 2}, iter([1, 2]), (x * x for x in range(9))):
    if isinstance(items, (list, tuple, range, str, dict)):
        assert list(progress(items, name="same")) == list(items), items
    else:
        assert list(progress(items, name="same")) in ([1, 2], [x * x for x in range(9)])
P
    shown same '[.state, .moved, has("total")] | map(tostring) | join("|")' "done|9|false"
}

@test "Python: exceptions are failed with their name, Ctrl-C is cancelled, a loop that is left too" {
    started
    python <<'P'
from headway import progress

def bad():
    yield 1
    raise KeyError("x")

def expect(kind, run):
    try:
        run()
    except kind:
        return
    raise AssertionError

def body(kind, name):
    with progress([1, 2, 3, 4], name=name) as items:
        for x in items:
            if x == 3:
                raise kind

expect(KeyError, lambda: list(progress(bad(), name="iterable")))
expect(ValueError, lambda: body(ValueError, "with"))
expect(KeyboardInterrupt, lambda: body(KeyboardInterrupt, "interrupted"))
for x in progress([1, 2, 3, 4], name="left"):
    if x == 3:
        break
for x in progress(iter([1, 2, 3, 4]), name="left-too"):
    if x == 3:
        break
with progress([1, 2], name="whole") as items:
    for x in items:
        pass
P
    shown iterable '[.state, .message] | join("|")' "failed|KeyError"
    shown with '[.state, .message, .moved] | map(tostring) | join("|")' "failed|ValueError|2"
    shown interrupted .state cancelled
    shown left '[.state, .message, .moved] | map(tostring) | join("|")' "cancelled|left after 2|2"
    shown left-too '[.state, .message, .moved] | map(tostring) | join("|")' "cancelled|left after 2|2"
    shown whole '[.state, .moved] | map(tostring) | join("|")' "done|2"
}

@test "Python: all that a run can say, within the protocol's limits" {
    started
    HEADWAY_TASK=nightly python <<'P'
import fractions, os, time
from headway import Run
with Run("all", 10, unit="B", title="T") as run:
    assert run.name == "nightly/all"
    run.set(5)
    time.sleep(0.2)
    run.set(fractions.Fraction(1, 2), 1)
    time.sleep(0.2)
    run.lap(7)
    run.update(2)
    run.title(None)
    run.unit("\u20ac" * 99)
    run.message('"\udc80' * 9999)
    run.log("one\ntwo")
for name in "", "a b", "../x", "a//b", "x" * 65, "/", "x/" * 8 + "x":
    try:
        Run(name)
    except ValueError:
        continue
    raise AssertionError(name)
assert Run("/top").end()
os.environ["HEADWAY_TASK"] = "not a name"
assert Run("own").end()
os.environ["HEADWAY_TASK"] = "1/2/3/4/5/6/7/8"
assert not Run("too-deep").end()
P
    shown nightly/all '[.state, .moved, .total, .lap, has("title")] | map(tostring) | join("|")' "done|2|7|2|false"
    [ "$(record nightly/all '.unit | length')" = 10 ]
    [ "$(record nightly/all '.message | tojson' | tr -d '\n' | wc -c)" -ge 4090 ]
    grep -q '"percent":"50.00".*"title":"T"' "$RUN/changes"
    grep ' nightly/all ' "$RUN/changes" | grep -q '"moved":0.5,"total":1,'
    shown top .state done
}

@test "Python: no broker, a dead one, a frozen one: the program goes on, and the broker is told when it is back" {
    cat >"$RUN/job.py" <<'P'
import sys, time
from headway import progress
with progress(name="job", total=100, title="T") as run:
    run.set(30)
    for line in iter(sys.stdin.readline, "end\n"):
        start = time.monotonic()
        run.update()
        assert time.monotonic() - start < 0.5
    start = time.monotonic()
print("after", round(time.monotonic() - start, 1))
P
    run bash -c "printf 'x\nend\n' | '$PYTHON' '$RUN/job.py'"
    [ "$status" = 0 ] && [ "$output" = "after 0.0" ]
    mkfifo "$RUN/words"
    "$PYTHON" "$RUN/job.py" <"$RUN/words" >"$RUN/out" 2>&1 3>&- &
    job=$!
    CLIENTS+=("$job")
    exec 7>"$RUN/words"
    started
    AWAIT_SECONDS=10 shown job '[.moved, .title] | map(tostring) | join("|")' "30|T"
    kill_broker
    started
    AWAIT_SECONDS=10 shown job '[.moved, .title] | map(tostring) | join("|")' "30|T"
    kill -STOP "$BROKER"
    printf '\nend\n' >&7
    wait "$job"
    exec 7>&-
    kill -CONT "$BROKER"
    [[ $(cat "$RUN/out") == "after 1."* ]]
    shown job '[.moved, .state] | map(tostring) | join("|")' "31|done"
}

@test "Python: killed is lost, though a child lives; a child's calls do nothing" {
    started
    cat >"$RUN/job.py" <<'P'
import os, sys, time
from headway import Run
run = Run("job", 4)
run.set(1)
pid = os.fork()
if pid == 0:
    run.set(3)
    run.message("the child's")
    run.log("x")
    assert run.end("failed") is False
    time.sleep(60)
    os._exit(0)
print(pid, flush=True)
time.sleep(60)
P
    PYTHONWARNINGS='' "$PYTHON" "$RUN/job.py" >"$RUN/child" 3>&- &
    job=$!
    shown job .moved 1
    await "there is a child" test -s "$RUN/child"
    kill -9 "$job"
    wait "$job" || :
    AWAIT_SECONDS=10 shown job '[.state, .moved, has("message")] | map(tostring) | join("|")' "lost|1|false"
    kill "$(cat "$RUN/child")"
}

@test "Python: tqdm reports what its bar shows" {
    # another Python than Debian's may come first, without Debian's tqdm
    "$PYTHON" -c 'import tqdm' 2>/dev/null || PYTHON=/usr/bin/python3
    "$PYTHON" -c 'import tqdm' 2>/dev/null || missing python3-tqdm
    started
    some_text >"$RUN/text"
    "$PYTHON" "$EXAMPLES/python/words.py" "$RUN/text" --tqdm >"$RUN/out" 2>"$RUN/err"
    grep -q '^2000 six$' "$RUN/out"
    grep -q '2000/2000' "$RUN/err"
    shown words '[.state, .moved, .total, .unit] | map(tostring) | join("|")' "done|2000|2000|lines"
    python 2>/dev/null <<'P'
import time
from headway import tqdm
for x in tqdm(range(30), name="slow", desc="Slow"):
    time.sleep(0.03)
with tqdm(total=10, name="by-hand") as bar:
    bar.update(4)
    bar.set_postfix_str("four")
    bar.reset(20)
    bar.update(5)
for x in tqdm(range(30), name="left"):
    if x == 10:
        break
try:
    with tqdm(total=10, name="failed") as bar:
        bar.update(3)
        raise OSError
except OSError:
    pass
tqdm([1], disable=True, name="disabled").close()
P
    shown slow '[.state, .moved, .title] | map(tostring) | join("|")' "done|30|Slow"
    [ "$(grep -c ' slow run ' "$RUN/changes")" -ge 5 ]
    shown by-hand '[.state, .moved, .total] | map(tostring) | join("|")' "done|5|20"
    shown left .state cancelled
    shown failed '[.state, .message] | join("|")' "failed|OSError"
    not grep -q disabled "$RUN/changes"
}
