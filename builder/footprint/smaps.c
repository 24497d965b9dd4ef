/* Parses /proc/PID/smaps as it comes, piece by piece. */
#include "footprint/smaps.h"

#include <stdlib.h>
#include <string.h>

/* More mappings than any kernel lets a process have by default, by far. */
enum { REGIONS_MAX = 1 << 22, LINE_MAX_BYTES = 1 << 16 };

#define PASSED_OVER ((size_t)-1)
#define AT(field) offsetof(struct memory, field)

/* In the order of the kernel (fs/proc/task_mmu.c), so that the next one is mostly the next row. */
static const struct smaps_field {
    const char *name;
    size_t at; /* in struct memory */
} fields[] = {
    {"Size", PASSED_OVER}, /* the addresses say it */
    {"KernelPageSize", PASSED_OVER},
    {"MMUPageSize", PASSED_OVER},
    {"Rss", AT(rss)},
    {"Pss", AT(pss)},
    {"Pss_Dirty", PASSED_OVER},
    {"Pss_Anon", PASSED_OVER}, /* of smaps_rollup, as the next two */
    {"Pss_File", PASSED_OVER},
    {"Pss_Shmem", PASSED_OVER},
    {"Shared_Clean", AT(shared_clean)},
    {"Shared_Dirty", AT(shared_dirty)},
    {"Private_Clean", AT(private_clean)},
    {"Private_Dirty", AT(private_dirty)},
    {"Referenced", PASSED_OVER},
    {"Anonymous", AT(anonymous)},
    {"KSM", PASSED_OVER},
    {"LazyFree", PASSED_OVER},
    {"AnonHugePages", AT(huge)},
    {"ShmemPmdMapped", AT(huge)},
    {"FilePmdMapped", AT(huge)},
    {"Shared_Hugetlb", AT(hugetlb)},
    {"Private_Hugetlb", AT(hugetlb)},
    {"Swap", AT(swap)},
    {"SwapPss", AT(swap_pss)},
    {"Locked", AT(locked)},
};
enum { FIELDS = COUNT(fields) };

static int wrong(const struct smaps_reader *r, const char *what, const char *line, size_t len, struct err *e)
{
    return err_set(e, ERR_DAMAGED, "line %zu: %s: \"%.*s\"", r->line, what, (int)(len < 80 ? len : 80), line);
}

/* Hexadecimal digits at *at, at most 16; false when there are none. */
static bool take_hex(const char **at, const char *end, uint64_t *value)
{
    const char *begin = *at;
    uint64_t v = 0;
    for (; *at < end && *at - begin < 17; ++*at) {
        char c = **at;
        unsigned digit;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a' + 10);
        else
            break;
        v = v << 4 | digit;
    }
    *value = v;
    return *at > begin && *at - begin <= 16;
}

static bool take_decimal(const char **at, const char *end, uint64_t *value)
{
    const char *begin = *at;
    uint64_t v = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && *at - begin < 19; ++*at)
        v = v * 10 + (unsigned)(**at - '0');
    *value = v;
    return *at > begin && (*at == end || **at < '0' || **at > '9');
}

static bool take_char(const char **at, const char *end, char c)
{
    if (*at == end || **at != c)
        return false;
    ++*at;
    return true;
}

static bool take_access(const char **at, const char *end, unsigned *access)
{
    if (end - *at < 4)
        return false;
    const char *a = *at;
    static const char letters[] = "rwx";
    *access = 0;
    for (unsigned i = 0; i < 3; i++)
        if (a[i] == letters[i])
            *access |= 1u << i;
        else if (a[i] != '-')
            return false;
    if (a[3] == 's' || a[3] == 'S')
        *access |= REGION_MAY_SHARE;
    else if (a[3] != 'p')
        return false;
    *at += 4;
    return true;
}

/* The next mapping of the same file has mostly the same name. */
static const char *keep_name(struct smaps_reader *r, const char *name, size_t len)
{
    if (!len)
        return "";
    if (r->regions.len > 1) {
        const char *before = r->regions.items[r->regions.len - 2].name;
        if (strlen(before) == len && memcmp(before, name, len) == 0)
            return before;
    }
    return arena_strndup(r->arena, name, len);
}

/* The kernel marks the name of a file that was removed; a file may of course be called so itself. */
static void take_name(struct smaps_reader *r, struct region *region, const char *name, const char *end)
{
    static const char mark[] = " (deleted)";
    size_t len = (size_t)(end - name), marked = sizeof mark - 1;
    if (len > marked && *name == '/' && memcmp(end - marked, mark, marked) == 0) {
        region->deleted = true;
        len -= marked;
    }
    region->name = keep_name(r, name, len);
}

/* "start-end perms offset major:minor inode      name" */
static int take_header(struct smaps_reader *r, const char *line, size_t len, struct err *e)
{
    const char *at = line, *end = line + len;
    uint64_t major, minor;
    if (r->regions.len == REGIONS_MAX)
        return err_set(e, ERR_DAMAGED, "more than %d mappings", REGIONS_MAX);
    struct region *g = vec_add(&r->regions);
    g->file = NO_FILE;
    g->name = "";
    if (!take_hex(&at, end, &g->start) || !take_char(&at, end, '-') || !take_hex(&at, end, &g->end) ||
        g->end < g->start || !take_char(&at, end, ' ') || !take_access(&at, end, &g->access) ||
        !take_char(&at, end, ' ') || !take_hex(&at, end, &g->offset) || !take_char(&at, end, ' ') ||
        !take_hex(&at, end, &major) || major > UINT32_MAX || !take_char(&at, end, ':') ||
        !take_hex(&at, end, &minor) || minor > UINT32_MAX || !take_char(&at, end, ' ') ||
        !take_decimal(&at, end, &g->inode)) {
        r->regions.len--;
        return wrong(r, "not a mapping as the kernel writes it", line, len, e);
    }
    g->major = (unsigned)major;
    g->minor = (unsigned)minor;
    g->memory.virt = g->end - g->start;
    while (at < end && *at == ' ')
        at++;
    take_name(r, g, at, end);
    r->guess = 0;
    return 0;
}

static const struct smaps_field *find_field(struct smaps_reader *r, const char *name, size_t len)
{
    for (size_t tried = 0; tried < FIELDS; tried++) {
        size_t i = (r->guess + tried) % FIELDS;
        if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0) {
            r->guess = (i + 1) % FIELDS;
            return &fields[i];
        }
    }
    return NULL;
}

/* "ac" among "rd wr mr mw me ac sd" */
static void take_flags(struct region *g, const char *at, const char *end)
{
    g->has_flags = true;
    for (; end - at >= 2; at++)
        if (at[0] == 'a' && at[1] == 'c' && at[-1] == ' ' && (at + 2 == end || at[2] == ' '))
            g->accounted = true;
}

/* "Name:      value kB" */
static int take_field(struct smaps_reader *r, const char *line, size_t len, struct err *e)
{
    const char *colon = memchr(line, ':', len), *end = line + len;
    if (!colon || !r->regions.len)
        return wrong(r, "not what the kernel writes", line, len, e);
    struct region *g = &r->regions.items[r->regions.len - 1];
    size_t name_len = (size_t)(colon - line);
    if (name_len == 7 && memcmp(line, "VmFlags", 7) == 0) {
        take_flags(g, colon + 1, end);
        return 0;
    }
    const struct smaps_field *field = find_field(r, line, name_len);
    if (!field || field->at == PASSED_OVER)
        return 0;
    const char *at = colon + 1;
    uint64_t value;
    while (at < end && *at == ' ')
        at++;
    if (!take_decimal(&at, end, &value) || end - at != 3 || memcmp(at, " kB", 3) != 0 ||
        value > UINT64_MAX / 1024)
        return wrong(r, "not a number of kB", line, len, e);
    uint64_t *into = (uint64_t *)((char *)&g->memory + field->at);
    if (__builtin_add_overflow(*into, value * 1024, into))
        *into = UINT64_MAX;
    if (field->at == AT(pss))
        r->has_pss = true;
    return 0;
}

static int take_line(struct smaps_reader *r, const char *line, size_t len, struct err *e)
{
    r->line++;
    if (len && line[0] >= 'A' && line[0] <= 'Z')
        return take_field(r, line, len, e);
    return take_header(r, line, len, e);
}

/* A part of a line, kept until the rest of it comes. */
static int keep_part(struct smaps_reader *r, const char *part, size_t len, struct err *e)
{
    if (len > LINE_MAX_BYTES - r->rest.len)
        return err_set(e, ERR_DAMAGED, "line %zu: is longer than %d bytes", r->line + 1, LINE_MAX_BYTES);
    strbuf_add(&r->rest, part, len);
    return 0;
}

static int take_kept(struct smaps_reader *r, const char *part, size_t len, struct err *e)
{
    if (keep_part(r, part, len, e) < 0 || take_line(r, strbuf_str(&r->rest), r->rest.len, e) < 0)
        return -1;
    strbuf_clear(&r->rest);
    return 0;
}

int smaps_feed(struct smaps_reader *r, const char *text, size_t len, struct err *e)
{
    const char *end = text + len;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        if (!newline)
            return keep_part(r, text, (size_t)(end - text), e);
        size_t part = (size_t)(newline - text);
        if ((r->rest.len ? take_kept(r, text, part, e) : take_line(r, text, part, e)) < 0)
            return -1;
        text = newline + 1;
    }
    return 0;
}

int smaps_end(struct smaps_reader *r, struct err *e)
{
    if (r->rest.len)
        return err_set(e, ERR_DAMAGED, "line %zu: the text ends in the middle of it", r->line + 1);
    return 0;
}

void smaps_reader_release(struct smaps_reader *r)
{
    vec_release(&r->regions);
    strbuf_release(&r->rest);
}
