/* What witnesses come to, when it is known which libraries lack a version: then a text that is nothing else
 * may be it, or code says it.
 *
 * Texts that are a version alone are told apart by who refers to them. What a function returns is what
 * somebody asks for; what stands behind a NUL may be anything; and "2.8", of three characters, is seen only
 * where something points to it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/needles.h"
#include "inspect/answers.h"
#include "inspect/internal.h"
#include "inspect/pattern.h"

/* "20914" is 2.9.14. */
static struct slice unpack(struct arena *arena, const char *digits)
{
    int n = atoi(digits);
    return slice_of(arena_strf(arena, "%d.%d.%d", n / 10000, n / 100 % 100, n % 100));
}

static size_t dots_in(struct slice version)
{
    size_t dots = 0;
    for (size_t i = 0; i < version.len; i++)
        dots += version.ptr[i] == '.';
    return dots;
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
           dots_in(*version) >= dots_in(slice_of(mark->first)) &&
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
            if (!fits(r, &marks[i], r->alone[k].text, &version))
                continue;
            r->weights[marks[i].library] = (unsigned short)(r->weights[marks[i].library] + marks[i].weight);
            add_witness(r, marks[i].library, "text", slice_of(r->alone[k].text));
            say_version(r, &marks[i], version);
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

/* The one text of this rank that can be the version of this library and of nobody else; several: more than
 * one can. */
static bool find_alone(
    struct recogniser *r, const struct mark *mark, enum alone_rank rank, struct slice *version, bool *several)
{
    size_t found = 0;
    for (size_t k = 0; k < r->alone_count; k++) {
        struct slice one;
        const char *text = r->alone[k].text;
        if (r->alone[k].rank != rank || !fits(r, mark, text, &one) || is_taken(r, text))
            continue;
        if ((found && !is_same(*version, one)) || count_takers(r, text) > 1) {
            *several = true;
            return false;
        }
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
        {"openssl", "aws-lc"}, {"mysql", "mariadb-connector"}, {"lua", "luajit"}, {"pcre", "pcre2"}};
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
    for (size_t i = 0; i < count; i++)
        for (enum alone_rank rank = 0; marks[i].library == library && rank < ALONE_RANKS; rank++) {
            bool several = false;
            if (find_alone(r, &marks[i], rank, &version, &several))
                return version;
            if (several)
                return (struct slice){0};
        }
    return (struct slice){0};
}

/* Whether a text that is nothing else may be a version of the library. */
static bool may_stand_alone(unsigned library)
{
    size_t count;
    const struct mark *marks = marks_of_versions(&count);
    for (size_t i = 0; i < count; i++)
        if (marks[i].library == library)
            return true;
    return false;
}

/* One that stands alone somewhere may be another's: code knows better. */
static bool lacks_version(const struct recogniser *r, unsigned library)
{
    return r->weights[library] >= ENOUGH && !has_version(r, library);
}

/* Behind a word or a space it is part of a sentence. */
static bool begins_text(const char *bytes, const char *at)
{
    return at == bytes || !(isalnum((unsigned char)at[-1]) || strchr(" \"'(", at[-1]) || at[-1] == '/');
}

/* Marks whose texts are looked for anywhere. */
struct sought {
    const struct mark *marks[NEEDLES_MAX];
    struct needles beginnings;
};

/* Adds those texts of a library that say a version. */
static void seek(struct sought *sought, unsigned library)
{
    size_t count;
    const struct mark *marks = marks_all(&count);
    for (size_t i = 0; i < count; i++)
        if (marks[i].library == library && marks[i].kind == MARK_TEXT && strstr(marks[i].text, "{v}") &&
            needles_add(&sought->beginnings, pattern_beginning(marks[i].text)))
            sought->marks[sought->beginnings.count - 1] = &marks[i];
}

/* Marks that begin as the one that was found are tried, too. */
static void try_texts(
    struct recogniser *r, const struct sought *sought, size_t found, const char *at, size_t room)
{
    for (size_t i = found; i < sought->beginnings.count; i++) {
        struct slice version, beginning = sought->beginnings.items[i];
        if (beginning.len <= room && memcmp(at, beginning.ptr, beginning.len) == 0 &&
            pattern_match(sought->marks[i]->text, at, room, &version) && version.len)
            say_version(r, sought->marks[i], version);
    }
}

/* The texts anywhere, also behind the characters that a table ends with. */
static void find_texts(struct recogniser *r, const struct sought *sought, const struct elf_image *image)
{
    for (size_t i = 0; sought->beginnings.count && i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || !s.file_size || s.flags & PF_X)
            continue;
        const char *bytes = (const char *)image->bytes + s.offset, *end = bytes + s.file_size;
        size_t found;
        for (const char *at = bytes; (at = needles_find(&sought->beginnings, at, end, &found)); at++)
            if (begins_text(bytes, at))
                try_texts(r, sought, found, at, (size_t)(end - at));
    }
}

/* Where something points to a text of four characters that begins as texts do, it was seen. */
static void take_pointed(void *arg, const char *text, size_t room, bool returned)
{
    enum { SHORT = 3 };
    bool is_short = strnlen(text, room < SCAN_LEAST ? room : SCAN_LEAST) == SHORT;
    take_alone(arg, text, room, returned ? ALONE_RETURNED : is_short ? ALONE_SHORT : ALONE_SEEN);
}

static bool wants_version(void *arg, const char *library)
{
    return lacks_version(arg, (unsigned)(library_find(library) - library_at(0)));
}

/* Looks where versions are looked for only when a library lacks one; NULL where none does. A text that has
 * more words is looked for where nothing else may be the version. */
static struct answers *look_closer(struct recogniser *r, const struct elf_image *image)
{
    struct sought sought = {.beginnings.count = 0};
    bool in_code = false, alone = false;
    for (unsigned i = 0; i < r->library_count; i++) {
        if (!lacks_version(r, i))
            continue;
        bool known = answers_know(library_at(i)->name), may = may_stand_alone(i);
        if (!known && !may)
            seek(&sought, i);
        in_code |= known;
        alone |= may;
    }
    find_texts(r, &sought, image);
    return in_code || alone ? answers_read(image, r->arena, wants_version, alone ? take_pointed : NULL, r)
                            : NULL;
}

/* No program has most of all libraries inside. One that seems to is one that knows them, as this program
 * does: only texts that say a version, which are no patterns, are then a library's own. */
static void forget_what_is_only_known(struct recogniser *r)
{
    size_t enough = 0;
    for (unsigned i = 0; i < r->library_count; i++)
        enough += r->weights[i] >= ENOUGH;
    if (enough <= r->library_count / 2)
        return;
    for (unsigned i = 0; i < r->library_count; i++)
        if (!has_version(r, i))
            r->weights[i] = 0;
}

struct recognised *recogniser_settle(struct recogniser *r, const struct elf_image *image, size_t *count)
{
    struct recognised *found = arena_alloc(r->arena, (r->library_count + VERSIONS_MAX) * sizeof *found);
    *count = 0;
    weigh_alone(r);
    forget_what_is_only_known(r);
    struct answers *answers = image ? look_closer(r, image) : NULL;
    for (unsigned i = 0; i < r->library_count; i++) {
        if (r->weights[i] < ENOUGH || is_outranked(r, library_at(i)) || is_header_text(r, i))
            continue;
        size_t said = add_said(r, found + *count, i);
        if (!said) {
            const char *answer = answers ? answers_version(answers, library_at(i)->name) : NULL;
            struct slice version = answer ? slice_of(answer) : version_alone(r, i);
            add(r, found + (*count)++, i, version, version.len > 0);
        }
        *count += said;
    }
    return found;
}
