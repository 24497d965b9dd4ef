/* One reader for "3.13t", "cp313t" and ".cpython-313t-": a number of at most two digits without a leading
 * zero, then letters that say how the interpreter was configured. */
#include "python/abi/abi.h"

#include <string.h>

#include "base/alloc.h"

/* The number at the beginning of *rest, which then stands behind it; -1 for none, or one that no version has.
 */
static int take_minor(struct slice *rest)
{
    size_t digits = 0;
    int minor = 0;
    while (digits < rest->len && rest->ptr[digits] >= '0' && rest->ptr[digits] <= '9' && digits < 3)
        minor = minor * 10 + (rest->ptr[digits++] - '0');
    if (!digits || digits > 2 || (digits == 2 && rest->ptr[0] == '0'))
        return -1;
    rest->ptr += digits;
    rest->len -= digits;
    return minor;
}

static bool take_letter(struct slice *rest, char letter)
{
    if (!rest->len || rest->ptr[0] != letter)
        return false;
    rest->ptr++;
    rest->len--;
    return true;
}

/* "13t", "7m", "13td", "7dm": what configure's ABIFLAGS makes of it. */
static bool read_flagged(struct python_abi *out, struct slice text)
{
    struct python_abi abi = {.minor = take_minor(&text)};
    abi.free_threaded = take_letter(&text, 't');
    abi.debug = take_letter(&text, 'd');
    take_letter(&text, 'm'); /* pymalloc, until 3.7 */
    take_letter(&text, 'u'); /* wide Unicode, until 3.2 */
    if (abi.minor < 0 || text.len)
        return false;
    *out = abi;
    return true;
}

bool python_abi_parse(struct python_abi *out, struct slice text)
{
    struct python_abi abi;
    if (text.len < 3 || memcmp(text.ptr, "3.", 2) != 0)
        return false;
    struct slice rest = {text.ptr + 2, text.len - 2};
    abi = (struct python_abi){.minor = take_minor(&rest)};
    abi.free_threaded = take_letter(&rest, 't');
    if (abi.minor < 0 || rest.len)
        return false;
    *out = abi;
    return true;
}

int python_abi_minor_of_tag(const char *python_tag)
{
    struct python_abi abi;
    return python_abi_of_tag(&abi, python_tag, python_tag) ? abi.minor : 0;
}

bool python_abi_of_tag(struct python_abi *out, const char *python_tag, const char *abi_tag)
{
    bool stable_t = strcmp(abi_tag, "abi3t") == 0;
    if (stable_t || strcmp(abi_tag, "abi3") == 0) {
        *out = (struct python_abi){.kind = stable_t ? PYTHON_ABI_STABLE_T : PYTHON_ABI_STABLE,
            .minor = python_abi_minor_of_tag(python_tag),
            .free_threaded = stable_t};
        return true;
    }
    return str_starts(abi_tag, "cp3") && read_flagged(out, slice_of(abi_tag + strlen("cp3")));
}

bool python_abi_of_file(struct python_abi *out, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    static const char named[] = ".cpython-3";
    const char *at = strstr(base, named);
    if (at) {
        at += strlen(named);
        return read_flagged(out, (struct slice){at, strcspn(at, "-.")});
    }
    bool stable_t = str_ends(base, ".abi3t.so");
    if (!stable_t && !str_ends(base, ".abi3.so"))
        return false;
    *out = (struct python_abi){
        .kind = stable_t ? PYTHON_ABI_STABLE_T : PYTHON_ABI_STABLE, .free_threaded = stable_t};
    return true;
}

bool python_abi_is_named(const char *path)
{
    struct python_abi any;
    return python_abi_of_file(&any, path);
}

char *python_abi_tag(const struct python_abi *abi)
{
    if (abi->kind != PYTHON_ABI_VERSION)
        return xstrdup(abi->kind == PYTHON_ABI_STABLE_T ? "abi3t" : "abi3");
    return xstrf("cp3%d%s%s%s", abi->minor, abi->free_threaded ? "t" : "", abi->debug ? "d" : "",
        abi->minor < 8 ? "m" : "");
}

uint32_t python_abi_hex(const struct python_abi *abi)
{
    return UINT32_C(0x03000000) | (uint32_t)abi->minor << 16;
}

const char *python_abi_wheel_tag(const struct python_abi *abi)
{
    return abi->kind == PYTHON_ABI_STABLE_T ? "abi3.abi3t" : "abi3";
}

const char *python_abi_suffix(const struct python_abi *abi)
{
    return abi->kind == PYTHON_ABI_STABLE_T ? ".abi3t.so" : ".abi3.so";
}

bool python_abi_serves(const struct python_abi *stable, const struct python_abi *build)
{
    return stable->kind != PYTHON_ABI_VERSION && build->minor >= stable->minor &&
           (!build->free_threaded || stable->kind == PYTHON_ABI_STABLE_T);
}
