#!/bin/sh
# The same work as `staticbuild zmq` for one interpreter, as a packager would write it down: no keys, no checks, no
# audit, no test. plain.sh SOURCES PYTHON JOBS; SOURCES has libsodium.tar.gz zeromq.tar.gz cython.tar.gz
# pyzmq.tar.gz. Works in the current folder, which should be empty. It is what tests/bench/run holds the program
# against.
set -eu
sources=$1 python=$2 jobs=$3
here=$PWD
prefix=$here/prefix
export LC_ALL=C TZ=UTC
flags='-O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections'
case $(uname -m) in x86_64) flags="$flags -march=x86-64 -mtune=generic" ;; esac

unpack() {
    mkdir -p "$2"
    tar -xf "$sources/$1.tar.gz" -C "$2" --strip-components=1
}

for name in libsodium zeromq cython pyzmq; do
    unpack "$name" "$name"
done

(
    cd libsodium
    [ -f configure ] || autoreconf -fi
    CFLAGS=$flags ./configure --prefix="$prefix" --disable-shared --enable-static --with-pic \
        --disable-dependency-tracking --disable-pie
    make "-j$jobs"
    make install
) >libsodium.log 2>&1

(
    cmake -Wno-dev -G Ninja -S zeromq -B zeromq-build -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
        -DCMAKE_INSTALL_LIBDIR=lib "-DCMAKE_C_FLAGS=$flags" "-DCMAKE_CXX_FLAGS=$flags" \
        -DCMAKE_C_FLAGS_RELEASE= -DCMAKE_CXX_FLAGS_RELEASE= -DCMAKE_PREFIX_PATH="$prefix" \
        -DBUILD_SHARED=OFF -DBUILD_STATIC=ON -DBUILD_TESTS=OFF -DWITH_PERF_TOOL=OFF -DWITH_DOCS=OFF -DWITH_TLS=OFF \
        -DWITH_LIBSODIUM=ON -DENABLE_CURVE=ON -DWITH_LIBBSD=OFF -DENABLE_DRAFTS=OFF -DZMQ_BUILD_TESTS=OFF
    PKG_CONFIG_PATH=$prefix/lib/pkgconfig cmake --build zeromq-build --parallel "$jobs"
    cmake --install zeromq-build
) >zeromq.log 2>&1

(
    cd pyzmq
    PYTHONPATH=$here/cython "$python" -m cython -3 --module-name=zmq.backend.cython._zmq -Izmq/utils \
        -Izmq/backend/cython --output-file ../_zmq.c zmq/backend/cython/_zmq.py
) >cython.log 2>&1

include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
suffix=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
mkdir -p wheel/zmq/backend/cython
# shellcheck disable=SC2086 # flags are words
{
    cc $flags -fwrapv -DZMQ_STATIC -I"$include" -I"$prefix/include" -Ipyzmq/zmq/utils -Ipyzmq/zmq/backend/cython -c _zmq.c \
        -o _zmq.o
    c++ -shared -Wl,--gc-sections -Wl,--exclude-libs,ALL -static-libstdc++ -static-libgcc -Wl,--as-needed \
        -o "wheel/zmq/backend/cython/_zmq$suffix" _zmq.o "$prefix/lib/libzmq.a" "$prefix/lib/libsodium.a" -lpthread -lrt -lm
} >module.log 2>&1

cp -R pyzmq/zmq wheel/
(cd wheel && "$python" -m zipfile -c ../pyzmq.whl zmq)
ls -l pyzmq.whl
