/* The table of marks, indexed once by hashes of how they begin. */
#include "inspect/marks.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

static const struct {
    const char *library;
    struct mark mark;
} rows[] = {
#define TEXT(library, weight, text) {library, {MARK_TEXT, 0, weight, text, NULL, NULL}},
#define SYMBOL(library, weight, name) {library, {MARK_SYMBOL, 0, weight, name, NULL, NULL}},
#define TABLE(library, weight, bytes) {library, {MARK_TABLE, 0, weight, bytes, NULL, NULL}},
#define VERSION(library, weight, first, last, behind) \
    {library, {MARK_VERSION, 0, weight, behind, first, last}},
#include "inspect/marks.def"

#include "inspect/learnt.def"
#undef TEXT
#undef SYMBOL
#undef TABLE
#undef VERSION
};

enum { ROWS = COUNT(rows), SLOTS = 1 << 13 };

static struct mark marks[ROWS], versions[ROWS];
static size_t version_count;
static struct mark_chain links[ROWS];
static const struct mark_chain *texts[SLOTS], *symbols[SLOTS], *tables[SLOTS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static unsigned slot_of(uint64_t word)
{
    return (unsigned)(word * 0x9e3779b97f4a7c15u >> 51);
}

static unsigned slot_of_text(const char *four)
{
    uint32_t word;
    memcpy(&word, four, sizeof word);
    return slot_of(word);
}

static unsigned slot_of_table(const char *sixteen)
{
    uint64_t words[2];
    memcpy(words, sixteen, sizeof words);
    return slot_of(words[0] ^ (words[1] * 31));
}

/* FNV-1a */
static unsigned slot_of_symbol(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return slot_of(hash);
}

static void link_up(const struct mark_chain **slot, size_t i)
{
    links[i] = (struct mark_chain){&marks[i], *slot};
    *slot = &links[i];
}

static void index_all(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        marks[i] = rows[i].mark;
        const struct library *library = library_find(rows[i].library);
        assert(library);
        marks[i].library = (unsigned short)(library - library_at(0));
        switch (marks[i].kind) {
        case MARK_TEXT:
            link_up(&texts[slot_of_text(marks[i].text)], i);
            break;
        case MARK_SYMBOL:
            link_up(&symbols[slot_of_symbol(marks[i].text)], i);
            break;
        case MARK_TABLE:
            link_up(&tables[slot_of_table(marks[i].text)], i);
            break;
        case MARK_VERSION:
            versions[version_count++] = marks[i];
            break;
        }
    }
}

const struct mark *marks_all(size_t *count)
{
    pthread_once(&once, index_all);
    *count = ROWS;
    return marks;
}

const struct mark_chain *marks_of_text(const char *four)
{
    return texts[slot_of_text(four)];
}

const struct mark_chain *marks_of_symbol(const char *name)
{
    return symbols[slot_of_symbol(name)];
}

const struct mark_chain *marks_next_table(const char *bytes, size_t size, size_t *at)
{
    for (; size >= MARK_TABLE_BYTES && *at <= size - MARK_TABLE_BYTES; *at += 16) {
        const struct mark_chain *chain = tables[slot_of_table(bytes + *at)];
        if (chain)
            return chain;
    }
    return NULL;
}

const struct mark *marks_of_versions(size_t *count)
{
    *count = version_count;
    return versions;
}
