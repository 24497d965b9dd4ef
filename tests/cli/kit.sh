# For scripts that try what a kit's compilers make: `. "$ROOT/tests/cli/kit.sh"` after lib.sh.
# shellcheck shell=sh

# make_kit TARGET FOLDER: the kit of a target, made by building a library that holds nothing.
make_kit() {
    mkdir -p kit/recipe kit/src
    echo 'int nothing(void) { return 0; }' >kit/src/nothing.c
    cat >kit/recipe/nothing.toml <<'END'
[recipe]
name = "nothing"
kind = "library"
version = "1"
license = "MIT"
[[source]]
path = "src"
[build]
system = "commands"
steps = [["{cc}", "-c", "{src}/nothing.c", "-o", "nothing.o"], ["{ar}", "rcs", "libnothing.a", "nothing.o"]]
install = { "lib/libnothing.a" = "libnothing.a" }
[provides]
archives = ["lib/libnothing.a"]
END
    run --target "$1" kit/recipe/nothing.toml
    expect_status 0
    made=$(echo "$STATICBUILD_CACHE"/trees/kit-"$1"-*)
    [ -x "$made/bin/cc" ] || fail "no kit in $STATICBUILD_CACHE"
    cp -R "$made" "$2"
}

# What modules export, for --version-script.
write_map() {
    echo '{ global: PyInit_*; local: *; };' >"$1"
}
