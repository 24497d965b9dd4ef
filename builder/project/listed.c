/* requirements.txt: what is built from source needs an exact version, so of pip's language that much is read.
 */
#include "project/listed.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/pep440.h"
#include "python/pep508.h"

struct list_reading {
    struct listed_projects *out;
    struct arena *arena;
    const char *file;
    struct err *error;
};

/* A comment begins at the line's start, or behind a space. */
static struct slice without_comment(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '#' && (i == 0 || line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '\t'))
            return (struct slice){line.ptr, i};
    return line;
}

/* Cuts " --hash=sha256:…" off the end, as often as there is one. */
static bool take_hashes(struct listed *l, struct list_reading *r, char *text)
{
    static const char option[] = "--hash";
    for (char *at; (at = strstr(text, option));) {
        char *value = at + strlen(option), *end;
        value += strspn(value, "= ");
        end = value + strcspn(value, " \t");
        AUTO_FREE char *hash = xstrndup(value, (size_t)(end - value));
        if (str_starts(hash, "sha256:") && strlen(hash) == strlen("sha256:") + 64)
            texts_add(&l->sha256, r->arena, arena_strdup(r->arena, hash + strlen("sha256:")));
        else if (!strchr(hash, ':'))
            return false;
        memmove(at, end, strlen(end) + 1);
    }
    return true;
}

/* "== 1.2" or nothing. */
static bool take_version(struct listed *l, struct list_reading *r, const char *specifiers)
{
    struct pep440_version parsed;
    AUTO(err) struct err none = ERR_INIT;
    while (*specifiers == ' ')
        specifiers++;
    if (!*specifiers)
        return true;
    if (!str_starts(specifiers, "==") || strpbrk(specifiers, ",*") || specifiers[2] == '=')
        return false;
    specifiers += 2;
    while (*specifiers == ' ')
        specifiers++;
    if (pep440_parse(&parsed, specifiers, &none) < 0)
        return false;
    AUTO_FREE char *normal = pep440_format(&parsed);
    l->version = arena_strdup(r->arena, normal);
    return true;
}

static void complain(struct list_reading *r, unsigned line, const char *what, const char *text)
{
    err_add(r->error, ERR_USAGE, "%s:%u: %s: %s", r->file, line, text, what);
}

static bool is_path(const char *text)
{
    return text[0] == '.' || text[0] == '/' || str_ends(text, ".tar.gz") || str_ends(text, ".zip");
}

static void take_line(struct list_reading *r, char *text, unsigned line)
{
    struct listed l = {.line = line};
    struct pep508 required;
    AUTO(err) struct err wrong = ERR_INIT;
    if (*text == '-') {
        complain(r, line, "options of pip are not read here: the index is that of pip's own settings", text);
        return;
    }
    if (!take_hashes(&l, r, text)) {
        complain(r, line, "a hash is written --hash=sha256:DIGITS", text);
        return;
    }
    struct slice trimmed = slice_trim(slice_of(text));
    const char *kept = arena_strndup(r->arena, trimmed.ptr, trimmed.len);
    if (is_path(kept)) {
        l.path = kept;
    } else if (pep508_parse(&required, r->arena, kept, &wrong) < 0) {
        complain(r, line, wrong.text, kept);
        return;
    } else if (required.url || !take_version(&l, r, required.specifiers)) {
        complain(r, line, "write NAME or NAME==VERSION: what is built is one version", kept);
        return;
    } else {
        l.name = required.name;
        l.marker = required.marker;
    }
    vec_push(&r->out->list, l);
}

int listed_read(struct listed_projects *l, struct arena *a, const char *file, const char *text, struct err *e)
{
    struct list_reading r = {l, a, file, e};
    AUTO(strbuf) struct strbuf joined = {0};
    struct slice rest = slice_of(text);
    unsigned number = 0, begins = 1;
    *l = (struct listed_projects){0};
    while (rest.ptr) {
        struct slice line = without_comment(slice_cut(&rest, '\n'));
        number++;
        line = slice_trim(line);
        bool is_cut = line.len && line.ptr[line.len - 1] == '\\';
        if (!joined.len)
            begins = number;
        strbuf_add(&joined, line.ptr, line.len - is_cut);
        if (is_cut && rest.ptr) {
            strbuf_addc(&joined, ' ');
            continue;
        }
        AUTO_FREE char *whole = xstrdup(strbuf_str(&joined));
        strbuf_clear(&joined);
        if (*whole)
            take_line(&r, whole, begins);
    }
    return e->kind ? -1 : 0;
}

void listed_release(struct listed_projects *l)
{
    vec_release(&l->list);
}
