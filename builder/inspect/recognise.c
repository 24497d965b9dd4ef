/* Witnesses are counted as they are seen, each once; what they come to is settled in the end (settle.c). */
#include "inspect/recognise.h"

#include <string.h>

#include "inspect/internal.h"
#include "inspect/pattern.h"

struct recogniser *recogniser_new(struct arena *arena)
{
    size_t count;
    struct recogniser *r = arena_new(arena, struct recogniser);
    *r = (struct recogniser){.arena = arena, .marks = marks_all(&count)};
    while (library_at(r->library_count))
        r->library_count++;
    r->seen = arena_alloc(arena, count / 8 + 1);
    r->weights = arena_alloc(arena, r->library_count * sizeof *r->weights);
    r->witnesses = arena_alloc(arena, r->library_count * sizeof *r->witnesses);
    return r;
}

void recogniser_want(struct scan_filter *filter)
{
    size_t count;
    const struct mark *marks = marks_all(&count);
    for (size_t i = 0; i < count; i++)
        if (marks[i].kind == MARK_TEXT)
            scan_want(filter, marks[i].text);
    for (char digit = '0'; digit <= '9'; digit++)
        scan_want_first(filter, digit);
    filter->numbers = true;
}

void add_witness(struct recogniser *r, unsigned library, const char *kind, struct slice what)
{
    for (size_t i = 0; i < RECOGNISED_WITNESSES; i++)
        if (!r->witnesses[library][i]) {
            r->witnesses[library][i] = arena_strf(r->arena, "%s %.*s", kind, (int)what.len, what.ptr);
            return;
        }
}

/* False when it was seen before. */
static bool see(struct recogniser *r, const struct mark *mark)
{
    size_t i = (size_t)(mark - r->marks);
    if (r->seen[i >> 3] >> (i & 7) & 1)
        return false;
    r->seen[i >> 3] |= (uint8_t)(1 << (i & 7));
    r->weights[mark->library] = (unsigned short)(r->weights[mark->library] + mark->weight);
    return true;
}

void say_version(struct recogniser *r, const struct mark *mark, struct slice version)
{
    bool counts = mark->weight >= ENOUGH;
    for (size_t i = 0; i < r->said_count; i++)
        if (r->said[i].library == mark->library && slice_eq(r->said[i].version, version)) {
            r->said[i].counts |= counts;
            return;
        }
    if (r->said_count < VERSIONS_MAX)
        r->said[r->said_count++] =
            (struct said){mark->library, counts, slice_of(arena_strndup(r->arena, version.ptr, version.len))};
}

static size_t length_of(const char *text, size_t room)
{
    size_t len = 0;
    while (len < room && len < TEXT_MAX && (unsigned char)text[len] >= ' ' && (unsigned char)text[len] < 0x7f)
        len++;
    return len;
}

void take_alone(struct recogniser *r, const char *text, size_t room, enum alone_rank rank)
{
    enum { LONGEST = 64 };
    size_t len = length_of(text, room);
    if (len > LONGEST || (len < room && text[len]))
        return;
    size_t end = 0, dots = 0;
    for (; end < len && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.'); end++)
        dots += text[end] == '.';
    if (!dots && len != 5)
        return;
    for (size_t i = 0; i < r->alone_count; i++)
        if (strlen(r->alone[i].text) == len && memcmp(r->alone[i].text, text, len) == 0) {
            r->alone[i].rank = rank < r->alone[i].rank ? rank : r->alone[i].rank;
            return;
        }
    if (r->alone_count < VERSIONS_MAX)
        r->alone[r->alone_count++] = (struct alone){arena_strndup(r->arena, text, len), rank};
}

void recogniser_text(struct recogniser *r, const char *text, size_t room)
{
    size_t before = scan_before_number(text, room);
    if (before < room)
        take_alone(r, text + before, room - before, ALONE_SEEN);
    for (const struct mark_chain *c = marks_of_text(text); c; c = c->next) {
        struct slice version;
        if (!pattern_match(c->mark->text, text, room, &version))
            continue;
        if (see(r, c->mark))
            add_witness(r, c->mark->library, "text", (struct slice){text, length_of(text, room)});
        if (version.len)
            say_version(r, c->mark, version);
    }
}

void recogniser_symbol(struct recogniser *r, const char *name)
{
    for (const struct mark_chain *c = marks_of_symbol(name); c; c = c->next)
        if (strcmp(c->mark->text, name) == 0 && see(r, c->mark))
            add_witness(r, c->mark->library, "name", slice_of(name));
}

void recogniser_tables(struct recogniser *r, const char *bytes, size_t size, uint64_t address)
{
    size_t at = -address & 15;
    for (const struct mark_chain *c; (c = marks_next_table(bytes, size, &at)); at += 16)
        for (; c; c = c->next)
            if (memcmp(c->mark->text, bytes + at, MARK_TABLE_BYTES) == 0 && see(r, c->mark))
                add_witness(r, c->mark->library, "table",
                    slice_of(
                        arena_strf(r->arena, "of constants at 0x%llx", (unsigned long long)(address + at))));
}
