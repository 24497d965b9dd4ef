/* Options of a recipe that the build system does not know. CMake and configure only warn of one, among other
 * lines, and build without what was asked for; Meson ends. */
#include <string.h>

#include "build/internal.h"

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_-:.", c));
}

/* Whether name stands in text as a word of its own. */
static bool names(struct slice text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = text.ptr;
         text.len && (at = memmem(at, text.len - (size_t)(at - text.ptr), name, len)); at++) {
        bool begins = at == text.ptr || !is_name_byte(at[-1]);
        if (begins && (at + len == text.ptr + text.len || !is_name_byte(at[len])))
            return true;
    }
    return false;
}

/* "-DNAME=value", or "-DNAME:BOOL=value". */
static char *cmake_name(const struct option *o)
{
    return xstrndup(o->key, strcspn(o->key, ":"));
}

/* After a line that says so the names follow, one a line, indented by four. */
static void collect_cmake(struct slice log, struct strbuf *out)
{
    static const char heading[] = "Manually-specified variables were not used by the project:";
    bool listing = false;
    while (log.ptr) {
        struct slice line = slice_cut(&log, '\n'), word = slice_trim(line);
        if (memmem(line.ptr, line.len, heading, sizeof heading - 1)) {
            listing = true;
        } else if (listing && word.len) {
            listing = line.len > 4 && memcmp(line.ptr, "    ", 4) == 0;
            if (listing)
                strbuf_addf(out, "%.*s ", (int)word.len, word.ptr);
        }
    }
}

/* As configure names it: without the value. */
static char *autoconf_name(const struct option *o)
{
    if (o->type == OPTION_BOOL && !o->yes && str_starts(o->key, "enable-"))
        return xstrf("--disable-%s", o->key + strlen("enable-"));
    if (o->type == OPTION_BOOL && !o->yes && str_starts(o->key, "with-"))
        return xstrf("--without-%s", o->key + strlen("with-"));
    return xstrf("--%s", o->key);
}

/* The lines with this text, from there on. */
static void collect_lines(struct slice log, const char *text, struct strbuf *out)
{
    while (log.ptr) {
        struct slice line = slice_cut(&log, '\n');
        const char *at = memmem(line.ptr, line.len, text, strlen(text));
        if (at)
            strbuf_addf(out, "%.*s ", (int)(line.ptr + line.len - at), at);
    }
}

static void collect_autoconf(struct slice log, struct strbuf *out)
{
    collect_lines(log, "unrecognized options: ", out);
}

static char *meson_name(const struct option *o)
{
    return xstrdup(o->key);
}

static void collect_meson(struct slice log, struct strbuf *out)
{
    collect_lines(log, "Unknown option", out);
}

static const struct {
    enum build_system system;
    const char *name;
    void (*collect)(struct slice log, struct strbuf *out); /* adds what holds the unknown names */
    char *(*name_of)(const struct option *o);              /* as it is called there; the caller frees it */
} systems[] = {
    {BUILD_CMAKE, "CMake", collect_cmake, cmake_name},
    {BUILD_AUTOTOOLS, "configure", collect_autoconf, autoconf_name},
    {BUILD_MESON, "Meson", collect_meson, meson_name},
};

bool backend_tells_unknown_options(const struct recipe *r)
{
    for (size_t i = 0; i < COUNT(systems); i++)
        if (systems[i].system == r->build.system)
            return r->build.option_count != 0;
    return false;
}

int backend_check_options(const struct recipe *r, const char *log, struct err *e)
{
    AUTO(strbuf) struct strbuf unknown = {0};
    struct err found = ERR_INIT;
    for (size_t i = 0; i < COUNT(systems); i++) {
        if (systems[i].system != r->build.system)
            continue;
        systems[i].collect(slice_of(log), &unknown);
        for (size_t k = 0; k < r->build.option_count; k++) {
            const struct option *o = &r->build.options[k];
            AUTO_FREE char *name = systems[i].name_of(o);
            if (names((struct slice){strbuf_str(&unknown), unknown.len}, name))
                err_add(&found, ERR_RECIPE,
                    "%s:%d:%d: [build] options: %s of this source does not know \"%s\"",
                    o->at.file ? o->at.file : r->file, o->at.line, o->at.column, systems[i].name, o->key);
        }
    }
    return found.text ? err_move(e, &found) : 0;
}
