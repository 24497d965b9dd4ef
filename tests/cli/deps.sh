#!/bin/sh
# tests/deps.sh: what it installs, and what it says where it cannot.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# A package manager that writes down what it is asked. tool NAME TEXT
tool() {
    mkdir -p bin
    printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

package_manager() {
    log=$PWD/log
    : >"$log"
    tool dpkg-query 'for last; do :; done; case $last in make|perl|libfound-dev) printf "install ok installed" ;; *) exit 1 ;; esac'
    tool apt-cache 'case $1 in depends) echo "  Depends: clang-19" ;; show) case $2 in twine) exit 100 ;; esac ;; esac'
    tool apt-get "echo \"\$*\" >>'$log'; $1"
    tool id 'echo 0'
}

deps() {
    run_command env PATH="$PWD/bin:/usr/bin:/bin" sh "$ROOT/tests/deps.sh" "$@"
}

nothing_is_missing_here() {
    run_command sh "$ROOT/tests/deps.sh" --check build
    expect_status 0
    expect_no_out
}

only_what_is_missing() {
    package_manager 'exit 0'
    deps build run
    expect_status 0
    installs=$(grep install log | tail -n 1)
    case $installs in *' libarchive-dev '*bubblewrap*) ;; *) fail "$installs" ;; esac
    case $installs in *' make '* | *' perl '*) fail "installs what is there: $installs" ;; esac
    case $installs in *--no-install-recommends*) ;; *) fail "$installs" ;; esac
    expect_equal "$(echo "$installs" | tr ' ' '\n' | grep -c '^gcc$')" 1
}

one_update_when_the_index_is_old() {
    package_manager 'case $1 in update) touch updated ;; install) [ -e updated ] ;; esac'
    deps build
    expect_status 0
    expect_equal "$(grep -c '^update' log)" 1
    expect_equal "$(tail -n 1 log | cut -d ' ' -f 1)" install
    package_manager 'exit 1'
    rm updated
    deps build
    expect_status 7
    expect_err 'could not install'
}

what_the_distribution_lacks() {
    [ -n "$(ls /var/lib/apt/lists/*_Packages* 2>/dev/null)" ] || skip 'no package index here'
    package_manager 'exit 0'
    deps test
    expect_status 0
    case $(tail -n 1 log) in *twine*) fail 'asks for a package that is not there' ;; esac
    deps lint
    case $(tail -n 1 log) in *libclang-rt-19-dev*) ;; *) fail "$(tail -n 1 log)" ;; esac
}

# Compilers and linkers that tests ask for: without them, tests would be skipped on a bare machine.
what_tests_look_for() {
    package_manager 'exit 0'
    tool apt-cache 'exit 0'
    deps build run test
    expect_status 0
    installs=" $(grep install log | tail -n 1) "
    for package in clang lld gcc-aarch64-linux-gnu g++-aarch64-linux-gnu qemu-user cmake meson python3-pip strace man-db; do
        case $installs in *" $package "*) ;; *) fail "does not install $package: $installs" ;; esac
    done
}

checking_installs_nothing() {
    package_manager 'exit 0'
    deps --check build
    expect_status 1
    expect_out 'missing packages:' libcurl4-openssl-dev
    expect_equal "$(cat log)" ''
    deps --check nonsense
    expect_status 2
}

another_distribution() {
    for tool in sh sed; do
        mkdir -p bin
        ln -s "$(command -v $tool)" "bin/$tool"
    done
    run_command env PATH="$PWD/bin" sh "$ROOT/tests/deps.sh" build run
    expect_status 7
    expect_err libarchive ninja 'package manager'
}

# By their own names, as one line to type: of whichever package manager is there.
package_managers_of_others() {
    for tool in sh sed; do
        mkdir -p bin
        ln -s "$(command -v $tool)" "bin/$tool"
    done
    for manager in dnf pacman zypper apk; do
        tool $manager 'exit 1'
        run_command env PATH="$PWD/bin" sh "$ROOT/tests/deps.sh" build run
        rm "bin/$manager"
        expect_status 7
        expect_equal "$(echo "$err" | grep -c "^      $manager ")" 2
        expect_err jansson meson bubblewrap
    done
}

neither_root_nor_sudo() {
    package_manager 'exit 0'
    tool id 'echo 1000'
    for name in sh env grep sed head cut tr; do
        [ -e "bin/$name" ] || ln -s "$(command -v $name)" "bin/$name"
    done
    run_command env PATH="$PWD/bin" sh "$ROOT/tests/deps.sh" build
    expect_status 7
    expect_err 'neither root nor sudo' 'apt-get install'
}

run_tests nothing_is_missing_here only_what_is_missing one_update_when_the_index_is_old what_the_distribution_lacks what_tests_look_for \
    checking_installs_nothing another_distribution package_managers_of_others neither_root_nor_sudo
