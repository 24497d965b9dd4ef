/* A Python by its patchlevel.h, pyconfig.h and Makefile. The first two are read for their #define lines
 * alone, of which each name has one; the Makefile that is installed is written by configure, and its
 * variables stand at the beginning of lines. */
#include "python/details.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/json.h"

static struct slice word(struct slice *rest)
{
    *rest = slice_trim(*rest);
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != ' ' && rest->ptr[n] != '\t')
        n++;
    struct slice first = {rest->ptr, n};
    rest->ptr += n;
    rest->len -= n;
    return first;
}

/* The rest of the line `#define NAME …`; ptr NULL: there is none. */
static struct slice defined(const char *text, const char *name)
{
    for (struct slice rest = slice_of(text); rest.len;) {
        struct slice line = slice_cut(&rest, '\n');
        if (!slice_is(word(&line), "#define") || !slice_is(word(&line), name))
            continue;
        struct slice value = slice_trim(line);
        return value.ptr ? value : slice_of("");
    }
    return (struct slice){0};
}

static int defined_number(const char *text, const char *name)
{
    struct slice value = defined(text, name);
    return value.len ? (int)strtol(value.ptr, NULL, 0) : 0;
}

/* What stands behind `NAME=` in a Makefile. */
static const char *variable(struct arena *a, const char *text, const char *name)
{
    for (struct slice rest = slice_of(text); rest.len;) {
        struct slice line = slice_cut(&rest, '\n'), value = line;
        struct slice key = slice_cut(&value, '=');
        if (!value.ptr || !slice_is(slice_trim(key), name) || key.len != strlen(name))
            continue;
        value = slice_trim(value);
        return arena_strndup(a, value.ptr, value.len);
    }
    return "";
}

static const char *unquoted(struct arena *a, struct slice text)
{
    bool quoted = text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"';
    return quoted ? arena_strndup(a, text.ptr + 1, text.len - 2) : "";
}

static const struct {
    const char *macro, *word;
} levels[] = {{"PY_RELEASE_LEVEL_ALPHA", "alpha"}, {"PY_RELEASE_LEVEL_BETA", "beta"},
    {"PY_RELEASE_LEVEL_GAMMA", "candidate"}, {"PY_RELEASE_LEVEL_FINAL", "final"}};

static size_t level_of(struct slice text)
{
    for (size_t i = 0; i < COUNT(levels); i++)
        if (slice_is(text, levels[i].macro))
            return i;
    return COUNT(levels) - 1;
}

void python_details_read(struct python_details *out, struct arena *a, const char *patchlevel,
    const char *pyconfig, const char *makefile)
{
    *out = (struct python_details){
        .version = unquoted(a, defined(patchlevel, "PY_VERSION")),
        .soabi = variable(a, makefile, "SOABI"),
        .ext_suffix = variable(a, makefile, "EXT_SUFFIX"),
        .multiarch = variable(a, makefile, "MULTIARCH"),
        .major = defined_number(patchlevel, "PY_MAJOR_VERSION"),
        .minor = defined_number(patchlevel, "PY_MINOR_VERSION"),
        .micro = defined_number(patchlevel, "PY_MICRO_VERSION"),
        .serial = defined_number(patchlevel, "PY_RELEASE_SERIAL"),
        .free_threaded = defined_number(pyconfig, "Py_GIL_DISABLED") != 0,
        .debug = defined(pyconfig, "Py_DEBUG").ptr != NULL,
        .pointer_bytes = defined_number(pyconfig, "SIZEOF_VOID_P"),
    };
    const char *level = levels[level_of(defined(patchlevel, "PY_RELEASE_LEVEL"))].word;
    memcpy(out->release, level, strlen(level) + 1);
}

static void put_version(struct json *object, const char *key, const struct python_details *d)
{
    struct json *v = json_set_object(object, key);
    json_set_int(v, "major", d->major);
    json_set_int(v, "minor", d->minor);
    json_set_int(v, "micro", d->micro);
    json_set_text(v, "releaselevel", d->release);
    json_set_int(v, "serial", d->serial);
}

/* The last byte of PY_VERSION_HEX has the level in its upper half. */
static int64_t hexversion(const struct python_details *d)
{
    static const char first[] = "abcf";
    static const int halves[] = {0xa, 0xb, 0xc, 0xf};
    const char *at = strchr(first, d->release[0]);
    int half = halves[at && *at ? at - first : 3];
    return (int64_t)d->major << 24 | d->minor << 16 | d->micro << 8 | half << 4 | d->serial;
}

void python_details_write(
    struct strbuf *out, const struct python_details *d, const char *machine, const char *include)
{
    AUTO_JSON struct json *top = json_new_object();
    AUTO(strbuf) struct strbuf text = {0};
    json_set_text(top, "schema_version", "1.0");
    json_set_text(top, "base_prefix", ".");
    strbuf_addf(&text, "linux-%s", machine);
    json_set_text(top, "platform", strbuf_str(&text));
    struct json *language = json_set_object(top, "language");
    strbuf_clear(&text);
    strbuf_addf(&text, "%d.%d", d->major, d->minor);
    json_set_text(language, "version", strbuf_str(&text));
    put_version(language, "version_info", d);
    struct json *implementation = json_set_object(top, "implementation");
    json_set_text(implementation, "name", "cpython");
    put_version(implementation, "version", d);
    json_set_int(implementation, "hexversion", hexversion(d));
    strbuf_clear(&text);
    strbuf_addf(&text, "cpython-%d%d", d->major, d->minor);
    json_set_text(implementation, "cache_tag", strbuf_str(&text));
    json_set_text(implementation, "_multiarch", d->multiarch);
    struct json *abi = json_set_object(top, "abi");
    struct json *flags = json_set_array(abi, "flags");
    if (d->free_threaded)
        json_add_text(flags, "t");
    if (d->debug)
        json_add_text(flags, "d");
    json_set_text(abi, "extension_suffix", d->ext_suffix);
    if (!d->free_threaded || d->minor >= 15) /* PEP 803; before, that build has no stable ABI */
        json_set_text(abi, "stable_abi_suffix", d->free_threaded ? ".abi3t.so" : ".abi3.so");
    json_set_text(json_set_object(top, "c_api"), "headers", include);
    json_write(top, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
