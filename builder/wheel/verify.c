/* RECORD against what the archive really holds. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "wheel/internal.h"
#include "wheel/record.h"

enum { RECORD_LIMIT = 64 << 20 };

static void take_entry(struct wheel *w, const struct record_entry *entry)
{
    const struct zip_member *m = zip_find(&w->zip, entry->path);
    if (!m) {
        wheel_add_problem(w, WHEEL_RECORD_ABSENT, entry->path, "is in RECORD, but not in the archive");
        return;
    }
    const struct record_entry **at = &w->records[m - w->zip.members];
    if (*at)
        wheel_add_problem(w, WHEEL_RECORD_TWICE, entry->path, "stands twice in RECORD");
    struct record_entry kept = {
        .path = m->name, .hash = arena_strdup(&w->arena, entry->hash), .size = entry->size};
    *at = arena_memdup(&w->arena, &kept, sizeof kept);
}

/* RECORD cannot hold its own hash, nor that of its signatures. */
static bool needs_no_hash(const struct wheel *w, const char *name)
{
    size_t len = w->dist_info ? strlen(w->dist_info) : 0;
    if (!len || strncmp(name, w->dist_info, len) != 0 || name[len] != '/')
        return false;
    const char *file = name + len + 1;
    return strcmp(file, "RECORD") == 0 || strcmp(file, "RECORD.jws") == 0 || strcmp(file, "RECORD.p7s") == 0;
}

static void check_listed(struct wheel *w)
{
    for (size_t i = 0; i < w->zip.len; i++) {
        const struct zip_member *m = &w->zip.members[i];
        const struct record_entry *r = w->records[i];
        if (m->facts & (ZIP_FOLDER | ZIP_DUPLICATE) || needs_no_hash(w, m->name) ||
            zip_find(&w->zip, m->name) != m)
            continue;
        if (!r)
            wheel_add_problem(w, WHEEL_NOT_IN_RECORD, m->name, "is not in RECORD");
        else if (!*r->hash)
            wheel_add_problem(w, WHEEL_NOT_IN_RECORD, m->name, "stands in RECORD without a hash");
        else if (!str_starts(r->hash, "sha256=") && !str_starts(r->hash, "sha384=") &&
                 !str_starts(r->hash, "sha512="))
            wheel_add_problem(w, WHEEL_RECORD_ALGORITHM, m->name,
                "RECORD has \"%.40s\"; SHA-256 or better is asked for", r->hash);
    }
}

void wheel_read_record(struct wheel *w, struct zip_scratch *s)
{
    struct slice rest;
    if (!wheel_read_text(w, "RECORD", RECORD_LIMIT, s, &rest))
        return;
    if (memchr(rest.ptr ? rest.ptr : "", '\0', rest.len)) {
        wheel_add_problem(w, WHEEL_RECORD, w->dist_info, "RECORD holds a NUL byte");
        return;
    }
    struct arena lines = {0}; /* emptied now and then: RECORD may have more lines than we have room for */
    struct record_entry entry;
    const char *message;
    for (int got, count = 1; (got = record_next(&rest, &lines, &entry, &message)) != 0; count++) {
        if (got < 0)
            wheel_add_problem(w, WHEEL_RECORD, w->dist_info, "entry %d of RECORD: %s", count, message);
        else
            take_entry(w, &entry);
        if (count % 256 == 0)
            arena_release(&lines);
    }
    arena_release(&lines);
    check_listed(w);
}

static int told(
    struct wheel_problem *p, enum wheel_problem_kind kind, const struct zip_member *m, char *message)
{
    *p = (struct wheel_problem){kind, xstrdup(m->name), message};
    return 1;
}

int wheel_check_member(const struct wheel *w, const struct zip_member *m, struct zip_scratch *s,
    struct slice *out, struct wheel_problem *problem)
{
    struct err e = ERR_INIT;
    *out = (struct slice){NULL, 0};
    if (m->facts & ZIP_FOLDER)
        return 0;
    if (zip_read(m, w->member_bytes_max, s, out, &e) < 0) {
        *out = (struct slice){NULL, 0};
        return told(problem, WHEEL_MEMBER, m, e.text);
    }
    const struct record_entry *r = w->records[m - w->zip.members];
    if (!r || !*r->hash)
        return 0; /* wheel_open has said it */
    if (r->size >= 0 && (uint64_t)r->size != out->len)
        return told(problem, WHEEL_RECORD_HASH, m,
            xstrf("has %zu bytes, RECORD says %lld", out->len, (long long)r->size));
    if (!str_starts(r->hash, "sha256="))
        return 0;
    struct digest digest;
    char base64[44];
    digest_bytes(&digest, out->ptr, out->len);
    digest_base64url(&digest, base64);
    const char *said = r->hash + 7;
    size_t len = strlen(said);
    while (len && said[len - 1] == '=') /* padding is not allowed, but has been seen */
        len--;
    if (len != 43 || memcmp(said, base64, 43) != 0)
        return told(problem, WHEEL_RECORD_HASH, m,
            xstrf("has the hash sha256=%s, RECORD says %.60s", base64, r->hash));
    return 0;
}

void wheel_problem_release(struct wheel_problem *p)
{
    free((char *)p->subject);
    free((char *)p->message);
    *p = (struct wheel_problem){0};
}

void wheel_verify(struct wheel *w)
{
    AUTO(zip_scratch) struct zip_scratch s = {0};
    for (size_t i = 0; i < w->zip.len; i++) {
        struct slice bytes;
        struct wheel_problem p;
        if (!wheel_check_member(w, &w->zip.members[i], &s, &bytes, &p))
            continue;
        wheel_add_problem(w, p.kind, p.subject, "%s", p.message);
        wheel_problem_release(&p);
    }
}
