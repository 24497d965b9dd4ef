/* Witnesses are counted as they are seen, each once; what they come to is settled in the end, when it is
 * known which libraries lack a version that a text of its own may be. */
#include "inspect/recognise.h"

#include <stdlib.h>
#include <string.h>

#include "inspect/answers.h"
#include "inspect/marks.h"
#include "inspect/pattern.h"

enum {
    ENOUGH = 3,
    VERSIONS_MAX = 64, /* that are kept of texts which are nothing else */
    TEXT_MAX = 400,    /* of a text that is compared */
};

/* A library with a version that one of its texts says. */
struct said {
    unsigned short library;
    bool counts; /* the text says it of itself, whatever else is seen */
    struct slice version;
};

struct recogniser {
    struct arena *arena;
    const struct mark *marks;
    uint8_t *seen; /* a bit a mark */
    unsigned short *weights;
    const char *(*witnesses)[RECOGNISED_WITNESSES]; /* by library */
    size_t library_count;
    struct said said[VERSIONS_MAX];
    size_t said_count;
    const char *alone[VERSIONS_MAX]; /* texts that are nothing but a version, with what stands behind it */
    size_t alone_count;
};

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

static void add_witness(struct recogniser *r, unsigned library, const char *kind, struct slice what)
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

static void say(struct recogniser *r, const struct mark *mark, struct slice version)
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

/* "1.5.4", "1.0.8, 13-Jul-2019", "20914", "10.42 2022-12-11": it begins with a version, and may be nothing
 * else. */
static void take_alone(struct recogniser *r, const char *text, size_t room)
{
    enum { LONGEST = 64 };
    size_t len = length_of(text, room);
    if (len > LONGEST || r->alone_count == VERSIONS_MAX || (len < room && text[len]))
        return;
    size_t end = 0, dots = 0;
    for (; end < len && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.'); end++)
        dots += text[end] == '.';
    if (!dots && len != 5)
        return;
    for (size_t i = 0; i < r->alone_count; i++)
        if (strlen(r->alone[i]) == len && memcmp(r->alone[i], text, len) == 0)
            return;
    r->alone[r->alone_count++] = arena_strndup(r->arena, text, len);
}

void recogniser_text(struct recogniser *r, const char *text, size_t room)
{
    size_t before = scan_before_number(text, room);
    if (before < room)
        take_alone(r, text + before, room - before);
    for (const struct mark_chain *c = marks_of_text(text); c; c = c->next) {
        struct slice version;
        if (!pattern_match(c->mark->text, text, room, &version))
            continue;
        if (see(r, c->mark))
            add_witness(r, c->mark->library, "text", (struct slice){text, length_of(text, room)});
        if (version.len)
            say(r, c->mark, version);
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
    for (size_t at = -address & 15; size >= MARK_TABLE_BYTES && at <= size - MARK_TABLE_BYTES; at += 16)
        for (const struct mark_chain *c = marks_of_table(bytes + at); c; c = c->next)
            if (memcmp(c->mark->text, bytes + at, MARK_TABLE_BYTES) == 0 && see(r, c->mark))
                add_witness(r, c->mark->library, "table",
                    slice_of(
                        arena_strf(r->arena, "of constants at 0x%llx", (unsigned long long)(address + at))));
}

/* "20914" is 2.9.14. */
static struct slice unpack(struct arena *arena, const char *digits)
{
    int n = atoi(digits);
    return slice_of(arena_strf(arena, "%d.%d.%d", n / 10000, n / 100 % 100, n % 100));
}

/* Whether a text that is nothing but a version can be this library's. */
static bool fits(struct recogniser *r, const struct mark *mark, const char *text, struct slice *version)
{
    if (!mark->first) {
        if (strlen(text) != 5 || strspn(text, "0123456789") != 5)
            return false;
        *version = unpack(r->arena, text);
        return true;
    }
    char pattern[80] = "{v}";
    strncat(pattern, mark->text, sizeof pattern - 4);
    return pattern_match(pattern, text, strlen(text), version) &&
           version_between(*version, mark->first, mark->last);
}

static bool has_version(const struct recogniser *r, unsigned library)
{
    for (size_t i = 0; i < r->said_count; i++)
        if (r->said[i].library == library)
            return true;
    return false;
}

/* Whether something that is inside says the text of itself. */
static bool is_taken(const struct recogniser *r, const char *text)
{
    for (size_t i = 0; i < r->said_count; i++)
        if (slice_is(r->said[i].version, text) && r->weights[r->said[i].library] >= ENOUGH)
            return true;
    return false;
}

/* Texts with more than a version in them are witnesses of their own. */
static void weigh_alone(struct recogniser *r)
{
    size_t count;
    const struct mark *marks = marks_of_versions(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; marks[i].weight && k < r->alone_count; k++) {
            struct slice version;
            if (!fits(r, &marks[i], r->alone[k], &version))
                continue;
            r->weights[marks[i].library] = (unsigned short)(r->weights[marks[i].library] + marks[i].weight);
            add_witness(r, marks[i].library, "text", slice_of(r->alone[k]));
            say(r, &marks[i], version);
            break;
        }
}

/* How many libraries that are inside, and say no version, the text can be the version of. */
static size_t count_takers(struct recogniser *r, const char *text)
{
    size_t count, takers = 0;
    const struct mark *marks = marks_of_versions(&count);
    for (size_t i = 0; i < count; i++) {
        struct slice version;
        takers += r->weights[marks[i].library] >= ENOUGH && !has_version(r, marks[i].library) &&
                  fits(r, &marks[i], text, &version);
    }
    return takers;
}

/* 2.3.8 and 2.3.8-2 are one version, of which the shorter is the authors'. */
static bool is_same(struct slice a, struct slice b)
{
    size_t least = a.len < b.len ? a.len : b.len;
    return memcmp(a.ptr, b.ptr, least) == 0 &&
           (a.len == b.len || (a.len > least ? a.ptr : b.ptr)[least] == '-');
}

/* The one text that can be the version of this library and of nobody else. */
static bool find_alone(struct recogniser *r, const struct mark *mark, struct slice *version)
{
    size_t found = 0;
    for (size_t k = 0; k < r->alone_count; k++) {
        struct slice one;
        if (!fits(r, mark, r->alone[k], &one) || is_taken(r, r->alone[k]))
            continue;
        if ((found && !is_same(*version, one)) || count_takers(r, r->alone[k]) > 1)
            return false;
        if (!found || one.len < version->len)
            *version = one;
        found = 1;
    }
    return found == 1;
}

/* What is left when another is there: it has the same texts, and is its successor. */
static bool is_outranked(const struct recogniser *r, const struct library *library)
{
    static const char *const pairs[][2] = {{"openssl", "boringssl"}, {"openssl", "libressl"},
        {"mysql", "mariadb-connector"}, {"lua", "luajit"}, {"pcre", "pcre2"}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const struct library *other = library_find(pairs[i][1]);
        if (strcmp(pairs[i][0], library->name) == 0 && r->weights[other - library_at(0)] >= ENOUGH &&
            !has_version(r, (unsigned)(library - library_at(0))))
            return true;
    }
    return false;
}

/* Whether nothing was seen of the library but one text, by whatever marks. */
static bool is_one_text(const struct recogniser *r, unsigned library)
{
    const char *const *witnesses = r->witnesses[library];
    for (size_t i = 1; i < RECOGNISED_WITNESSES && witnesses[i]; i++)
        if (strcmp(witnesses[i], witnesses[0]) != 0)
            return false;
    return witnesses[0] != NULL;
}

/* A text of the headers that another library has compiled in, and nothing else of the library itself. */
static bool is_header_text(const struct recogniser *r, unsigned library)
{
    static const char *const pairs[][2] = {{"openssl", "libssh"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0], library_at(library)->name) == 0 &&
            r->weights[library_find(pairs[i][1]) - library_at(0)] >= ENOUGH)
            return is_one_text(r, library);
    return false;
}

static void add(
    struct recogniser *r, struct recognised *found, unsigned library, struct slice version, bool likely)
{
    *found = (struct recognised){.library = library_at(library),
        .version = arena_strndup(r->arena, version.ptr ? version.ptr : "", version.len),
        .likely = likely,
        .weight = r->weights[library]};
    while (found->witness_count < RECOGNISED_WITNESSES && r->witnesses[library][found->witness_count]) {
        found->witnesses[found->witness_count] = r->witnesses[library][found->witness_count];
        found->witness_count++;
    }
}

/* Each version that is said of a library; those its own texts say, where there are such. */
static size_t add_said(struct recogniser *r, struct recognised *found, unsigned library)
{
    size_t count = 0;
    bool counts = false;
    for (size_t i = 0; i < r->said_count; i++)
        counts |= r->said[i].library == library && r->said[i].counts;
    for (size_t i = 0; i < r->said_count; i++)
        if (r->said[i].library == library && r->said[i].counts == counts)
            add(r, &found[count++], library, r->said[i].version, false);
    return count;
}

static struct slice version_alone(struct recogniser *r, unsigned library)
{
    size_t count;
    const struct mark *marks = marks_of_versions(&count);
    struct slice version = {0};
    for (size_t i = 0; i < count && r->alone_count < VERSIONS_MAX; i++)
        if (marks[i].library == library && find_alone(r, &marks[i], &version))
            return version;
    return (struct slice){0};
}

struct recognised *recogniser_settle(struct recogniser *r, const struct elf_image *image, size_t *count)
{
    struct recognised *found = arena_alloc(r->arena, (r->library_count + VERSIONS_MAX) * sizeof *found);
    *count = 0;
    weigh_alone(r);
    for (unsigned i = 0; i < r->library_count; i++) {
        if (r->weights[i] < ENOUGH || is_outranked(r, library_at(i)) || is_header_text(r, i))
            continue;
        size_t said = add_said(r, found + *count, i);
        if (!said) {
            struct slice version = version_alone(r, i);
            const char *answer =
                !version.len && image ? answered_version(image, library_at(i)->name, r->arena) : NULL;
            if (answer)
                version = slice_of(answer);
            add(r, found + (*count)++, i, version, version.len > 0);
        }
        *count += said;
    }
    return found;
}
