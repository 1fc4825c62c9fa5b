# matches.zsh -- what zsh's completion adds for LINE, one match a line, into MATCHES.
#
# zsh completes only while it edits a line, so a second zsh gets a terminal of
# its own (zsh/zpty), types LINE and a tab, and ends itself after that. What is
# added passes through compadd, which is a function there that writes it down.
zmodload zsh/zpty

inner() {
    stty -echo 2>/dev/null
    exec zsh -f -i
}
zpty inner inner
zpty -w inner 'PS1= PS2= RPS1=; unsetopt zle_bracketed_paste beep; TERM=dumb; fpath=($FPATH_DIR $fpath); autoload -Uz compinit; compinit -u -d /dev/null
zstyle ":completion:*" list-prompt ""; zstyle ":completion:*" menu no; LISTMAX=100000
compadd() {
    local -a __got
    builtin compadd -O __got "$@"
    print -rl -- $__got >>$MATCHES
    builtin compadd "$@"
}
offer() { compstate_done=; _main_complete; print done >$MATCHES.done; exit }
zle -C offer complete-word offer; bindkey "^I" offer; print READY'
local got
while zpty -r inner got; do [[ $got == *READY* && $got != *print* ]] && break; done
zpty -w -n inner "$LINE"$'\t'
while [[ ! -e $MATCHES.done ]] && zpty -r -t inner got || zpty -t inner; do
    [[ ! -e $MATCHES.done ]] || break
    read -t 0.05 -u 0 </dev/null || zselect -t 2 2>/dev/null
done
rm -f $MATCHES.done
zpty -d inner
