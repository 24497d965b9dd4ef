/* What apt is configured with: sources.list(5), one-line and deb822 style. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/location.h"
#include "fetch/url.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { LARGEST_LIST = 1 << 20 };

/* The next word; *rest moves behind it. */
static struct slice cut_word(struct slice *rest)
{
    struct slice s = slice_trim(*rest);
    size_t n = 0;
    while (n < s.len && !isspace((unsigned char)s.ptr[n]))
        n++;
    *rest = (struct slice){s.ptr + n, s.len - n};
    return (struct slice){s.ptr, n};
}

static bool has_word(struct slice text, const char *word)
{
    for (struct slice w = cut_word(&text); w.len; w = cut_word(&text))
        if (slice_is(w, word))
            return true;
    return false;
}

static bool read_list(struct strbuf *out, const char *path)
{
    struct err ignored = ERR_INIT;
    bool read = path_may_be_file(path) && file_read(out, path, LARGEST_LIST, &ignored) == 0;
    err_release(&ignored);
    return read;
}

/* Adds the base when it looks like an archive of Debian: other vendors' archives have other pools. */
static void add_base(struct strvec *out, struct slice uri)
{
    while (uri.len && uri.ptr[uri.len - 1] == '/')
        uri.len--;
    AUTO_FREE char *base = xstrndup(uri.ptr, uri.len);
    bool known_scheme = url_is_http(base) || str_starts(base, "file:");
    if (known_scheme && strcasestr(base, "debian") && !strvec_has(out, base))
        strvec_push(out, base);
}

/* mirror+file:/etc/apt/mirrors/debian.list, as the images for clouds have it (apt-transport-mirror(1)). */
static void add_mirror_list(struct strvec *out, struct slice uri)
{
    AUTO_FREE char *url = xstrndup(uri.ptr, uri.len);
    AUTO_FREE char *path = url_file_path(url + strlen("mirror+"));
    AUTO(strbuf) struct strbuf text = {0};
    if (!path || !read_list(&text, path))
        return;
    struct slice rest = {text.ptr, text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice word = cut_word(&line);
        if (word.len && word.ptr[0] != '#')
            add_base(out, word);
    }
}

static void add_uri(struct strvec *out, struct slice uri)
{
    if (uri.len > 12 && memcmp(uri.ptr, "mirror+file:", 12) == 0)
        add_mirror_list(out, uri);
    else
        add_base(out, uri);
}

/* deb [ option=value … ] uri suite component… */
static void read_line_style(struct strvec *out, struct slice rest)
{
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        line = slice_cut(&line, '#');
        struct slice type = cut_word(&line);
        if (!slice_is(type, "deb") && !slice_is(type, "deb-src"))
            continue;
        struct slice uri = cut_word(&line);
        if (uri.len && uri.ptr[0] == '[')
            while (uri.len && uri.ptr[uri.len - 1] != ']')
                uri = cut_word(&line);
        if (uri.len && uri.ptr[uri.len - 1] == ']')
            uri = cut_word(&line);
        cut_word(&line); /* the suite */
        if (has_word(line, "main"))
            add_uri(out, uri);
    }
}

/* The fields of one stanza that matter, each with its continuation lines joined. */
struct stanza {
    struct strbuf uris, components, types;
    bool disabled;
};

static void finish_stanza(struct strvec *out, struct stanza *s)
{
    struct slice types = slice_of(strbuf_str(&s->types));
    if (!s->disabled && has_word(slice_of(strbuf_str(&s->components)), "main") &&
        (has_word(types, "deb") || has_word(types, "deb-src"))) {
        struct slice uris = slice_of(strbuf_str(&s->uris));
        for (struct slice w = cut_word(&uris); w.len; w = cut_word(&uris))
            add_uri(out, w);
    }
    strbuf_clear(&s->uris);
    strbuf_clear(&s->components);
    strbuf_clear(&s->types);
    s->disabled = false;
}

static bool field_is(struct slice field, const char *name)
{
    return field.len == strlen(name) && strncasecmp(field.ptr, name, field.len) == 0;
}

static void read_deb822(struct strvec *out, struct slice rest)
{
    struct stanza s = {0};
    struct strbuf *field = NULL;
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len && line.ptr[0] == '#')
            continue;
        if (!slice_trim(line).len) {
            finish_stanza(out, &s);
            field = NULL;
            continue;
        }
        if (line.ptr[0] != ' ' && line.ptr[0] != '\t') {
            struct slice name = slice_trim(slice_cut(&line, ':'));
            if (!line.ptr)
                line = (struct slice){"", 0};
            struct slice value = slice_trim(line);
            field = field_is(name, "uris")         ? &s.uris
                    : field_is(name, "components") ? &s.components
                    : field_is(name, "types")      ? &s.types
                                                   : NULL;
            if (field_is(name, "enabled"))
                s.disabled = field_is(value, "no") || field_is(value, "false") || slice_is(value, "0");
        }
        if (field) {
            strbuf_add(field, line.ptr, line.len);
            strbuf_addc(field, ' ');
        }
    }
    finish_stanza(out, &s);
    strbuf_release(&s.uris);
    strbuf_release(&s.components);
    strbuf_release(&s.types);
}

void apt_text_bases(struct strvec *out, struct slice text, bool deb822)
{
    if (deb822)
        read_deb822(out, text);
    else
        read_line_style(out, text);
}

static bool is_nested(const char *relative, void *arg)
{
    (void)arg;
    return strchr(relative, '/') != NULL;
}

void apt_bases(struct strvec *out, const char *etc_apt)
{
    const char *given = getenv("STATICBUILD_DEBIAN_MIRROR");
    if (given && *given) {
        struct slice rest = slice_of(given);
        for (struct slice w = cut_word(&rest); w.len; w = cut_word(&rest)) {
            while (w.len && w.ptr[w.len - 1] == '/')
                w.len--;
            strvec_pushn(out, w.ptr, w.len);
        }
        return;
    }
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *list = path_join(etc_apt, "sources.list");
    if (read_list(&text, list))
        apt_text_bases(out, (struct slice){strbuf_str(&text), text.len}, false);
    AUTO_FREE char *folder = path_join(etc_apt, "sources.list.d");
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (path_is_folder(folder, &ignored) == 1 && tree_list(folder, is_nested, NULL, &names, &ignored) < 0)
        return;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        bool lines = str_ends(path, ".list");
        strbuf_clear(&text);
        if ((!lines && !str_ends(path, ".sources")) || !read_list(&text, path))
            continue;
        apt_text_bases(out, (struct slice){strbuf_str(&text), text.len}, !lines);
    }
}
