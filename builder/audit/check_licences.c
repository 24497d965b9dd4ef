/* Licence texts of what is inside. A text counts for a library when its path or its words name it. */
#include <ctype.h>
#include <string.h>

#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "sys/path.h"

enum { TEXT_LIMIT = 1 << 20, ALL_LIMIT = 16 << 20 };

static bool is_code(const char *base)
{
    static const char *const suffixes[] = {".py", ".pyi", ".pyc", ".pyx", ".h", ".c", ".so", ".js", ".cmake"};
    for (size_t i = 0; i < COUNT(suffixes); i++)
        if (str_ends(base, suffixes[i]))
            return true;
    return false;
}

static bool is_licence(const struct wheel *w, const struct zip_member *m)
{
    static const char *const words[] = {
        "LICEN", "COPYING", "COPYRIGHT", "NOTICE", "3RDPARTY", "THIRDPARTY", "THIRD-PARTY", "THIRD_PARTY"};
    size_t len = w->dist_info ? strlen(w->dist_info) : 0;
    if (m->facts & (ZIP_FOLDER | ZIP_OVERLAP))
        return false;
    if (len && strncmp(m->name, w->dist_info, len) == 0 && str_starts(m->name + len, "/licenses/"))
        return true;
    const char *base = path_base(m->name);
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcasestr(base, words[i]) && !is_code(base))
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

static void make_small(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text[i] = (char)tolower((unsigned char)text[i]);
}

/* "curl" of a folder "cmcurl": sources of others are often kept under a longer name. */
static bool ends_folder(const char *at, size_t len, const char *end)
{
    enum { LONG_ENOUGH = 4 };
    return len >= LONG_ENOUGH && at + len < end && at[len] == '/';
}

/* Whether a name stands in the text, where no letter precedes it, or "lib" does. */
static bool names(const struct strbuf *texts, const char *name)
{
    char small[80];
    size_t len = strlen(name);
    if (!len || len >= sizeof small)
        return false;
    memcpy(small, name, len);
    make_small(small, len);
    const char *end = texts->ptr + texts->len;
    for (const char *at = texts->ptr; (at = memmem(at, (size_t)(end - at), small, len)); at++) {
        size_t before = (size_t)(at - texts->ptr);
        if (!before || !isalpha((unsigned char)at[-1]) || (before >= 3 && memcmp(at - 3, "lib", 3) == 0) ||
            ends_folder(at, len, end))
            return true;
    }
    return false;
}

static const struct {
    const char *library, *holder;
} holders[] = {
#define HOLDER(library, holder) {library, holder},
#include "audit/licence_holders.def"
};

/* By one of its names, or by who holds the copyright. */
static bool names_library(const struct strbuf *texts, const struct library *library)
{
    enum { LONG_ENOUGH = 4 }; /* shorter names of packages are words */
    if (names(texts, library_known_as(library->name)))
        return true;
    for (struct slice rest = slice_of(library->packages); rest.ptr;) {
        struct slice word = slice_cut(&rest, ' ');
        AUTO_FREE char *name = xstrndup(word.ptr, word.len);
        if (word.len >= LONG_ENOUGH && names(texts, name))
            return true;
    }
    for (size_t i = 0; i < COUNT(holders); i++)
        if (strcmp(holders[i].library, library->name) == 0 && names(texts, holders[i].holder))
            return true;
    return false;
}

struct licence_check {
    struct check *c;
    const struct strbuf *texts;
    struct strvec asked;
    struct finding *f;
};

/* known: the library that it is, or NULL. */
static void ask(struct licence_check *a, const struct library *known, const char *name, const char *where)
{
    const char *key = known ? known->name : library_known_as(name);
    if (strlen(key) < 2 || strvec_has(&a->asked, key))
        return;
    strvec_push(&a->asked, key);
    if (known ? names_library(a->texts, known) : names(a->texts, key))
        return;
    if (!a->f) {
        a->f = add_finding(a->c, "%s", "");
        set_remedy(a->c, a->f, "add their licence texts to dist-info/licenses (PEP 639)");
    }
    add_evidence(a->c, a->f, "%s, in %s", name, where);
}

/* What a compiler adds to every program asks for no notice; its runtime as a file of its own does. */
static void ask_all(struct licence_check *a, const struct wheel_facts *w)
{
    for (size_t i = 0; i < w->part_count; i++)
        if (!w->parts[i].own && !w->parts[i].outside && !w->parts[i].no_notice)
            ask(a, library_of_part(&w->parts[i]), w->parts[i].name, "the bill of materials");
    for (size_t i = 0; i < w->module_count; i++) {
        const struct wheel_module *m = w->modules[i];
        for (size_t k = 0; k < m->report.embedded_count; k++)
            if (!m->report.embedded[k].tool)
                ask(a, library_find(m->report.embedded[k].name), m->report.embedded[k].name, m->member->name);
        if (is_library_of_others(&m->report, m->member->name) && !is_shared_copy(w, m->path))
            ask(a, library_of_file(m->member->name), library_plain_name(a->c->scratch, m->member->name),
                m->member->name);
    }
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
    make_small(texts.ptr, texts.len);
    struct licence_check a = {.c = c, .texts = &texts};
    ask_all(&a, w);
    strvec_release(&a.asked);
    if (a.f)
        a.f->message = arena_strf(&c->report->arena, "no licence text names %s%s", a.f->evidence[0],
            a.f->evidence_total > 1
                ? arena_strf(&c->report->arena, " (and %zu more)", a.f->evidence_total - 1)
                : "");
}
