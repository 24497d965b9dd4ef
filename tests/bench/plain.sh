#!/bin/sh
# The commands of `staticbuild zmq`, one after another, as a packager would write them down: no plan, no checks, no
# audit, no SBOM. It is what tests/bench/run holds the program against.
#
#     plain.sh SOURCES TEST JOBS WHEEL...
#
# SOURCES has libsodium, zeromq, cython and pyzmq, archives in any format that tar knows. TEST is the recipe's test
# script. WHEEL is "LIMITED_API PYTHON...": a module is compiled for the first interpreter and tried with each;
# LIMITED_API is "-" or the number for Py_LIMITED_API. Works in the current folder, which should be empty.
set -eu
sources=$1 test=$2 jobs=$3
shift 3
here=$PWD
prefix=$here/prefix
mkdir home
export HOME="$here/home" LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1700000000 PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS PYTHONPATH || true
flags='-O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections'
case $(uname -m) in x86_64) flags="$flags -march=x86-64 -mtune=generic" ;; esac
cxxflags="$flags -fvisibility-inlines-hidden"
ldflags='-Wl,-O1 -Wl,--as-needed -Wl,--build-id=sha1 -Wl,-z,relro -Wl,-z,noexecstack'

unpack() {
    mkdir "$1"
    tar -xf "$sources/$1" -C "$1" --strip-components=1
}

unpack libsodium
(
    cd libsodium
    [ -f configure ] || autoreconf -fi
    CFLAGS=$flags CXXFLAGS=$cxxflags LDFLAGS=$ldflags ./configure --prefix="$prefix" --libdir="$prefix/lib" \
        --disable-shared --enable-static --with-pic --disable-dependency-tracking --disable-pie
    make "-j$jobs" V=1
    make install
) >libsodium.log 2>&1

unpack zeromq
(
    PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig
    export PKG_CONFIG_LIBDIR
    cmake -Wno-dev -G Ninja -S zeromq -B zeromq-build "-DCMAKE_C_FLAGS=$flags -I$prefix/include" \
        "-DCMAKE_CXX_FLAGS=$cxxflags -I$prefix/include" "-DCMAKE_EXE_LINKER_FLAGS=$ldflags -L$prefix/lib" \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_C_FLAGS_RELEASE=-DNDEBUG -DCMAKE_CXX_FLAGS_RELEASE=-DNDEBUG -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
        -DCMAKE_POLICY_VERSION_MINIMUM=3.5 -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF \
        -DCMAKE_PREFIX_PATH="$prefix" -DBUILD_STATIC=ON -DBUILD_SHARED=OFF -DBUILD_TESTS=OFF -DENABLE_CLANG=OFF \
        -DENABLE_CPACK=OFF -DENABLE_CURVE=ON -DENABLE_DRAFTS=OFF -DLIBZMQ_PEDANTIC=OFF -DLIBZMQ_WERROR=OFF \
        -DWITH_DOC=OFF -DWITH_DOCS=OFF -DWITH_LIBBSD=OFF -DWITH_LIBSODIUM=ON -DWITH_LIBSODIUM_STATIC=ON \
        -DWITH_NORM=OFF -DWITH_OPENPGM=OFF -DWITH_PERF_TOOL=OFF -DWITH_VMCI=OFF
    cmake --build zeromq-build --parallel "$jobs"
    cmake --install zeromq-build
) >zeromq.log 2>&1

unpack cython
unpack pyzmq
for newest; do :; done
newest=${newest##* }
(
    cd pyzmq
    PYTHONPATH=$here/cython "$newest" -m cython -3 --module-name=zmq.backend.cython._zmq -Izmq/utils \
        -Izmq/backend/cython --output-file ../_zmq.c zmq/backend/cython/_zmq.py
) >cython.log 2>&1

# wheel NUMBER LIMITED_API PYTHON...
wheel() {
    wheel=wheel-$1 limited=$2
    shift 2
    include=$("$1" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    suffix=.abi3.so limit=-DPy_LIMITED_API=$limited
    if [ "$limited" = - ]; then
        limit=
        suffix=$("$1" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
    fi
    mkdir -p "$wheel/zmq/backend/cython"
    cp -R pyzmq/zmq "$wheel/"
    # Before CPython 3.9 the entry point does not ask to be visible.
    # shellcheck disable=SC2086 # flags are words
    {
        cc $flags -fwrapv -fvisibility=default -DNDEBUG -DZMQ_STATIC -DSODIUM_STATIC $limit -iquote pyzmq/zmq/backend/cython \
            -Ipyzmq/zmq/utils -Ipyzmq/zmq/backend/cython -I"$prefix/include" -I"$include" -c _zmq.c -o "$wheel.o"
        c++ -shared -Wl,--gc-sections -Wl,--exclude-libs,ALL -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now \
            -Wl,-z,noexecstack -Wl,--build-id=sha1 -static-libstdc++ -Wl,--as-needed -Wl,-O1 \
            -Wl,--version-script=exports.map "-Wl,-Map=$wheel.map" -o "$wheel/zmq/backend/cython/_zmq$suffix" "$wheel.o" "$prefix/lib/libzmq.a" \
            "$prefix/lib/libsodium.a" -lpthread -lrt -lm
    }
    (cd "$wheel" && "$1" -m zipfile -c "../$wheel.whl" zmq)
    for python; do
        rm -rf site
        mkdir site
        "$python" -m zipfile -e "$wheel.whl" site
        PYTHONPATH=site "$python" "$test"
    done
}

echo '{ global: PyInit__zmq; local: *; };' >exports.map
number=0
for one; do
    number=$((number + 1))
    # shellcheck disable=SC2086 # WHEEL is words; paths of interpreters have no blanks here
    wheel "$number" $one >"wheel-$number.log" 2>&1
done
