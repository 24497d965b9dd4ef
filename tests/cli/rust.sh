#!/bin/sh
# A project in Rust, by a backend that calls cargo, with crates of others, which cargo fetches first and the build
# then finds. Nothing is downloaded: the crates are in a repository of git's on this machine, and the backend is a
# wheel in a folder.
# timeout: 600
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$ROOT/tests/cli/project.sh"

# crate FOLDER NAME [LINES]: a library crate with more lines of its Cargo.toml.
crate() {
    mkdir -p "$1/src"
    cat >"$1/Cargo.toml" <<TOML
[package]
name = "$2"
version = "1.2.0"
edition = "2021"
license = "MIT/Apache-2.0"
${3-}
TOML
    echo "Permission is granted by $2." >"$1/LICENSE-MIT"
}

# Two crates: answer is linked in, generator only helps to compile.
repository() {
    crate repository/answer answer
    cat >repository/answer/src/lib.rs <<'RUST'
#[no_mangle]
pub extern "C" fn the_answer() -> i32 {
    if std::env::args().count() > 1000 {
        panic!("too many");
    }
    42
}
RUST
    crate repository/generator generator
    echo 'pub fn text() -> &'"'"'static str { "pub const VALUE: i32 = 42;" }' >repository/generator/src/lib.rs
    (
        cd repository || exit 1
        git init -q -b main . && git add . &&
            git -c user.name=x -c user.email=x@example.org commit -q -m 'crates'
    ) || fail "no repository was made"
}

# What setuptools-rust does, in few words: cargo builds a cdylib, which becomes a module.
backend_wheel() {
    mkdir -p wheels
    cat >backend.py <<'PY'
import hashlib, os, subprocess, sysconfig, zipfile
def build_wheel(folder, settings=None, metadata=None):
    subprocess.run(["cargo", "build", "--release", "--locked", "--lib"], check=True)
    name = "counted-1.0-cp3-none-linux_x86_64.whl"
    info = "counted-1.0.dist-info/"
    module = "_counted" + sysconfig.get_config_var("EXT_SUFFIX")
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        z.write("target/release/libcounted.so", module)
        z.writestr("counted.py", "from _counted import *\n")
        z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: counted\nVersion: 1.0\nLicense: MIT\n")
        z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\nTag: cp3-none-linux_x86_64\n")
        z.writestr(info + "sboms/counted.cyclonedx.json",
                   '{"metadata": {"tools": [{"name": "cargo-cyclonedx"}], "component": {"name": "%s"}}}' % os.getcwd())
        z.writestr(info + "RECORD", "")
    return name
PY
    "$python" - <<'PY'
import zipfile
with zipfile.ZipFile("wheels/setuptools_rust-1.0-py3-none-any.whl", "w") as z:
    z.write("backend.py", "setuptools_rust.py")
    info = "setuptools_rust-1.0.dist-info/"
    z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: setuptools-rust\nVersion: 1.0\n")
    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    z.writestr(info + "RECORD", "")
PY
}

# source/: a module without any crate that knows Python.
project() {
    need git
    need_rust
    python=$(system_python)
    "$python" -m pip --version >/dev/null 2>&1 || skip "$python has no pip"
    "$python" -m venv --without-pip probe-venv 2>/dev/null || skip "$python makes no virtual environments"
    export PIP_NO_INDEX=1 PIP_FIND_LINKS="$PWD/wheels"
    repository
    backend_wheel
    crate source counted "[lib]
crate-type = [\"cdylib\"]
[dependencies]
answer = { git = \"file://$PWD/repository\" }
[build-dependencies]
generator = { git = \"file://$PWD/repository\" }"
    cat >source/build.rs <<'RUST'
fn main() {
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{}/value.rs", out), generator::text()).unwrap();
}
RUST
    cat >source/src/lib.rs <<'RUST'
include!(concat!(env!("OUT_DIR"), "/value.rs"));
#[repr(C)]
pub struct Definition([usize; 13]);
unsafe impl Sync for Definition {}
extern "C" {
    fn PyModule_Create2(definition: *mut Definition, version: i32) -> *mut u8;
    fn PyModule_AddIntConstant(module: *mut u8, name: *const u8, value: i64) -> i32;
}
static mut DEFINITION: Definition = Definition([0; 13]);
#[no_mangle]
pub unsafe extern "C" fn PyInit__counted() -> *mut u8 {
    let definition = std::ptr::addr_of_mut!(DEFINITION);
    (*definition).0[0] = 1;
    (*definition).0[5] = b"_counted\0".as_ptr() as usize;
    (*definition).0[7] = usize::MAX;
    let module = PyModule_Create2(definition, 1013);
    assert_eq!(answer::the_answer(), VALUE);
    PyModule_AddIntConstant(module, b"answer\0".as_ptr(), answer::the_answer() as i64);
    module
}
RUST
    mkdir source/.cargo
    printf '[build]\nrustflags = ["-C", "target-cpu=native"]\n' >source/.cargo/config.toml
    printf '[build-system]\nrequires = ["setuptools_rust"]\nbuild-backend = "setuptools_rust"\n' >source/pyproject.toml
    printf '[project]\nname = "counted"\nversion = "1.0"\n' >>source/pyproject.toml
}

make_wheel() {
    run wheel source --python "$python" --target "${TARGET:-manylinux_2_17}" "$@"
}

a_module_in_rust_is_made() {
    project
    (cd source && CARGO_HOME=$PWD/../home cargo generate-lockfile -q) || fail "no lock was made"
    make_wheel --verbose
    expect_status 0
    expect_out "smoke   passed"
    expect_err "dropped -Ctarget-cpu=native (rustc)"
    "$python" -m zipfile -e dist/*.whl opened
    PYTHONPATH=opened "$python" -c 'import counted; assert counted.answer == 42' || fail "it does not work"
    set -- opened/_counted.*.so
    expect_equal "$(nm -D --defined-only "$1" | awk '{print $3}')" PyInit__counted
    grep -q "$STATICBUILD_CACHE" "$1" && fail "a path of this machine is in the module"
    expect_file opened/counted-1.0.dist-info/licenses/crates/answer-1.2.0/LICENSE-MIT
    expect_no_file opened/counted-1.0.dist-info/licenses/crates/generator-1.2.0 opened/counted-1.0.dist-info/licenses/crates/counted-1.2.0
    bill=opened/counted-1.0.dist-info/sboms/staticbuild.cdx.json
    grep -q '"pkg:cargo/answer@1.2.0"' "$bill" || fail "the crate is not in the bill of materials"
    grep -q '"MIT OR Apache-2.0"' "$bill" || fail "its licence is not said as SPDX does"
    grep -q generator "$bill" && fail "what only helped to compile is in the bill of materials"
    expect_no_file opened/counted-1.0.dist-info/sboms/counted.cyclonedx.json
    mv repository elsewhere
    make_wheel
    expect_status 0
    expect_out "nothing to do"
}

# Other source, same lock: nothing is fetched again.
crates_are_fetched_once() {
    project
    (cd source && CARGO_HOME=$PWD/../home cargo generate-lockfile -q) || fail "no lock was made"
    make_wheel
    expect_status 0
    rm -rf repository
    sed -i 's/answer::the_answer() as i64/answer::the_answer() as i64 + 1/' source/src/lib.rs
    make_wheel --offline
    expect_status 0
    "$python" -m zipfile -e dist/*.whl opened
    PYTHONPATH=opened "$python" -c 'import counted; assert counted.answer == 43' || fail "it is the module as it was"
}

# What is locked, and where it is brought to machines without a network.
crates_are_locked_and_mirrored() {
    project
    run lock source --python "$python" --target native
    expect_status 0
    make_wheel --locked
    expect_status 3
    expect_err "counted: has no Cargo.lock" "cargo generate-lockfile"
    (cd source && CARGO_HOME=$PWD/../home cargo generate-lockfile -q) || fail "no lock was made"
    run lock source --python "$python" --target native
    expect_status 0
    grep -A 3 -F '[[crates]]' source/staticbuild.lock | grep -q "^sha256 = \"$(sha256sum source/Cargo.lock | cut -c 1-64)\"" ||
        fail "the lock is $(cat source/staticbuild.lock)"
    for twice in 1 2; do
        run fetch --all source --to mirror --python "$python" --target native
        [ "$status" = 0 ] || fail "status $status, time $twice"
    done
    rm -rf "$STATICBUILD_CACHE" repository wheels
    unset PIP_FIND_LINKS
    make_wheel --locked --offline --mirror mirror
    expect_status 0
    expect_out "smoke   passed"
    echo '# changed' >>source/Cargo.lock
    make_wheel --locked --offline --mirror mirror
    expect_status 3
    expect_err "Cargo.lock of counted has the SHA-256"
}

without_a_lock_cargo_makes_one() {
    project
    make_wheel
    expect_status 0
    expect_err "has no Cargo.lock"
    make_wheel
    expect_status 0
    expect_out "nothing to do"
}

a_crate_that_cannot_be_had_is_told() {
    project
    (cd source && CARGO_HOME=$PWD/../home cargo generate-lockfile -q) || fail "no lock was made"
    rm -rf repository
    make_wheel
    expect_status 4
    expect_err "answer"
}

a_machine_without_rust_is_told_what_to_install() {
    project
    [ ! -e /usr/bin/rustc ] && [ ! -e /usr/local/bin/rustc ] || skip "rustc is in a folder of the system"
    PATH=/usr/bin:/bin make_wheel
    expect_status 7
    expect_err "rustc is not there" "counted is built with cargo"
}

# Static libraries that a build script finds by pkg-config are known as what they are.
a_library_in_a_crate_is_told() {
    project
    need pkg-config
    library_source libtiny-1.0
    pack libtiny-1.0
    library_recipe "file://$PWD/libtiny-1.0.tar.gz" "$sha256"
    mkdir source/lib
    mv recipe/lib/libtiny.toml source/lib/
    cat >>source/build.rs <<'RUST'
#[allow(dead_code)]
fn search() {
    let said = std::process::Command::new("pkg-config").args(["--variable=libdir", "libtiny"]).output().unwrap();
    println!("cargo:rustc-link-search=native={}", String::from_utf8(said.stdout).unwrap().trim());
    println!("cargo:rustc-link-lib=static=tiny");
}
RUST
    sed -i 's/^fn main() {$/&\n    search();/' source/build.rs
    sed -i 's/^extern "C" {$/&\n    fn tiny_answer() -> i32;/; s/answer::the_answer() as i64/tiny_answer() as i64/' source/src/lib.rs
    make_wheel --library libtiny
    expect_status 0
    expect_out "libtiny 1.0"
    "$python" -m zipfile -e dist/*.whl opened
    PYTHONPATH=opened "$python" -c 'import counted; assert counted.answer == 42' || fail "it does not work"
    expect_file opened/counted-1.0.dist-info/licenses/libtiny/COPYING
    grep -q '"name": "libtiny"' opened/counted-1.0.dist-info/sboms/staticbuild.cdx.json || fail "the bill does not have it"
}

run_tests a_module_in_rust_is_made crates_are_fetched_once crates_are_locked_and_mirrored without_a_lock_cargo_makes_one a_crate_that_cannot_be_had_is_told \
    a_machine_without_rust_is_told_what_to_install a_library_in_a_crate_is_told
