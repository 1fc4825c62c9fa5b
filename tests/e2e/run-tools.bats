# Real programs under headway run: a true bar as readers get it, and nothing else
# changed: stdout byte by byte, and the exit status.
load ../helper/stack
load ../helper/changes
load ../helper/served

setup() {
    setup_stack
    cd "$RUN" || return
    started
}
teardown() { teardown_stack; }

data() { head -c "$1" /dev/urandom >"$2"; }

# true_bar NAME COMMAND -- the command alone, then run: the same stdout and
# status; at least five percents, then 100.00 and done. $SAME=sed-script makes
# what differs from run to run (rates and times) equal.
true_bar() {
    local plain=0 status=0 percents
    sh -c "$2" </dev/null >plain.out 2>plain.err || plain=$?
    headway run --name "$1" -- sh -c "$2" </dev/null >run.out 2>run.err || status=$?
    [ "$status" = "$plain" ]
    cmp <(sed "${SAME-}" plain.out) <(sed "${SAME-}" run.out)
    await "$1 has ended" said " $1 end "
    percents=$(sed -n "s/^[0-9]* [0-9]* $1 run .*\"percent\":\"\([0-9.]*\)\".*/\1/p" changes | sort -u | wc -l)
    echo "$1: $percents percents"
    [ "$percents" -ge 5 ] || { cat changes run.err; false; }
    grep " $1 end " changes | grep -q '"percent":"100.00".*"state":"done"'
}

@test "rsync" {
    need rsync
    mkdir tree
    for i in {1..40}; do data 100000 "tree/$i"; done
    SAME='s/[0-9].*//' true_bar rsync 'rm -rf a; rsync -a --bwlimit=6000 --info=progress2 tree/ a/'
}

@test "curl and wget, data on stdout" {
    need curl wget
    serve 2000
    data 12000000 www/data
    true_bar curl "curl http://127.0.0.1:$PORT/data"
    true_bar wget "wget --progress=dot -O - http://127.0.0.1:$PORT/data"
}

@test "pv and dd" {
    need pv dd
    data 4000000 data
    true_bar pv 'pv -f -i 0.1 -L 4m data'
    # dd says how much, not of how much, unless it is the command itself
    headway run --name dd -- dd if=data bs=1k status=none | cmp - data
    pv -qL 2m /dev/zero | headway run --name dds -- dd bs=1k count=12000 iflag=fullblock status=progress of=/dev/null 2>err
    await "dd has ended" said " dds end "
    [ "$(sed -n 's/.* dds run .*"percent":"\([0-9.]*\)".*/\1/p' changes | sort -u | wc -l)" -ge 5 ]
    grep " dds end " changes | grep -q '"percent":"100.00".*"state":"done"'
}

@test "git: phases are laps, and the last one is complete" {
    need git pv
    # from a far machine, as it were
    printf '#!/bin/sh\ngit-upload-pack "$@" | pv -qL 150k\n' >far
    chmod +x far
    git init -q src
    mkdir src/d
    for i in {1..3000}; do echo "$i $RANDOM" >"src/d/$i"; done
    git -C src add .
    git -C src -c user.name=a -c user.email=a@example.org commit -qm all
    true_bar git "rm -rf dst; git clone -u $RUN/far --no-local --progress file://$RUN/src dst"
    grep " git " changes | grep -q '"lap":[2-9].*'
}

@test "ffmpeg" {
    need ffmpeg
    ffmpeg -nostdin -v error -f lavfi -i testsrc=size=640x480:rate=25 -t 20 -c:v mpeg4 in.mp4
    true_bar ffmpeg 'ffmpeg -nostdin -y -i in.mp4 -c:v mpeg4 -bitexact -stats_period 0.05 -f nut -'
}

@test "ninja" {
    need ninja
    {
        echo 'rule wait'
        echo '  command = sleep 0.1; touch $out' # its work
        for i in {1..20}; do echo "build out$i: wait"; done
    } >build.ninja
    true_bar ninja 'rm -f out*; ninja -j1'
}

@test "a rule of the user's own, and what cannot be known" {
    # shellcheck disable=SC2016
    headway run --name own --match 'did ([0-9]+) out of ([0-9]+)' -- \
        sh -c 'for i in 1 2 3 4 5; do echo "did $i out of 5"; sleep 0.1; done' >/dev/null
    await "it has ended" said " own end "
    [ "$(sed -n 's/.* own run .*"percent":"\([0-9.]*\)".*/\1/p' changes | sort -u | tr '\n' ' ')" = "100.00 20.00 40.00 60.00 80.00 " ]
    headway run --name silent -- sh -c 'echo nothing of it; exit 7' >/dev/null || [ $? = 7 ]
    await "it has ended" said " silent end "
    not grep -q ' silent .*"\(moved\|percent\)"' changes
    grep ' silent end ' changes | grep -q '"state":"failed".*"exit":7'
}
