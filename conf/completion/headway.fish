# fish completion for headway(1).
#
# Knows no command and no option: it asks the very program that is being typed
# (headway --complete), which is silent and quick also without a broker.

function __headway_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # ./headway or /opt/bin/headway answers for itself; an alias cannot
    set -l program $words[1]
    type -fq -- $program; or set program headway
    set -l answer ($program --complete $words[2..-1] $typed 2>/dev/null)
    switch "$answer[1]"
        case words
            test (count $answer) -gt 1; and printf '%s\n' $answer[2..-1]
        case files
            # fish does not part --name=value
            set -l ahead (string match -r -- '^--[^=]*=' $typed)
            for path in (__fish_complete_path (string sub -s (math 1 + (string length -- "$ahead")) -- "$typed"))
                printf '%s%s\n' "$ahead" $path
            end
        case 'command *'
            # what follows belongs to another command; fish counts from 1, and from our own name
            set -l first (math 2 + (string replace 'command ' '' -- $answer[1]))
            if test $first -gt (count $words)
                __fish_complete_command
            else
                complete -C (string join -- ' ' (string escape -- $words[$first..-1]) "$typed")
            end
    end
end

complete -c headway -f -a '(__headway_complete)'
