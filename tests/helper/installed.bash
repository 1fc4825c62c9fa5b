# installed.bash -- what make install puts where, under $ROOT. Load it after
# stack.bash.
# shellcheck shell=bash disable=SC2034 # tests use what is set here

install_all() { # make's variables
    need make
    ROOT=$RUN/root
    make -C "$BUILD_DIR" -s install DESTDIR="$ROOT" "$@" >"$RUN/install.log" 2>&1 3>&- || { cat "$RUN/install.log"; return 1; }
}

# The one file whose path ends so.
installed() { find "$ROOT" -path "*/$1" \( -type f -o -type l \) | grep . || { echo "$1 is not installed" >&2; return 1; }; }
