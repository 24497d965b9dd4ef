#include "audit/contents.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define EMBEDDED(name, text, version, stateful, library) {name, text, EMBEDDED_##version, stateful, library},
static const struct embedded_row embedded[] = {
#include "audit/embedded.def"
};
#undef EMBEDDED

#define EMBEDDED(name, text, version, stateful, library)
#define LONE(name, begins) {name, begins},
#define PACKED(name) {name, NULL},
static const struct lone_row {
    const char *name, *begins; /* NULL: packed */
} lone_rows[] = {
#include "audit/embedded.def"
};
#undef EMBEDDED

/* Anywhere in a path, up to the end of a name (those that end in - or = go on). */
static const struct path_row data[] = {
    {"/etc/ssl/", "certificates"},
    {"/etc/pki/", "certificates"},
    {"/ssl/certs", "certificates"},
    {"/ssl/cert.pem", "certificates"},
    {"/certs/ca-", "certificates"},
    {"/ca-certificates", "certificates"},
    {"/ca-bundle", "certificates"},
    {"/usr/lib/ssl", "certificates, configuration of OpenSSL"},
    {"/usr/local/ssl", "certificates, configuration of OpenSSL"},
    {"/openssl.cnf", "configuration of OpenSSL"},
    {"/ossl-modules", "modules of OpenSSL"},
    {"/engines-", "engines of OpenSSL"},
    {"/etc/krb5", "configuration of Kerberos"},
    {"/krb5.conf", "configuration of Kerberos"},
    {"/krb5/plugins", "plugins of Kerberos"},
    {"/etc/gss", "plugins of Kerberos"},
    {"/sasl2", "plugins of SASL"},
    {"/terminfo", "descriptions of terminals"},
    {"/gconv", "converters of character sets"},
    {"/zoneinfo", "time zones"},
    {"/etc/fonts", "configuration of fonts"},
    {"/share/fonts", "fonts"},
    {"/share/proj", "data of PROJ"},
    {"/share/gdal", "data of GDAL"},
    {"/share/icu", "data of ICU"},
    {"/share/misc/magic", "descriptions of file types"},
    {"/share/X11/locale", "locales of X11"},
    {"/share/X11/xkb", "keyboards of X11"},
    {"/gdk-pixbuf-2.0", "readers of images"},
};

/* At the beginning. */
static const struct path_row builds[] = {
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

/* Texts that tell how something was built, with paths in them. */
static const char *const telling[] = {
    "compiler: ", "OPENSSLDIR: ", "ENGINESDIR: ", "MODULESDIR: ", "--prefix=", "-ffile-prefix-map="};

enum {
    EMBEDDED_LEN = sizeof embedded / sizeof *embedded,
    LONE_LEN = sizeof lone_rows / sizeof *lone_rows,
    DATA_LEN = sizeof data / sizeof *data,
    BUILDS_LEN = sizeof builds / sizeof *builds,
    TELLING_LEN = sizeof telling / sizeof *telling,
    TEXT_MAX = 200,
    TELLING_MAX = 4000, /* the flags of a compiler */
    VERSION_MAX = 24
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
    for (size_t i = 0; i < TELLING_LEN; i++)
        mark(telling[i]);
    for (int ch = '!'; ch < 127; ch++)
        mark((char[]){'/', (char)ch, 0});
    for (char first = '0'; first <= '9'; first++) {
        mark((char[]){first, '.', 0});
        for (char second = '0'; second <= '9'; second++)
            mark((char[]){first, second, 0});
    }
}

static bool begins_with(const char *text, size_t len, const char *beginning)
{
    if (!len || *text != *beginning) /* most texts, most rows */
        return false;
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
    if (kind == EMBEDDED_DIGITS && len && text[0] == '0')
        return false; /* "x264 - core 0000" is a mask to compare with */
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
    c->embedded[c->embedded_count].likely = false;
    c->embedded[c->embedded_count++].version = arena_strndup(arena, version.ptr, version.len);
}

/* "1.5.4", "1.0.8, 13-Jul-2019", "20914": nothing but a version. */
static void take_lone(struct contents *c, const char *text, size_t len, struct arena *arena)
{
    size_t end = 0, dots = 0;
    for (; end < len && in_version(EMBEDDED_NUMBERS, text[end]); end++)
        dots += text[end] == '.';
    bool packed = !dots && end == 5 && len == 5;
    if (end > VERSION_MAX || (end < len && text[end] != ',' && text[end] != ' ') || (dots < 2 && !packed) ||
        c->lone_count == LONE_MAX)
        return;
    for (size_t i = 0; i < c->lone_count; i++)
        if (strlen(c->lone[i]) == end && memcmp(c->lone[i], text, end) == 0)
            return;
    c->lone[c->lone_count++] = arena_strndup(arena, text, end);
}

static bool takes(const struct lone_row *row, const char *lone)
{
    bool packed = !strchr(lone, '.');
    return row->begins ? !packed && str_starts(lone, row->begins) : packed;
}

/* Whether the text is the version of something that says so itself. */
static bool is_known_version(const struct contents *c, const char *lone)
{
    for (size_t i = 0; i < c->embedded_count; i++)
        if (!c->embedded[i].likely && strcmp(c->embedded[i].version, lone) == 0)
            return true;
    return false;
}

static bool lacks_version(const struct contents *c, const struct lone_row *row, size_t *at)
{
    bool lacks = false;
    for (size_t i = 0; i < c->embedded_count; i++) {
        if (strcmp(c->embedded[i].row->name, row->name) != 0)
            continue;
        if (*c->embedded[i].version)
            return false;
        *at = i;
        lacks = true;
    }
    return lacks;
}

/* How many libraries without a version a text could be that of. */
static size_t count_takers(const struct contents *c, const char *lone)
{
    size_t takers = 0, at;
    for (size_t i = 0; i < LONE_LEN; i++)
        takers += takes(&lone_rows[i], lone) && lacks_version(c, &lone_rows[i], &at);
    return takers;
}

/* The one text that can be the library's version and nobody else's, or NULL. */
static const char *only_version(const struct contents *c, const struct lone_row *row)
{
    const char *only = NULL;
    for (size_t i = 0; i < c->lone_count; i++) {
        if (!takes(row, c->lone[i]) || is_known_version(c, c->lone[i]))
            continue;
        if (only || count_takers(c, c->lone[i]) > 1)
            return NULL;
        only = c->lone[i];
    }
    return only;
}

static const char *unpack_version(struct arena *arena, const char *digits)
{
    int n = atoi(digits);
    return arena_strf(arena, "%d.%d.%d", n / 10000, n / 100 % 100, n % 100);
}

static void settle_versions(struct contents *c, struct arena *arena)
{
    const char *found[LONE_LEN];
    size_t at[LONE_LEN];
    if (c->lone_count == LONE_MAX)
        return; /* there may be others */
    for (size_t i = 0; i < LONE_LEN; i++)
        found[i] = lacks_version(c, &lone_rows[i], &at[i]) ? only_version(c, &lone_rows[i]) : NULL;
    for (size_t i = 0; i < LONE_LEN; i++) {
        if (!found[i])
            continue;
        c->embedded[at[i]].version = lone_rows[i].begins ? found[i] : unpack_version(arena, found[i]);
        c->embedded[at[i]].likely = true;
    }
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

static void add_path(
    struct contents *c, const struct path_row *row, const char *text, size_t len, struct arena *arena)
{
    c->path_total++;
    for (size_t i = 0; i < c->path_count; i++)
        if (!c->paths[i].row->what == !row->what && strlen(c->paths[i].path) == len &&
            memcmp(c->paths[i].path, text, len) == 0)
            return;
    if (c->path_count == CONTENTS_MAX)
        return;
    c->paths[c->path_count].row = row;
    c->paths[c->path_count++].path = arena_strndup(arena, text, len);
}

/* Whether a part of a path stands in it, and ends where a name ends. */
static bool has_part(const char *text, size_t len, const char *part)
{
    size_t n = strlen(part);
    bool open = part[n - 1] == '-' || part[n - 1] == '/';
    for (const char *at = text; (at = memmem(at, len - (size_t)(at - text), part, n)); at++) {
        size_t end = (size_t)(at - text) + n;
        if (open || end == len || strchr("/:;.-%", text[end]))
            return true;
    }
    return false;
}

static void take_path(struct contents *c, const char *text, size_t len, struct arena *arena)
{
    for (size_t i = 0; i < DATA_LEN; i++)
        if (has_part(text, len, data[i].text)) {
            add_path(c, &data[i], text, len, arena);
            break;
        }
    for (size_t i = 0; i < BUILDS_LEN; i++)
        if (begins_with(text, len, builds[i].text) && is_build_path(text, len)) {
            add_path(c, &builds[i], text, len, arena);
            break;
        }
}

/* Each path in a text of several words. */
static void take_words(struct contents *c, const char *text, size_t len, struct arena *arena)
{
    size_t start = 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && !strchr(" \"'=,:;", text[i]))
            continue;
        while (start < i && text[start] != '/')
            start++; /* -I/path */
        if (start < i)
            take_path(c, text + start, i - start < TEXT_MAX ? i - start : TEXT_MAX, arena);
        start = i + 1;
    }
}

static void take_text(struct contents *c, const char *text, size_t room, struct arena *arena)
{
    size_t len = strnlen(text, room < TEXT_MAX ? room : TEXT_MAX);
    if (*text == '/')
        take_path(c, text, len, arena);
    if (is_digit(*text))
        take_lone(c, text, len, arena);
    for (size_t i = 0; i < TELLING_LEN; i++)
        if (begins_with(text, len, telling[i]))
            take_words(c, text, strnlen(text, room < TELLING_MAX ? room : TELLING_MAX), arena);
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

/* Every text that has the folder in it, from the folder on. */
static void find_root(
    struct contents *c, const char *p, const char *end, const char *root, struct arena *arena)
{
    static const struct path_row row = {"", NULL};
    size_t n = strlen(root);
    while (c->path_count < CONTENTS_MAX && (p = memmem(p, (size_t)(end - p), root, n))) {
        size_t room = (size_t)(end - p), len = n;
        while (len < room && len < TEXT_MAX && (unsigned char)p[len] > ' ' && !strchr("\"':;,", p[len]))
            len++;
        add_path(c, &row, p, len, arena);
        p += len;
    }
}

void contents_scan(
    struct contents *c, const struct elf_image *image, const char *build_root, struct arena *arena)
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
        if (s.type != PT_LOAD || !s.file_size || (separate && s.flags & PF_X))
            continue;
        const char *bytes = (const char *)image->bytes + s.offset;
        read_range(c, bytes, bytes + s.file_size, arena);
        if (build_root)
            find_root(c, bytes, bytes + s.file_size, build_root, arena);
    }
    settle_versions(c, arena);
}
