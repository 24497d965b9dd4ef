/* Opens a wheel of unknown origin, and gathers what is wrong with how it was packed. */
#include "wheel/wheel.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/pep440.h"
#include "python/pep508.h"
#include "sys/path.h"
#include "wheel/internal.h"

enum { TEXT_LIMIT = 4 << 20, PROBLEMS_MAX = 1000, TAGS_MAX = 4096 };

void wheel_add_problem(
    struct wheel *w, enum wheel_problem_kind kind, const char *subject, const char *format, ...)
{
    if (w->problem_count == PROBLEMS_MAX)
        return;
    if (w->problem_count == w->problem_cap) {
        w->problem_cap = w->problem_cap ? w->problem_cap * 2 : 8;
        w->problems = xrealloc(w->problems, w->problem_cap, sizeof *w->problems);
    }
    va_list ap;
    va_start(ap, format);
    char *text = xvstrf(format, ap);
    va_end(ap);
    w->problems[w->problem_count++] =
        (struct wheel_problem){kind, arena_strdup(&w->arena, subject), arena_strdup(&w->arena, text)};
    free(text);
}

/* The distinct top folder that ends in .dist-info. */
static void find_dist_info(struct wheel *w)
{
    for (size_t i = 0; i < w->zip.len; i++) {
        const char *name = w->zip.members[i].name, *slash = strchr(name, '/');
        size_t len = slash ? (size_t)(slash - name) : 0;
        if (len < 11 || memcmp(slash - 10, ".dist-info", 10) != 0)
            continue;
        if (!w->dist_info) {
            w->dist_info = arena_strndup(&w->arena, name, len);
        } else if (strlen(w->dist_info) != len || memcmp(w->dist_info, name, len) != 0) {
            wheel_add_problem(
                w, WHEEL_NO_DIST_INFO, name, "a second dist-info folder beside %s", w->dist_info);
            return;
        }
    }
    if (!w->dist_info)
        wheel_add_problem(w, WHEEL_NO_DIST_INFO, path_base(w->path), "has no NAME-VERSION.dist-info folder");
}

static bool same_name(const char *a, const char *b)
{
    AUTO_FREE char *x = python_name_normalise(a);
    AUTO_FREE char *y = python_name_normalise(b);
    return strcmp(x, y) == 0;
}

/* Versions of file names have - written as _. */
static bool same_version(const char *a, const char *b)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(err) struct err ignored_too = ERR_INIT;
    struct pep440_version x, y;
    AUTO_FREE char *plain = xstrdup(b);
    for (char *p = plain; *p; p++)
        if (*p == '_')
            *p = '-';
    if (pep440_parse(&x, a, &ignored) < 0 || pep440_parse(&y, plain, &ignored_too) < 0)
        return strcmp(a, b) == 0;
    return pep440_compare(&x, &y) == 0;
}

static void check_dist_info_name(struct wheel *w)
{
    AUTO_FREE char *name = xstrndup(w->dist_info, strlen(w->dist_info) - 10);
    char *dash = strchr(name, '-');
    if (dash)
        *dash = '\0';
    if (!dash || !same_name(name, w->name.name) || !same_version(dash + 1, w->name.version))
        wheel_add_problem(
            w, WHEEL_DIST_INFO_NAME, w->dist_info, "the file name says %s %s", w->name.name, w->name.version);
}

const struct zip_member *wheel_dist_info_member(const struct wheel *w, const char *name)
{
    if (!w->dist_info)
        return NULL;
    AUTO_FREE char *path = xstrf("%s/%s", w->dist_info, name);
    return zip_find(&w->zip, path);
}

bool wheel_read_text(
    struct wheel *w, const char *name, size_t text_bytes_max, struct zip_scratch *s, struct slice *out)
{
    AUTO(err) struct err e = ERR_INIT;
    const struct zip_member *m = wheel_dist_info_member(w, name);
    size_t limit = w->member_bytes_max < text_bytes_max ? w->member_bytes_max : text_bytes_max;
    if (!m) {
        wheel_add_problem(w, WHEEL_FILE_MISSING, w->dist_info, "has no %s", name);
        return false;
    }
    if (zip_read(m, limit, s, out, &e) < 0) {
        wheel_add_problem(w, WHEEL_FILE_MISSING, m->name, "%s", e.text);
        return false;
    }
    return true;
}

static void read_metadata(struct wheel *w, struct zip_scratch *s)
{
    AUTO(err) struct err e = ERR_INIT;
    struct slice text;
    if (!wheel_read_text(w, "METADATA", TEXT_LIMIT, s, &text))
        return;
    if (metadata_parse(&w->metadata, &w->arena, "METADATA", text.ptr, text.len, &e) < 0 ||
        metadata_check(&w->metadata, "METADATA", &e) < 0) {
        wheel_add_problem(w, WHEEL_METADATA, w->dist_info, "%s", e.text);
        return;
    }
    const char *name = metadata_get(&w->metadata, "Name"), *version = metadata_get(&w->metadata, "Version");
    if (w->named && (!same_name(name, w->name.name) || !same_version(version, w->name.version)))
        wheel_add_problem(w, WHEEL_METADATA, w->dist_info,
            "METADATA is that of %s %s, the file name says %s %s", name, version, w->name.name,
            w->name.version);
}

static void check_tags(struct wheel *w)
{
    AUTO(strvec) struct strvec expected = {0};
    wheel_name_expand(&w->name, &expected);
    if (expected.len > TAGS_MAX || w->tags.len > TAGS_MAX) {
        wheel_add_problem(w, WHEEL_TAGS, w->dist_info, "has more than %d tags", TAGS_MAX);
        return;
    }
    for (size_t i = 0; i < expected.len; i++)
        if (!strvec_has(&w->tags, expected.items[i]))
            wheel_add_problem(
                w, WHEEL_TAGS, expected.items[i], "is in the file name, but not a Tag line of WHEEL");
    for (size_t i = 0; i < w->tags.len; i++)
        if (!strvec_has(&expected, w->tags.items[i]))
            wheel_add_problem(
                w, WHEEL_TAGS, w->tags.items[i], "is a Tag line of WHEEL, but not in the file name");
}

static void read_wheel(struct wheel *w, struct zip_scratch *s)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(metadata) struct metadata fields = {0};
    struct slice text;
    if (!wheel_read_text(w, "WHEEL", TEXT_LIMIT, s, &text))
        return;
    if (metadata_parse(&fields, &w->arena, "WHEEL", text.ptr, text.len, &e) < 0) {
        wheel_add_problem(w, WHEEL_METADATA, w->dist_info, "%s", e.text);
        return;
    }
    const char *version = metadata_get(&fields, "Wheel-Version"),
               *pure = metadata_get(&fields, "Root-Is-Purelib");
    if (!version || !str_starts(version, "1."))
        wheel_add_problem(w, WHEEL_VERSION, w->dist_info, "Wheel-Version is %s; 1.0 is known here",
            version ? version : "not said");
    if (!pure || (strcasecmp(pure, "true") != 0 && strcasecmp(pure, "false") != 0))
        wheel_add_problem(
            w, WHEEL_METADATA, w->dist_info, "Root-Is-Purelib of WHEEL is neither true nor false");
    w->root_is_purelib = pure && strcasecmp(pure, "true") == 0;
    w->generator = metadata_get(&fields, "Generator");
    for (size_t i = 0; i < fields.len; i++)
        if (strcasecmp(fields.fields[i].name, "Tag") == 0 && w->tags.len <= TAGS_MAX)
            strvec_push(&w->tags, fields.fields[i].value);
    strvec_sort(&w->tags);
    if (w->named)
        check_tags(w);
}

static int read_all(
    struct wheel *w, const char *path, const void *bytes, size_t len, size_t limit, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    AUTO(zip_scratch) struct zip_scratch s = {0};
    w->path = arena_strdup(&w->arena, path);
    w->member_bytes_max = limit ? limit : WHEEL_MEMBER_LIMIT;
    if (zip_parse(&w->zip, path, bytes, len, e) < 0)
        return -1;
    w->named = wheel_name_parse(&w->name, path, &why) == 0;
    if (!w->named)
        wheel_add_problem(w, WHEEL_FILE_NAME, path_base(path), "%s", why.text);
    find_dist_info(w);
    if (w->dist_info && w->named)
        check_dist_info_name(w);
    w->records = arena_alloc(&w->arena, (w->zip.len + 1) * sizeof *w->records);
    if (!w->dist_info)
        return 0;
    read_metadata(w, &s);
    read_wheel(w, &s);
    wheel_read_record(w, &s);
    return 0;
}

int wheel_open_bytes(
    struct wheel *w, const char *path, const void *bytes, size_t len, size_t member_bytes_max, struct err *e)
{
    *w = (struct wheel){0};
    if (read_all(w, path, bytes, len, member_bytes_max, e) == 0)
        return 0;
    wheel_release(w);
    return -1;
}

int wheel_open(struct wheel *w, const char *path, size_t member_bytes_max, struct err *e)
{
    struct mapping file = {0};
    if (mapping_open(&file, path, e) < 0)
        return -1;
    if (wheel_open_bytes(w, path, file.bytes, file.size, member_bytes_max, e) < 0) {
        mapping_release(&file);
        return -1;
    }
    w->file = file;
    return 0;
}

void wheel_release(struct wheel *w)
{
    zip_release(&w->zip);
    wheel_name_release(&w->name);
    strvec_release(&w->tags);
    metadata_release(&w->metadata);
    free(w->problems);
    arena_release(&w->arena);
    mapping_release(&w->file);
    *w = (struct wheel){0};
}
