/* Licence texts of what is inside. A text counts for a library when its path or its words name it. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "sys/path.h"

enum { TEXT_LIMIT = 1 << 20, ALL_LIMIT = 16 << 20 };

static bool is_licence(const struct wheel *w, const struct zip_member *m)
{
    static const char *const words[] = {"LICEN", "COPYING", "COPYRIGHT", "NOTICE"};
    size_t len = w->dist_info ? strlen(w->dist_info) : 0;
    if (m->facts & (ZIP_FOLDER | ZIP_OVERLAP))
        return false;
    if (len && strncmp(m->name, w->dist_info, len) == 0 && str_starts(m->name + len, "/licenses/"))
        return true;
    const char *base = path_base(m->name);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncasecmp(base, words[i], strlen(words[i])) == 0 && !str_ends(base, ".py"))
            return true;
    return false;
}

/* All paths and texts of licences, one after the other. */
static void gather_texts(struct strbuf *texts, const struct wheel *w)
{
    AUTO(zip_scratch) struct zip_scratch scratch = {0};
    for (size_t i = 0; i < w->zip.len && texts->len < ALL_LIMIT; i++) {
        const struct zip_member *m = &w->zip.members[i];
        if (!is_licence(w, m))
            continue;
        AUTO(err) struct err ignored = ERR_INIT;
        struct slice bytes;
        strbuf_adds(texts, m->name);
        strbuf_addc(texts, '\n');
        if (zip_read(m, TEXT_LIMIT, &scratch, &bytes, &ignored) == 0)
            strbuf_add(texts, bytes.ptr ? bytes.ptr : "", bytes.len);
        strbuf_addc(texts, '\n');
    }
}

/* Whether a name stands in the text, where no letter precedes it, or "lib" does. */
static bool names(const struct strbuf *texts, const char *name)
{
    const char *at = texts->ptr, *end = at ? at + texts->len : at;
    size_t len = strlen(name);
    for (; at && (size_t)(end - at) >= len; at++) {
        if (strncasecmp(at, name, len) != 0)
            continue;
        size_t before = (size_t)(at - texts->ptr);
        if (!before || !isalpha((unsigned char)at[-1]) || (before >= 3 && strncasecmp(at - 3, "lib", 3) == 0))
            return true;
    }
    return false;
}

struct asking {
    struct check *c;
    const struct strbuf *texts;
    struct strvec asked;
    struct finding *f;
};

static void ask(struct asking *a, const char *name, const char *where)
{
    const char *known = library_known_as(name);
    if (strlen(known) < 2 || strvec_has(&a->asked, known))
        return;
    strvec_push(&a->asked, known);
    if (names(a->texts, known))
        return;
    if (!a->f) {
        a->f = add_finding(a->c, "%s", "");
        set_remedy(a->c, a->f, "add their licence texts to dist-info/licenses (PEP 639)");
    }
    add_evidence(a->c, a->f, "%s, in %s", name, where);
}

void check_licences(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    if (!w->module_count && !w->part_count)
        return;
    bool others = w->part_count;
    for (size_t i = 0; i < w->module_count; i++)
        others |= w->modules[i]->report.embedded_count ||
                  is_library_of_others(&w->modules[i]->report, w->modules[i]->member->name);
    AUTO(strbuf) struct strbuf texts = {0};
    gather_texts(&texts, w->wheel);
    if (!texts.len) {
        struct finding *f = add_finding(c, "holds compiled code, and no licence text");
        set_remedy(c, f,
            "ship the licences of the package and of everything linked in, in dist-info/licenses (PEP 639)");
        return;
    }
    if (!others)
        return;
    struct asking a = {.c = c, .texts = &texts};
    for (size_t i = 0; i < w->part_count; i++)
        if (!w->parts[i].own)
            ask(&a, w->parts[i].name, "the bill of materials");
    for (size_t i = 0; i < w->module_count; i++) {
        const struct wheel_module *m = w->modules[i];
        for (size_t k = 0; k < m->report.embedded_count; k++)
            ask(&a, m->report.embedded[k].name, m->member->name);
        if (!is_library_of_others(&m->report, m->member->name))
            continue;
        ask(&a, library_plain_name(c->scratch, m->member->name), m->member->name);
    }
    strvec_release(&a.asked);
    if (a.f)
        a.f->message = arena_strf(&c->report->arena, "no licence text names %s%s", a.f->evidence[0],
            a.f->evidence_total > 1
                ? arena_strf(&c->report->arena, " (and %zu more)", a.f->evidence_total - 1)
                : "");
}
