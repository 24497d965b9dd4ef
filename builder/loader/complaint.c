/* Reads an error line of a loader: which file, which symbol, which version was missing. */
#include "loader/complaint.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

/* A name ends at a space, a comma, a quote or a bracket of the sentence around it. */
static char *take_name(const char *s)
{
    s += strspn(s, " `'\"");
    size_t len = strcspn(s, " ,'\"`)\n\r\t");
    while (len && s[len - 1] == ':')
        len--;
    return len ? xstrndup(s, len) : NULL;
}

/* What follows mark in text, as a name; NULL when mark does not occur. */
static char *name_after(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    return at ? take_name(at + strlen(mark)) : NULL;
}

/* The path that ends at `end`: from the last ": " before it, or from the start, quotes dropped. */
static char *path_before(const char *text, const char *end)
{
    const char *from = text;
    while (end > text && strchr(" :'\"\n", end[-1]))
        end--;
    for (const char *p = text; p + 1 < end; p++)
        if ((p[0] == ':' && p[1] == ' ') || p[0] == '\n')
            from = p + 1;
    for (const char *p = from; p < end; p++)
        if (*p == '\'' || *p == '"') /* "OSError('FILE" */
            from = p + 1;
    from += strspn(from, " '\"`(");
    return end > from ? xstrndup(from, (size_t)(end - from)) : NULL;
}

/* "FILE: undefined symbol: NAME, version VERSION" */
static bool read_undefined(struct complaint *c, const char *text)
{
    const char *mark = strstr(text, "undefined symbol: ");
    if (!mark)
        return false;
    c->symbol = name_after(mark, "undefined symbol: ");
    c->version = name_after(mark, ", version ");
    c->file = path_before(text, mark);
    return c->symbol;
}

/* "FILE: symbol NAME, version VERSION not defined in file LIBRARY with link time reference" */
static bool read_not_defined(struct complaint *c, const char *text)
{
    const char *mark = strstr(text, "not defined in file ");
    const char *symbol = mark ? strstr(text, "symbol ") : NULL;
    if (!symbol || symbol > mark)
        return false;
    for (const char *next = strstr(symbol + 1, "symbol "); next && next < mark;
         next = strstr(next + 1, "symbol "))
        symbol = next; /* "symbol lookup error: FILE: symbol NAME" */
    c->symbol = take_name(symbol + strlen("symbol "));
    c->version = name_after(symbol, ", version ");
    c->library = take_name(mark + strlen("not defined in file "));
    c->file = path_before(text, symbol);
    return c->symbol;
}

/* "Error relocating FILE: NAME: symbol not found" */
static bool read_relocating(struct complaint *c, const char *text)
{
    const char *mark = strstr(text, ": symbol not found"), *start = strstr(text, "Error relocating ");
    if (!mark || !start || start > mark)
        return false;
    c->symbol = path_before(text, mark);
    const char *colon = c->symbol ? strstr(start, ": ") : NULL;
    if (colon && colon < mark)
        c->file = xstrndup(
            start + strlen("Error relocating "), (size_t)(colon - start) - strlen("Error relocating "));
    return c->symbol;
}

/* "LIBRARY: version `VERSION' not found (required by FILE)" */
static bool read_version(struct complaint *c, const char *text)
{
    const char *mark = strstr(text, ": version `");
    if (!mark || !strstr(mark, "not found"))
        return false;
    c->version = take_name(mark + strlen(": version "));
    c->library = path_before(text, mark);
    c->file = name_after(mark, "(required by ");
    return c->version && c->library;
}

/* "LIBRARY: cannot open shared object file: No such file or directory" and musl's "Error loading shared
 * library LIBRARY: No such file or directory (needed by FILE)" */
static bool read_library(struct complaint *c, const char *text)
{
    const char *mark = strstr(text, ": cannot open shared object file");
    c->library = mark ? path_before(text, mark) : name_after(text, "Error loading shared library ");
    c->file = name_after(text, "(needed by ");
    return c->library;
}

/* The path before mark, without what musl says in front of it: "Error loading shared library FILE: …". */
static char *file_before(const char *text, const char *mark)
{
    static const char *const words[] = {"Error loading shared library ", "Error relocating "};
    AUTO_FREE char *path = path_before(text, mark);
    const char *file = path ? path : "";
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_starts(file, words[i]))
            file += strlen(words[i]);
    return *file ? xstrdup(file) : NULL;
}

/* Lines of the table: what they mean is known, and needs no symbol. */
static bool read_meaning(struct complaint *c, const char *text)
{
    static const struct {
        const char *text, *meaning, *remedy;
    } meanings[] = {
#define MEANING(text, meaning, remedy) {text, meaning, remedy},
#include "loader/complaints.def"
#undef MEANING
    };
    for (size_t i = 0; i < COUNT(meanings); i++) {
        const char *mark = strstr(text, meanings[i].text);
        if (!mark)
            continue;
        c->meaning = meanings[i].meaning;
        c->remedy = meanings[i].remedy;
        if (*mark == ':')
            c->file = file_before(text, mark);
        if (strstr(mark, "(PyInit_") || strstr(mark, "(PyModExport_"))
            c->symbol = name_after(mark, "(");
        return true;
    }
    return false;
}

/* "ImportError: …", "OSError: …": a sentence, and no name. */
static bool read_unknown(struct complaint *c, const char *text)
{
    (void)c;
    const char *mark = strstr(text, "Error: ");
    size_t words = 0;
    for (const char *p = text; *p; p++)
        words += *p == ' ' && p[1] && p[1] != ' ';
    return (mark && words) || (words > 2 && !strstr(text, ", version ") && !strchr(text, '('));
}

/* "undefined reference to `NAME'", "undefined symbol: NAME" of the linkers, without a file that is loaded. */
static bool read_reference(struct complaint *c, const char *text)
{
    c->symbol = name_after(text, "undefined reference to ");
    return c->symbol;
}

/* "NAME", "NAME@VERSION", "NAME@@VERSION", "NAME, version VERSION" */
static void read_name(struct complaint *c, const char *text)
{
    struct slice all = slice_trim(slice_of(text));
    AUTO_FREE char *name = xstrndup(all.ptr, all.len);
    const char *at = strchr(name, '@'), *said = strstr(name, ", version ");
    if (at && at > name) {
        c->version = xstrdup(at + 1 + (at[1] == '@'));
        c->symbol = xstrndup(name, (size_t)(at - name));
    } else if (said) {
        c->version = take_name(said + strlen(", version "));
        c->symbol = xstrndup(name, (size_t)(said - name));
    } else {
        c->symbol = xstrdup(name);
    }
}

void complaint_parse(struct complaint *c, const char *text)
{
    static const struct {
        enum complaint_kind kind;
        bool (*read)(struct complaint *c, const char *text);
    } kinds[] = {
        {COMPLAINT_SYMBOL, read_not_defined},
        {COMPLAINT_SYMBOL, read_undefined},
        {COMPLAINT_SYMBOL, read_relocating},
        {COMPLAINT_VERSION, read_version},
        {COMPLAINT_MEANING, read_meaning},
        {COMPLAINT_LIBRARY, read_library},
        {COMPLAINT_SYMBOL, read_reference},
        {COMPLAINT_UNKNOWN, read_unknown},
    };
    *c = (struct complaint){0};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (kinds[i].read(c, text)) {
            c->kind = kinds[i].kind;
            return;
        }
        complaint_release(c);
    }
    read_name(c, text);
}

void complaint_release(struct complaint *c)
{
    free(c->file);
    free(c->symbol);
    free(c->version);
    free(c->library);
    *c = (struct complaint){0};
}
