/* Nothing is traced: who does not find something says so, in one of a few ways. Only what is hidden counts,
 * so that the hundred questions of a configure script are no news. */
#include "confine/missed.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "sys/read.h"

enum missed_kind { MISSED_HEADER, MISSED_LIBRARY, MISSED_PACKAGE };

static const char *const words[] = {"header", "library", "package"}; /* of enum missed_kind */

/* The name stands between; after "" it ends with the word. */
static const struct phrase {
    const char *before, *after;
    enum missed_kind kind;
} phrases[] = {
    {"fatal error: ", ": No such file or directory", MISSED_HEADER}, /* gcc */
    {"fatal error: '", "' file not found", MISSED_HEADER},           /* clang */
    {"Has header \"", "\" : NO", MISSED_HEADER},                     /* Meson */
    {"cannot find -l", "", MISSED_LIBRARY},                          /* GNU ld */
    {"unable to find library -l", "", MISSED_LIBRARY},               /* lld */
    {"Library ", " found: NO", MISSED_LIBRARY},                      /* Meson */
    {"No package '", "' found", MISSED_PACKAGE},                     /* pkg-config */
    {"Package '", "', required by", MISSED_PACKAGE},                 /* pkgconf */
    {"Package ", " was not found in the pkg-config", MISSED_PACKAGE},
    {"Run-time dependency ", " found: NO", MISSED_PACKAGE}, /* Meson */
    {"Dependency ", " found: NO", MISSED_PACKAGE},
};

static bool is_there(const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT; /* what cannot be looked at was not missed */
    return path_exists(path, &ignored) == 1;
}

static bool is_hidden_below(const struct view_bind *bind, const char *name)
{
    AUTO_FREE char *here = path_join(bind->to, name);
    AUTO_FREE char *inside = path_join(bind->from, name);
    return is_there(here) && !is_there(inside);
}

static bool is_for_headers(const struct view_bind *bind)
{
    return str_ends(bind->to, "/include");
}

static bool is_hidden(const struct host_view *v, const char *triplet, enum missed_kind kind, const char *name)
{
    AUTO_FREE char *header = xstrf("%s/%s", triplet, name);
    AUTO_FREE char *shared = xstrf("lib%s.so", name);
    AUTO_FREE char *archive = xstrf("lib%s.a", name);
    AUTO_FREE char *package = xstrf("pkgconfig/%s.pc", name);
    AUTO_FREE char *alone = xstrf("%s.pc", name);
    for (size_t i = 0; i < v->binds_count; i++) {
        const struct view_bind *bind = &v->binds[i];
        bool hidden = false;
        switch (kind) {
        case MISSED_HEADER:
            hidden = is_for_headers(bind) && (is_hidden_below(bind, name) || is_hidden_below(bind, header));
            break;
        case MISSED_LIBRARY:
            hidden = is_hidden_below(bind, shared) || is_hidden_below(bind, archive);
            break;
        case MISSED_PACKAGE:
            hidden = is_hidden_below(bind, package) || is_hidden_below(bind, alone);
            break;
        }
        if (hidden)
            return true;
    }
    return false;
}

/* What can be a name: nothing that leads elsewhere. */
static bool is_name(struct slice name)
{
    enum { LONGEST = 100 };
    if (!name.len || name.len > LONGEST)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-./", name.ptr[i]))
            return false;
    AUTO_FREE char *text = xstrndup(name.ptr, name.len);
    return path_stays_inside(text);
}

static bool name_in(struct slice *name, struct slice line, const struct phrase *p)
{
    const char *at = memmem(line.ptr, line.len, p->before, strlen(p->before));
    if (!at)
        return false;
    at += strlen(p->before);
    size_t left = (size_t)(line.ptr + line.len - at), len = 0;
    const char *after = *p->after ? memmem(at, left, p->after, strlen(p->after)) : NULL;
    if (*p->after && !after)
        return false;
    while (!after && len < left && !strchr(" \t\r:,'\"", at[len]))
        len++;
    *name = (struct slice){at, after ? (size_t)(after - at) : len};
    return is_name(*name);
}

static void find(struct strvec *out, struct slice log, const struct host_view *v, const char *triplet)
{
    while (log.ptr) {
        struct slice line = slice_cut(&log, '\n'), name;
        for (size_t i = 0; i < COUNT(phrases); i++) {
            if (!name_in(&name, line, &phrases[i]))
                continue;
            AUTO_FREE char *text = xstrndup(name.ptr, name.len);
            AUTO_FREE char *told = xstrf("%s %s", words[phrases[i].kind], text);
            if (!strvec_has(out, told) && (!v || is_hidden(v, triplet, phrases[i].kind, text)))
                strvec_push(out, told);
        }
    }
}

void missed_find(struct strvec *out, const struct host_view *v, const char *triplet, struct slice log)
{
    find(out, log, v, triplet);
}

void missed_names(struct strvec *out, struct slice log)
{
    find(out, log, NULL, NULL);
}
