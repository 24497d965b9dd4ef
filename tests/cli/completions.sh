#!/bin/sh
# Completions, as they are typed in real shells.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# prepare SHELL: its completions in a file; a shell that has nothing of the user's.
prepare() {
    need "$1" python3
    run help --completion "$1"
    expect_status 0
    mkdir -p functions
    export TERM=xterm COLUMNS=160 LINES=50 HISTFILE=/dev/null
    PATH=$(dirname "$STATICBUILD"):$PATH
    export PATH
}

# shows TEXT WORD... -- SHELL ARGUMENT...
shows() {
    run_command python3 "$ROOT/tests/cli/type_keys.py" 40 "$@"
    [ "$status" = 0 ] || fail "$out"
}

# The same questions to each: commands, options, words of an option, what the machine knows.
questions() {
    shows 'staticbuild foot' footprint -- "$@"
    shows 'staticbuild audit --format ' sarif junit -- "$@"
    shows 'staticbuild new x --template ' library-meson extension -- "$@"
    shows 'staticbuild target ' list show -- "$@"
    shows 'staticbuild tree ' zmq yaml -- "$@"
}

in_bash() {
    prepare bash
    cp "$TEST_FILES/out" rc
    printf '%s\n' "PS1='ready>'" "bind 'set show-all-if-ambiguous on'" "bind 'set page-completions off'" \
        "bind 'set completion-query-items 0'" >>rc
    questions bash --noprofile --rcfile rc -i
}

in_zsh() {
    prepare zsh
    cp "$TEST_FILES/out" functions/_staticbuild
    printf '%s\n' "fpath=('$PWD/functions' \$fpath)" 'autoload -U compinit' 'compinit -u -D' 'LISTMAX=1000' "PS1='ready>'" >.zshrc
    questions env ZDOTDIR="$PWD" zsh -i
}

in_fish() {
    prepare fish
    mkdir -p config/fish/completions
    cp "$TEST_FILES/out" config/fish/completions/staticbuild.fish
    printf '%s\n' 'function fish_prompt; echo -n "ready>"; end' 'set -g fish_greeting' >config/fish/config.fish
    questions env XDG_CONFIG_HOME="$PWD/config" fish -i
}

run_tests in_bash in_zsh in_fish
