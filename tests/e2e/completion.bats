# Completion in real shells: what they offer after "headway ..." is what the
# help of each command says, and what the broker knows.
bats_require_minimum_version 1.5.0
load ../helper/stack

setup() {
    setup_stack
    cd "$RUN"
    touch a-file
    mkdir a-directory
}
teardown() { cd /; teardown_stack; }

SCRIPTS=$SRC_DIR/conf/completion

# offers SHELL LINE -- each of what SHELL would offer with the cursor at the end
# of LINE, one a line, without what it means.
offers() { "offers_in_${1//-/_}" "$2"; }

# bash-completion's own way of loading it by its name, or without that package.
offers_in_bash_completion() { in_bash "$1" 'XDG_DATA_HOME=$PWD; mkdir -p bash-completion/completions
    ln -sf "$SCRIPTS/headway" bash-completion/completions/; BASH_COMPLETION_USER_DIR=$PWD/bash-completion
    . /usr/share/bash-completion/bash_completion; _completion_loader headway'; }
offers_in_bash() { in_bash "$1" '. "$SCRIPTS/headway"'; }

# As readline does: words parted at blanks and equals signs, the function called
# with the command, the word, and the one before.
in_bash() { # LINE HOW-TO-LOAD
    SCRIPTS=$SCRIPTS LINE=$1 bash --norc -c "$2"'
        COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_TYPE=9 COMP_KEY=9
        spaced=${LINE//=/ = }
        read -ra COMP_WORDS <<<"$spaced"
        [[ $LINE != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        word=${COMP_WORDS[COMP_CWORD]}
        read -ra spec <<<"$(complete -p headway)"
        function=; for ((i = 0; i < ${#spec[@]}; i++)); do [ "${spec[i]}" != -F ] || function=${spec[i + 1]}; done
        "$function" "${COMP_WORDS[0]}" "$word" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' 3>&-
}

offers_in_fish() { XDG_CONFIG_HOME=$RUN/fish fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$SCRIPTS/headway.fish" "$1" | cut -f 1; }

# zsh completes only at a terminal.
offers_in_zsh() {
    mkdir -p "$RUN/zsh"
    ln -sf "$BATS_TEST_DIRNAME/../helper/matches.zshrc" "$RUN/zsh/.zshrc"
    : >"$RUN/matches"
    ZDOTDIR=$RUN/zsh FPATH_DIR=$SCRIPTS MATCHES=$RUN/matches LINE=$1 TERM=dumb \
        timeout "$AWAIT_SECONDS" script -qec 'zsh -d -i' /dev/null </dev/null >"$RUN/zsh/said" 2>&1 3>&- || {
        cat "$RUN/zsh/said" >&2
        return 1
    }
    sort -u "$RUN/matches"
}

SHELLS="bash bash-completion zsh fish"
need_shells() {
    need bash zsh fish script
    [ -e /usr/share/bash-completion/bash_completion ] || missing bash-completion
}

# in_every_shell LINE WORD... -- each of them is offered.
in_every_shell() {
    local shell line=$1 word got
    shift
    for shell in $SHELLS; do
        got=$(offers "$shell" "$line")
        for word; do
            grep -qxF -- "$word" <<<"$got" || { echo "$shell does not offer \"$word\" for \"$line\" but: $got"; return 1; }
        done
    done
}

# in_no_shell LINE WORD... -- none of them is.
in_no_shell() {
    local shell line=$1 word got
    shift
    for shell in $SHELLS; do
        got=$(offers "$shell" "$line")
        for word; do
            ! grep -qxF -- "$word" <<<"$got" || { echo "$shell offers \"$word\" for \"$line\""; return 1; }
        done
    done
}

nothing_in_any_shell() { # LINE
    local shell got
    for shell in $SHELLS; do
        got=$(offers "$shell" "$1")
        [ -z "$got" ] || { echo "$shell offers for \"$1\": $got"; return 1; }
    done
}

commands() { headway --help | sed -n 's/^  \([a-z]*\) .*/\1/p'; }

@test "every shell offers every command" {
    need_shells
    mapfile -t all < <(commands)
    [ "${#all[@]}" -ge 6 ]
    in_every_shell "headway " "${all[@]}"
    in_every_shell "headway wa" wait watch
    in_no_shell "headway wa" run
    in_every_shell "headway --" --help --version
    nothing_in_any_shell "headway nonsense "
}

@test "every shell offers every option that the help of each command names" {
    need_shells
    for command in $(commands); do
        mapfile -t options < <(headway "$command" --help | grep -o -- '^  .*' | sed 's/\(   *[^- ].*\)$//' | grep -o -- '--[a-z][a-z-]*' | sort -u)
        [ "${#options[@]}" -ge 2 ]
        in_every_shell "headway $command --" "${options[@]}" --help
    done
}

@test "tasks are offered where a name is wanted" {
    need_shells
    start_broker
    publish '{"task":"backup/db","moved":1,"total":2}' '{"task":"backup/www","state":"done"}' '{"task":"copy","moved":1}' '{"moved":1}'
    for command in wait cancel set watch; do
        in_every_shell "headway $command " backup/db backup/www copy
        in_every_shell "headway $command ba" backup/db backup/www
        in_no_shell "headway $command ba" copy
    done
    in_no_shell "headway watch " .
    in_every_shell "headway watch copy ba" backup/db
    nothing_in_any_shell "headway wait copy ba"
    in_every_shell "headway run --name ba" backup/db
    # bash has parted the word, and gets the value alone
    SHELLS="bash bash-completion" in_every_shell "headway run --name=ba" backup/db
    SHELLS="zsh fish" in_every_shell "headway run --name=ba" --name=backup/db
    in_every_shell "headway wait /ba" /backup/db
    HEADWAY_TASK=nightly in_every_shell "headway set " /backup/db
}
@test "the broker is asked where the line says that it is" {
    need_shells
    start_broker
    publish '{"task":"elsewhere","moved":1}'
    local socket=$HEADWAY_SUBSCRIBE_SOCKET
    HEADWAY_SUBSCRIBE_SOCKET=/nonexistent nothing_in_any_shell "headway wait e"
    HEADWAY_SUBSCRIBE_SOCKET=/nonexistent in_every_shell "headway wait --subscribe-socket $socket e" elsewhere
    HEADWAY_SUBSCRIBE_SOCKET=/nonexistent in_every_shell "headway wait --subscribe-socket=$socket e" elsewhere
}

@test "files are offered where a path is wanted, and nothing where a number or a text is" {
    need_shells
    SHELLS="bash bash-completion" in_every_shell "headway wait --subscribe-socket a-" a-file a-directory
    SHELLS=fish in_every_shell "headway wait --subscribe-socket a-" a-file a-directory/
    SHELLS=zsh in_every_shell "headway wait --subscribe-socket a-" a-file a-directory
    SHELLS="bash bash-completion" in_every_shell "headway wait --subscribe-socket=a-f" a-file
    SHELLS=fish in_every_shell "headway wait --subscribe-socket=a-f" --subscribe-socket=a-file
    SHELLS=zsh in_every_shell "headway wait --subscribe-socket=a-f" a-file
    nothing_in_any_shell "headway wait --timeout "
    nothing_in_any_shell "headway set x --message "
    nothing_in_any_shell "headway set x --exit "
}

@test "what run runs completes as it would by itself" {
    need_shells
    mkdir bin
    printf '#!/bin/sh\n' >bin/hwtest-program
    chmod +x bin/hwtest-program
    PATH=$PWD/bin:$PATH
    for before in "run" "run --" "run --name x" "run --name x --no-log --"; do
        in_every_shell "headway $before hwtest-pr" hwtest-program
        in_every_shell "headway $before hwtest-program a-f" a-file
        # its options are not ours
        in_no_shell "headway $before hwtest-program --na" --name
    done
    in_every_shell "headway run --na" --name
    # and of a command that has a completion of its own, its own words (bash alone knows of files only)
    SHELLS="bash-completion zsh fish" in_every_shell "headway run -- headway wa" wait watch
    SHELLS="bash-completion zsh fish" in_every_shell "headway run headway run -- headway wait --ti" --timeout
}

@test "what has been said needs no names: no broker is no delay, and a mute one a third of a second" {
    need_shells
    run -0 --separate-stderr headway --complete wait ''
    [ "$output" = words ]
    [ -z "$stderr" ]
    start_broker
    kill -STOP "$BROKER"
    local begun=${EPOCHREALTIME/./}
    run -0 --separate-stderr headway --complete wait ''
    local took=$((${EPOCHREALTIME/./} - begun))
    kill -CONT "$BROKER"
    [ "$output" = words ]
    [ -z "$stderr" ]
    [ "$took" -lt 2000000 ]
}

@test "the program that is typed answers, not another one of that name" {
    need_shells
    mkdir other
    printf '#!/bin/sh\nprintf "words\\nanother\\n"\n' >other/headway
    chmod +x other/headway
    for shell in bash zsh fish; do
        [ "$(offers "$shell" "$RUN/other/headway ")" = another ] || { echo "$shell asked another one"; false; }
    done
}

@test "the scripts are what their shells can read, and installed where they look" {
    need_shells
    bash -n "$SCRIPTS/headway"
    zsh -n "$SCRIPTS/_headway"
    fish -n "$SCRIPTS/headway.fish"
    make -s -C "$BUILD_DIR" install-data DESTDIR="$RUN/root" prefix=/usr >/dev/null
    [ -e "$RUN/root/usr/share/bash-completion/completions/headway" ]
    [ -e "$RUN/root/usr/share/zsh/site-functions/_headway" ]
    [ -e "$RUN/root/usr/share/fish/vendor_completions.d/headway.fish" ]
}
