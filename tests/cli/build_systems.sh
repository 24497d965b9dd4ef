#!/bin/sh
# Libraries built by each build system, and what of their recipes is held against what it says.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

# other_system SYSTEM [OPTION]: libtiny, in the folder libtiny-1.0, is built by that one.
other_system() {
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    edit recipe/lib/libtiny.toml "s/^system = .*/system = \"$1\"/; /^variables/d; /^install/d"
    [ $# = 1 ] || edit recipe/lib/libtiny.toml "s/^\[provides\]/[build.options]\n$2\n\n&/"
}

library() {
    run build recipe/lib/libtiny.toml --target native
}

# expect_unknown OPTION
expect_unknown() {
    expect_status 3
    line=$(grep -n "^$1" recipe/lib/libtiny.toml | cut -d : -f 1)
    expect_err "recipe/lib/libtiny.toml:$line:1: [build] options:" "does not know \"$1\""
}

cmake_project() {
    need cmake ninja
    library_source libtiny-1.0
    cat >libtiny-1.0/CMakeLists.txt <<'C'
cmake_minimum_required(VERSION 3.10)
project(tiny C)
option(TINY_FAST "" OFF)
add_library(tiny tiny.c)
install(TARGETS tiny DESTINATION lib)
install(FILES tiny.h DESTINATION include)
C
}

an_option_that_cmake_does_not_know() {
    cmake_project
    other_system cmake 'TINY_FAST = true'
    library
    expect_status 0
    other_system cmake 'TINY_FATS = true'
    library
    expect_unknown TINY_FATS
}

an_option_that_meson_does_not_know() {
    need meson ninja
    library_source libtiny-1.0
    cat >libtiny-1.0/meson.build <<'M'
project('tiny', 'c')
static_library('tiny', 'tiny.c', install: true)
install_headers('tiny.h')
M
    echo "option('fast', type: 'boolean', value: false)" >libtiny-1.0/meson_options.txt
    other_system meson 'fast = true'
    library
    expect_status 0
    other_system meson 'fats = true'
    library
    expect_unknown fats
}

an_option_that_configure_does_not_know() {
    need autoreconf
    library_source libtiny-1.0
    rm libtiny-1.0/Makefile
    cat >libtiny-1.0/configure.ac <<'A'
AC_INIT([tiny], [1.0])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AC_PROG_RANLIB
AM_PROG_AR
AC_ARG_ENABLE([fast])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
A
    printf '%s\n' 'lib_LIBRARIES = libtiny.a' 'libtiny_a_SOURCES = tiny.c' 'include_HEADERS = tiny.h' \
        >libtiny-1.0/Makefile.am
    other_system autotools 'enable-fast = true'
    library
    expect_status 0
    other_system autotools 'enable-fats = false'
    library
    expect_unknown enable-fats
}

# A target that installs, of a make that would not be told where.
a_target_that_installs_gets_destdir() {
    library_source libtiny-1.0
    cat >libtiny-1.0/Makefile <<'M'
install: libtiny.a
	test -n '$(DESTDIR)'
	mkdir -p $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include
	cp libtiny.a $(DESTDIR)$(PREFIX)/lib/
	cp tiny.h $(DESTDIR)$(PREFIX)/include/
libtiny.a: tiny.o
	$(AR) rcs $@ $^
M
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    edit recipe/lib/libtiny.toml 's/^install .*/targets = [{ dir = ".", run = ["install"] }]/; s/^variables = { /&PREFIX = "{prefix}", /'
    library
    expect_status 0
}

# One that forgets DESTDIR on the way: it would overwrite what this machine has there.
a_target_that_installs_into_this_machine_is_told() {
    place=/opt/staticbuild/libtiny$$
    mkdir -p "$place" 2>/dev/null || skip 'only another user may write to /opt/staticbuild here'
    rmdir "$place"
    library_source libtiny-1.0
    cat >>libtiny-1.0/Makefile <<'M'
install: libtiny.a
	mkdir -p $(PREFIX)/lib
	cp libtiny.a $(PREFIX)/lib/
M
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    edit recipe/lib/libtiny.toml "s/^name = .*/name = \"libtiny$$\"/"'
        s/^install .*/targets = [{ dir = ".", run = ["install"] }]/; s/^variables = { /&PREFIX = "{prefix}", /'
    mv recipe/lib/libtiny.toml "recipe/lib/libtiny$$.toml"
    run build "recipe/lib/libtiny$$.toml" --sandbox=none # else it could not
    was=$(find "$place" -type f)
    rm -rf "$place"
    expect_equal "$was" "$place/lib/libtiny.a" 'what the build left there'
    expect_status 5
    expect_err "$place: the build installed into this machine" '{destdir}'
}

cmake_finds_the_libraries_of_the_target() {
    cmake_project
    cat >>libtiny-1.0/CMakeLists.txt <<'C'
foreach(name m dl rt pthread)
  find_library(FOUND_${name} NAMES ${name})
  if(NOT FOUND_${name})
    message(FATAL_ERROR "not found: ${name}")
  endif()
endforeach()
find_library(FOUND_crypto NAMES crypto crypt z)
if(FOUND_crypto)
  message(FATAL_ERROR "found: ${FOUND_crypto}")
endif()
C
    other_system cmake
    run build recipe/lib/libtiny.toml
    expect_status 0
    kit=$(echo "$STATICBUILD_CACHE"/trees/kit-*/bin)
    [ -x "$kit/pkg-config" ] || fail 'the kit has no pkg-config'
    run_command env PATH="$kit:$PATH" timeout 20 pkg-config --version
    expect_status 0
}

# What CMake installs says of the kit's libraries and compiler what they are called, and not where they lie: another cache
# has another kit.
what_is_installed_names_no_kit() {
    cmake_project
    cat >>libtiny-1.0/CMakeLists.txt <<'C'
find_library(MATH m)
target_link_libraries(tiny PUBLIC "${MATH}")
file(WRITE "${CMAKE_BINARY_DIR}/tiny-config" "#!/bin/sh\necho '${CMAKE_C_COMPILER}'\n")
install(PROGRAMS "${CMAKE_BINARY_DIR}/tiny-config" DESTINATION bin)
install(TARGETS tiny EXPORT tiny DESTINATION lib)
install(EXPORT tiny DESTINATION lib/cmake/tiny FILE tiny-targets.cmake)
C
    other_system cmake
    run build recipe/lib/libtiny.toml
    expect_status 0
    tree=$(echo "$STATICBUILD_CACHE"/trees/libtiny-*)
    expect_equal "$("$tree/bin/tiny-config")" cc
    expect_equal "$(sed -n 's/.*INTERFACE_LINK_LIBRARIES "\(.*\)"/\1/p' "$tree/lib/cmake/tiny/tiny-targets.cmake")" m
    if grep -r 'kit-' "$tree/bin" "$tree/lib/cmake"; then
        fail 'a kit is named'
    fi
}

# Whoever asks with --static, and whoever does not, hears the same, and nothing of this machine.
pkg_config_knows_that_all_is_static() {
    need pkg-config
    mkdir libtiny-1.0
    echo 'int tiny(void) { return 1; }' >libtiny-1.0/tiny.c
    echo 'int tiny(void);' >libtiny-1.0/tiny.h
    printf 'libtiny.a: tiny.o\n\t$(AR) rcs $@ $^\n' >libtiny-1.0/Makefile
    printf '%s\n' 'prefix=/opt/staticbuild/libtiny' 'Name: tiny' 'Description: x' 'Version: 1' 'Cflags: -I${prefix}/include' \
        'Cflags.private: -DTINY_STATIC' 'Libs: -L${prefix}/lib -ltiny' 'Libs.private: -lm -pthread' >libtiny-1.0/tiny.pc
    : >libtiny-1.0/COPYING
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    edit recipe/lib/libtiny.toml 's|^install = {|& "lib/pkgconfig/tiny.pc" = "tiny.pc",|'
    run build recipe/lib/libtiny.toml
    expect_status 0
    kit=$(echo "$STATICBUILD_CACHE"/trees/kit-*/bin/pkg-config)
    tree=$(echo "$STATICBUILD_CACHE"/trees/libtiny-*)
    mkdir host
    printf '%s\n' 'Name: host' 'Description: x' 'Version: 1' 'Libs: -lhost' >host/host.pc
    for static in '' --static; do
        PKG_CONFIG_LIBDIR=$tree/lib/pkgconfig PKG_CONFIG_PATH=$PWD/host run_command "$kit" $static --cflags --libs tiny
        expect_status 0
        expect_out -DTINY_STATIC "$tree/lib" '-ltiny -lm -pthread'
        PKG_CONFIG_LIBDIR=$tree/lib/pkgconfig PKG_CONFIG_PATH=$PWD/host run_command "$kit" $static --exists host
        expect_status 1
    done
}

run_tests pkg_config_knows_that_all_is_static a_target_that_installs_gets_destdir \
    a_target_that_installs_into_this_machine_is_told cmake_finds_the_libraries_of_the_target what_is_installed_names_no_kit \
    an_option_that_cmake_does_not_know \
    an_option_that_meson_does_not_know an_option_that_configure_does_not_know
