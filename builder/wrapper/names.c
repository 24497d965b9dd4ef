/* Every name that a build system may call a compiler, a linker or pkg-config by. */
#include "wrapper/names.h"

#include <string.h>

const struct wrapper_name wrapper_names[] = {
    {"cc", WRAPPER_CC, true},
    {"gcc", WRAPPER_CC, true},
    {"clang", WRAPPER_CC, true},
    {"c99", WRAPPER_CC, false},
    {"c++", WRAPPER_CXX, true},
    {"g++", WRAPPER_CXX, true},
    {"clang++", WRAPPER_CXX, true},
    {"ld", WRAPPER_LD, true},
    {"ld.bfd", WRAPPER_LD, true},
    {"ld.gold", WRAPPER_LD, true},
    {"ld.lld", WRAPPER_LD, false},
    {"ar", WRAPPER_AR, true},
    {"gcc-ar", WRAPPER_AR, true},
    {"llvm-ar", WRAPPER_AR, false},
    {"ranlib", WRAPPER_RANLIB, true},
    {"gcc-ranlib", WRAPPER_RANLIB, true},
    {"llvm-ranlib", WRAPPER_RANLIB, false},
    {"strip", WRAPPER_STRIP, true},
    {"llvm-strip", WRAPPER_STRIP, false},
    {"nm", WRAPPER_NM, true},
    {"gcc-nm", WRAPPER_NM, true},
    {"llvm-nm", WRAPPER_NM, false},
    {"pkg-config", WRAPPER_PKG_CONFIG, true},
    {"pkgconf", WRAPPER_PKG_CONFIG, true},
    {"rustc", WRAPPER_RUSTC, false},
};

const size_t wrapper_names_count = sizeof wrapper_names / sizeof *wrapper_names;

static enum wrapper_kind find(const char *name, size_t len)
{
    for (size_t i = 0; i < wrapper_names_count; i++)
        if (strlen(wrapper_names[i].name) == len && strncmp(wrapper_names[i].name, name, len) == 0)
            return wrapper_names[i].kind;
    return WRAPPER_KINDS;
}

enum wrapper_kind wrapper_kind_of(const char *name, const char *triplet)
{
    size_t n = triplet ? strlen(triplet) : 0;
    if (n && strncmp(name, triplet, n) == 0 && name[n] == '-')
        name += n + 1;
    size_t len = strlen(name);
    enum wrapper_kind kind = find(name, len);
    if (kind != WRAPPER_KINDS)
        return kind;
    while (len && strchr("0123456789.", name[len - 1]))
        len--;
    return len && name[len] && name[len - 1] == '-' ? find(name, len - 1) : WRAPPER_KINDS;
}
