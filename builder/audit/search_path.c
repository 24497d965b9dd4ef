/* The folders of DT_RUNPATH that begin with $ORIGIN, in every way that a loader may read them. */
#include "audit/search_path.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { ENTRIES_MAX = 64, LONGEST = 4096 };

static bool is_word(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* The length of "$WORD" or "${WORD}" that the text begins with, or 0; $WORDS is another word. */
static size_t token(struct slice text, const char *word)
{
    size_t len = strlen(word), from = text.len > 1 && text.ptr[1] == '{' ? 2 : 1, end = from + len;
    if (text.len < end || *text.ptr != '$' || memcmp(text.ptr + from, word, len) != 0)
        return 0;
    if (from == 2)
        return text.len > end && text.ptr[end] == '}' ? end + 1 : 0;
    return text.len > end && is_word(text.ptr[end]) ? 0 : end;
}

static struct slice without(struct slice text, size_t len)
{
    return (struct slice){text.ptr + len, text.len - len};
}

static bool has_token(struct slice text, const char *word)
{
    for (; text.len; text = without(text, 1))
        if (token(text, word))
            return true;
    return false;
}

bool search_entry_next(struct slice *list, struct search_entry *entry)
{
    if (!list->ptr)
        return false;
    struct slice text = slice_cut(list, ':');
    size_t origin = token(text, "ORIGIN");
    *entry = (struct search_entry){
        .text = text,
        .from_origin = origin,
        .behind = without(text, origin),
        .varies = has_token(text, "LIB") || has_token(text, "PLATFORM"),
    };
    return true;
}

static void expand(struct strbuf *out, struct slice text, const char *lib, const char *platform)
{
    while (text.len) {
        size_t used = token(text, "LIB");
        if (used) {
            strbuf_adds(out, lib);
        } else if ((used = token(text, "PLATFORM"))) {
            strbuf_adds(out, platform);
        } else {
            strbuf_addc(out, *text.ptr);
            used = 1;
        }
        text = without(text, used);
    }
}

struct visiting {
    const char *origin, *arch;
    bool (*visit)(void *arg, const char *folder);
    void *arg;
};

static bool visit_as(
    const struct visiting *v, const struct search_entry *entry, const char *lib, const char *platform)
{
    AUTO(strbuf) struct strbuf folder = {0};
    strbuf_adds(&folder, v->origin);
    expand(&folder, entry->behind, lib, platform);
    return v->visit(v->arg, strbuf_str(&folder));
}

static bool visit_entry(const struct visiting *v, const struct search_entry *entry)
{
    if (!entry->varies)
        return visit_as(v, entry, "", "");
    AUTO_FREE char *multiarch = xstrf("lib/%s-linux-gnu", v->arch);
    const char *const libs[] = {"lib64", "lib", "lib32", multiarch};
    for (size_t i = 0; i < COUNT(libs); i++) {
        const char *platform = v->arch;
        for (size_t k = 0; platform; platform = arch_platform_at(k++))
            if (visit_as(v, entry, libs[i], platform))
                return true;
    }
    return false;
}

bool search_path_visit(const char *search, const char *origin, const struct arch *arch,
    bool (*visit)(void *arg, const char *folder), void *arg)
{
    const struct visiting v = {origin, (arch ? arch : arch_at(0))->name, visit, arg};
    struct slice list = slice_of(search ? search : "");
    struct search_entry entry;
    for (size_t i = 0; i < ENTRIES_MAX && search_entry_next(&list, &entry); i++)
        if (entry.from_origin && entry.text.len <= LONGEST && visit_entry(&v, &entry))
            return true;
    return false;
}
