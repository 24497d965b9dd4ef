/* Core metadata: reading, changing and writing it, field by field. */
#include "python/metadata.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "python/pep440.h"
#include "python/pep508.h"

/* In the order of the specification, which is the order of writing. */
static const struct {
    const char *name;
    bool multiple;
    bool since_2_5; /* needs Metadata-Version 2.5 */
} known[] = {
    {"Metadata-Version", false, false},
    {"Name", false, false},
    {"Version", false, false},
    {"Dynamic", true, false},
    {"Platform", true, false},
    {"Supported-Platform", true, false},
    {"Summary", false, false},
    {"Description", false, false},
    {"Description-Content-Type", false, false},
    {"Keywords", false, false},
    {"Home-page", false, false},
    {"Download-URL", false, false},
    {"Author", false, false},
    {"Author-email", false, false},
    {"Maintainer", false, false},
    {"Maintainer-email", false, false},
    {"License", false, false},
    {"License-Expression", false, false},
    {"License-File", true, false},
    {"Classifier", true, false},
    {"Project-URL", true, false},
    {"Requires-Python", false, false},
    {"Requires-External", true, false},
    {"Requires-Dist", true, false},
    {"Provides-Extra", true, false},
    {"Import-Name", true, true},
    {"Import-Namespace", true, true},
    {"Provides-Dist", true, false},
    {"Obsoletes-Dist", true, false},
    {"Requires", true, false},
    {"Provides", true, false},
    {"Obsoletes", true, false},
};
enum {
    KNOWN = COUNT(known),
    MISTAKES_MAX = 20, /* that are told */
    FOLD = 8,          /* characters before a folded line of a description */
};

static size_t known_index(const char *name)
{
    size_t i = 0;
    while (i < KNOWN && strcasecmp(known[i].name, name) != 0)
        i++;
    return i;
}

bool metadata_is_multiple(const char *name)
{
    size_t i = known_index(name);
    return i < KNOWN && known[i].multiple;
}

bool metadata_is_known(const char *name)
{
    return known_index(name) < KNOWN;
}

void metadata_release(struct metadata *m)
{
    free(m->fields);
    *m = (struct metadata){0};
}

const char *metadata_get(const struct metadata *m, const char *name)
{
    for (size_t i = 0; i < m->len; i++)
        if (strcasecmp(m->fields[i].name, name) == 0)
            return m->fields[i].value;
    return NULL;
}

static void insert(struct metadata *m, struct arena *a, size_t at, const char *name, const char *value)
{
    if (m->len == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 32;
        m->fields = xrealloc(m->fields, m->cap, sizeof *m->fields);
    }
    size_t i = known_index(name);
    memmove(m->fields + at + 1, m->fields + at, (m->len - at) * sizeof *m->fields);
    m->fields[at].name = i < KNOWN ? known[i].name : arena_strdup(a, name);
    m->fields[at].value = arena_strdup(a, value);
    m->len++;
}

void metadata_add(struct metadata *m, struct arena *a, const char *name, const char *value)
{
    size_t at = m->len;
    for (size_t i = 0; i < m->len; i++)
        if (strcasecmp(m->fields[i].name, name) == 0)
            at = i + 1;
    insert(m, a, at, name, value);
}

void metadata_set(struct metadata *m, struct arena *a, const char *name, const char *value)
{
    size_t kept = 0;
    bool done = false;
    for (size_t i = 0; i < m->len; i++) {
        bool same = strcasecmp(m->fields[i].name, name) == 0;
        if (same && done)
            continue;
        m->fields[kept] = m->fields[i];
        if (same)
            m->fields[kept].value = arena_strdup(a, value);
        done |= same;
        kept++;
    }
    m->len = kept;
    if (!done)
        metadata_add(m, a, name, value);
}

static void metadata_remove(struct metadata *m, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->len; i++)
        if (strcasecmp(m->fields[i].name, name) != 0)
            m->fields[kept++] = m->fields[i];
    m->len = kept;
}

/* A folded description has each line but the first indented by eight spaces, or by seven and a bar. */
static const char *unfold_description(struct arena *a, const char *text)
{
    AUTO(strbuf) struct strbuf out = {0};
    struct slice rest = slice_of(text);
    for (bool first = true; rest.ptr; first = false) {
        struct slice line = slice_cut(&rest, '\n');
        bool folded = line.len >= FOLD &&
                      (memcmp(line.ptr, "        ", FOLD) == 0 || memcmp(line.ptr, "       |", FOLD) == 0);
        size_t skip = !first && folded ? FOLD : 0;
        if (!first)
            strbuf_addc(&out, '\n');
        strbuf_add(&out, line.ptr + skip, line.len - skip);
    }
    return arena_strndup(a, strbuf_str(&out), out.len);
}

static struct slice next_line(struct slice *rest)
{
    struct slice line = slice_cut(rest, '\n');
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool is_field_name(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f)
            return false;
    return s.len != 0;
}

static void end_field(struct metadata *m, struct arena *a, char **name, const struct strbuf *value)
{
    if (*name)
        insert(m, a, m->len, *name, strbuf_str(value));
    *name = NULL;
}

int metadata_parse(
    struct metadata *m, struct arena *a, const char *path, const char *text, size_t len, struct err *e)
{
    *m = (struct metadata){0};
    AUTO(strbuf) struct strbuf value = {0};
    char *name = NULL;
    if (memchr(text, '\0', len))
        return err_set(e, ERR_PACKAGE, "%s: holds a NUL byte", path);
    struct slice rest = {text, len};
    for (int number = 1; rest.ptr; number++) {
        struct slice line = next_line(&rest);
        bool blank = slice_trim(line).len == 0;
        if (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t') && name) {
            strbuf_addc(&value, '\n');
            strbuf_add(&value, line.ptr, line.len);
            continue;
        }
        end_field(m, a, &name, &value);
        if (blank)
            break;
        struct slice after = line, field = slice_cut(&after, ':');
        if (!after.ptr || !is_field_name(field)) {
            metadata_release(m);
            return err_set(e, ERR_PACKAGE, "%s:%d: \"Field: value\" was expected", path, number);
        }
        name = arena_strndup(a, field.ptr, field.len);
        struct slice v = slice_trim(after);
        strbuf_clear(&value);
        strbuf_add(&value, v.ptr, v.len);
    }
    end_field(m, a, &name, &value); /* a text may end without a newline */
    if (rest.ptr && rest.len)
        m->description = arena_strndup(a, rest.ptr, rest.len);
    const char *folded = metadata_get(m, "Description");
    if (folded && !m->description)
        m->description = unfold_description(a, folded);
    metadata_remove(m, "Description");
    return 0;
}

static void check_names(const struct metadata *m, const char *path, struct err *e)
{
    const char *name = metadata_get(m, "Name"), *version = metadata_get(m, "Version");
    struct err why = ERR_INIT;
    struct pep440_version v;
    if (!name)
        err_add(e, ERR_PACKAGE, "%s: has no Name", path);
    else if (!python_name_is_valid(slice_of(name)))
        err_add(e, ERR_PACKAGE, "%s: Name \"%s\" is not a distribution's name", path, name);
    if (!version)
        err_add(e, ERR_PACKAGE, "%s: has no Version", path);
    else if (pep440_parse(&v, version, &why) < 0)
        err_add(e, ERR_PACKAGE, "%s: Version: %s", path, why.text);
    err_release(&why);
}

int metadata_check(const struct metadata *m, const char *path, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    check_names(m, path, e);
    int mistakes = 0;
    for (size_t i = 0; i < m->len && mistakes < MISTAKES_MAX; i++) {
        AUTO(err) struct err why = ERR_INIT;
        const struct metadata_field *f = &m->fields[i];
        struct pep508 requirement;
        struct pep440_specifiers set = {0};
        if (strcmp(f->name, "Requires-Dist") == 0)
            pep508_parse(&requirement, &a, f->value, &why);
        else if (strcmp(f->name, "Requires-Python") == 0)
            pep440_specifiers_parse(&set, f->value, &why);
        else if (strcmp(f->name, "Provides-Extra") == 0 && !python_name_is_valid(slice_of(f->value)))
            err_set(&why, ERR_PACKAGE, "\"%s\" is not an extra's name", f->value);
        else if (strchr(f->name, ' ') || strchr(f->name, '\n'))
            err_set(&why, ERR_PACKAGE, "\"%s\" is not a field name", f->name);
        pep440_specifiers_release(&set);
        if (why.text) {
            err_add(e, ERR_PACKAGE, "%s: %s: %s", path, f->name, why.text);
            mistakes++;
        }
    }
    return e->text ? -1 : 0;
}

/* A value of several lines goes on with an indent, so that no line of it can look like a field. */
static void format_field(struct strbuf *out, const char *name, const char *value)
{
    strbuf_addf(out, "%s: ", name);
    for (const char *p = value; *p; p++) {
        if (*p == '\r')
            continue;
        strbuf_addc(out, *p);
        if (*p == '\n' && p[1] != ' ' && p[1] != '\t')
            strbuf_adds(out, "        ");
    }
    strbuf_addc(out, '\n');
}

void metadata_format(const struct metadata *m, struct strbuf *out)
{
    bool later = false;
    for (size_t i = 0; i < m->len; i++) {
        size_t k = known_index(m->fields[i].name);
        later |= k < KNOWN && known[k].since_2_5;
    }
    format_field(out, "Metadata-Version", later ? "2.5" : "2.4");
    for (size_t k = 1; k < KNOWN; k++) /* 0 is Metadata-Version */
        for (size_t i = 0; i < m->len; i++)
            if (strcasecmp(m->fields[i].name, known[k].name) == 0)
                format_field(out, known[k].name, m->fields[i].value);
    for (size_t i = 0; i < m->len; i++)
        if (known_index(m->fields[i].name) == KNOWN)
            format_field(out, m->fields[i].name, m->fields[i].value);
    if (m->description) {
        strbuf_addc(out, '\n');
        strbuf_adds(out, m->description);
        if (!str_ends(m->description, "\n"))
            strbuf_addc(out, '\n');
    }
}
