#!/bin/sh
# Programs as wheels: a library is linked in, and nothing else is beside it but the C library.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# A program that prints what its library knows and what lies in its data.
program_project() {
    system_python >/dev/null
    tiny_library
    mkdir -p teller
    echo 'Permission is granted.' >teller/LICENSE
    echo 'it is written' >teller/words.txt
    cat >teller/teller.c <<'C'
#include <stdio.h>
#include <tiny.h>
int main(void) { printf("the answer is %d\n", tiny_answer()); return 0; }
C
    cat >teller/Makefile <<'MAKE'
teller: teller.c
	$(CC) $(CPPFLAGS) $(CFLAGS) teller.c $(LDFLAGS) -ltiny -o $@
install: teller
	install -D teller $(DESTDIR)$(PREFIX)/bin/teller
	install -D -m 644 words.txt $(DESTDIR)$(PREFIX)/share/teller/words.txt
MAKE
    cat >recipe/teller.toml <<'TOML'
[recipe]
name = "teller"
kind = "program"
version = "1.0"
summary = "Tells the answer"
license = "MIT"
license-files = ["LICENSE"]

[[source]]
path = "teller"

[requires]
libraries = ["libtiny"]

[build]
system = "make"
variables = { PREFIX = "{prefix}" }

[provides]
programs = ["bin/teller"]

[test]
command = ["teller"]
TOML
}

the_wheel_brings_a_program() {
    program_project
    run recipe/teller.toml --target manylinux_2_17
    expect_status 0
    expect_out 'libtiny 1.0'
    wheel=$(ls dist/teller-1.0-py3-none-manylinux*.whl) || fail "no wheel: $(ls dist)"
    run sbom "$wheel"
    expect_out '"libtiny"'
    run audit "$wheel"
    expect_status 0
    "$(system_python)" -m zipfile -e "$wheel" opened
    chmod +x opened/teller-1.0.data/scripts/teller
    [ "$(opened/teller-1.0.data/scripts/teller)" = 'the answer is 42' ] || fail 'it says something else'
    [ "$(cat opened/teller-1.0.data/data/share/teller/words.txt)" = 'it is written' ] || fail 'its data is not there'
    [ -f opened/teller-1.0.dist-info/licenses/LICENSE ] || fail 'its licence is not there'
    [ -z "$(find opened -path '*staticbuild/maps*')" ] || fail 'it brings the link maps'
    run_command readelf -SW opened/teller-1.0.data/scripts/teller
    refuse_out .symtab
    run recipe/teller.toml --target manylinux_2_17
    expect_status 0
    expect_out 'up to date'
}

# Two wheels of the same inputs are the same bytes.
it_is_reproducible() {
    program_project
    SOURCE_DATE_EPOCH=1700000000 run reproduce recipe/teller.toml --target native
    expect_status 0
}

a_test_that_fails() {
    program_project
    edit recipe/teller.toml 's/^command = .*/command = ["teller-of-another-name"]/'
    run recipe/teller.toml --target native
    expect_status 1
    [ ! -e dist ] || [ -z "$(ls dist)" ] || fail 'there is a wheel'
}

# What was linked is told by the map of that name.
a_program_that_is_linked_under_another_name() {
    program_project
    edit teller/Makefile 's/-o [$]@/-o linked \&\& mv linked teller/'
    run recipe/teller.toml --target native
    expect_status 5
    expect_err 'bin/teller: no map says what was linked into it'
}

nothing_compiled() {
    program_project
    printf 'teller:\n\techo "#!/bin/sh" >teller; chmod +x teller\n' >teller/Makefile.new
    tail -n 3 teller/Makefile >>teller/Makefile.new
    mv teller/Makefile.new teller/Makefile
    run recipe/teller.toml --target native
    expect_status 5
    expect_err 'nothing that it installs is compiled'
}

run_tests the_wheel_brings_a_program it_is_reproducible a_test_that_fails \
    a_program_that_is_linked_under_another_name nothing_compiled
