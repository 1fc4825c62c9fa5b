# terminal.bash -- a terminal with an interactive shell in it, driven by keys and
# looked at as a user would: tmux(1), one server per test.
# shellcheck shell=bash disable=SC2034 # tests use what is set here

tm() { tmux -S "$RUN/tmux.sock" "$@"; }

start_terminal() { # [columns rows]
    need tmux
    tm -f /dev/null new-session -d -x "${1:-80}" -y "${2:-24}" \
        env PS1='$ ' PROMPT_COMMAND='' TERM=screen bash --norc --noprofile 3>&-
    tm set-option -g remain-on-exit off
    await "the shell is there" on_screen '\$'
}

stop_terminal() { tm kill-server 2>/dev/null || :; }

screen() { tm capture-pane -p; }
on_screen() { screen | grep -qE -- "$1"; }
keys() { tm send-keys "$@"; }

# await_screen REGEX
await_screen() { await "the screen shows $1" on_screen "$1" || { screen; return 1; }; }

# A command line on an empty screen, typed, and entered; not before the shell is
# back: what is typed earlier is the command's that is still ending.
enter() {
    await "the shell takes a command" prompted || { screen; return 1; }
    keys C-l
    keys -l -- "$1"
    keys Enter
}

prompted() { [ "$(screen | sed '/^ *$/d' | tail -n 1)" = '$' ]; }

# The modes that the shell's commands find, as stty -g has them.
modes() {
    rm -f "$RUN/modes"
    enter "stty -g >'$RUN/modes.new' && mv '$RUN/modes.new' '$RUN/modes'"
    await "stty has written" test -s "$RUN/modes"
    cat "$RUN/modes"
}
