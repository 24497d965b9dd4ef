/* A Python of which there are headers and no interpreter: what its modules are called, and by whom. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/abi/abi.h"
#include "python/interpreter.h"

bool interpreter_of_pack(struct interpreter *out, struct arena *a, const char *name, const char *version,
    const char *file, const struct arch *arch, const char *libc)
{
    static const char prefix[] = "python";
    struct python_abi abi;
    if (!str_starts(name, prefix) || !python_abi_parse(&abi, slice_of(name + strlen(prefix))))
        return false;
    /* PLATFORM_TRIPLET of CPython's configure is Debian's, with another libc behind it. */
    const char *multiarch = arch->multiarch, *gnu = strstr(multiarch, "gnu");
    AUTO_FREE char *tag = python_abi_tag(&abi);
    *out = (struct interpreter){
        .path = file,
        .version = version,
        .abi = abi,
        .implementation = "cpython",
        .include = "",
        .platinclude = "",
        .machine = arch->name,
        .python_tag = arena_strf(a, "cp3%d", abi.minor),
        .abi_tag = arena_strdup(a, tag),
        .has_headers = true,
        .is_64bit = arch->bits == 64,
        .pack = name,
        .is_absent = true,
    };
    out->soabi = arena_strf(a, "cpython-%s-%.*s%s%s", tag + strlen("cp"), (int)(gnu - multiarch), multiarch,
        libc, gnu + strlen("gnu"));
    out->ext_suffix = arena_strf(a, ".%s.so", out->soabi);
    return true;
}

const char *interpreter_short_name(struct arena *a, const char *version)
{
    struct slice rest = slice_of(version), major = slice_cut(&rest, '.'), minor = slice_cut(&rest, '.');
    return arena_strf(a, "python%.*s.%.*s", (int)major.len, major.ptr, (int)minor.len, minor.ptr);
}

bool interpreter_of_version(struct interpreter *out, struct arena *a, const char *version, const char *file,
    const struct arch *arch, const char *libc)
{
    if (!interpreter_of_pack(out, a, interpreter_short_name(a, version), version, file, arch, libc))
        return false;
    out->pack = NULL;
    return true;
}
