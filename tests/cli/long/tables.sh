#!/bin/sh
# What `make tables` would write is what is committed, where the sources are to be had and are still those that the
# tables were made of.
# timeout: 1200
cd "$(dirname "$0")/../../.." || exit 1
exec tests/tables/make --check --build "${STATICBUILD_BUILD:-build}"
