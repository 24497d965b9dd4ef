/* What a compiler says of itself: where it looks for headers and libraries, and which headers the C library's
 * are. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/internal.h"
#include "sched/ask.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { ASK_MS = 60000, ASK_BYTES = 16 << 20 };

/* The headers that ISO C, POSIX, the kernel's users and GNU name. Some refuse to be read besides others:
 * those are looked for by name as well. */
static const char *const headers[] = {
#define PUBLIC_HEADER(name) name,
#include "kit/public_headers.def"
#undef PUBLIC_HEADER
};
static const char *const more_headers[] = {
#define LIBRARY_HEADER(name) name,
#include "confine/library_headers.def"
#undef LIBRARY_HEADER
};

/* Runs the compiler on that text; what it prints goes to *out, with log what it prints on standard error. 1
 * when it ended well, 0 when not, -1. */
static int ask(struct strbuf *out, const char *compiler, const char *const *words, const char *text, bool log,
    struct err *e)
{
    AUTO(strvec) struct strvec env = {0};
    AUTO(strvec) struct strvec argv = {0};
    environment_clean(&env, NULL, LOCALE_C, NULL, NULL);
    strvec_push(&argv, compiler);
    for (; *words; words++)
        strvec_push(&argv, *words);
    AUTO(question)
    struct question q = {
        .spec =
            {.argv = argv.items, .env = env.items, .dir = "/", .input = text, .in = -1, .out = -1, .err = -1},
        .keeps_errors = log,
        .bytes_max = ASK_BYTES,
        .timeout_ms = ASK_MS};
    if (questions_ask(&q, 1, 1, e) < 0)
        return -1;
    const struct strbuf *printed = log ? &q.said : &q.out;
    strbuf_add(out, strbuf_str(printed), printed->len);
    return q.end.status == 0;
}

/* The real path of a folder that is there, once. */
static void add_folder(struct strvec *out, const char *path, size_t len)
{
    AUTO_FREE char *given = xstrndup(path, len);
    AUTO_FREE char *real = given[0] == '/' ? realpath(given, NULL) : NULL;
    AUTO(err)
    struct err ignored = ERR_INIT; /* what cannot be looked at is not there for the compiler either */
    if (real && path_is_folder(real, &ignored) == 1 && !strvec_has(out, real))
        strvec_push(out, real);
}

/* The lines between "search starts here:" and "End of search list." */
static void add_include_folders(struct strvec *out, const char *said)
{
    const char *at = strstr(said, "#include <...> search starts here:");
    const char *end = at ? strstr(at, "End of search list.") : NULL;
    if (!end)
        return;
    struct slice rest = {at, (size_t)(end - at)};
    slice_cut(&rest, '\n');
    while (rest.ptr) {
        struct slice line = slice_trim(slice_cut(&rest, '\n'));
        add_folder(out, line.ptr, line.len);
    }
}

static int ask_include(struct compiler_reads *out, const char *compiler, struct err *e)
{
    static const char *const languages[] = {"c", "c++"};
    for (size_t i = 0; i < COUNT(languages); i++) {
        AUTO(strbuf) struct strbuf said = {0};
        const char *words[] = {"-x", languages[i], "-E", "-v", "-", NULL};
        if (ask(&said, compiler, words, "", true, e) < 0) /* C++ is not installed everywhere */
            return -1;
        add_include_folders(&out->include, strbuf_str(&said));
    }
    if (!out->include.len)
        return err_set(e, ERR_ENVIRONMENT, "%s does not say where it looks for headers (-E -v)", compiler);
    return 0;
}

/* Clang searches the folder that has its own headers for libraries as well. */
static bool is_own(const struct compiler_reads *r, const char *folder)
{
    AUTO_FREE char *headers_in = path_join(folder, "include");
    size_t len = strlen(r->own);
    return (len && strncmp(folder, r->own, len) == 0) || strvec_has(&r->include, headers_in);
}

static int ask_libraries(struct compiler_reads *out, const char *compiler, struct err *e)
{
    AUTO(strbuf) struct strbuf said = {0};
    AUTO(strbuf) struct strbuf file = {0};
    if (ask(&said, compiler, (const char *const[]){"-print-search-dirs", NULL}, "", false, e) < 0 ||
        ask(&file, compiler, (const char *const[]){"-print-file-name=libgcc.a", NULL}, "", false, e) < 0)
        return -1;
    struct slice path = slice_trim((struct slice){strbuf_str(&file), file.len});
    AUTO_FREE char *archive = xstrndup(path.ptr, path.len);
    AUTO_FREE char *real = archive[0] == '/' ? realpath(archive, NULL) : NULL;
    out->own = real ? path_dir(real) : xstrdup("");
    const char *at = strstr(strbuf_str(&said), "libraries: =");
    if (!at)
        return err_set(e, ERR_ENVIRONMENT,
            "%s does not say where it looks for libraries (-print-search-dirs)", compiler);
    at += strlen("libraries: =");
    struct slice rest = {at, strcspn(at, "\n")};
    AUTO(strvec) struct strvec all = {0};
    while (rest.ptr) {
        struct slice folder = slice_cut(&rest, ':');
        add_folder(&all, folder.ptr, folder.len);
    }
    for (size_t i = 0; i < all.len; i++)
        if (!is_own(out, all.items[i]))
            strvec_push(&out->libraries, all.items[i]);
    return 0;
}

/* Between runs: lines "i PATH", "l PATH", "o PATH". */
static bool recall(struct compiler_reads *out, const char *compiler, const struct fact_memory *memory)
{
    AUTO_FREE char *text = fact_get(memory, "reads", compiler);
    if (!text)
        return false;
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len < 2)
            continue;
        if (line.ptr[0] == 'o')
            out->own = xstrndup(line.ptr + 2, line.len - 2);
        else
            strvec_pushn(line.ptr[0] == 'i' ? &out->include : &out->libraries, line.ptr + 2, line.len - 2);
    }
    return out->own && out->include.len;
}

static void remember(const struct compiler_reads *r, const char *compiler, const struct fact_memory *memory)
{
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = 0; i < r->include.len; i++)
        strbuf_addf(&text, "i %s\n", r->include.items[i]);
    for (size_t i = 0; i < r->libraries.len; i++)
        strbuf_addf(&text, "l %s\n", r->libraries.items[i]);
    strbuf_addf(&text, "o %s\n", r->own);
    fact_set(memory, "reads", compiler, strbuf_str(&text));
}

int compiler_reads(
    struct compiler_reads *out, const char *compiler, const struct fact_memory *memory, struct err *e)
{
    *out = (struct compiler_reads){0};
    if (recall(out, compiler, memory))
        return 0;
    compiler_reads_release(out);
    if (ask_include(out, compiler, e) < 0 || ask_libraries(out, compiler, e) < 0)
        return -1;
    remember(out, compiler, memory);
    return 0;
}

void compiler_reads_release(struct compiler_reads *r)
{
    strvec_release(&r->include);
    strvec_release(&r->libraries);
    free(r->own);
    *r = (struct compiler_reads){0};
}

/* "out: a.h b.h \<newline> c.h": each but the first word, by its real path. */
static void add_rule(struct strvec *out, const char *rule)
{
    const char *at = strchr(rule, ':');
    for (at = at ? at + 1 : ""; *at;) {
        at += strspn(at, " \\\n\t");
        size_t len = strcspn(at, " \\\n\t");
        AUTO_FREE char *path = xstrndup(at, len);
        AUTO_FREE char *real = path[0] == '/' ? realpath(path, NULL) : NULL;
        if (real)
            strvec_push(out, real);
        at += len;
    }
}

/* Half by half when they cannot be read together: one header that refuses must not lose the others. */
static int headers_used(
    struct strvec *out, const char *compiler, const char *const *names, size_t count, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf rule = {0};
    strbuf_adds(&text, "#define _GNU_SOURCE 1\n#define _REENTRANT 1\n");
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&text, "#if __has_include(<%s>)\n#include <%s>\n#endif\n", names[i], names[i]);
    const char *words[] = {"-x", "c", "-E", "-M", "-", NULL};
    int well = ask(&rule, compiler, words, strbuf_str(&text), false, e);
    if (well < 0)
        return -1;
    if (well) {
        add_rule(out, strbuf_str(&rule));
        return 0;
    }
    size_t half = count / 2;
    if (count < 2)
        return 0;
    return headers_used(out, compiler, names, half, e) < 0
               ? -1
               : headers_used(out, compiler, names + half, count - half, e);
}

/* The files themselves, also those that were not read because another refused. */
static void add_named(
    struct strvec *out, const struct compiler_reads *reads, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < reads->include.len; k++) {
            AUTO_FREE char *path = path_join(reads->include.items[k], names[i]);
            AUTO_FREE char *real = realpath(path, NULL);
            if (real)
                strvec_push(out, real);
        }
}

int compiler_headers(
    struct strvec *out, const char *compiler, const struct compiler_reads *reads, struct err *e)
{
    if (headers_used(out, compiler, headers, COUNT(headers), e) < 0)
        return -1;
    add_named(out, reads, headers, COUNT(headers));
    add_named(out, reads, more_headers, COUNT(more_headers));
    strvec_sort(out);
    return 0;
}
