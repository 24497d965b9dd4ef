#!/bin/sh
# Installs the packages that are missing for the purposes named: build, run (what recipes use), test, lint, footprint (for
# `make bench-footprint`), cross (aarch64 from another machine), emulated (for `make check-emulated`: more architectures), hosts
# (for `make check-hosts`).
# Does nothing, and asks nobody, when all are there. `--check` only says what is missing.
#   status 0: all there; 1: --check found missing ones; 7: they cannot be installed here
set -eu

check=
if [ "${1-}" = --check ]; then
    check=yes
    shift
fi

# Debian and Ubuntu names. "a|b": the first that the distribution has. "a?": left out where it has none; what
# would use it says so.
packages_of() {
    case $1 in
    build)
        echo gcc g++ make pkg-config libc6-dev libarchive-dev libcurl4-openssl-dev libtomlplusplus-dev \
            libjansson-dev libdeflate-dev libssl-dev libcapstone-dev check
        ;;
    run)
        echo gcc g++ make binutils cmake ninja-build autoconf automake libtool meson nasm pkg-config perl patch \
            python3 python3-dev 'libcrypt-dev?' bubblewrap ca-certificates
        ;;
    test)
        echo check binutils unzip clang openssl 'lld?' 'binutils-gold?' 'gcc-aarch64-linux-gnu?' 'g++-aarch64-linux-gnu?' \
            'libc6-dev-arm64-cross?' 'qemu-user?' 'twine?' 'python3-installer?' python3-pip python3-dev 'smem?' 'chromium?' \
            'strace?' 'nginx-light?' 'patchelf?' 'python3-yaml?' 'man-db?' 'zsh?' 'fish?'
        ;;
    footprint) echo python3 python3-zmq ;;
    hosts) echo debootstrap debian-archive-keyring util-linux ;;
    lint) echo clang clang-format cppcheck shellcheck "$(clang_runtime)" ;;
    cross) echo gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user ;;
    emulated)
        echo qemu-user python3-venv debian-archive-keyring
        for row in arm-linux-gnueabihf:armhf i686-linux-gnu:i386 powerpc64le-linux-gnu:ppc64el s390x-linux-gnu:s390x \
            riscv64-linux-gnu:riscv64; do
            echo "gcc-${row%:*}?" "g++-${row%:*}?" "libc6-dev-${row#*:}-cross?"
        done
        ;;
    esac
}

# The sanitizer and fuzzer runtime is a package of its own where clang is 14 of Debian 12 or later.
clang_runtime() {
    major=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
    echo "libclang-rt-${major:-14}-dev|libclang-common-${major:-14}-dev"
}

# For a reader on another distribution.
tools_of() {
    case $1 in
    build) echo 'a C11 and a C++17 compiler, make, pkg-config; development files of libarchive, libcurl, tomlplusplus, jansson, libdeflate, OpenSSL, Capstone, check' ;;
    run) echo 'gcc, g++, make, binutils, cmake, ninja, autoconf, automake, libtool, meson, nasm, pkg-config, perl, patch, python3 with headers, bubblewrap, CA certificates' ;;
    test) echo 'check, binutils, unzip, clang, lld, OpenSSL, a cross compiler for aarch64 with qemu, twine, python3-installer, pip, smem, Chromium, strace, patchelf, man, zsh, fish' ;;
    hosts) echo 'debootstrap, the keys of Debian' ;;
    footprint) echo 'the distribution'"'"'s own python3 and its zmq module' ;;
    cross) echo 'a C and C++ cross compiler for aarch64 with its C library, qemu for user programs' ;;
    emulated) echo 'C and C++ cross compilers for armv7l, i686, ppc64le, s390x and riscv64 with their C libraries, qemu for user programs, python3 with venv' ;;
    lint) echo 'clang with its sanitizer runtime, clang-format, cppcheck, shellcheck' ;;
    esac
}

installed() {
    [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]
}

# What to type elsewhere, for building the program and for running recipes; nothing is installed so.
command_of() {
    case $1 in
    build-dnf) echo dnf install gcc gcc-c++ make pkgconf-pkg-config libarchive-devel libcurl-devel tomlplusplus-devel \
        jansson-devel libdeflate-devel openssl-devel capstone-devel check-devel ;;
    build-pacman) echo pacman -S --needed gcc make pkgconf libarchive curl tomlplusplus jansson libdeflate openssl \
        capstone check ;;
    build-zypper) echo zypper install gcc gcc-c++ make pkgconf-pkg-config libarchive-devel libcurl-devel \
        tomlplusplus-devel libjansson-devel libdeflate-devel libopenssl-devel libcapstone-devel check-devel ;;
    build-apk) echo apk add build-base pkgconf libarchive-dev curl-dev tomlplusplus-dev jansson-dev libdeflate-dev \
        openssl-dev capstone-dev check-dev ;;
    run-dnf) echo dnf install binutils cmake ninja-build autoconf automake libtool meson nasm perl patch \
        python3-devel bubblewrap ca-certificates ;;
    run-pacman) echo pacman -S --needed binutils cmake ninja autoconf automake libtool meson nasm perl patch python \
        bubblewrap ca-certificates ;;
    run-zypper) echo zypper install binutils cmake ninja autoconf automake libtool meson nasm perl patch python3-devel \
        bubblewrap ca-certificates ;;
    run-apk) echo apk add binutils cmake samurai autoconf automake libtool meson nasm perl patch python3-dev \
        bubblewrap ca-certificates ;;
    esac
}

unknown_distribution() {
    manager=
    for name in dnf pacman zypper apk; do
        [ -n "$manager" ] || ! command -v "$name" >/dev/null 2>&1 || manager=$name
    done
    {
        echo "deps.sh: packages are installed from here on Debian and Ubuntu alone. Needed:"
        for purpose; do
            echo "  to $purpose: $(tools_of "$purpose")"
            how=$(command_of "$purpose-$manager")
            [ -z "$how" ] || echo "      $how"
        done
        echo "Install them with your package manager, then run \`make\`."
    } >&2
    exit 7
}

# Elsewhere it is enough that the build's own needs are met: then nothing has to be installed.
met_without_packages() {
    for purpose; do
        case $purpose in
        build) programs='cc c++ make pkg-config' ;;
        run) programs='cmake ninja autoconf automake libtoolize meson nasm perl patch python3' ;;
        test) programs='readelf unzip clang twine python3' ;;
        hosts) programs='debootstrap unshare' ;;
        cross) programs='aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ qemu-aarch64' ;;
        emulated) programs='arm-linux-gnueabihf-g++ s390x-linux-gnu-g++ riscv64-linux-gnu-g++ qemu-arm' ;;
        lint) programs='clang clang-format cppcheck shellcheck' ;;
        footprint) programs='python3' ;;
        esac
        for program in $programs; do
            command -v "$program" >/dev/null 2>&1 || return 1
        done
    done
    pkg-config --exists libarchive libcurl libcrypto jansson libdeflate check
}

[ $# -gt 0 ] || set -- build
for purpose; do
    case $purpose in
    build | run | test | lint | footprint | cross | emulated | hosts) ;;
    *)
        echo "deps.sh: no such purpose: $purpose (build, run, test, lint, footprint, cross, emulated, hosts)" >&2
        exit 2
        ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    met_without_packages "$@" && exit 0
    unknown_distribution "$@"
fi

available() {
    apt-cache show "$1" >/dev/null 2>&1
}

# "a|b" becomes the one this distribution has.
one_of() {
    if [ "${1%%|*}" = "$1" ] || available "${1%%|*}"; then
        echo "${1%%|*}"
    else
        echo "${1##*|}"
    fi
}

find_missing() {
    missing=
    for purpose; do
        for wanted in $(packages_of "$purpose"); do
            package=$(one_of "${wanted%\?}")
            case " $missing " in *" $package "*) continue ;; esac
            installed "$package" && continue
            if [ "$wanted" != "${wanted%\?}" ] && has_index && ! available "$package"; then
                continue
            fi
            missing="$missing $package"
        done
    done
}

has_index() {
    for list in /var/lib/apt/lists/*_Packages*; do
        [ -e "$list" ] && return 0
    done
    return 1
}

find_missing "$@"
[ -n "$missing" ] || exit 0
if [ -n "$check" ]; then
    echo "missing packages:$missing"
    exit 1
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "deps.sh: missing packages:$missing" >&2
        echo "deps.sh: neither root nor sudo is here to install them; ask for: apt-get install$missing" >&2
        exit 7
    fi
    as_root='sudo -n'
    if ! sudo -n true 2>/dev/null; then
        [ -t 0 ] && as_root=sudo
    fi
fi

install_missing() {
    # shellcheck disable=SC2086 # words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing </dev/null >&2
}

echo "installing:$missing" >&2
if ! has_index || ! install_missing; then
    # No package index yet, or one too old: one refresh, then once more.
    $as_root apt-get update -q </dev/null >&2 || true
    find_missing "$@"
    if ! install_missing; then
        echo "deps.sh: the package manager could not install:$missing" >&2
        exit 7
    fi
fi
