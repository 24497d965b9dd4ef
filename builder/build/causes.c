/* Compilers, linkers, configure and CMake say why they gave up, each in words of its own, a row each. The
 * rows stand on logs of the real tools: tests/fixtures/causes. */
#include "build/causes.h"

#include <string.h>

#include "base/alloc.h"

/* The name stands between; where after is "", nothing is named, and before is what the line has. */
static const struct cause_row {
    const char *before, *after, *means;
    bool is_header;
} rows[] = {
    {.before = "fatal error: ",
        .after = ": No such file or directory",
        .means = "the header NAME is not there",
        .is_header = true}, /* gcc */
    {.before = "fatal error: '",
        .after = "' file not found",
        .means = "the header NAME is not there",
        .is_header = true}, /* clang */
    {.before = "recompile with -fPIC",
        .after = "",
        .means = "objects that are not position-independent (-fPIC) cannot be linked into a module: an "
                 "option of the "
                 "build turns it off, or the archive comes from elsewhere"},
    {.before = "Compatibility with CMake < 3.5 has been removed",
        .after = "",
        .means = "the project asks for the policies of a CMake that this one no longer knows: "
                 "CMAKE_POLICY_VERSION_MINIMUM = \"3.5\" among its options has it tried with newer ones"},
    {.before = "  CMake ",
        .after = " or higher is required.  You are running version",
        .means = "the project needs CMake NAME or later, and the one here is older"},
    {.before = "configure: error: cannot find required auxiliary files: ",
        .after = "\n",
        .means = "the source lacks files that autoreconf brings (NAME): without a configure script in it, "
                 "autoreconf "
                 "runs; a patch can remove it"},
    {.before = "./configure: No such file or directory",
        .after = "",
        .means =
            "the source has no configure script: it is made by autoreconf, which system = \"autotools\" runs "
            "where there is none"},
    {.before = "possibly undefined macro: ",
        .after = "\n",
        .means = "autoreconf did not find the macro NAME: the package that brings its .m4 file (pkg-config, "
                 "autoconf-archive, gettext, …) is not among what the build may use"},
    {.before = "WARNING: '",
        .after = "' is missing on your system",
        .means = "make wants to make the build files anew with NAME, because a file that they are made of is "
                 "newer: "
                 "touched, or patched without what is made of it"},
    {.before = "Killed signal terminated program ",
        .after = "\n",
        .means = "NAME was killed, as the kernel does when memory is short: try fewer --jobs"},
    {.before = "out of memory allocating ",
        .after = " bytes",
        .means = "a compiler had no memory left for NAME bytes: try fewer --jobs"},
    {.before = "virtual memory exhausted",
        .after = "",
        .means = "a compiler had no memory left: try fewer --jobs"},
    {.before = "LLVM ERROR: out of memory",
        .after = "",
        .means = "a compiler had no memory left: try fewer --jobs"},
};

static bool has_means(const struct causes *c, const char *means, struct slice name)
{
    for (size_t i = 0; i < c->len; i++)
        if (c->items[i].means == means && (!name.ptr || slice_eq(c->items[i].name, name)))
            return true;
    return false;
}

static bool find_in(struct slice *name, struct slice line, const char *before, const char *after)
{
    *name = (struct slice){NULL, 0};
    const char *at = memmem(line.ptr, line.len, before, strlen(before));
    if (!at || !*after)
        return at;
    const char *from = at + strlen(before);
    size_t left = (size_t)(line.ptr + line.len - from);
    const char *to = *after == '\n' ? from + left : memmem(from, left, after, strlen(after));
    if (!to)
        return false;
    *name = slice_trim((struct slice){from, (size_t)(to - from)});
    return name->len > 0;
}

void causes_find(struct causes *c, struct slice log)
{
    while (log.ptr && c->len < CAUSES_MAX) {
        struct slice line = slice_cut(&log, '\n'), name;
        for (size_t i = 0; i < COUNT(rows) && c->len < CAUSES_MAX; i++)
            if (find_in(&name, line, rows[i].before, rows[i].after) && !has_means(c, rows[i].means, name))
                c->items[c->len++] = (struct cause){rows[i].means, name, rows[i].is_header};
    }
}

void cause_write(struct strbuf *out, const struct cause *c)
{
    static const char mark[] = "NAME";
    const char *at = c->name.ptr ? strstr(c->means, mark) : NULL;
    strbuf_add(out, c->means, at ? (size_t)(at - c->means) : strlen(c->means));
    if (!at)
        return;
    strbuf_add(out, c->name.ptr, c->name.len);
    strbuf_adds(out, at + strlen(mark));
}

/* What stands behind "configure:1234: "; ptr NULL: the line is none of its own. */
static struct slice own_words(struct slice line)
{
    static const char begins[] = "configure:";
    size_t at = strlen(begins);
    if (line.len <= at || memcmp(line.ptr, begins, at) != 0)
        return (struct slice){NULL, 0};
    while (at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9')
        at++;
    if (at + 2 > line.len || memcmp(line.ptr + at, ": ", 2) != 0)
        return (struct slice){NULL, 0};
    return (struct slice){line.ptr + at + 2, line.len - at - 2};
}

static bool begins(struct slice text, const char *with)
{
    return text.len >= strlen(with) && memcmp(text.ptr, with, strlen(with)) == 0;
}

bool causes_configure(struct strbuf *out, struct slice log)
{
    static const char status[] = "$? = ", gives_up[] = "error: ";
    struct slice said = {NULL, 0}, failed = {NULL, 0}; /* first line since a command; the one that failed */
    while (log.ptr) {
        struct slice line = slice_cut(&log, '\n'), own = own_words(line);
        if (!own.ptr) {
            said = said.ptr ? said : line;
            continue;
        }
        if (begins(own, gives_up) && !begins(own, "error: in `")) { /* that names a folder only */
            strbuf_addf(out, "configure gave up: %.*s", (int)(own.len - strlen(gives_up)),
                own.ptr + strlen(gives_up));
            if (failed.ptr)
                strbuf_addf(out, "; the test that failed last said: %.*s", (int)failed.len, failed.ptr);
            return true;
        }
        if (begins(own, status) && !begins(own, "$? = 0"))
            failed = said;
        said = (struct slice){NULL, 0};
    }
    return false;
}

bool causes_cmake(struct strbuf *out, struct slice log)
{
    static const char error[] = "error: ";
    struct slice last = {NULL, 0};
    while (log.ptr) {
        struct slice line = slice_trim(slice_cut(&log, '\n'));
        if (memmem(line.ptr, line.len, error, strlen(error)) &&
            !memmem(line.ptr, line.len, "collect2: ", strlen("collect2: ")))
            last = line;
    }
    if (last.ptr)
        strbuf_addf(out, "CMake's test that failed last said: %.*s", (int)last.len, last.ptr);
    return last.ptr;
}
