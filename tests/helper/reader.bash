# reader.bash -- what tests of watch, wait and cancel need besides stack.bash: a
# broker that says just what it is told to, a terminal, and a clock.
# shellcheck shell=bash

# A subscribe socket on which the lines of say() come, whoever asks for what;
# what was asked is in $RUN/heard.
start_fake_broker() {
    mkfifo "$RUN/feed"
    nc -lkU "$HEADWAY_SUBSCRIBE_SOCKET" <"$RUN/feed" >"$RUN/heard" 3>&- &
    PIDS+=($!)
    exec 7>"$RUN/feed"
    await "the fake broker listens" listens "$HEADWAY_SUBSCRIBE_SOCKET"
}

# Not only is the file there: between bind(2) and listen(2) it refuses. 00010000
# is __SO_ACCEPTCON.
listens() { grep -q " 00010000 .* $1\$" /proc/net/unix; } # PATH

asked() { [ "$(grep -c subscribe "$RUN/heard")" -ge "$1" ]; } # TIMES
say() { printf '%s\n' "$@" >&7; }

# ---- a terminal of tmux ----

pane() { tmux -S "$RUN/tmux" -f /dev/null "$@"; }

# in_terminal COLUMNS ROWS COMMAND -- a shell in a terminal, which then runs it.
in_terminal() {
    need tmux
    LC_ALL=C.UTF-8 PS1='$ ' pane -u new-session -d -x "$1" -y "$2" "exec bash --norc --noprofile" 3>&-
    pane set-option -g window-size manual
    type_line "$3"
}

end_terminal() { [ ! -S "${RUN-}/tmux" ] || pane kill-server 2>/dev/null || :; }

type_line() { pane send-keys -l "$1" \; send-keys Enter; }
picture() { pane capture-pane -p; }
pictured() { picture | grep -qF -- "$1"; } # TEXT
await_picture() { await "the terminal shows $1" pictured "$1" || { picture; return 1; }; }
resize() { pane resize-window -x "$1" -y "$2"; }

# "CURSOR ALTERNATE WRAP", each 0 or 1
terminal_state() { pane display-message -p '#{cursor_flag} #{alternate_on} #{wrap_flag}'; }
terminal_is() { [ "$(terminal_state)" = "$1" ]; }

# ---- a clock ----

elapsed_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }
between() { awk -v n="$1" -v a="$2" -v b="$3" 'BEGIN { exit !(n >= a && n <= b) }'; }
