#include "audit/contents.h"

#include <pthread.h>
#include <string.h>

#define EMBEDDED(name, text, version, stateful, library) {name, text, EMBEDDED_##version, stateful, library},
static const struct embedded_row embedded[] = {
#include "audit/embedded.def"
};
#undef EMBEDDED

static const struct path_row paths[] = {
    {"/etc/ssl/", "certificates"},
    {"/etc/pki/", "certificates"},
    {"/usr/lib/ssl", "certificates, configuration of OpenSSL"},
    {"/usr/local/ssl", "certificates, configuration of OpenSSL"},
    {"/etc/krb5", "configuration of Kerberos"},
    {"/usr/lib/sasl2", "plugins of SASL"},
    {"/etc/terminfo", "descriptions of terminals"},
    {"/lib/terminfo", "descriptions of terminals"},
    {"/usr/share/terminfo", "descriptions of terminals"},
    {"/usr/lib/gconv", "converters of character sets"},
    {"/usr/lib/x86_64-linux-gnu/gconv", "converters of character sets"},
    {"/usr/share/zoneinfo", "time zones"},
    {"/etc/fonts", "configuration of fonts"},
    {"/usr/share/fonts", "fonts"},
    {"/usr/share/proj", "data of PROJ"},
    {"/usr/share/icu", "data of ICU"},
    {"/usr/share/misc/magic", "descriptions of file types"},
    {"/usr/share/X11/locale", "locales of X11"},
    {"/home/", NULL},
    {"/root/", NULL},
    {"/tmp/", NULL},
    {"/var/tmp/", NULL},
    {"/build/", NULL},
    {"/builds/", NULL},
    {"/builddir/", NULL},
    {"/buildroot/", NULL},
    {"/usr/local/", NULL},
    {"/opt/", NULL},
    {"/io/", NULL},
    {"/project/", NULL},
    {"/workspace/", NULL},
    {"/__w/", NULL},
    {"/Users/", NULL},
    {"/nix/store/", NULL},
    {"/mnt/", NULL},
};

enum {
    EMBEDDED_LEN = sizeof embedded / sizeof *embedded,
    PATHS_LEN = sizeof paths / sizeof *paths,
    TEXT_MAX = 200
};

/* Which pairs of first bytes begin a row, so that most texts cost one look. */
static unsigned char begins[1 << 13];
static pthread_once_t begins_once = PTHREAD_ONCE_INIT;

static unsigned pair_of(const char *text)
{
    return (unsigned)(unsigned char)text[0] << 8 | (unsigned char)text[1];
}

static void mark(const char *text)
{
    begins[pair_of(text) >> 3] |= (unsigned char)(1 << (pair_of(text) & 7));
}

static void mark_all(void)
{
    for (size_t i = 0; i < EMBEDDED_LEN; i++)
        mark(embedded[i].text);
    for (size_t i = 0; i < PATHS_LEN; i++)
        mark(paths[i].text);
}

static bool begins_with(const char *text, size_t len, const char *beginning)
{
    size_t n = strlen(beginning);
    return len >= n && memcmp(text, beginning, n) == 0;
}

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool in_version(enum embedded_version kind, char ch)
{
    bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
    if (kind == EMBEDDED_NUMBERS)
        return is_digit(ch) || letter || ch == '.' || ch == '+' || ch == '-' || ch == '_';
    return is_digit(ch) || (kind == EMBEDDED_HASH && letter);
}

static bool is_version(enum embedded_version kind, const char *text, size_t len)
{
    if (kind == EMBEDDED_NUMBERS)
        return len && is_digit(text[0]) && memchr(text, '.', len);
    return kind == EMBEDDED_NONE || len;
}

static void take_embedded(
    struct contents *c, const struct embedded_row *row, const char *text, size_t len, struct arena *arena)
{
    size_t start = strlen(row->text), end = start;
    while (row->version != EMBEDDED_NONE && end < len && in_version(row->version, text[end]))
        end++;
    if (!is_version(row->version, text + start, end - start))
        return; /* other words that begin alike */
    struct slice version = {text + start, end - start};
    for (size_t i = 0; i < c->embedded_count; i++)
        if (strcmp(c->embedded[i].row->name, row->name) == 0 &&
            (!version.len || slice_is(version, c->embedded[i].version)))
            return;
    if (c->embedded_count == CONTENTS_MAX)
        return;
    c->embedded[c->embedded_count].row = row;
    c->embedded[c->embedded_count++].version = arena_strndup(arena, version.ptr, version.len);
}

/* /tmp/x%d is a name to be made at run time; a path of the build is longer, and leads to a file. */
static bool is_build_path(const char *text, size_t len)
{
    size_t slashes = 0;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == '%' || text[i] == '*')
            return false;
        slashes += text[i] == '/';
    }
    if (!len || text[len - 1] == '/' || begins_with(text, len, "/tmp/."))
        return false;
    return slashes >= 3 || begins_with(text, len, "/usr/local/");
}

static void take_path(
    struct contents *c, const struct path_row *row, const char *text, size_t len, struct arena *arena)
{
    if (!row->what && !is_build_path(text, len))
        return;
    c->path_total++;
    for (size_t i = 0; i < c->path_count; i++)
        if (strlen(c->paths[i].path) == len && memcmp(c->paths[i].path, text, len) == 0)
            return;
    if (c->path_count == CONTENTS_MAX)
        return;
    c->paths[c->path_count].row = row;
    c->paths[c->path_count++].path = arena_strndup(arena, text, len);
}

static void take_text(struct contents *c, const char *text, size_t room, struct arena *arena)
{
    size_t len = strnlen(text, room < TEXT_MAX ? room : TEXT_MAX);
    if (*text == '/')
        for (size_t i = 0; i < PATHS_LEN; i++)
            if (begins_with(text, len, paths[i].text)) {
                take_path(c, &paths[i], text, len, arena);
                break;
            }
    for (size_t i = 0; i < EMBEDDED_LEN; i++)
        if (begins_with(text, len, embedded[i].text))
            take_embedded(c, &embedded[i], text, len, arena);
}

static void read_range(struct contents *c, const char *p, const char *end, struct arena *arena)
{
    while (end - p >= 2) {
        if (!*p) { /* zeroes come in runs */
            uint64_t word;
            while (end - p >= 8 && (memcpy(&word, p, 8), !word))
                p += 8;
            while (p < end && !*p)
                p++;
            continue;
        }
        unsigned pair = pair_of(p);
        if (begins[pair >> 3] >> (pair & 7) & 1)
            take_text(c, p, (size_t)(end - p), arena);
        const char *nul = memchr(p, 0, (size_t)(end - p));
        if (!nul)
            return;
        p = nul + 1;
    }
}

void contents_scan(struct contents *c, const struct elf_image *image, struct arena *arena)
{
    pthread_once(&begins_once, mark_all);
    *c = (struct contents){0};
    bool separate = false; /* linkers since 2018 keep constants out of the code's segment */
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        separate |= s.type == PT_LOAD && !(s.flags & (PF_X | PF_W)) && s.address != 0 && s.file_size > 0x200;
    }
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && (!separate || !(s.flags & PF_X)))
            read_range(c, (const char *)image->bytes + s.offset,
                (const char *)image->bytes + s.offset + s.file_size, arena);
    }
}
