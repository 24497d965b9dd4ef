#!/bin/sh
# What a location of a private index holds besides the address: it stays on this machine.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/project.sh"

# private_project LOCATION: a project whose library comes from there, and is in the cache already.
private_project() {
    project
    library_recipe "$1" "$sha256"
    (umask 077 && mkdir -p "$STATICBUILD_CACHE/downloads")
    cp libtiny-1.0.tar.gz "$STATICBUILD_CACHE/downloads/$sha256"
}

# says_nothing: none of the secrets in what was just printed, and what was made is searched too.
says_nothing() {
    case $out$err in *s3cr*|*t0ken*|*us3r*) fail "a secret is told: $last_command" ;; esac
}

everything_public_is_silent() {
    private_project 'https://us3r:s3cret@example.org/libtiny-1.0.tar.gz?key=t0ken'
    python=$(system_python)
    for command in 'plan tiny' 'plan tiny --keys' 'plan tiny -v' 'tree tiny' 'tree tiny -v' 'tree tiny --format json' \
        list 'list --format json'; do
        # shellcheck disable=SC2086 # words
        run $command
        expect_status 0
        says_nothing
    done
    run tree tiny --format json
    expect_out '"https://example.org/libtiny-1.0.tar.gz?..."'
    run tiny --python "$python" --target native --offline --verbose --progress json --format json
    expect_status 0
    says_nothing
    mkdir unpacked
    (cd unpacked && "$python" -m zipfile -e ../dist/*.whl .)
    found=$(grep -rlE 's3cr|t0ken|us3r' unpacked "$STATICBUILD_CACHE") || true
    expect_equal "$found" ''
    grep -rq 'https://example.org/libtiny-1.0.tar.gz' unpacked/*/sboms || fail 'the SBOM does not say where it is from'
}

messages_are_silent() {
    for location in 'https://us3r:s3cret@127.0.0.1:1/libtiny-1.0.tar.gz?key=t0ken' \
        'https://us3r:s3cr/et@127.0.0.1:1/libtiny-1.0.tar.gz'; do
        private_project "$location"
        rm "$STATICBUILD_CACHE/downloads/$sha256"
        for progress in plain json; do
            STATICBUILD_RETRY_DELAY=0.01 run fetch libtiny --verbose --progress "$progress"
            expect_status 4
            says_nothing
        done
        STATICBUILD_MIRROR=$location run fetch libtiny --verbose
        expect_status 4
        says_nothing
    done
    private_project 'https://us3r:s3cret@example.org/a folder/libtiny-1.0.tar.gz'
    run fetch libtiny
    expect_status 3
    expect_err 'has white space'
    says_nothing
    private_project 'htps:us3r:s3cret@example.org/libtiny-1.0.tar.gz'
    run fetch libtiny
    expect_status 3
    says_nothing
}

the_folder_of_a_file_is_not_published() {
    project
    python=$(system_python)
    run tree tiny --format json
    expect_out '"file:libtiny-1.0.tar.gz"'
    run tiny --python "$python" --target native
    expect_status 0
    mkdir unpacked
    (cd unpacked && "$python" -m zipfile -e ../dist/*.whl .)
    ! grep -rF "$PWD" unpacked/*/sboms || fail 'the SBOM has a folder of this machine'
    grep -rqF 'file:libtiny-1.0.tar.gz' unpacked/*/sboms || fail 'the SBOM does not name the archive'
}

run_tests everything_public_is_silent messages_are_silent the_folder_of_a_file_is_not_published
