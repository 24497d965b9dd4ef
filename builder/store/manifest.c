/* Manifests as text and back. */
#include "store/manifest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MANIFEST_BYTES_MAX = 256 << 20 };

static const char HEAD[] = "staticbuild-manifest 3";

static const char *const kind_words[] = {
    [ENTRY_FOLDER] = "folder", [ENTRY_FILE] = "file", [ENTRY_LINK] = "link"};

const char *entry_kind_word(enum entry_kind kind)
{
    return kind_words[kind];
}

void manifest_init(struct manifest *m, struct arena *a)
{
    *m = (struct manifest){.arena = a, .facts = json_new_object()};
}

void manifest_release(struct manifest *m)
{
    json_free(m->facts);
    *m = (struct manifest){0};
}

static int compare_path(const void *path, const void *entry)
{
    return strcmp(path, ((const struct manifest_entry *)entry)->path);
}

const struct manifest_entry *manifest_find(const struct manifest *m, const char *path)
{
    return m->entry_count ? bsearch(path, m->entries, m->entry_count, sizeof *m->entries, compare_path)
                          : NULL;
}

static void add_escaped(struct strbuf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '\t' || *text == '\n')
            strbuf_addc(out, '\\');
        strbuf_addc(out, *text == '\t' ? 't' : *text == '\n' ? 'n' : *text);
    }
}

static void write_facts(const struct json *facts, struct strbuf *out)
{
    void *at = NULL;
    const char *name;
    struct json *value;
    while (json_next_member(facts, &at, &name, &value)) {
        strbuf_addf(out, "fact\t%s\t", name);
        json_write(value, JSON_ONE_LINE, out);
        strbuf_addc(out, '\n');
    }
}

void manifest_write(const struct manifest *m, struct strbuf *out)
{
    strbuf_addf(out, "%s\n", HEAD);
    write_facts(m->facts, out);
    for (size_t i = 0; i < m->entry_count; i++) {
        const struct manifest_entry *entry = &m->entries[i];
        strbuf_addf(out, "%s\t", kind_words[entry->kind]);
        if (entry->kind != ENTRY_LINK)
            strbuf_addf(out, "%04o\t", entry->mode);
        if (entry->kind == ENTRY_FILE)
            strbuf_addf(out, "%" PRIu64 "\t%s\t", entry->size_bytes, entry->content);
        add_escaped(out, entry->path);
        if (entry->kind == ENTRY_LINK) {
            strbuf_addc(out, '\t');
            add_escaped(out, entry->content);
        }
        strbuf_addc(out, '\n');
    }
}

/* What is left to read of one line. */
struct line_words {
    struct arena *arena;
    struct slice rest;
    bool bad; /* a word was missing or wrong */
};

static struct slice next_word(struct line_words *w)
{
    if (!w->rest.ptr) {
        w->bad = true;
        return slice_of("");
    }
    return slice_cut(&w->rest, '\t');
}

static uint64_t next_number(struct line_words *w, unsigned base)
{
    struct slice word = next_word(w);
    uint64_t value = 0;
    w->bad |= !word.len || word.len > 18; /* no file has as many bytes */
    for (size_t i = 0; i < word.len; i++) {
        unsigned digit = (unsigned char)word.ptr[i] - (unsigned)'0';
        w->bad |= digit >= base;
        value = value * base + digit;
    }
    return value;
}

/* The word without its escapes. */
static const char *next_text(struct line_words *w)
{
    struct slice word = next_word(w);
    char *out = arena_alloc(w->arena, word.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        if (c == '\\') {
            c = ++i < word.len ? word.ptr[i] : '\0';
            w->bad |= !c || !strchr("\\tn", c);
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
        }
        w->bad |= !c;
        out[len++] = c;
    }
    w->bad |= !len;
    return out;
}

/* Each part of it is a name: whoever makes the entry stays below the tree. */
static bool is_below(const char *path)
{
    struct slice rest = slice_of(path);
    while (rest.ptr) {
        struct slice part = slice_cut(&rest, '/');
        if (!part.len || slice_is(part, ".") || slice_is(part, ".."))
            return false;
    }
    return true;
}

static bool read_entry(struct manifest_entry *out, enum entry_kind kind, struct line_words *w)
{
    *out = (struct manifest_entry){.kind = kind, .content = ""};
    if (kind != ENTRY_LINK)
        out->mode = (unsigned)next_number(w, 8);
    if (kind == ENTRY_FILE) {
        out->size_bytes = next_number(w, 10);
        struct slice digest = next_word(w);
        out->content = arena_strndup(w->arena, digest.ptr, digest.len);
        w->bad |= !digest_is_valid(out->content);
    }
    out->path = next_text(w);
    if (kind == ENTRY_LINK)
        out->content = next_text(w);
    return !w->bad && !w->rest.ptr && out->mode <= 07777 && is_below(out->path);
}

static bool is_fact_name(struct slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!word.ptr[i] || !strchr("abcdefghijklmnopqrstuvwxyz0123456789-", word.ptr[i]))
            return false;
    return word.len > 0;
}

static bool read_fact(struct json *facts, struct line_words *w)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct slice word = next_word(w);
    AUTO_FREE char *name = xstrndup(word.ptr, word.len);
    struct json *value = w->rest.ptr ? json_parse(MANIFEST_PATH, w->rest.ptr, w->rest.len, &ignored) : NULL;
    if (!value || !is_fact_name(word) || json_get(facts, name)) {
        json_free(value);
        return false;
    }
    json_set(facts, name, value);
    return true;
}

static bool read_line(struct manifest *m, struct slice line)
{
    struct line_words w = {.arena = m->arena, .rest = line};
    struct slice word = next_word(&w);
    struct manifest_entry *entry = &m->entries[m->entry_count];
    if (slice_is(word, "fact"))
        return !m->entry_count && read_fact(m->facts, &w);
    for (size_t kind = 0; kind < COUNT(kind_words); kind++)
        if (slice_is(word, kind_words[kind])) {
            bool good = read_entry(entry, (enum entry_kind)kind, &w);
            good = good && (!m->entry_count || strcmp(entry[-1].path, entry->path) < 0);
            m->entry_count += good;
            return good;
        }
    return false;
}

static size_t count_lines(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

int manifest_parse(struct manifest *m, const char *name, struct slice text, struct err *e)
{
    struct slice rest = text, head = slice_cut(&rest, '\n');
    if (!rest.ptr || !slice_is(head, HEAD))
        return err_set(e, ERR_DAMAGED, "%s:1: is no manifest of a tree", name);
    m->entries = arena_alloc(m->arena, (count_lines(text) + 1) * sizeof *m->entries);
    m->entry_count = 0;
    for (unsigned line = 2; rest.len; line++) {
        struct slice one = slice_cut(&rest, '\n');
        if (!rest.ptr || !read_line(m, one))
            return err_set(e, ERR_DAMAGED, "%s:%u: is no line of a manifest", name, line);
    }
    return 0;
}

int manifest_read(struct manifest *m, const char *tree, struct err *e)
{
    AUTO_FREE char *path = path_join(tree, MANIFEST_PATH);
    AUTO(strbuf) struct strbuf text = {0};
    int there = path_exists(path, e);
    if (there != 1)
        return there;
    if (file_read(&text, path, MANIFEST_BYTES_MAX, e) < 0)
        return -1;
    return manifest_parse(m, path, (struct slice){strbuf_str(&text), text.len}, e) < 0 ? -1 : 1;
}
