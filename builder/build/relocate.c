/* Text files that say where they are installed: made to find that out themselves, since the tree lies
 * somewhere else in every store. */
#include <ctype.h>
#include <string.h>

#include "build/internal.h"
#include "build/pc.h"

bool text_relocate(struct strbuf *out, struct slice text, const char *prefix, const char *here)
{
    size_t len = strlen(prefix);
    bool found = false;
    while (text.len) {
        const char *at = memmem(text.ptr, text.len, prefix, len);
        if (!at)
            break;
        size_t before = (size_t)(at - text.ptr);
        const char *after = at + len;
        bool ends =
            after == text.ptr + text.len || !(isalnum((unsigned char)*after) || strchr("-_.+", *after));
        strbuf_add(out, text.ptr, before);
        strbuf_adds(out, ends ? here : prefix);
        found = found || ends;
        text = (struct slice){after, text.len - before - len};
    }
    strbuf_add(out, text.ptr, text.len);
    return found;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '+' || c == '-';
}

/* NAME of "KEY/lib/libNAME.so" or "KEY/bin/NAME" that text begins with, and its end; false when it is
 * something else. */
static bool read_of_kit(
    struct slice text, const char *below, const char *suffix, struct slice *name, const char **end)
{
    const char *at = text.ptr, *limit = text.ptr + text.len;
    size_t suffix_len = strlen(suffix);
    while (at < limit && is_name(*at))
        at++;
    if ((size_t)(limit - at) <= strlen(below) || memcmp(at, below, strlen(below)) != 0)
        return false;
    *name = (struct slice){at + strlen(below), 0};
    while (name->ptr + name->len < limit && is_name(name->ptr[name->len]))
        name->len++;
    const char *behind = name->ptr + name->len;
    if (!name->len || (size_t)(limit - behind) < suffix_len || memcmp(behind, suffix, suffix_len) != 0)
        return false;
    *end = behind + suffix_len;
    return *end == limit || !(is_name(**end) || **end == '.' || **end == '/');
}

bool text_name_kit(struct strbuf *out, struct slice text, const char *kits, const char *before)
{
    bool found = false;
    const char *at;
    while (text.len && (at = memmem(text.ptr, text.len, kits, strlen(kits)))) {
        const char *behind = at + strlen(kits), *end = behind, *limit = text.ptr + text.len;
        struct slice rest = {behind, (size_t)(limit - behind)}, name;
        strbuf_add(out, text.ptr, (size_t)(at - text.ptr));
        bool library = read_of_kit(rest, "/lib/lib", ".so", &name, &end);
        if (library || read_of_kit(rest, "/bin/", "", &name, &end)) {
            strbuf_adds(out, library ? before : "");
            strbuf_add(out, name.ptr, name.len);
            found = true;
        } else {
            strbuf_adds(out, kits);
            end = behind;
        }
        text = (struct slice){end, (size_t)(limit - end)};
    }
    strbuf_add(out, text.ptr, text.len);
    return found;
}

/* One logical line of a pkg-config file: a backslash at its end joins the next. */
static void next_line(struct slice *rest, struct strbuf *line)
{
    strbuf_clear(line);
    while (rest->ptr) {
        struct slice part = slice_cut(rest, '\n');
        if (part.len && part.ptr[part.len - 1] == '\r')
            part.len--;
        bool more = part.len && part.ptr[part.len - 1] == '\\';
        strbuf_add(line, part.ptr, part.len - more);
        if (!more)
            return;
    }
}

/* The value behind "Name:", or NULL. */
static const char *field(const char *line, const char *name)
{
    size_t len = strlen(name);
    if (strncmp(line, name, len) != 0)
        return NULL;
    line += len;
    while (*line == ' ' || *line == '\t')
        line++;
    return *line == ':' ? line + 1 : NULL;
}

struct joined {
    const char *public, *private, *separator;
    struct strbuf value;
};

static bool take_field(struct joined *j, const char *line)
{
    const char *value = field(line, j->public);
    if (!value)
        value = field(line, j->private);
    if (!value)
        return false;
    struct slice v = slice_trim(slice_of(value));
    if (v.len && j->value.len)
        strbuf_adds(&j->value, j->separator);
    strbuf_add(&j->value, v.ptr, v.len);
    return true;
}

/* Libs as a linker reads them: "-l/folder/libz.a", which some CMake projects write, is a file and no name. */
static void add_libs(struct strbuf *out, const char *libs)
{
    const char *from = libs;
    for (const char *at; (at = strstr(from, "-l")); from = at + 2) {
        bool is_word = at == libs || isspace((unsigned char)at[-1]);
        bool is_path = at[2] == '/' || str_starts(at + 2, "${pcfiledir}/");
        strbuf_add(out, from, (size_t)(at - from) + (is_word && is_path ? 0 : 2));
    }
    strbuf_adds(out, from);
}

/* All that is private becomes public: everything here is static, and what asks with --static and what does
 * not (Cflags.private is pkgconf's, for macros such as X_STATIC) gets the same answer. */
void pc_rewrite(struct strbuf *out, struct slice text, const char *prefix, const char *here)
{
    struct joined fields[] = {
        {"Requires", "Requires.private", ", ", {0}},
        {"Cflags", "Cflags.private", " ", {0}},
        {"Libs", "Libs.private", " ", {0}},
    };
    enum { FIELDS = COUNT(fields) };
    AUTO(strbuf) struct strbuf line = {0};
    AUTO(strbuf) struct strbuf joined = {0};
    while (text.ptr && text.len) {
        next_line(&text, &line);
        const char *s = strbuf_str(&line);
        size_t k = 0;
        while (k < FIELDS && !take_field(&fields[k], s))
            k++;
        if (k == FIELDS)
            strbuf_addf(&joined, "%s\n", s);
    }
    for (size_t i = 0; i < FIELDS; i++) {
        if (fields[i].value.len) {
            strbuf_addf(&joined, "%s: ", fields[i].public);
            add_libs(&joined, strbuf_str(&fields[i].value));
            strbuf_addc(&joined, '\n');
        }
        strbuf_release(&fields[i].value);
    }
    text_relocate(out, (struct slice){joined.ptr, joined.len}, prefix, here);
}

void pc_join(
    struct strbuf *out, struct slice text, const char *trees, const struct strvec *joined, const char *prefix)
{
    AUTO(strbuf) struct strbuf beside = {0}, text_now = {0};
    text_relocate(&beside, text, "${pcfiledir}/../../..", trees);
    text_relocate(&text_now, (struct slice){beside.ptr, beside.len}, "${pcfiledir}/../..", prefix);
    for (size_t i = 0; i < joined->len; i++) {
        AUTO(strbuf) struct strbuf next = {0};
        text_relocate(&next, (struct slice){text_now.ptr, text_now.len}, joined->items[i], prefix);
        strbuf_clear(&text_now);
        strbuf_add(&text_now, next.ptr, next.len);
    }
    strbuf_add(out, text_now.ptr, text_now.len);
}
