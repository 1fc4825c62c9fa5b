# What real programs print becomes progress: each dialect with the real tool, in
# a terminal of its own, and some that nobody wrote a dialect for.
load ../helper/stack
load ../helper/served

setup() {
    setup_stack
    need script
    cd "$RUN" || return
}
teardown() { teardown_stack; }

# bar LEAST COMMAND -- in a terminal: at least so many different percents, and 100 at the end, or
# $LAST where the program does not say that: it is the job's end that makes it 100 then.
bar() {
    # without a terminal of our own, script's would have 0 columns
    script -qec "stty cols 80 rows 24; $2" /dev/null </dev/null >printed 3>&-
    "$BUILD_DIR/tests/helper/metered" sh -c "$2" <printed >readings
    local distinct last
    distinct=$(sed -n '$s/.* \([0-9]*\) distinct.*/\1/p' readings)
    last=$(sed -n '$s/.* last \([-0-9]*\)\..*/\1/p' readings)
    if [ "$distinct" -lt "$1" ] || [ "$last" -lt "${LAST:-100}" ]; then
        echo "$2"
        tail -c 2000 printed | cat -v
        tail -n 20 readings
        return 1
    fi
}

laps() { sed -n '$s/.* \([0-9]*\) laps.*/\1/p' readings; }
unit_is() { sed -n '$d;s/.*%  *[^ ]*\(.*\) ".*"$/\1/p' readings | tail -n 1 | grep -qx " $1"; }

data() { head -c "$1" /dev/urandom >"$2"; }

@test "rsync --info=progress2, and --progress file by file" {
    need rsync
    mkdir tree
    for i in {1..40}; do data 100000 "tree/$i"; done
    bar 5 'rsync -a --info=progress2 tree/ a/'
    unit_is %
    bar 5 'rsync -a --progress tree/ b/'
    unit_is files
    [ "$(laps)" = 1 ]
}

@test "curl" {
    need curl
    serve 2000
    data 12000000 www/data
    bar 5 "curl -o out http://127.0.0.1:$PORT/data"
    unit_is B
}

@test "wget, its bar and its dots" {
    need wget
    serve 0
    data 8000000 www/data
    bar 5 "wget --limit-rate=6m -O out http://127.0.0.1:$PORT/data"
    unit_is B
    bar 5 "wget --progress=dot -O out http://127.0.0.1:$PORT/data"
}

@test "pv, its display and its numbers" {
    need pv
    data 4000000 data
    bar 5 'pv -i 0.1 -L 4m data >out'
    bar 5 'pv -n -i 0.1 -L 4m data >out'
}

@test "dd with status=progress and a count" {
    need dd pv
    mkfifo pipe
    pv -q -L 2m /dev/zero >pipe 2>/dev/null 3>&- &
    # it is known only where dd is the command itself
    script -qec 'stty cols 80; exec dd if=pipe of=out bs=1k count=12000 iflag=fullblock status=progress' /dev/null \
        </dev/null >printed 3>&-
    "$BUILD_DIR/tests/helper/metered" dd if=pipe of=out bs=1k count=12000 iflag=fullblock status=progress <printed >readings
    wait
    tail -n 1 readings
    tail -n 1 readings | grep -Eq ' ([5-9]|[0-9]{2,}) distinct, 0 laps, last 100.00%'
    unit_is B
}

@test "git: each phase is a lap" {
    need git
    git init -q src
    mkdir src/d
    for i in {1..600}; do echo "$i $RANDOM" >"src/d/$i"; done
    git -C src add .
    git -C src -c user.name=a -c user.email=a@example.org commit -qm all
    bar 20 "git clone --no-local file://$RUN/src dst"
    grep -q '"Counting objects"' readings
    grep -q '^lap .*"Receiving objects"' readings
}

@test "ffmpeg" {
    need ffmpeg
    ffmpeg -nostdin -v error -f lavfi -i testsrc=size=640x480:rate=25 -t 20 -c:v mpeg4 in.mp4
    bar 5 'ffmpeg -nostdin -y -i in.mp4 -c:v mpeg4 -stats_period 0.05 out.mp4'
    unit_is s
}

@test "ninja, and make with CMake's makefiles" {
    need ninja cmake make
    {
        echo 'rule touch'
        echo '  command = touch $out'
        for i in {1..30}; do echo "build out$i: touch"; done
    } >build.ninja
    bar 20 ninja
    cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(p NONE)
foreach(i RANGE 1 12)
  add_custom_command(OUTPUT o${i} COMMAND ${CMAKE_COMMAND} -E touch o${i})
  list(APPEND all o${i})
endforeach()
add_custom_target(everything ALL DEPENDS ${all})
CMAKE
    bar 10 'cmake -S . -B made && make -C made'
}

@test "progress for terminals: ESC ] 9 ; 4" {
    bar 5 'for i in 0 20 40 60 80 100; do printf "\\033]9;4;1;$i\\033\\\\\\\\working\n"; done'
}

@test "programs that nobody wrote a dialect for" {
    need 7z xz mksquashfs
    data 8000000 data
    mkdir tree
    for i in {1..60}; do data 500000 "tree/$i"; done
    LAST=90 bar 5 '7z a -bsp1 -mx=1 out.7z tree data'
    bar 2 'xz -vk -T1 data'
    bar 2 'mksquashfs tree data out.sqfs -processors 1'
}

@test "tqdm" {
    need /usr/bin/python3
    /usr/bin/python3 -c 'import tqdm' || missing python3-tqdm
    cat >job.py <<'PY'
import time
from tqdm import tqdm
for word in ("one", "two"):
    for _ in tqdm(range(40), desc=word, mininterval=0):
        time.sleep(0.005)
PY
    bar 20 '/usr/bin/python3 job.py'
    [ "$(laps)" = 1 ]
}
