# matches.zshrc -- what zsh offers with the cursor at the end of $LINE, one match
# a line, into $MATCHES; read by an interactive zsh instead of ~/.zshrc.
#
# zsh completes only while it edits a line. So the first line begins as $LINE and
# is completed at once, with nothing typed, and then zsh ends. What is added
# passes through compadd, which is a function here that writes it down.
PS1= RPS1=
fpath=($FPATH_DIR $fpath)
autoload -Uz compinit
compinit -u -D
zstyle ':completion:*' menu no

compadd() {
    local -a __added
    builtin compadd -O __added "$@"
    print -rl -- $__added >>$MATCHES
    builtin compadd "$@"
}
offer() { _main_complete; }
zle -C offer complete-word offer
zle-line-init() {
    BUFFER=$LINE
    CURSOR=$#BUFFER
    zle offer
    exit 0
}
zle -N zle-line-init
