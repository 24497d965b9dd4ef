/* One pass over the bytes of a file that are not code, for the rules that read contents: paths are taken
 * here, and what tells of libraries is handed to inspect/. */
#include "audit/contents.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

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
static const char *const path_marks[] = {
    "compiler: ", "OPENSSLDIR: ", "ENGINESDIR: ", "MODULESDIR: ", "--prefix=", "-ffile-prefix-map="};

enum {
    DATA_LEN = COUNT(data),
    BUILDS_LEN = COUNT(builds),
    PATH_MARKS = COUNT(path_marks),
    TEXT_MAX = 200,
    PATH_MARK_MAX = 4000, /* the flags of a compiler */
};

static struct scan_filter filter;
static pthread_once_t filter_once = PTHREAD_ONCE_INIT;

static void want_all(void)
{
    recogniser_want(&filter);
    for (size_t i = 0; i < PATH_MARKS; i++)
        scan_want(&filter, path_marks[i]);
    scan_want_first(&filter, '/');
}

static bool begins_with(const char *text, size_t len, const char *beginning)
{
    if (!len || *text != *beginning) /* most texts, most rows */
        return false;
    size_t n = strlen(beginning);
    return len >= n && memcmp(text, beginning, n) == 0;
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
    struct scanned_contents *c, const struct path_row *row, const char *text, size_t len, struct arena *arena)
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

/* Whether the part of a path stands at the beginning of a text, and ends where a name ends. */
static bool is_part(const char *text, size_t len, const char *part)
{
    size_t n = strlen(part);
    bool open = part[n - 1] == '-' || part[n - 1] == '/';
    return len >= n && memcmp(text, part, n) == 0 && (open || len == n || strchr("/:;.-%", text[n]));
}

/* The first row of data of which the part stands in the path; DATA_LEN: none. */
static size_t find_data(const char *text, size_t len)
{
    size_t found = DATA_LEN;
    const char *end = text + len;
    for (const char *at = text; at < end && (at = memchr(at, '/', (size_t)(end - at))); at++)
        for (size_t i = 0; i < found; i++)
            if (end - at > 1 && at[1] == data[i].text[1] && is_part(at, (size_t)(end - at), data[i].text))
                found = i;
    return found;
}

static void take_path(struct scanned_contents *c, const char *text, size_t len, struct arena *arena)
{
    size_t row = find_data(text, len);
    if (row < DATA_LEN)
        add_path(c, &data[row], text, len, arena);
    for (size_t i = 0; i < BUILDS_LEN; i++)
        if (begins_with(text, len, builds[i].text) && is_build_path(text, len)) {
            add_path(c, &builds[i], text, len, arena);
            break;
        }
}

/* Each path in a text of several words. */
static void take_words(struct scanned_contents *c, const char *text, size_t len, struct arena *arena)
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

/* What is being scanned. */
struct contents_reading {
    struct scanned_contents *contents;
    struct recogniser *recogniser;
    struct arena *arena;
};

static void take_text(void *arg, const char *text, size_t room)
{
    struct contents_reading *reading = arg;
    struct scanned_contents *c = reading->contents;
    size_t len = strnlen(text, room < TEXT_MAX ? room : TEXT_MAX);
    if (*text == '/')
        take_path(c, text, len, reading->arena);
    for (size_t i = 0; i < PATH_MARKS; i++)
        if (begins_with(text, len, path_marks[i]))
            take_words(c, text, strnlen(text, room < PATH_MARK_MAX ? room : PATH_MARK_MAX), reading->arena);
    recogniser_text(reading->recogniser, text, room);
}

/* Every text that has the folder in it, from the folder on. */
static void find_root(
    struct scanned_contents *c, const char *p, const char *end, const char *root, struct arena *arena)
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

static void read_segment(struct contents_reading *reading, const struct elf_image *image,
    const struct elf_segment *s, const char *build_root)
{
    const char *bytes = (const char *)image->bytes + s->offset;
    scan_texts(&filter, bytes, s->file_size, take_text, reading);
    recogniser_tables(reading->recogniser, bytes, s->file_size, s->address);
    if (build_root)
        find_root(reading->contents, bytes, bytes + s->file_size, build_root, reading->arena);
}

void contents_scan(struct scanned_contents *c, const struct elf_image *image, const struct facts *facts,
    const char *build_root, struct arena *arena)
{
    struct contents_reading reading = {c, recogniser_new(arena), arena};
    pthread_once(&filter_once, want_all);
    bool separate = false; /* linkers since 2018 keep constants out of the code's segment */
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        separate |= s.type == PT_LOAD && !(s.flags & (PF_X | PF_W)) && s.address != 0 && s.file_size > 0x200;
    }
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        /* One without bytes in the file may have any offset. */
        if (s.type == PT_LOAD && s.file_size && !(separate && s.flags & PF_X))
            read_segment(&reading, image, &s, build_root);
    }
    for (size_t i = 0; i < facts->export_count; i++)
        recogniser_symbol(reading.recogniser, facts->exports[i].name);
    c->recognised = recogniser_settle(reading.recogniser, image, &c->recognised_count);
}
