#!/bin/sh
# Ten small wheels that others published: the audit says of them what is known. `make check-wheels` takes all.
# needs: an index of packages that pip reaches; without one each is skipped
exec python3 "${STATICBUILD_ROOT:-.}/tests/wheels/check" --few --build "${STATICBUILD_BUILD:-build}"
